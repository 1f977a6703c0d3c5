//! Lists of the SAS software as tab-separated text without header: diagnosis to condition category, drugs to RXC,
//! bundled mothers and infants, age and sex edits of the Medicare Code Editor.

use super::{Model, stem};
use crate::error::{ImportError, Place};
use crate::importer::Importer;
use crate::release::{Completeness, Imported};
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{Cell, ColumnSpec, Schema};

/// A list of the SAS software.
pub(crate) struct SasList;

/// What a line of a list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Diagnosis, condition category, a letter that marks further categories of the same diagnosis.
    Diagnoses,
    /// National Drug Code, RXC, its label.
    Drugs,
    /// HCPCS code, RXC, its label.
    Procedures,
    /// Diagnosis, age group of the Medicare Code Editor.
    Ages,
    /// Diagnosis, sex.
    Sexes,
    /// Diagnoses of mothers whose claims carry the infant's too.
    Mothers,
    /// Diagnoses of infants whose claims are carried by the mother.
    Infants,
}

/// Lines looked at to recognise a list.
const LOOKED_AT: usize = 200;

fn is_diagnosis(word: &str) -> bool {
    let bytes = word.as_bytes();
    (3..=7).contains(&bytes.len())
        && bytes[0].is_ascii_uppercase()
        && bytes.iter().any(u8::is_ascii_digit)
        && bytes.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_category(word: &str) -> bool {
    let number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    word.split_once('.').map_or_else(|| number(word), |(whole, part)| number(whole) && number(part))
}

fn is_mark(word: &str) -> bool {
    word.len() <= 1 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

impl Kind {
    /// The kind of list a single line could be of. A line of diagnoses alone is of mothers or infants only by its code.
    fn of_line(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.trim_end_matches('\r').split('\t').collect();
        match cells[..] {
            [code, category, mark] if is_diagnosis(code) && is_category(category) && is_mark(mark.trim()) => {
                Some(Self::Diagnoses)
            }
            [drug, category, label] if is_category(category) && !label.trim().is_empty() => {
                if drug.len() == 11 && drug.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    Some(Self::Drugs)
                } else if is_diagnosis(drug) && drug.len() == 5 {
                    Some(Self::Procedures)
                } else {
                    None
                }
            }
            [code, group] if is_diagnosis(code) => {
                let (number, words) = group.split_once(' ')?;
                match words {
                    _ if number.len() != 1 => None,
                    "female" | "male" => Some(Self::Sexes),
                    _ if words.contains("(age ") => Some(Self::Ages),
                    _ => None,
                }
            }
            [code] if is_diagnosis(code.trim()) => match code.as_bytes() {
                [b'P', ..] | [b'Q', b'8', b'9', ..] | [b'Z', b'3', b'8', ..] => Some(Self::Infants),
                [b'O', ..] | [b'Z', b'3', b'7' | b'9', ..] => Some(Self::Mothers),
                _ => None,
            },
            _ => None,
        }
    }

    /// The kind that all lines are of.
    fn of<'l>(lines: impl Iterator<Item = &'l str>) -> Option<Self> {
        let mut kinds = lines.take(LOOKED_AT).map(Self::of_line);
        let first = kinds.next().flatten()?;
        kinds.all(|kind| kind == Some(first)).then_some(first)
    }

    fn title(self) -> &'static str {
        match self {
            Self::Diagnoses => "diagnosis to condition category",
            Self::Drugs => "National Drug Code to RXC",
            Self::Procedures => "HCPCS code to RXC",
            Self::Ages => "age groups of diagnoses",
            Self::Sexes => "sexes of diagnoses",
            Self::Mothers => "diagnoses of bundled mothers",
            Self::Infants => "diagnoses of bundled infants",
        }
    }

    /// Name of the table within its model, and its columns. The first `key` of them identify a row.
    fn table(self) -> (&'static str, usize, Vec<ColumnSpec>) {
        let code = ColumnSpec::code;
        match self {
            Self::Diagnoses => ("dx-cc", 2, vec![code("diagnosis"), code("cc"), ColumnSpec::flag("mark")]),
            Self::Drugs => ("ndc-rxc", 2, vec![ColumnSpec::text("ndc"), code("rxc"), ColumnSpec::text("label")]),
            Self::Procedures => ("hcpcs-rxc", 2, vec![code("hcpcs"), code("rxc"), ColumnSpec::text("label")]),
            Self::Ages => ("dx-age", 1, vec![code("diagnosis"), ColumnSpec::flag("group"), ColumnSpec::text("label")]),
            Self::Sexes => ("dx-sex", 1, vec![code("diagnosis"), ColumnSpec::flag("sex"), ColumnSpec::text("label")]),
            Self::Mothers => ("bundled-mothers", 1, vec![code("diagnosis")]),
            Self::Infants => ("bundled-infants", 1, vec![code("diagnosis")]),
        }
    }
}

