//! Layouts of the inpatient prospective payment system: tables of the rule, and the tables of the claims pricer.

use super::layout::{Coverage, Field, Kind, Layout, Quirk, field};

const DRG: Field = field("drg", "ms drg|drg", Kind::Digits(3)).filled();

const fn table(
    table: &'static str,
    called: &'static str,
    title: &'static [&'static str],
    key: usize,
    fields: &'static [Field],
) -> Layout {
    let (family, coverage) = ("ipps", Coverage::FiscalYear);
    Layout { table, family, called, title, header_lines: 1, fields, key, coverage, quirk: Quirk::None }
}

static TABLE_5: Layout = table(
    "ipps/table-5",
    "IPPS Table 5 (MS-DRG weights)",
    &[],
    1,
    &[
        DRG,
        field("post_acute", "post acute drg", Kind::Text),
        field("special_pay", "special pay drg", Kind::Text),
        field("mdc", "mdc", Kind::Code),
        field("type", "type", Kind::Text),
        field("title", "ms drg title", Kind::Text).filled(),
        // Before the cap on decreases (FY2023 on) there was one column of weights.
        field("weight_before_cap", "weights before cap", Kind::Decimal(4)).optional(),
        field("weight", "weights 10 cap applied|weights", Kind::Decimal(4)),
        field("geometric_mean_los", "geometric mean los", Kind::Decimal(1)),
        field("arithmetic_mean_los", "arithmetic mean los", Kind::Decimal(1)),
    ],
);

static PRICER_WEIGHTS: Layout = table(
    "ipps/drg-weights",
    "MS-DRG weights of the IPPS pricer",
    &[],
    1,
    &[
        DRG,
        field("weight", "weight", Kind::Decimal(4)).filled(),
        field("geometric_mean_los", "geometric mean los", Kind::Decimal(1)),
        field("low_volume", "low volume flag", Kind::Flag),
        field("arithmetic_mean_los", "arithmetic mean los", Kind::Decimal(1)),
        field("post_acute", "post acute transfer", Kind::Flag),
        field("special_pay", "special pay", Kind::Flag),
    ],
);

const CBSA: Field = field("cbsa", "cbsa", Kind::Code).filled();

/// Table 3: wage index by labor market area.
static TABLE_3: Layout = table(
    "ipps/table-3",
    "IPPS Table 3 (wage index by CBSA)",
    &[],
    2,
    &[
        CBSA,
        field("state_code", "state code", Kind::Digits(2)),
        field("area", "area name", Kind::Text),
        field("state", "state", Kind::Text).optional(),
        field("hourly_wage", "average hourly wage", Kind::Decimal(4)).optional(),
        field("hourly_wage_3_years", "3 year average hourly wage*", Kind::Decimal(4)).optional(),
        field("wage_index", "wage index", Kind::Decimal(4)).filled(),
        field("gaf", "gaf", Kind::Decimal(4)).optional(),
        field("reclassified", "reclassified wage index", Kind::Decimal(4)).optional(),
        field("reclassified_gaf", "reclassified gaf", Kind::Decimal(4)).optional(),
        field("state_rural_floor", "state rural floor", Kind::Decimal(4)).optional(),
        field("frontier", "eligible for frontier wage index", Kind::Text).optional(),
        field("rural_floor", "eligible for rural floor wage index|4 eligible for rural floor wage index", Kind::Text)
            .optional(),
        field(
            "before_floors",
            "pre frontier and or pre rural floor*|3 pre frontier and or pre rural floor*",
            Kind::Decimal(4),
        )
        .optional(),
    ],
);

/// Table 2: wage index, case-mix index and out-migration by hospital.
static TABLE_2: Layout = table(
    "ipps/table-2",
    "IPPS Table 2 (wage index by hospital)",
    &[],
    1,
    &[
        field("ccn", "ccn|cms certification number ccn|provider number", Kind::Digits(6)).filled(),
        field("name", "provider name|hospital name", Kind::Text).optional(),
        field("case_mix_index", "case mix index*", Kind::Decimal(4)).optional(),
        field("wage_index", "wage index", Kind::Decimal(4)).filled(),
        field("hourly_wage", "average hourly wage", Kind::Decimal(4)).optional(),
        field("geographic_cbsa", "geographic cbsa", Kind::Code),
        field("reclassified_cbsa", "reclassified redesignated cbsa|reclassified cbsa", Kind::Code).optional(),
        field("out_migration", "out migration adjustment", Kind::Decimal(4)).optional(),
    ],
);

