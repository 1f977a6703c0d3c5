//! ZIP code to carrier and locality (CMS): five-digit codes, and those where the nine digits decide. Fixed width or
//! workbook; both state their quarter in every row.

use crate::error::{ImportError, Place};
use crate::fixed::{Field, FixedWidth};
use crate::header::{self, Column, HeaderStyle};
use crate::importer::Importer;
use crate::layout;
use crate::naming;
use crate::release::{Completeness, Identity, Imported, ReleaseDraft};
use crate::row::Row;
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{Cell, ColumnKind, ColumnSpec, Schema};

/// ZIP5 and ZIP9 files.
pub(crate) struct ZipCodes;

// Fields of all layouts in one order; a layout without a field has it past the end of the line.
const ZIP: usize = 0;
const PLUS_FOUR: usize = 1;
const QUARTER: usize = 9;
const NONE: usize = usize::MAX;

const ZIP5: [Field; 10] = [
    Field::at("zip", 3, 7),
    Field::at("plus four", NONE, NONE),
    Field::at("state", 1, 2),
    Field::at("carrier", 8, 12),
    Field::at("locality", 13, 14),
    Field::at("rural", 15, 15),
    Field::at("laboratory locality", 16, 17),
    Field::at("rural 2006", 18, 18),
    Field::at("Part B payment indicator", 23, 23),
    Field::at("year and quarter", 76, 80),
];

const ZIP9: [Field; 10] = [
    Field::at("zip", 3, 7),
    Field::at("plus four", 22, 25),
    Field::at("state", 1, 2),
    Field::at("carrier", 8, 12),
    Field::at("locality", 13, 14),
    Field::at("rural", 15, 15),
    Field::at("laboratory locality", NONE, NONE),
    Field::at("rural 2006", NONE, NONE),
    Field::at("Part B payment indicator", 32, 32),
    Field::at("year and quarter", 76, 80),
];

const COLUMNS: [Column; 10] = [
    Column::required("zip", &["ZIP CODE"]),
    Column::optional("plus four", &["PLUS 4", "PLUS FOUR"]),
    Column::required("state", &[]),
    Column::required("carrier", &[]),
    Column::required("locality", &["PRICING LOCALITY"]),
    Column::optional("rural", &["RURAL IND"]),
    Column::optional("laboratory locality", &["LAB CB LOCALITY"]),
    Column::optional("rural 2006", &["RURAL IND2"]),
    Column::optional("Part B payment indicator", &["PART B DRUG INDICATOR"]),
    Column::required("year and quarter", &["YEAR/QTR"]),
];

/// Whether all first lines are records; `Some(true)` when of nine digits.
fn fixed(sniff: &Sniff<'_>) -> Option<bool> {
    let lines: Vec<&str> = sniff.lines().take(50).collect();
    let digits = |text: &str, len: usize| text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
    let record = |line: &&str| {
        line.is_ascii()
            && digits(ZIP5[ZIP].of(line), 5)
            && ZIP5[2].of(line).bytes().all(|byte| byte.is_ascii_uppercase())
            && digits(ZIP5[3].of(line), 5)
            && digits(ZIP5[QUARTER].of(line), 5)
    };
    if sniff.shape() != Shape::Text || lines.is_empty() || !lines.iter().all(record) {
        return None;
    }
    Some(lines.iter().all(|line| digits(ZIP9[PLUS_FOUR].of(line), 4)))
}

impl Importer for ZipCodes {
    fn name(&self) -> &str {
        "ZIP code to carrier and locality"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        if fixed(sniff).is_some() { Some(Confidence::Certain) } else { sniff.columns(&COLUMNS) }
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let mut filler = Filler { out, quarter: None };
        match fixed(&Sniff::new(file)) {
            Some(nine) => {
                let fields = if nine { &ZIP9 } else { &ZIP5 };
                FixedWidth::new(&file.text(), file.path(), fields).each(|row| filler.add(&row))
            }
            None => {
                let wanted = header::wanted(&COLUMNS);
                layout::each_row(file, &wanted, HeaderStyle::Single, &mut |row| filler.add(&row))
            }
        }
    }
}

struct Filler<'a, 'b> {
    out: &'a mut Imported<'b>,
    quarter: Option<(String, Identity)>,
}

