//! HHS-HCC and the comorbidity indices: the plain tables under `data/risk/`, embedded as [relations](crate::relation).
//!
//! Sources: HHS, *HHS-Developed Risk Adjustment Model Algorithm "Do It Yourself" software*; HHS notices of benefit and
//! payment parameters (45 CFR part 153); AHRQ, *Elixhauser Comorbidity Software Refined for ICD-10-CM*; Quan et al.,
//! Med Care 2005;43:1130 and Am J Epidemiol 2011;173:676.

use crate::plain::PlainTables;
use crate::risk::Column::{Code, Int, Text, Thousandths};
use crate::risk::Plain;
use crate::{FlatError, FlatWriter};

/// What each benefit year uses: `version`, crosswalks (before and after 1 October), drug list, coefficients, bundle list; `rules` 0 where the logic is not at hand.
pub const YEARS: &str = "risk/hhs-years";
/// Condition categories and drug classes by version.
pub const CATEGORIES: &str = "risk/hhs-categories";
/// Which categories a category drops, in the order of the software.
pub const HIERARCHIES: &str = "risk/hhs-hierarchies";
/// Categories that a model leaves out.
pub const EXCLUSIONS: &str = "risk/hhs-exclusions";
/// Groups that stand in for their members.
pub const GROUPS: &str = "risk/hhs-groups";
/// Interactions: `terms` joined by `&`, of each of which one must be present; `unless` another variable.
pub const INTERACTIONS: &str = "risk/hhs-interactions";
/// Severity and maturity levels of infants in order of precedence, and the categories that a bundle check reads.
pub const INFANTS: &str = "risk/hhs-infants";
/// Cells of age, sex and months of enrolment.
pub const DEMOGRAPHICS: &str = "risk/hhs-demographics";
/// Relative factors in thousandths by benefit year, model, variable and metal level.
pub const COEFFICIENTS: &str = "risk/hhs-coefficients";
/// Categories of a diagnosis, fiscal year 2018.
pub const CROSSWALK_FY2018: &str = "risk/hhs-crosswalk-fy2018";
/// Categories of a diagnosis, fiscal year 2019.
pub const CROSSWALK_FY2019: &str = "risk/hhs-crosswalk-fy2019";
/// Categories of a diagnosis, fiscal year 2022.
pub const CROSSWALK_FY2022: &str = "risk/hhs-crosswalk-fy2022";
/// Where age on the last day of enrolment, or sex, changes the category of a diagnosis or takes it out (blank).
pub const SPLITS: &str = "risk/hhs-splits";
/// Ages and sexes that the Medicare Code Editor admits for a diagnosis.
pub const MCE: &str = "risk/hhs-mce";
/// Drug classes of NDC and HCPCS codes.
pub const DRUGS: &str = "risk/hhs-drugs";
/// Diagnoses that point to mother and infant billed together.
pub const BUNDLES: &str = "risk/hhs-bundles";
/// Cost-sharing reduction factors by indicator.
pub const COST_SHARING: &str = "risk/hhs-cost_sharing";
/// Actuarial values, induced demand factors and the administrative cost reduction.
pub const TRANSFER: &str = "risk/hhs-transfer";
/// AHRQ's comorbidity measures; `needs_poa` 1 where a diagnosis counts only when present on admission.
pub const ELIXHAUSER_MEASURES: &str = "risk/elixhauser-measures";
/// Measures of a diagnosis, between blanks.
pub const ELIXHAUSER_CODES: &str = "risk/elixhauser-codes";
/// Milder measures that a severer one drops, in the order of AHRQ's program.
pub const ELIXHAUSER_HIERARCHIES: &str = "risk/elixhauser-hierarchies";
/// Beginnings of ICD-10 codes of each Charlson condition.
pub const CHARLSON_CODES: &str = "risk/charlson-codes";
/// Charlson conditions, their weights, and the milder condition that one drops.
pub const CHARLSON_WEIGHTS: &str = "risk/charlson-weights";