/// Table 4A: counties that qualify for the out-migration adjustment.
static TABLE_4: Layout = table(
    "ipps/table-4",
    "IPPS Table 4A (out-migration adjustment by county)",
    &[],
    1,
    &[
        field("county_fips", "fips county code|county code fips", Kind::Digits(5)).filled(),
        field("county", "county name|county", Kind::Text).optional(),
        field("adjustment", "out migration adjustment|adjustment", Kind::Decimal(4)).filled(),
        field("state", "state", Kind::Text).optional(),
    ],
);

static TABLE_6I: Layout = table(
    "ipps/table-6i",
    "IPPS Table 6I (complete MCC list)",
    &["table 6i"],
    1,
    &[
        field("diagnosis", "diagnosis code", Kind::Undotted).filled(),
        field("description", "description", Kind::Text).filled(),
    ],
);

static TABLE_6J: Layout =
    Layout { table: "ipps/table-6j", called: "IPPS Table 6J (complete CC list)", title: &["table 6j"], ..TABLE_6I };

const fn pricer(
    family: &'static str,
    name: &'static str,
    called: &'static str,
    key: usize,
    fields: &'static [Field],
) -> Layout {
    Layout { family, coverage: Coverage::Rows("from"), ..table(name, called, &[], key, fields) }
}

const EFFECTIVE: Field = field("from", "effective", Kind::Day).filled();

static WAGE_INDEX: Layout = pricer(
    "ipps-wage-index",
    "ipps/wage-index",
    "wage index by CBSA of the IPPS pricer",
    2,
    &[
        CBSA,
        // `L` marks the large urban areas of the years that had them.
        field("size", "size", Kind::Flag),
        EFFECTIVE,
        field("wage_index", "wage index", Kind::Decimal(4)).filled(),
        field("reclassified", "wage index reclassified", Kind::Decimal(4)),
        field("imputed_floor", "wage index imputed|wage index imputed floor", Kind::Decimal(4)),
        field("name", "name", Kind::Text),
    ],
);

static OUT_MIGRATION: Layout = pricer(
    "ipps-out-migration",
    "ipps/out-migration",
    "out-migration adjustments of the IPPS pricer",
    1,
    &[
        field("county_fips", "county fips", Kind::Digits(5)).filled(),
        EFFECTIVE,
        field("adjustment", "adjustment", Kind::Decimal(4)).filled(),
    ],
);

static RURAL_FLOOR: Layout = pricer(
    "ipps-rural-floor",
    "ipps/rural-floor",
    "rural floor wage index by state of the IPPS pricer",
    1,
    &[
        field("state_code", "state", Kind::Digits(2)).filled(),
        EFFECTIVE,
        field("wage_index", "wage index", Kind::Decimal(4)).filled(),
    ],
);

/// Operating standardized amounts by update and wage index.
static STANDARDIZED_AMOUNTS: Layout = table(
    "ipps/standardized-amounts",
    "IPPS standardized amounts",
    &[],
    1,
    &[
        field("number", "table", Kind::Int).filled(),
        field("condition", "condition", Kind::Text).filled(),
        field("effective", "effective", Kind::Day).optional(),
        field("labor", "labor share amount", Kind::Decimal(2)).filled(),
        field("nonlabor", "nonlabor share amount", Kind::Decimal(2)).filled(),
    ],
);

static NEW_TECHNOLOGY: Layout = table(
    "ipps/new-technology",
    "IPPS new-technology add-on amounts",
    &[],
    1,
    &[
        field("name", "name", Kind::Text).filled(),
        field("amount", "amount", Kind::Decimal(2)).filled(),
        field("share", "adjustment factor", Kind::Decimal(2)).filled(),
    ],
);

static NEW_TECHNOLOGY_CODES: Layout = table(
    "ipps/new-technology-codes",
    "IPPS new-technology codes",
    &[],
    2,
    &[
        field("code", "code", Kind::Text).filled(),
        field("name", "name", Kind::Text).filled(),
        field("code_type", "code type", Kind::Code).filled(),
    ],
);

pub(super) static LAYOUTS: [&Layout; 13] = [
    &TABLE_5,
    &PRICER_WEIGHTS,
    &TABLE_3,
    &TABLE_2,
    &TABLE_4,
    &TABLE_6I,
    &TABLE_6J,
    &WAGE_INDEX,
    &OUT_MIGRATION,
    &RURAL_FLOOR,
    &STANDARDIZED_AMOUNTS,
    &NEW_TECHNOLOGY,
    &NEW_TECHNOLOGY_CODES,
];
