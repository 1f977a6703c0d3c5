//! CMS-HCC tables as csv: diagnosis to condition category, coefficients, hierarchies, labels, eligible procedures,
//! diagnosis edits, chronic categories.

use super::{SINCE, year_of};
use crate::error::{ImportError, Place};
use crate::header::Column;
use crate::importer::Importer;
use crate::layout::Layout;
use crate::release::{Completeness, Identity, Imported, ReleaseDraft};
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use jiff::civil::Date;
use openclaim_tables::Day;
use openclaim_tables::relation::ColumnKind;
use std::collections::HashMap;

/// One of the csv tables.
pub(crate) struct HccTable {
    family: &'static str,
    title: &'static str,
    layout: Layout,
}

const COEFFICIENT: usize = 0;
const VALUE: usize = 3;

/// Diagnosis to condition category.
pub(crate) const MAPPING: HccTable = HccTable {
    family: "cms-hcc-mapping",
    title: "CMS-HCC and RxHCC diagnosis to condition category",
    layout: Layout::new(
        "risk/dx-cc",
        3,
        &[
            (Column::required("diagnosis", &["diagnosis_code"]), ColumnKind::Code),
            (Column::required("model", &["model_name"]), ColumnKind::Text),
            (Column::required("cc", &[]), ColumnKind::Code),
        ],
    ),
};

/// Coefficients. The value is part of the key: the files print two values for some coefficients of RxHCC, and do not
/// say which is for which of its separately calibrated models.
pub(crate) const COEFFICIENTS: HccTable = HccTable {
    family: "cms-hcc-coefficients",
    title: "CMS-HCC and RxHCC coefficients",
    layout: coefficients("risk/coefficients"),
};

const COEFFICIENT_COLUMNS: [(Column, ColumnKind); 4] = [
    (Column::required("coefficient", &[]), ColumnKind::Text),
    (Column::required("model_domain", &[]), ColumnKind::Text),
    (Column::required("model_version", &[]), ColumnKind::Text),
    (Column::required("value", &[]), ColumnKind::Decimal { scale: 3 }),
];

const fn coefficients(table: &'static str) -> Layout {
    Layout::new(table, 4, &COEFFICIENT_COLUMNS)
}

/// Hierarchies.
pub(crate) const HIERARCHIES: HccTable = HccTable {
    family: "cms-hcc-hierarchies",
    title: "CMS-HCC and RxHCC hierarchies",
    layout: Layout::new(
        "risk/hierarchies",
        4,
        &[
            (Column::required("cc", &["cc_parent"]), ColumnKind::Code),
            (Column::required("dropped_cc", &["cc_child"]), ColumnKind::Code),
            (Column::required("model_domain", &[]), ColumnKind::Text),
            (Column::required("model_version", &[]), ColumnKind::Text),
            (Column::required("source", &["model_fullname"]), ColumnKind::Text),
        ],
    ),
};

/// Labels.
pub(crate) const LABELS: HccTable = HccTable {
    family: "cms-hcc-labels",
    title: "CMS-HCC and RxHCC labels",
    layout: Layout::new(
        "risk/labels",
        3,
        &[
            (Column::required("category", &["cc"]), ColumnKind::Text),
            (Column::required("model_domain", &[]), ColumnKind::Text),
            (Column::required("model_version", &[]), ColumnKind::Text),
            (Column::required("label", &[]), ColumnKind::Text),
            (Column::required("source", &["model_fullname"]), ColumnKind::Text),
        ],
    ),
};

/// Procedures whose diagnoses count.
pub(crate) const ELIGIBLE: HccTable = HccTable {
    family: "risk-eligible-procedures",
    title: "Risk adjustment eligible CPT/HCPCS codes",
    layout: Layout::new("risk/eligible-procedures", 1, &[(Column::required("cpt_hcpcs_code", &[]), ColumnKind::Code)]),
};

/// Age and sex edits of diagnoses.
pub(crate) const EDITS: HccTable = HccTable {
    family: "cms-hcc-edits",
    title: "CMS-HCC diagnosis age and sex edits",
    layout: Layout::new(
        "risk/dx-edits",
        3,
        &[
            (Column::required("diagnosis", &["icd10"]), ColumnKind::Code),
            (Column::required("model", &["model_name"]), ColumnKind::Text),
            (Column::required("edit", &["edit_type"]), ColumnKind::Text),
            (Column::required("sex", &[]), ColumnKind::Flag),
            (Column::required("age_min", &[]), ColumnKind::Int),
            (Column::required("age_max", &[]), ColumnKind::Int),
            (Column::required("action", &[]), ColumnKind::Text),
            (Column::required("cc", &["cc_override"]), ColumnKind::Code),
            (Column::optional("description", &[]), ColumnKind::Text),
        ],
    ),
};

/// Categories that are chronic conditions.
pub(crate) const CHRONIC: HccTable = HccTable {
    family: "cms-hcc-chronic",
    title: "CMS-HCC chronic categories",
    layout: Layout::new(
        "risk/chronic",
        4,
        &[
            (Column::required("category", &["hcc"]), ColumnKind::Text),
            (Column::required("model_domain", &[]), ColumnKind::Text),
            (Column::required("model_version", &[]), ColumnKind::Text),
            (Column::required("chronic", &["is_chronic"]), ColumnKind::Text),
        ],
    ),
};