const TABLES: &[Plain] = &[
    Plain {
        file: "risk/hhs-years.csv",
        table: YEARS,
        key: 1,
        columns: &[
            Int("benefit_year"),
            Text("version"),
            Text("crosswalk_first"),
            Text("crosswalk_last"),
            Int("last_is_placeholder"),
            Text("drugs"),
            Text("coefficients"),
            Text("bundles"),
            Int("rules"),
            Text("source"),
        ],
    },
    Plain {
        file: "risk/hhs-categories.csv",
        table: CATEGORIES,
        key: 2,
        columns: &[Text("version"), Text("category"), Text("label")],
    },
    Plain {
        file: "risk/hhs-hierarchies.csv",
        table: HIERARCHIES,
        key: 2,
        columns: &[Text("version"), Int("rank"), Text("category"), Text("drops")],
    },
    Plain {
        file: "risk/hhs-exclusions.csv",
        table: EXCLUSIONS,
        key: 3,
        columns: &[Text("version"), Text("model"), Text("category"), Text("source")],
    },
    Plain {
        file: "risk/hhs-groups.csv",
        table: GROUPS,
        key: 3,
        columns: &[Text("version"), Text("model"), Text("group"), Text("members"), Text("source")],
    },
    Plain {
        file: "risk/hhs-interactions.csv",
        table: INTERACTIONS,
        key: 3,
        columns: &[Text("version"), Text("model"), Text("variable"), Text("terms"), Text("unless"), Text("source")],
    },
    Plain {
        file: "risk/hhs-infants.csv",
        table: INFANTS,
        key: 3,
        columns: &[Text("version"), Text("axis"), Text("level"), Int("rank"), Text("categories"), Text("source")],
    },
    Plain {
        file: "risk/hhs-demographics.csv",
        table: DEMOGRAPHICS,
        key: 2,
        columns: &[
            Text("model"),
            Text("variable"),
            Text("sex"),
            Int("min_age"),
            Int("max_age"),
            Int("months"),
            Text("source"),
        ],
    },
    Plain {
        file: "risk/hhs-coefficients.csv",
        table: COEFFICIENTS,
        key: 3,
        columns: &[
            Int("benefit_year"),
            Text("model"),
            Text("variable"),
            Thousandths("platinum"),
            Thousandths("gold"),
            Thousandths("silver"),
            Thousandths("bronze"),
            Thousandths("catastrophic"),
        ],
    },
    Plain {
        file: "risk/hhs-crosswalk-fy2018.csv",
        table: CROSSWALK_FY2018,
        key: 2,
        columns: &[Code("code"), Text("category"), Int("rank")],
    },
    Plain {
        file: "risk/hhs-crosswalk-fy2019.csv",
        table: CROSSWALK_FY2019,
        key: 2,
        columns: &[Code("code"), Text("category"), Int("rank")],
    },
    Plain {
        file: "risk/hhs-crosswalk-fy2022.csv",
        table: CROSSWALK_FY2022,
        key: 2,
        columns: &[Code("code"), Text("category"), Int("rank")],
    },
    Plain {
        file: "risk/hhs-splits.csv",
        table: SPLITS,
        key: 3,
        columns: &[
            Text("version"),
            Code("code"),
            Int("min_age"),
            Int("max_age"),
            Text("sex"),
            Text("category"),
            Text("source"),
        ],
    },
    Plain {
        file: "risk/hhs-mce.csv",
        table: MCE,
        key: 5,
        columns: &[Text("version"), Code("code"), Int("min_age"), Int("max_age"), Text("sex")],
    },
    Plain {
        file: "risk/hhs-drugs.csv",
        table: DRUGS,
        key: 3,
        columns: &[Text("list"), Text("system"), Text("code"), Text("category")],
    },
    Plain {
        file: "risk/hhs-bundles.csv",
        table: BUNDLES,
        key: 3,
        columns: &[Int("benefit_year"), Text("side"), Code("code")],
    },
    Plain {
        file: "risk/hhs-cost_sharing.csv",
        table: COST_SHARING,
        key: 3,
        columns: &[
            Int("from_year"),
            Int("to_year"),
            Int("indicator"),
            Text("metal"),
            Text("label"),
            Thousandths("factor"),
            Text("source"),
        ],
    },
    Plain {
        file: "risk/hhs-transfer.csv",
        table: TRANSFER,
        key: 4,
        columns: &[
            Int("from_year"),
            Int("to_year"),
            Text("constant"),
            Text("metal"),
            Thousandths("value"),
            Thousandths("induced_demand"),
            Text("source"),
        ],
    },
    Plain {
        file: "risk/elixhauser-measures.csv",
        table: ELIXHAUSER_MEASURES,
        key: 1,
        columns: &[Text("measure"), Text("label"), Int("needs_poa")],
    },
    Plain {
        file: "risk/elixhauser-codes.csv",
        table: ELIXHAUSER_CODES,
        key: 1,
        columns: &[Code("code"), Text("measures")],
    },
    Plain {
        file: "risk/elixhauser-hierarchies.csv",
        table: ELIXHAUSER_HIERARCHIES,
        key: 2,
        columns: &[Text("measure"), Int("rank"), Text("drops"), Text("source")],
    },
    Plain {
        file: "risk/charlson-codes.csv",
        table: CHARLSON_CODES,
        key: 2,
        columns: &[Text("condition"), Code("prefix")],
    },
    Plain {
        file: "risk/charlson-weights.csv",
        table: CHARLSON_WEIGHTS,
        key: 1,
        columns: &[
            Text("condition"),
            Text("label"),
            Int("weight_1987"),
            Int("weight_2011"),
            Text("drops"),
            Text("source"),
        ],
    },
];

/// Compiles the tables.
///
/// # Errors
/// [`FlatError::Source`] naming the file and line that is at fault.
pub fn compile(data: &PlainTables, writer: &mut FlatWriter) -> Result<(), FlatError> {
    TABLES.iter().try_for_each(|plain| plain.compile(data, writer))
}