impl Importer for SasList {
    fn name(&self) -> &str {
        "HCC software list"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        let kind = if sniff.shape() == Shape::Text { Kind::of(sniff.lines()) } else { None };
        kind.map(|_| Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let content = file.text();
        let lines = || content.lines().zip(1_u64..).filter(|(line, _)| !line.trim().is_empty());
        let kind = Kind::of(lines().map(|(line, _)| line))
            .ok_or_else(|| ImportError::content(Place::file(file.path()), "its lines are of different kinds"))?;
        let model = Model::of_file(file)?;
        let release = out.release(model.identity(kind.title(), &stem(file)))?;
        model.warn(file, release);
        if kind == Kind::Drugs {
            let odd = lines().filter(|(line, _)| !line.bytes().take(11).all(|byte| byte.is_ascii_digit()));
            for (line, number) in odd {
                let place = Place { row: number, ..Place::file(file.path()) };
                let code: String = line.chars().take(11).collect();
                release.warn(place, format!("`{code}` is no National Drug Code: it has letters; kept as published"));
            }
        }
        let (name, key, columns) = kind.table();
        let table =
            release.table(Schema::new(&format!("{}/{name}", model.tables), key, columns), Completeness::Whole)?;
        for (line, number) in lines() {
            if Kind::of_line(line) != Some(kind) {
                let place = Place { row: number, ..Place::file(file.path()) };
                return Err(ImportError::content(place, format!("`{}` is no line of {}", line.trim(), kind.title())));
            }
            let cells: Vec<&str> = line.trim_end_matches('\r').split('\t').map(str::trim).collect();
            let grouped;
            let cells: &[&str] = match (kind, cells.as_slice()) {
                // "2 maternity (age 12-55)"
                (Kind::Ages | Kind::Sexes, [code, group]) => {
                    let (number, label) = group.split_once(' ').unwrap_or((group, ""));
                    grouped = [*code, number, label];
                    &grouped
                }
                (_, cells) => cells,
            };
            let cells: Vec<Cell<'_>> = cells.iter().map(|text| Cell::Text(text)).collect();
            table.push_numbered(number, &cells)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;
    use crate::test_support::{read, rows};

    #[test]
    fn diagnoses_with_a_second_category() {
        let built = read("H0519F3.FY 2018 ICD10.TXT", "X0001\t129\t\r\nX0001\t158\tD\r\nX02\t37.1\t\r\n").unwrap();
        assert_eq!(built[0].meta.version, "H0519F3-FY-2018-ICD10");
        let expected = [["X0001", "129", ""], ["X0001", "158", "D"], ["X02", "37.1", ""]];
        assert_eq!(rows(&built, "hhs-v05/dx-cc"), expected);
    }

    #[test]
    fn drugs_groups_and_bundles() {
        let built = read("CY22F07A_NDC.TXT", "00000000001\t3\tMade-up agents\n").unwrap();
        assert_eq!(rows(&built, "hhs-v07/ndc-rxc"), [["00000000001", "3", "Made-up agents"]]);
        let built = read("H0519F3_HCPCS.TXT", "X0001\t3\tMade-up agents\n").unwrap();
        assert_eq!(rows(&built, "hhs-v05/hcpcs-rxc"), [["X0001", "3", "Made-up agents"]]);
        let built = read("H0519F3_AGE.TXT", "X01\t2 maternity (age 12-55)\n").unwrap();
        assert_eq!(rows(&built, "hhs-v05/dx-age"), [["X01", "2", "maternity (age 12-55)"]]);
        let built = read("H0519F3_MOTHER.TXT", "O000\nZ390\n").unwrap();
        assert_eq!(rows(&built, "hhs-v05/bundled-mothers"), [["O000"], ["Z390"]]);
    }

    #[test]
    fn other_lists_are_not_taken() {
        for text in ["A000\nB000\n", "A000\tCholera\n", "A000\t1\t\nnonsense\n"] {
            assert_eq!(Kind::of(text.lines()), None, "{text}");
        }
        let broken = format!("{}broken\n", "X0001\t1\t\n".repeat(300));
        assert!(read("F2422P1M.TXT", &broken).unwrap_err().to_string().contains("row 301"));
    }
}
