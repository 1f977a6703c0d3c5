//! The tables of the Medicare Coverage Database, in all their releases.

use openclaim_claim::Date;
use openclaim_reference::relation::{Cell, Relation, Row, Rows, ShortCode};
use openclaim_reference::release::Table;
use openclaim_reference::{Dated, Library, Source, text_key};
use std::sync::OnceLock;

/// What brings the articles.
pub(super) const REMEDY: &str = "openclaim data pull --only mcd-article";

/// A relation with the positions of the columns that the edits read, in the order asked for.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) relation: Relation,
    at: Vec<usize>,
}

impl Columns {
    fn of(table: &Table, names: &[&str]) -> Result<Self, String> {
        let Table::Relation(relation) = table else { return Err("a table of pairs was found".to_owned()) };
        let position = |name: &&str| relation.column(name).ok_or_else(|| format!("it has no column `{name}`"));
        let at = names.iter().map(position).collect::<Result<_, _>>()?;
        Ok(Self { relation: relation.clone(), at })
    }

    /// Position of the n-th column asked for.
    pub(super) fn at(&self, column: usize) -> usize {
        self.at.get(column).copied().unwrap_or(usize::MAX)
    }

    /// The rows of a version of a document whose further key columns are `more`.
    pub(super) fn of_document(&self, document: Document, more: &[Cell<'_>]) -> Rows<'_> {
        let mut key = vec![Cell::Code(document.id), Cell::Int(document.version)];
        key.extend_from_slice(more);
        self.relation.find(&key)
    }
}

/// A version of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Document {
    pub(super) id: ShortCode,
    pub(super) version: i64,
}

/// A table with an index by procedure code, made when it is first asked for.
#[derive(Debug)]
pub(super) struct ByCode {
    columns: Columns,
    code: usize,
    index: OnceLock<Vec<(u64, u32)>>,
}

impl ByCode {
    fn of(table: &Table, names: &[&str], code: usize) -> Result<Self, String> {
        Ok(Self { columns: Columns::of(table, names)?, code, index: OnceLock::new() })
    }

    /// The rows of a code.
    pub(super) fn rows_of(&self, key: u64) -> impl Iterator<Item = Row<'_>> {
        let index = self.index.get_or_init(|| {
            let column = self.columns.at(self.code);
            let rows = self.columns.relation.rows();
            let mut index: Vec<(u64, u32)> = rows
                .filter_map(|row| {
                    Some((text_key(row.code(column)?.as_str().as_bytes()), u32::try_from(row.index()).ok()?))
                })
                .collect();
            index.sort_unstable();
            index
        });
        let start = index.partition_point(|&(known, _)| known < key);
        let rows = index.get(start..).unwrap_or_default().iter().take_while(move |&&(known, _)| known == key);
        rows.map(|&(_, row)| self.columns.relation.row(row as usize))
    }

    /// Position of the n-th column asked for.
    pub(super) fn at(&self, column: usize) -> usize {
        self.columns.at(column)
    }
}

/// Columns of `article/article`.
pub(super) mod article {
    pub(in super::super) const TITLE: usize = 0;
    pub(in super::super) const EFFECTIVE: usize = 1;
    pub(in super::super) const ENDS: [usize; 3] = [2, 3, 4];
    pub(super) const NAMES: [&str; 5] =
        ["title", "article_eff_date", "article_end_date", "article_rev_end_date", "date_retired"];
}

/// Columns of `article/hcpc_code` and `article/code_table`.
pub(super) mod coded {
    pub(in super::super) const DOCUMENT: usize = 0;
    pub(in super::super) const VERSION: usize = 1;
    pub(in super::super) const FROM: usize = 3;
    pub(in super::super) const TO: usize = 4;
    pub(super) const CODE: usize = 2;
}

/// The tables of this family, in all their releases.
#[derive(Debug)]
pub struct Tables {
    pub(super) article: Dated<Columns>,
    pub(super) procedures: Dated<ByCode>,
    pub(super) covered: Dated<Columns>,
    pub(super) covered_groups: Dated<Columns>,
    pub(super) noncovered: Dated<Columns>,
    pub(super) bill_codes: Dated<Columns>,
    pub(super) revenue_codes: Dated<Columns>,
    pub(super) contractors_of: Dated<Columns>,
    pub(super) drug_exclusions: Dated<ByCode>,
    pub(super) contractors: Dated<Columns>,
    pub(super) jurisdictions: Dated<Columns>,
    pub(super) states: Dated<Columns>,
    pub(super) localities: Dated<Columns>,
}

impl Tables {
    /// The tables of a library.
    #[must_use]
    pub fn new(library: &Library) -> Self {
        let columns = |table: &'static str, names: &'static [&'static str]| {
            library.dated(table, move |table| Columns::of(table, names))
        };
        let of_code = |table: &'static str, names: &'static [&'static str]| {
            library.dated(table, move |table| ByCode::of(table, names, coded::CODE))
        };
        Self {
            article: columns("article/article", &article::NAMES),
            procedures: of_code("article/hcpc_code", &["article_id", "article_version", "hcpc_code_id"]),
            covered: columns("article/icd10_covered", &["asterisk"]),
            covered_groups: columns(
                "article/icd10_covered_group",
                &["icd10_covered_group", "paragraph", "icd10_covered_ast"],
            ),
            noncovered: columns("article/icd10_noncovered", &["icd10_noncovered_group"]),
            bill_codes: columns("article/bill_code", &["bill_code_id"]),
            revenue_codes: columns("article/revenue_code", &["revenue_code_id"]),
            contractors_of: columns(
                "article/contractor",
                &["contractor_id", "contractor_type_id", "contractor_version"],
            ),
            drug_exclusions: of_code(
                "article/code_table",
                &["article_id", "article_version", "hcpc_code_id", "eff_date", "end_date"],
            ),
            contractors: columns(
                "mcd/contractor",
                &[
                    "contractor_id",
                    "contractor_type_id",
                    "contractor_version",
                    "contractor_number",
                    "contractor_subtype_id",
                    "contractor_bus_name",
                ],
            ),
            jurisdictions: columns("mcd/contractor_jurisdiction", &["state_id", "active_date", "term_date"]),
            states: columns("mcd/state_lookup", &["state_id", "state_abbrev", "description"]),
            localities: columns("geo/zip5", &["carrier"]),
        }
    }

    /// Whether a procedure code stands in any loaded article, on any day: what is in none needs no further look.
    pub(super) fn mentions(&self, date: Date, known_at: Option<Date>, key: u64) -> bool {
        let in_table = |dated: &Dated<ByCode>| match dated.at(date, known_at).found() {
            Some(Source { view, .. }) => view.rows_of(key).next().is_some(),
            // A table that is not there is the edits' to report.
            None => true,
        };
        in_table(&self.procedures) || in_table(&self.drug_exclusions)
    }
}
