//! SAS macros that hold tables: hierarchies, labels, age and sex edits. Macros that hold a program are refused.

use super::Model;
use super::statements::{Statement, statements};
use crate::error::{ImportError, Place};
use crate::importer::Importer;
use crate::release::{Completeness, Imported, ReleaseDraft};
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{Cell, ColumnSpec, Schema};

/// A macro, or a program, of the HCC software.
pub(crate) struct SasMacro;

impl Importer for SasMacro {
    fn name(&self) -> &str {
        "HCC software macro"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        let begins = sniff.head().trim_start().get(..7).is_some_and(|word| word.eq_ignore_ascii_case("%macro "));
        let is_sas = begins || sniff.mentions("EXEC SAS") || sniff.mentions("%INCLUDE ") || sniff.mentions("%mend");
        (sniff.shape() == Shape::Text && is_sas).then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let content = file.text();
        let statements = statements(&content);
        let refuse = |reason: String| Err(ImportError::Unrecognised { file: file.path().to_owned(), reason });
        let Some(name) = macro_name(&statements) else {
            return refuse("a SAS program, not a table".to_owned());
        };
        let kind = name.get(3..).unwrap_or_default();
        let Some(model) = version(&name).map(|version| Model::of_version(version, None)) else {
            return refuse(format!("SAS macro {name}: a program that computes variables of a person, not a table"));
        };
        let letters = kind.trim_end_matches(|c: char| c.is_ascii_digit());
        let (what, read): (_, ReadMacro) = if letters.ends_with("ED") {
            ("age and sex edits", edits)
        } else if letters.ends_with('L') {
            ("labels", labels)
        } else if letters.ends_with('H') {
            ("hierarchies", hierarchies)
        } else {
            let reason = "the scoring program, not a table; the tables it uses are in files of their own";
            return refuse(format!("SAS macro {name}: {reason}"));
        };
        let release = out.release(model.identity(what, &name))?;
        let message = format!("the macro names no period; {} is taken as its first day", super::SINCE);
        release.warn(Place::file(file.path()), message);
        read(file, &model, &statements, release)
    }
}

/// Reads the statements of a macro into a table of the model.
type ReadMacro = fn(&SourceFile, &Model, &[Statement], &mut ReleaseDraft) -> Result<(), ImportError>;

fn macro_name(statements: &[Statement]) -> Option<String> {
    let first = statements.first()?;
    let rest = first.text.get(..7).filter(|word| word.eq_ignore_ascii_case("%macro ")).map(|_| &first.text[7..])?;
    Some(rest.split(['(', ' ']).next()?.to_ascii_uppercase())
}

