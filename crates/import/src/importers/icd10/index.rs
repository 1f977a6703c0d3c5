//! The alphabetic indexes as XML: diseases, external causes, and the tables of neoplasms and of drugs and chemicals.

use super::edition;
use crate::error::{ImportError, Place};
use crate::importer::Importer;
use crate::release::{Completeness, Imported, Table};
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use crate::xml::{self, Element};
use openclaim_tables::relation::{Cell, ColumnSpec, Schema};
use std::collections::BTreeMap;

/// Number from which codes are counted that stand beside the cells of a table.
const PAST_COLUMNS: i64 = 100;

/// Indexes.
pub(crate) struct AlphabeticIndex;

impl Importer for AlphabeticIndex {
    fn name(&self) -> &str {
        "ICD-10-CM alphabetic index"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        (sniff.root() == Some("ICD10CM.index")).then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let root = xml::parse(&file.text(), file.path())?;
        let year = root.child_text("version").trim().parse().ok();
        let headings: BTreeMap<&str, &str> = root
            .child("indexHeading")
            .into_iter()
            .flat_map(|heading| heading.children("head"))
            .filter_map(|head| Some((head.attribute("col")?, head.text.as_str())))
            .collect();
        let book = match headings.get("1") {
            Some(&"Substance") => "drugs",
            Some(&"Neoplasm") => "neoplasms",
            Some(other) => {
                let problem = format!("an index whose first column is `{other}` is unknown");
                return Err(ImportError::content(Place::file(file.path()), problem));
            }
            None if root.child_text("title").to_ascii_lowercase().contains("external cause") => "external-causes",
            None => "diseases",
        };
        let columns = [
            ColumnSpec::int("sequence"),
            ColumnSpec::int("column"),
            ColumnSpec::text("heading"),
            ColumnSpec::int("level"),
            ColumnSpec::text("term"),
            ColumnSpec::text("modifiers"),
            ColumnSpec::text("code"),
            ColumnSpec::text("see"),
            ColumnSpec::text("see_also"),
        ];
        let schema = Schema::new(&format!("icd10cm/index-{book}"), 2, columns);
        let release = edition::of_family("icd-10-cm-index", "NCHS", "ICD-10-CM Alphabetic Index", file, out, year)?;
        let table = release.table(schema, Completeness::Whole)?;
        let mut index = Index { table, headings, sequence: 0 };
        for term in root.children("letter").flat_map(|letter| letter.children("mainTerm")) {
            index.term(term, "", 0)?;
        }
        Ok(())
    }
}

struct Index<'a> {
    table: &'a mut Table,
    headings: BTreeMap<&'a str, &'a str>,
    sequence: i64,
}

fn text(text: &str) -> Cell<'_> {
    if text.is_empty() { Cell::Blank } else { Cell::Text(text) }
}

impl Index<'_> {
    // The depth is bounded by that of the document, which the parser limits.
    fn term(&mut self, term: &Element, above: &str, level: i64) -> Result<(), ImportError> {
        self.sequence += 1;
        let title = term.child("title");
        let own = title.map_or("", |title| title.text.as_str());
        let path = if above.is_empty() { own.to_owned() } else { format!("{above}, {own}") };
        let modifiers: Vec<&str> =
            title.into_iter().flat_map(|title| title.children("nemod")).map(|nemod| nemod.text.as_str()).collect();
        let modifiers = modifiers.join(" ");
        let joined = |name: &str| {
            let texts: Vec<&str> = term.children(name).map(|element| element.text.as_str()).collect();
            texts.join("; ")
        };
        let (see, see_also) = (joined("see"), joined("seeAlso"));
        let mut row = |column: i64, heading: &str, code: &str, line: u64| {
            let cells = [
                Cell::Int(self.sequence),
                Cell::Int(column),
                text(heading),
                Cell::Int(level),
                text(&path),
                text(&modifiers),
                text(code),
                text(&see),
                text(&see_also),
            ];
            self.table.push_numbered(line, &cells)
        };
        let mut codes = 0;
        for cell in term.children("cell") {
            let name = cell.attribute("col").unwrap_or_default();
            // Dashes stand for "no code".
            if let Ok(column) = name.parse::<i64>()
                && !cell.text.bytes().all(|byte| byte == b'-')
            {
                row(column, self.headings.get(name).copied().unwrap_or_default(), &cell.text, cell.line)?;
                codes += 1;
            }
        }
        // Codes beside cells are numbered past the columns of any table.
        let first = if codes > 0 { PAST_COLUMNS } else { 0 };
        for (at, code) in ["code", "manif"].into_iter().flat_map(|name| term.children(name)).enumerate() {
            row(first + i64::try_from(at).unwrap_or(0), "", &code.text, code.line)?;
            codes += 1;
        }
        if codes == 0 {
            row(0, "", "", term.line)?;
        }
        for inner in term.children("term") {
            self.term(inner, &path, level + 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn terms_are_joined_and_cells_named() {
        let text = "<ICD10CM.index><version>2031</version><indexHeading><head col=\"1\">Substance</head><head col=\"2\">Odd use</head></indexHeading>\
            <letter><title>O</title><mainTerm><title>Oddity<nemod>(rare)</nemod></title><cell col=\"2\">Y99.01</cell><cell col=\"3\">--</cell>\
            <term level=\"1\"><title>second</title><see>Evenness</see></term></mainTerm></letter></ICD10CM.index>";
        let built = read("i.xml", text).unwrap();
        assert_eq!(
            rows(&built, "icd10cm/index-drugs"),
            [
                ["1", "2", "Odd use", "0", "Oddity", "(rare)", "Y99.01", "", ""],
                ["2", "0", "", "1", "Oddity, second", "", "", "Evenness", ""]
            ]
        );
        let plain = text
            .replace("<head col=\"1\">Substance</head><head col=\"2\">Odd use</head>", "")
            .replace("cell col=\"2\"", "code")
            .replace("01</cell>", "01</code>");
        let plain = plain.replace("<cell col=\"3\">--</cell>", "");
        assert_eq!(rows(&read("i.xml", &plain).unwrap(), "icd10cm/index-diseases").len(), 2);
    }
}