impl Importer for HccTable {
    fn name(&self) -> &str {
        self.title
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        // A table of one column has no delimiter by which its header could be found.
        if self.layout.columns.len() == 1 {
            let header = sniff.lines().next().is_some_and(|line| line.trim() == self.layout.columns[0].0.name);
            return (sniff.shape() == Shape::Text && header).then_some(Confidence::Certain);
        }
        self.layout.recognise(sniff)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        // The proposed coefficients of a year look like final ones; under another name none can take them for final.
        let proposed = file.name().to_ascii_lowercase().contains("proposed");
        let year = year_of(file.name());
        let family = if proposed { format!("{}-proposed", self.family) } else { self.family.to_owned() };
        let title = if proposed { format!("{}, proposed", self.title) } else { self.title.to_owned() };
        // Two lists that differ in what they leave out are two editions.
        let version = match year {
            Some(year) => format!("PY{year}"),
            None if file.name().contains("without") => super::stem(file),
            None => "undated".to_owned(),
        };
        let day = |year, month, day| Date::new(year, month, day).ok().map(Day::from);
        let identity = Identity::new(&family, "CMS", &title, &version);
        let release = out.release(match year {
            Some(year) => identity.period(day(year, 1, 1).unwrap_or(SINCE), day(year, 12, 31)),
            None => identity.period(SINCE, None),
        })?;
        self.warn(file, year, proposed, release);
        let layout = if proposed && self.family == COEFFICIENTS.family {
            coefficients("risk/coefficients-proposed")
        } else {
            self.layout
        };
        if self.family == COEFFICIENTS.family {
            warn_of_two_values(file, &layout, release)?;
        }
        layout.copy(file, release, Completeness::Whole, |_| true)
    }
}

impl HccTable {
    fn warn(&self, file: &SourceFile, year: Option<i16>, proposed: bool, release: &mut ReleaseDraft) {
        let mut warn = |message: String| release.warn(Place::file(file.path()), message);
        match year {
            Some(year) => {
                warn(format!("the content does not say for which payment year it is; {year} is taken from the name"))
            }
            None => {
                warn(format!("neither content nor name say from when it holds; {SINCE}, the day of ICD-10, is taken"))
            }
        }
        if proposed {
            warn("proposed, not final: stored under a table of its own, and not to be used for payment".to_owned());
        }
    }
}

/// Warns of coefficients that have more than one value.
fn warn_of_two_values(file: &SourceFile, layout: &Layout, release: &mut ReleaseDraft) -> Result<(), ImportError> {
    let mut values: HashMap<String, String> = HashMap::new();
    let mut twice: Vec<String> = Vec::new();
    layout.each(file, &mut |row| {
        let key = format!("{} ({} {})", row.text(COEFFICIENT), row.text(1), row.text(2));
        let value = row.text(VALUE).to_owned();
        if values.get(&key).is_some_and(|known| *known != value) {
            twice.push(key.clone());
        }
        values.insert(key, value);
        Ok(())
    })?;
    if let Some(first) = twice.first() {
        let message = format!(
            "{} coefficients are there with two values, as {first}: the file does not say which of the separately \
             calibrated models each is for, and both are kept",
            twice.len()
        );
        release.warn(Place::file(file.path()), message);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn mappings_of_a_year() {
        let built = read("ra_dx_to_cc_2026.csv", "diagnosis_code,cc,model_name\nX0001,7,Model V0\n").unwrap();
        assert_eq!((built[0].meta.version.as_str(), built[0].meta.from.to_string().as_str()), ("PY2026", "2026-01-01"));
        assert_eq!(rows(&built, "risk/dx-cc"), [["X0001", "Model V0", "7"]]);
    }

    #[test]
    fn proposed_coefficients_are_kept_apart() {
        let text = "coefficient,value,model_domain,model_version\nCNA_HCC1,0.5,D,C0\n";
        let built = read("ra_proposed_coefficients_2027.csv", text).unwrap();
        assert_eq!(built[0].meta.family, "cms-hcc-coefficients-proposed");
        assert_eq!(rows(&built, "risk/coefficients-proposed"), [["CNA_HCC1", "D", "C0", "0.500"]]);
        assert!(built[0].meta.warnings.iter().any(|warning| warning.message.contains("not final")));
        assert_eq!(read("ra_coefficients_2027.csv", text).unwrap()[0].meta.tables[0].table, "risk/coefficients");
    }

    #[test]
    fn two_values_of_a_coefficient_are_kept_with_a_warning() {
        let text = "coefficient,value,model_domain,model_version\nX,0.5,D,R0\nX,0.6,D,R0\nX,0.6,D,R0\n";
        let built = read("c_2026.csv", text).unwrap();
        assert_eq!((rows(&built, "risk/coefficients").len(), built[0].meta.tables[0].repeated), (2, 1));
        assert!(built[0].meta.warnings.iter().any(|warning| warning.message.starts_with("1 coefficients")));
    }

    #[test]
    fn a_list_of_one_column() {
        let built = read("eligible_2026.csv", "cpt_hcpcs_code\nX0001\nX0002\n").unwrap();
        assert_eq!(rows(&built, "risk/eligible-procedures"), [["X0001"], ["X0002"]]);
    }
}