/// `V24H86H1` and `I0V05ED2` are of versions 24 and 05; `AGESEXV2` is of none.
fn version(name: &str) -> Option<u32> {
    let name = name.strip_prefix("I0").unwrap_or(name);
    name.strip_prefix('V')?.get(..2).filter(|two| two.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

fn nothing(file: &SourceFile, what: &str) -> ImportError {
    ImportError::content(Place::file(file.path()), format!("the macro holds no {what}"))
}

/// `/*Neoplasm 1 */ %SET0(CC=8, HIER=%STR(9, 10 ))`: category 8 drops 9 and 10.
fn hierarchies(
    file: &SourceFile,
    model: &Model,
    statements: &[Statement],
    release: &mut ReleaseDraft,
) -> Result<(), ImportError> {
    let columns = [ColumnSpec::code("cc"), ColumnSpec::code("dropped_cc"), ColumnSpec::text("group")];
    let schema = Schema::new(&format!("{}/hierarchies", model.tables), 2, columns);
    let table = release.table(schema, Completeness::Whole)?;
    for statement in statements {
        let Some(call) = statement.text.strip_prefix("%SET0(CC=") else { continue };
        let place = Place { row: statement.line, ..Place::file(file.path()) };
        let read = call.split_once(',').and_then(|(category, rest)| {
            let list = rest.split_once("%STR(")?.1.split_once(')')?.0;
            Some((category.trim(), list))
        });
        let (category, list) =
            read.ok_or_else(|| ImportError::content(place, format!("`{}` is no hierarchy", statement.text)))?;
        for dropped in list.split(',').map(str::trim) {
            table.push_numbered(
                statement.line,
                &[Cell::Text(category), Cell::Text(dropped), Cell::Text(&statement.comment)],
            )?;
        }
    }
    if table.rows() == 0 { Err(nothing(file, "hierarchies")) } else { Ok(()) }
}

/// `LABEL HCC1 ="…" HCC2 ="…"`.
fn labels(
    file: &SourceFile,
    model: &Model,
    statements: &[Statement],
    release: &mut ReleaseDraft,
) -> Result<(), ImportError> {
    let columns = [ColumnSpec::text("name"), ColumnSpec::text("label")];
    let schema = Schema::new(&format!("{}/labels", model.tables), 1, columns);
    let table = release.table(schema, Completeness::Whole)?;
    for statement in statements {
        let Some(list) = statement.text.get(..6).filter(|word| word.eq_ignore_ascii_case("label ")) else { continue };
        let mut rest = &statement.text[list.len()..];
        while let Some((name, after)) = rest.split_once('=') {
            let (_, after) = after.split_once('"').unwrap_or(("", after));
            let Some((label, after)) = after.split_once('"') else {
                let place = Place { row: statement.line, ..Place::file(file.path()) };
                return Err(ImportError::content(place, format!("the label of `{}` does not end", name.trim())));
            };
            table.push_numbered(statement.line, &[Cell::Text(name.trim()), Cell::Text(label.trim())])?;
            rest = after;
        }
    }
    if table.rows() == 0 { Err(nothing(file, "labels")) } else { Ok(()) }
}

/// `IF &AGE < 18 AND &ICD10 IN ("J410", "J411") THEN CC="112"`: the edits in their order, of which the first that fits
/// a diagnosis decides.
fn edits(
    file: &SourceFile,
    model: &Model,
    statements: &[Statement],
    release: &mut ReleaseDraft,
) -> Result<(), ImportError> {
    let columns = [
        ColumnSpec::code("diagnosis"),
        ColumnSpec::int("rank"),
        ColumnSpec::flag("sex"),
        ColumnSpec::text("age"),
        ColumnSpec::code("cc"),
    ];
    let schema = Schema::new(&format!("{}/dx-edits", model.tables), 2, columns);
    let mut formats = false;
    let mut rows: Vec<(u64, String, i64, Edit)> = Vec::new();
    let mut rank = 0;
    for statement in statements {
        let upper = statement.text.to_ascii_uppercase();
        if !upper.contains(" THEN CC=") {
            continue;
        }
        if upper.contains("_TAGE") || upper.contains("_TSEX") {
            formats = true;
            continue;
        }
        let place = || Place { row: statement.line, ..Place::file(file.path()) };
        let edit = Edit::read(&upper).ok_or_else(|| {
            ImportError::content(place(), format!("`{}` is no edit that is understood", statement.text))
        })?;
        rank += 1;
        rows.extend(edit.diagnoses.clone().into_iter().map(|code| (statement.line, code, rank, edit.clone())));
    }
    if rows.is_empty() {
        return Err(nothing(file, "edits"));
    }
    if formats {
        let message =
            "the macro also checks age and sex by SAS formats that are not in it; those checks are not in the table";
        release.warn(Place::file(file.path()), message);
    }
    let table = release.table(schema, Completeness::Whole)?;
    for (line, code, rank, edit) in &rows {
        let sex = edit.sex.map_or(Cell::Blank, Cell::Flag);
        let cells = [Cell::Text(code), Cell::Int(*rank), sex, Cell::Text(&edit.age), Cell::Text(&edit.category)];
        table.push_numbered(*line, &cells)?;
    }
    Ok(())
}

/// One edit.
#[derive(Debug, Clone)]
struct Edit {
    sex: Option<u8>,
    /// The ages at which it applies: `< 18`, `>= 2`, `< 6 OR > 18`; empty for every age.
    age: String,
    diagnoses: Vec<String>,
    /// The category it sets; `-1.0` is none.
    category: String,
}

impl Edit {
    fn read(statement: &str) -> Option<Self> {
        let statement = statement.strip_prefix("ELSE ").unwrap_or(statement).strip_prefix("IF ")?;
        let (condition, outcome) = statement.split_once(" THEN CC=")?;
        let category = outcome.trim_matches(|c| matches!(c, '"' | '\'' | ' ')).to_owned();
        let diagnosis = condition.rfind("&ICD")?;
        let (before, list) = condition.split_at(diagnosis);
        let diagnoses: Vec<String> = list.split('"').skip(1).step_by(2).map(|code| code.trim().to_owned()).collect();
        let before = before.trim().strip_suffix("AND").unwrap_or(before).trim();
        let (mut sex, mut age) = (None, String::new());
        if let Some(value) = before.strip_prefix("&SEX=") {
            sex = value.trim_matches('"').bytes().next();
        } else {
            age = ["&AGERTI ", "&AGEMCE ", "&AGE "]
                .iter()
                .fold(before.to_owned(), |text, variable| text.replace(variable, ""))
                .trim_matches(|c| matches!(c, '(' | ')' | ' '))
                .to_owned();
            if age.contains('&') || !age.starts_with(['<', '>', '=', 'N']) {
                return None;
            }
        }
        (!diagnoses.is_empty() && !category.is_empty()).then_some(Self { sex, age, diagnoses, category })
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn hierarchies_are_read() {
        let text = " %MACRO V99H86H1; \n%MACRO SET0( CC=, HIER= );\n IF HCC&CC=1 THEN DO;\n%MEND SET0;\n\
            /*Made up 1 */ %SET0(CC=8     , HIER=%STR(9, 37_1 ));\n %MEND V99H86H1;\n";
        let built = read("any.txt", text).unwrap();
        assert_eq!((built[0].meta.family.as_str(), built[0].meta.version.as_str()), ("cms-hcc-v99", "V99H86H1"));
        assert_eq!(rows(&built, "hcc-v99/hierarchies"), [["8", "37_1", "Made up 1"], ["8", "9", "Made up 1"]]);
    }

    #[test]
    fn labels_are_read() {
        let text = "%macro V05128L1;\n* note;\n label\n HHS_HCC001 =\"One; \"\n RXC_12=\"Two\";\n %mend;";
        let built = read("any.txt", text).unwrap();
        assert_eq!(rows(&built, "hhs-v05/labels"), [["HHS_HCC001", "One;"], ["RXC_12", "Two"]]);
    }

    #[test]
    fn edits_are_read_in_their_order() {
        let text = "%MACRO V99I0ED1(AGE=, SEX=, ICD10= );\n %* it's a comment;\n\
            IF &SEX=\"2\" AND &ICD10 IN (\"X66\", \"X67\")  THEN CC=\"48\";\n ELSE\n\
            IF (&AGE < 6 OR &AGE > 18) AND &ICD10 = \"X3481\"\n THEN CC=\"-1.0\";\n\
            IF _TAGE NE \"-1\" AND &AGE < 2 THEN CC='-1.0';\n%MEND V99I0ED1;";
        let built = read("any.txt", text).unwrap();
        assert_eq!(
            rows(&built, "hcc-v99/dx-edits"),
            [["X3481", "2", "", "< 6 OR > 18", "-1.0"], ["X66", "1", "2", "", "48"], ["X67", "1", "2", "", "48"]]
        );
        assert!(built[0].meta.warnings.iter().any(|warning| warning.message.contains("SAS formats")));
    }

    #[test]
    fn programs_are_refused_by_name() {
        let refused = |text: &str| read("any.txt", text).unwrap_err().to_string();
        assert!(refused("%MACRO AGESEXV2(AGEF=);\n X=1;\n%MEND;").contains("AGESEXV2: a program"));
        assert!(refused("%MACRO V2419P1M(INP=);\n X=1;\n%MEND;").contains("V2419P1M: the scoring program"));
        assert!(refused("/* JCL\n //X EXEC SAS94 */\n DATA X;").contains("a SAS program"));
    }
}
