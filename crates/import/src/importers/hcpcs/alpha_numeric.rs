//! The alpha-numeric file: every level II code and modifier with its attributes, as fixed width, csv or workbook.

use super::{edition, record};
use crate::error::{ImportError, Place};
use crate::fixed::FixedWidth;
use crate::header::{self, HeaderStyle};
use crate::importer::Importer;
use crate::layout;
use crate::release::{Completeness, Imported};
use crate::row::Row;
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{Cell, Fixed, Schema, ShortCode};

/// Alpha-numeric file.
pub(crate) struct AlphaNumeric;

/// A line of the fixed-width file: code right-adjusted in 1–5, sequence number in 6–10, record identification in 11.
fn is_record(line: &str) -> bool {
    let bytes = line.as_bytes();
    // Sequence numbers have four digits and the identification follows at once where modifiers stand in columns 4–5.
    bytes.len() >= 91
        && bytes[..5].iter().any(u8::is_ascii_alphanumeric)
        && bytes[5..10].iter().all(u8::is_ascii_digit)
        && matches!(bytes[10], b'3' | b'4' | b'7' | b'8')
}

fn is_fixed(sniff: &Sniff<'_>) -> bool {
    sniff.shape() == Shape::Text && sniff.lines().take(200).filter(|line| is_record(line)).count() >= 3
}

impl Importer for AlphaNumeric {
    fn name(&self) -> &str {
        "HCPCS alpha-numeric file"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        if is_fixed(sniff) { Some(Confidence::Certain) } else { sniff.columns(&record::columns()) }
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let release = edition::release(("hcpcs", "Alpha-Numeric HCPCS File"), file, out, None)?;
        let mut gathered = Gathered::default();
        if is_fixed(&Sniff::new(file)) {
            let fields = record::fields();
            let mut begun = false;
            FixedWidth::new(&file.text(), file.path(), &fields).each(|row| {
                begun |= is_record(row.line());
                // Disclaimers precede the records.
                if begun { gathered.add(&row) } else { Ok(()) }
            })?;
        } else {
            let wanted = header::wanted(&record::columns());
            layout::each_row(file, &wanted, HeaderStyle::Single, &mut |row| gathered.add(&row))?;
        }
        let mut kept: Vec<_> = record::kept().map(|(_, column)| column).collect();
        let codes = Schema::new("hcpcs/codes", 1, kept.clone());
        kept[0].name = "modifier".to_owned();
        let modifiers = Schema::new("hcpcs/modifiers", 1, kept);
        for entry in gathered.entries {
            let schema = if entry.modifier { &modifiers } else { &codes };
            let table = release.table(schema.clone(), Completeness::Whole)?;
            let cells: Vec<Cell<'_>> = entry.values.iter().map(Value::cell).collect();
            table.push_numbered(entry.row, &cells)?;
        }
        for (place, error) in gathered.left_blank {
            release.warn(place, format!("left blank: {error}"));
        }
        if gathered.lines == 0 {
            return Err(ImportError::content(Place::file(file.path()), "it holds no record"));
        }
        Ok(())
    }
}

/// A cell that owns its text.
enum Value {
    Blank,
    Code(ShortCode),
    Text(String),
    Day(openclaim_tables::Day),
    Int(i64),
    Decimal(Fixed),
    Flag(u8),
}

impl Value {
    fn of(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Blank => Self::Blank,
            Cell::Code(code) => Self::Code(code),
            Cell::Text(text) => Self::Text(text.to_owned()),
            Cell::Day(day) => Self::Day(day),
            Cell::Int(number) => Self::Int(number),
            Cell::Decimal(number) => Self::Decimal(number),
            Cell::Flag(flag) => Self::Flag(flag),
        }
    }

    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Blank => Cell::Blank,
            Self::Code(code) => Cell::Code(*code),
            Self::Text(text) => Cell::Text(text),
            Self::Day(day) => Cell::Day(*day),
            Self::Int(number) => Cell::Int(*number),
            Self::Decimal(number) => Cell::Decimal(*number),
            Self::Flag(flag) => Cell::Flag(*flag),
        }
    }
}

struct Entry {
    row: u64,
    modifier: bool,
    code: String,
    /// In the order of [`record::kept`].
    values: Vec<Value>,
}

