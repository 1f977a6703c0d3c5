//! Order files: every heading and code of the classification in its order, with short and long title, in fixed columns.
//!
//! The order is that of the codes. The numbers of the lines are checked and not kept: they shift with every edition, and
//! two editions would otherwise differ in every row.

use super::{System, edition};
use crate::error::ImportError;
use crate::fixed::{Field, FixedWidth};
use crate::importer::Importer;
use crate::release::{Completeness, Imported};
use crate::row::Row;
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{ColumnKind, ColumnSpec, Schema};

/// ICD-10-CM and ICD-10-PCS order files.
pub(crate) struct OrderFile;

const FIELDS: [Field; 5] = [
    Field::at("order", 1, 5),
    Field::at("code", 7, 13),
    Field::at("billable", 15, 15),
    Field::at("short title", 17, 76),
    Field::at("long title", 78, usize::MAX),
];

/// Number of first lines that must all look like lines of an order file.
const LOOKED_AT: usize = 40;

fn system(sniff: &Sniff<'_>) -> Option<System> {
    let mut codes = Vec::new();
    for line in sniff.lines().take(LOOKED_AT) {
        let order = FIELDS[0].of(line);
        let gaps = [6, 14, 16, 77].map(|at| Field::at("", at, at).of(line));
        let numbered = order.len() == 5 && order.bytes().all(|byte| byte.is_ascii_digit());
        if !numbered || gaps != [" "; 4] || !matches!(FIELDS[2].of(line), "0" | "1") {
            return None;
        }
        codes.push(FIELDS[1].of(line).trim());
    }
    System::of(codes.into_iter())
}

impl Importer for OrderFile {
    fn name(&self) -> &str {
        "ICD-10 order file"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        (sniff.shape() == Shape::Text && system(sniff).is_some()).then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let system = system(&Sniff::new(file)).unwrap_or(System::Cm);
        let release = edition::release(system, file, out, None)?;
        let schema = Schema::new(
            &format!("{}/order", system.prefix()),
            1,
            [
                ColumnSpec::code("code"),
                ColumnSpec::flag("billable"),
                ColumnSpec::text("short_title"),
                ColumnSpec::text("long_title"),
            ],
        );
        let table = release.table(schema, Completeness::Whole)?;
        let (mut previous, mut gaps) = (0, Vec::new());
        FixedWidth::new(&file.text(), file.path(), &FIELDS).each(|row: Row<'_>| {
            row.required_code(1)?;
            if !matches!(row.text(2), "0" | "1") {
                return Err(row.bad(2, "is neither 0 (heading) nor 1 (billable)"));
            }
            // Numbers are consecutive; a gap is a sign of a line lost.
            let number = row.int(0)?.unwrap_or_default();
            if number != previous + 1 {
                gaps.push((row.place(0), format!("number {number} follows {previous}")));
            }
            previous = number;
            let cells = [
                row.cell(1, ColumnKind::Code)?,
                row.cell(2, ColumnKind::Flag)?,
                row.cell(3, ColumnKind::Text)?,
                row.cell(4, ColumnKind::Text)?,
            ];
            table.push(&row, &cells)
        })?;
        for (place, message) in gaps {
            release.warn(place, message);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    fn line(order: &str, code: &str, billable: char, short: &str, long: &str) -> String {
        format!("{order} {code:<7} {billable} {short:<60} {long}\r\n")
    }

    #[test]
    fn headings_and_codes_are_read() {
        let text = line("00001", "Y99", '0', "Odd event", "An odd event")
            + &line("00002", "Y9901", '1', "Odd event, first", "An odd event, the first");
        let built = read("icd10cm_order_2031.txt", &text).unwrap();
        let meta = &built[0].meta;
        assert_eq!((meta.family.as_str(), meta.version.as_str()), ("icd-10-cm", "FY2031"));
        assert_eq!((meta.from.to_string(), meta.to.unwrap().to_string()), ("2030-10-01".into(), "2031-09-30".into()));
        assert_eq!(
            rows(&built, "icd10cm/order"),
            [["Y99", "0", "Odd event", "An odd event"], ["Y9901", "1", "Odd event, first", "An odd event, the first"]]
        );
        assert_eq!(meta.warnings.len(), 1, "the year stands in the name alone");
    }

    #[test]
    fn procedures_are_told_by_their_codes() {
        let text = line("00001", "0XZ", '0', "Odd table", "Odd table")
            + &line("00002", "0XZ0ZZZ", '1', "Odd", "Odd procedure");
        let built = read("icd10pcs_order_2031.txt", &text).unwrap();
        assert_eq!((built[0].meta.family.as_str(), rows(&built, "icd10pcs/order").len()), ("icd-10-pcs", 2));
    }

    #[test]
    fn without_a_year_the_file_is_refused() {
        let error = read("order.txt", &line("00001", "Y9901", '1', "Odd", "Odd")).unwrap_err().to_string();
        assert!(error.contains("says nowhere of which year"), "{error}");
    }

    #[test]
    fn a_bad_flag_and_a_repeated_code_are_placed() {
        let mut text: String =
            (1..=50).map(|n| line(&format!("{n:05}"), &format!("Y99{n:02}"), '1', "Odd", "Odd")).collect();
        let repeated = text.clone() + &line("00099", "Y9950", '1', "Odd", "Odder");
        let error = read("o_2031.txt", &repeated).unwrap_err().to_string();
        assert!(error.contains("50") && error.contains("51"), "{error}");
        text += &line("00051", "Y9951", 'x', "Odd", "Odd");
        let error = read("o_2031.txt", &text).unwrap_err().to_string();
        assert_eq!(error, "o_2031.txt, row 51, column `billable`: `x` is neither 0 (heading) nor 1 (billable)");
    }
}
