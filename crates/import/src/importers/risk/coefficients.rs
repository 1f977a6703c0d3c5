//! Coefficients as CMS ships them: for CMS-HCC one row of names over one row of values, for HHS-HCC a table by metal
//! level.

use super::{Model, stem};
use crate::delimited;
use crate::error::{ImportError, Place};
use crate::header::Column;
use crate::importer::Importer;
use crate::layout::Layout;
use crate::release::{Completeness, Imported};
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{Cell, ColumnKind, ColumnSpec, Schema};

/// Names over values.
pub(crate) struct WideCoefficients;

/// The fewest coefficients of a model; a shorter row is something else.
const FEWEST: usize = 100;

impl Importer for WideCoefficients {
    fn name(&self) -> &str {
        "CMS-HCC model coefficients"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        // A row is longer than the beginning that is looked at only when it is no such file.
        let names = sniff.records().first()?;
        let named = |name: &String| name.contains('_') && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let hccs = names.iter().filter(|name| name.contains("_HCC")).count();
        let fits = names.len() >= FEWEST && names.iter().all(named) && hccs * 4 > names.len();
        (sniff.shape() == Shape::Text && fits).then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let content = file.text();
        let records = delimited::first_records(&content, b',', 3);
        let [names, values, rest @ ..] = records.as_slice() else {
            return Err(ImportError::content(Place::file(file.path()), "it has names of coefficients and no values"));
        };
        let place = |row, column: Option<&String>| Place { row, column: column.cloned(), ..Place::file(file.path()) };
        if names.len() != values.len() || rest.iter().flatten().any(|cell| !cell.trim().is_empty()) {
            let problem = format!(
                "{} names and {} values of coefficients, where one row of each is expected",
                names.len(),
                values.len()
            );
            return Err(ImportError::content(place(2, None), problem));
        }
        let model = Model::of_file(file)?;
        let release = out.release(model.identity("coefficients", &stem(file)))?;
        model.warn(file, release);
        let columns = [ColumnSpec::text("coefficient"), ColumnSpec::decimal("value", 3)];
        let schema = Schema::new(&format!("{}/coefficients", model.tables), 1, columns);
        let table = release.table(schema, Completeness::Whole)?;
        for (name, value) in names.iter().zip(values) {
            if value.trim().is_empty() {
                return Err(ImportError::content(place(2, Some(name)), "the coefficient has no value"));
            }
            table.push_numbered(2, &[Cell::Text(name), Cell::Text(value)])?;
        }
        Ok(())
    }
}

/// HHS-HCC coefficients by metal level.
pub(crate) struct MetalCoefficients;

const METAL: Layout = Layout::new(
    "hhs/coefficients",
    2,
    &[
        (Column::required("model", &[]), ColumnKind::Text),
        (Column::required("variable", &[]), ColumnKind::Text),
        (Column::required("used_in_score", &["variable used in risk score formula"]), ColumnKind::Text),
        (Column::required("platinum", &["platinum level"]), ColumnKind::Decimal { scale: 3 }),
        (Column::required("gold", &["gold level"]), ColumnKind::Decimal { scale: 3 }),
        (Column::required("silver", &["silver level"]), ColumnKind::Decimal { scale: 3 }),
        (Column::required("bronze", &["bronze level"]), ColumnKind::Decimal { scale: 3 }),
        (Column::required("catastrophic", &["catastrophic level"]), ColumnKind::Decimal { scale: 3 }),
    ],
);

impl Importer for MetalCoefficients {
    fn name(&self) -> &str {
        "HHS-HCC model coefficients"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        METAL.recognise(sniff)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let model = Model::of_file(file)?;
        let mut identity = model.identity("coefficients", &stem(file));
        // Benefit years replace each other; each has its own coefficients.
        identity.to = model.year.and_then(|year| jiff::civil::Date::new(year, 12, 31).ok()).map(Into::into);
        let release = out.release(identity)?;
        model.warn(file, release);
        METAL.copy(file, release, Completeness::Whole, |_| true)
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    fn wide(values: &str) -> String {
        let names: Vec<String> = (0..120).map(|number| format!("CNA_HCC{number}")).collect();
        let more = vec!["0.25"; 119].join(",");
        format!("{}\n{values},{more}\n", names.join(","))
    }

    #[test]
    fn names_over_values() {
        let built = read("V24hcccoefn.csv", &wide("1.041")).unwrap();
        assert_eq!(built[0].meta.family, "cms-hcc-v24");
        let rows = rows(&built, "hcc-v24/coefficients");
        assert_eq!((rows.len(), &rows[0]), (120, &vec!["CNA_HCC0".to_owned(), "1.041".to_owned()]));
        let error = read("V24hcccoefn.csv", &wide("much")).unwrap_err().to_string();
        assert!(error.contains("`much`"), "{error}");
        let error = read("coefficients.csv", &wide("1")).unwrap_err().to_string();
        assert!(error.contains("which model"), "{error}");
    }

    #[test]
    fn metal_levels() {
        let text = "Model,Variable,Variable Used in Risk Score Formula?,Platinum Level,Gold Level,Silver Level,\
            Bronze Level,Catastrophic Level\nAdult,MAGE,Yes,0.168,0.133,0.092,0.051,0.049\n";
        let built = read("HHS19hcccoefn.csv", text).unwrap();
        assert_eq!(built[0].meta.family, "hhs-hcc-v05");
        assert_eq!(rows(&built, "hhs/coefficients")[0][4], "0.133");
    }
}