/// Entries, the lines that continue a description joined to it.
#[derive(Default)]
struct Gathered {
    entries: Vec<Entry>,
    lines: u64,
    left_blank: Vec<(Place, String)>,
}

impl Gathered {
    fn add(&mut self, row: &Row<'_>) -> Result<(), ImportError> {
        self.lines += 1;
        let code = row.text(0);
        match row.text(record::RECORD) {
            kind @ ("3" | "7") => {
                row.required_code(0)?;
                let mut values = Vec::new();
                for (at, column) in record::kept() {
                    match row.cell(at, column.kind) {
                        Ok(cell) => values.push(Value::of(cell)),
                        // `170401` has been seen for a date; what the fee schedules say anyway is not worth a refusal.
                        Err(error) if record::IMMATERIAL.contains(&column.name.as_str()) => {
                            self.left_blank.push((row.place(at), error.problem()));
                            values.push(Value::Blank);
                        }
                        Err(error) => return Err(error),
                    }
                }
                let modifier = kind == "7";
                self.entries.push(Entry { row: row.number(), modifier, code: code.to_owned(), values });
                Ok(())
            }
            "4" | "8" => match self.entries.last_mut() {
                Some(entry) if entry.code == code => {
                    // The long description follows the code among the kept fields.
                    if let Some(Value::Text(text)) = entry.values.get_mut(1) {
                        text.push(' ');
                        text.push_str(row.text(record::LONG));
                    }
                    Ok(())
                }
                _ => Err(row.bad(record::RECORD, "continues a description, but the line before is of another code")),
            },
            _ => Err(row.bad(record::RECORD, "is no record identification (3, 4, 7 or 8)")),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    fn record(code: &str, sequence: &str, kind: char, long: &str, short: &str, rest: &str) -> String {
        format!("{code:>5}{sequence}{kind}{long:<80}{short:<28}{rest:<173}\r\n")
    }

    #[test]
    fn records_of_320_characters() {
        let tail = format!("{:<149}{:<24}", "00", "203001012030010120311231").replace(' ', " ") + "N";
        let text = "***Disclaimers\r\n\r\n".to_owned()
            + &record("ZZ", "00100", '7', "Odd modifier", "Odd mod", &tail)
            + &record("Z9901", "00100", '3', "Odd item, made up for", "Odd item", &tail)
            + &record("Z9901", "00200", '4', "a test", "", "")
            + &record("Z9902", "00100", '3', "Odd item", "Odd item", &tail);
        let built = read("HCPC2031_X.txt", &text).unwrap();
        assert_eq!((built[0].meta.family.as_str(), built[0].meta.version.as_str()), ("hcpcs", "2031"));
        let codes = rows(&built, "hcpcs/codes");
        assert_eq!(codes[0][..4], ["Z9901", "Odd item, made up for a test", "Odd item", "00"]);
        assert_eq!(codes[0][42..], ["2030-01-01", "2030-01-01", "2031-12-31", "N"]);
        assert_eq!((codes.len(), rows(&built, "hcpcs/modifiers")[0][0].as_str()), (2, "ZZ"));
    }

    #[test]
    fn the_csv_has_the_same_fields() {
        let text = "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,PRICE1,COV,ADD DT,ACT EFF DT,TERM DT,ACTION CD\n\
                    \x20  ZZ,0010,7,Odd modifier,Odd mod,,C,20300101,20300101,,N\nZ9901,0010,3,Odd item,Odd item,00,C,20300101,20300101,20311231,N\n";
        let built = read("HCPC2031_OCT_ANWEB.csv", text).unwrap();
        assert_eq!(
            (built[0].meta.version.as_str(), built[0].meta.to.unwrap().to_string().as_str()),
            ("2031-10", "2031-12-31")
        );
        assert_eq!(rows(&built, "hcpcs/codes")[0][42..], ["2030-01-01", "2030-01-01", "2031-12-31", "N"]);
        let renamed = read("HCPC2031.csv", &text.replace("TERM DT", "END DT")).unwrap_err().to_string();
        assert!(renamed.starts_with("HCPC2031.csv, row 1: no column `terminated`; found `HCPC`"), "{renamed}");
        let error = read("HCPC2031.csv", &text.replace("20311231", "20311331")).unwrap_err().to_string();
        assert_eq!(error, "HCPC2031.csv, row 3, column `terminated`: `20311331` is not a date");
    }
}