impl Filler<'_, '_> {
    fn add(&mut self, row: &Row<'_>) -> Result<(), ImportError> {
        let stated = row.text(QUARTER);
        let identity = match &self.quarter {
            Some((known, identity)) if known == stated => identity.clone(),
            Some((known, _)) => return Err(row.bad(QUARTER, format!("is another quarter than {known} before it"))),
            None => {
                let identity = identity(stated).ok_or_else(|| row.bad(QUARTER, "is not a year and quarter (YYYYQ)"))?;
                self.quarter = Some((stated.to_owned(), identity.clone()));
                identity
            }
        };
        let release = self.out.release(identity)?;
        let zip = row.required_code(ZIP)?;
        if zip.as_str().len() != 5 || !zip.as_str().bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(row.bad(ZIP, "is not a ZIP code"));
        }
        let cell = |column| row.cell(column, ColumnKind::Code);
        let rest = [cell(2)?, cell(3)?, cell(4)?, cell(5)?, cell(6)?, cell(7)?, cell(8)?];
        let plus_four = cell(PLUS_FOUR)?;
        let nine = !plus_four.is_blank();
        let mut cells = vec![Cell::Code(zip)];
        cells.extend(nine.then_some(plus_four));
        cells.extend(rest);
        table(release, nine)?.push(row, &cells)
    }
}

fn table(release: &mut ReleaseDraft, nine: bool) -> Result<&mut crate::Table, ImportError> {
    let rest = ["state", "carrier", "locality", "rural", "laboratory_locality", "rural_2006", "part_b_payment"];
    let keys: &[&str] = if nine { &["zip", "plus_four"] } else { &["zip"] };
    let columns = keys.iter().chain(&rest).map(|name| ColumnSpec::code(name));
    let name = if nine { "geo/zip9" } else { "geo/zip5" };
    release.table(Schema::new(name, keys.len(), columns), Completeness::Whole)
}

/// `20254` is the fourth quarter of 2025.
fn identity(text: &str) -> Option<Identity> {
    let (year, quarter) = text.split_at_checked(4)?;
    let (year, quarter) = (year.parse().ok()?, quarter.parse::<i8>().ok().filter(|quarter| (1..=4).contains(quarter))?);
    let from = naming::day(year, quarter * 3 - 2, 1)?;
    let version = format!("{year}-{:02}", quarter * 3 - 2);
    let identity = Identity::new("zip-locality", "CMS", "ZIP Code to Carrier Locality File", &version);
    Some(identity.period(from, naming::quarter_end(from)))
}

/// Record layouts and other explanations that come with publications.
pub(crate) struct RecordLayout;

impl Importer for RecordLayout {
    fn name(&self) -> &str {
        "record layout"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        let titled = |line: &str| line.trim_end().ends_with("Record Layout") || line.trim() == "CMS RIF REPORT";
        (sniff.shape() == Shape::Text && sniff.lines().take(3).any(titled)).then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, _: &mut Imported<'_>) -> Result<(), ImportError> {
        let reason = "it explains a record layout and holds no table".to_owned();
        Err(ImportError::Unrecognised { file: Place::file(file.path()).file, reason })
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn five_and_nine_digits() {
        let built = read("z.txt", &format!("ZZ000010999901RZ9R  0 A {:<51}20311\r\n", "")).unwrap();
        let meta = &built[0].meta;
        assert_eq!((meta.version.as_str(), meta.to.unwrap().to_string().as_str()), ("2031-01", "2031-03-31"));
        assert_eq!(rows(&built, "geo/zip5"), [["00001", "ZZ", "09999", "01", "R", "Z9", "R", "A"]]);
        let built = read("z.txt", &format!("ZZ000010999901R     10042      A{:<43}20311\r\n", "")).unwrap();
        assert_eq!(rows(&built, "geo/zip9"), [["00001", "0042", "ZZ", "09999", "01", "R", "", "", "A"]]);
    }

    #[test]
    fn quarters_must_agree() {
        let text = "STATE,ZIP CODE,CARRIER,LOCALITY,YEAR/QTR\nZZ,00001,09999,01,20311\nZZ,00002,09999,01,20312\n";
        let error = read("z.csv", text).unwrap_err().to_string();
        assert_eq!(error, "z.csv, row 3, column `year and quarter`: `20312` is another quarter than 20311 before it");
        let error = read("z.csv", &text.replace("20311", "20317")).unwrap_err().to_string();
        assert!(error.contains("`20317` is not a year and quarter"), "{error}");
    }

    #[test]
    fn record_layouts_are_no_tables() {
        let error = read("l.txt", "    Zip5 Record Layout\n\nField\tBeg.\n").unwrap_err().to_string();
        assert!(error.contains("explains a record layout"), "{error}");
    }
}
