//! Risk adjustment models: the plain tables under `data/risk/`, embedded as [relations](crate::relation).
//!
//! They are read through the same rows as the relations that an importer stores, so a model is compiled from either.

use crate::plain::PlainTables;
use crate::relation::{ColumnSpec, RelationBuilder, Schema};
use crate::{FlatError, FlatWriter};

/// A plain table and its schema; columns are named as in the file.
pub(crate) struct Plain {
    pub(crate) file: &'static str,
    pub(crate) table: &'static str,
    pub(crate) key: usize,
    pub(crate) columns: &'static [Column],
}

pub(crate) enum Column {
    Code(&'static str),
    Text(&'static str),
    Int(&'static str),
    Thousandths(&'static str),
}

use Column::{Code, Int, Text, Thousandths};

/// CMS-HCC, ESRD and RxHCC.
const CMS: &[Plain] = &[
    Plain {
        file: "risk/cms/models.csv",
        table: CMS_MODELS,
        key: 1,
        columns: &[
            Text("model"),
            Text("family"),
            Text("mapping"),
            Text("category_prefix"),
            Text("age_64_as_65"),
            Text("imported_mapping"),
            Text("imported_coefficients"),
            Text("imported_domain"),
            Text("imported_version"),
            Text("source"),
        ],
    },
    Plain {
        file: "risk/cms/diagnoses.csv",
        table: CMS_DIAGNOSES,
        key: 2,
        columns: &[
            Code("code"),
            Int("first_year"),
            Int("last_year"),
            Text("v22"),
            Text("v24"),
            Text("v28"),
            Text("esrd_v21"),
            Text("rx_v08"),
        ],
    },
    Plain {
        file: "risk/cms/hierarchies.csv",
        table: CMS_HIERARCHIES,
        key: 2,
        columns: &[Text("model"), Int("cc"), Text("drops")],
    },
    Plain {
        file: "risk/cms/coefficients.csv",
        table: CMS_COEFFICIENTS,
        key: 4,
        columns: &[
            Text("model"),
            Text("variable"),
            Text("calibration"),
            Int("first_year"),
            Int("last_year"),
            Thousandths("value"),
        ],
    },
    Plain {
        file: "risk/cms/labels.csv",
        table: CMS_LABELS,
        key: 2,
        columns: &[Text("model"), Int("cc"), Text("label")],
    },
    Plain {
        file: "risk/cms/edits.csv",
        table: CMS_EDITS,
        key: 3,
        columns: &[
            Text("model"),
            Code("code"),
            Text("kind"),
            Text("sex"),
            Int("age_at_most"),
            Int("age_at_least"),
            Int("cc"),
        ],
    },
    Plain {
        file: "risk/cms/groups.csv",
        table: CMS_GROUPS,
        key: 2,
        columns: &[Text("model"), Text("name"), Text("members"), Text("source")],
    },
    Plain {
        file: "risk/cms/interactions.csv",
        table: CMS_INTERACTIONS,
        key: 2,
        columns: &[Text("model"), Text("variable"), Text("terms"), Text("source")],
    },
    Plain {
        file: "risk/cms/requirements.csv",
        table: CMS_REQUIREMENTS,
        key: 2,
        columns: &[Text("model"), Int("cc"), Text("any_of"), Text("source")],
    },
    Plain {
        file: "risk/cms/segments.csv",
        table: CMS_SEGMENTS,
        key: 2,
        columns: &[
            Text("model"),
            Text("population"),
            Text("prefix"),
            Text("shared"),
            Text("age"),
            Text("dual"),
            Text("care"),
            Text("enrolment"),
            Text("description"),
            Text("source"),
        ],
    },
    Plain {
        file: "risk/cms/payment.csv",
        table: CMS_PAYMENT,
        key: 3,
        columns: &[
            Int("payment_year"),
            Text("model"),
            Text("scope"),
            Thousandths("normalization"),
            Thousandths("coding_intensity"),
            Text("source"),
        ],
    },
    Plain {
        file: "risk/cms/blends.csv",
        table: CMS_BLENDS,
        key: 2,
        columns: &[Int("payment_year"), Text("model"), Int("percent"), Text("source")],
    },
    Plain {
        file: "risk/cms/eligible_hcpcs.csv",
        table: CMS_ELIGIBLE,
        key: 2,
        columns: &[Code("code"), Int("first_year"), Int("last_year")],
    },
];

/// The models: `model`, `family` (`cms-hcc`, `esrd`, `rxhcc`), `mapping` (column of [`CMS_DIAGNOSES`]) and how imported
/// publications name it.
pub const CMS_MODELS: &str = "risk/cms-models";
/// Categories of a diagnosis: `code`, inclusive payment years, a column per mapping with categories between blanks.
pub const CMS_DIAGNOSES: &str = "risk/cms-diagnoses";
/// Categories (`drops`) that a category sets aside.
pub const CMS_HIERARCHIES: &str = "risk/cms-hierarchies";
/// Relative factors in thousandths by `model`, `variable`, `calibration`, and inclusive payment years.
pub const CMS_COEFFICIENTS: &str = "risk/cms-coefficients";
/// Names of the categories.
pub const CMS_LABELS: &str = "risk/cms-labels";
/// Edits of diagnoses by age and sex; a blank `cc` makes the diagnosis invalid.
pub const CMS_EDITS: &str = "risk/cms-edits";
/// Groups of categories that interactions speak of.
pub const CMS_GROUPS: &str = "risk/cms-groups";
/// Interactions as products of groups, categories and conditions.
pub const CMS_INTERACTIONS: &str = "risk/cms-interactions";
/// Categories that count only beside others.
pub const CMS_REQUIREMENTS: &str = "risk/cms-requirements";
/// Segments of the models.
pub const CMS_SEGMENTS: &str = "risk/cms-segments";
/// Normalization factors and coding intensity adjustments by payment year.
pub const CMS_PAYMENT: &str = "risk/cms-payment";
/// Weights of the models in a payment year's blend, in percent.
pub const CMS_BLENDS: &str = "risk/cms-blends";
/// HCPCS Level II codes whose diagnoses count, with inclusive years of service.
pub const CMS_ELIGIBLE: &str = "risk/cms-eligible";

/// Compiles the tables.
///
/// # Errors
/// [`FlatError::Source`] naming the file and line that is at fault.
pub fn compile(data: &PlainTables, writer: &mut FlatWriter) -> Result<(), FlatError> {
    CMS.iter().try_for_each(|plain| plain.compile(data, writer))
}

impl Plain {
    pub(crate) fn compile(&self, data: &PlainTables, writer: &mut FlatWriter) -> Result<(), FlatError> {
        let fault = |line, problem: String| FlatError::Source { file: self.file.to_owned(), line, problem };
        let columns = self.columns.iter().map(|column| match column {
            Code(name) => ColumnSpec::code(name),
            Text(name) => ColumnSpec::text(name),
            Int(name) => ColumnSpec::int(name),
            Thousandths(name) => ColumnSpec::decimal(name, 3),
        });
        let mut builder = RelationBuilder::new(Schema::new(self.table, self.key, columns))
            .map_err(|error| fault(0, error.to_string()))?;
        builder.origin(self.file);
        let path = data.folder().join(self.file);
        let mut reader = csv::Reader::from_path(&path).map_err(|error| fault(0, error.to_string()))?;
        let header = reader.headers().map_err(|error| fault(1, error.to_string()))?;
        if !header.iter().eq(self.columns.iter().map(Column::name)) {
            return Err(fault(1, "the header differs from the columns that are expected".to_owned()));
        }
        for record in reader.records() {
            let record = record.map_err(|error| fault(0, error.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let texts: Vec<&str> = record.iter().collect();
            builder.push_texts(line, &texts).map_err(|error| fault(line, error.to_string()))?;
        }
        builder.write(writer).map(|_| ()).map_err(|error| fault(0, error.to_string()))
    }
}

impl Column {
    const fn name(&self) -> &'static str {
        match self {
            Code(name) | Text(name) | Int(name) | Thousandths(name) => name,
        }
    }
}
