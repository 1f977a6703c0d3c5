//! Layouts of the outpatient prospective payment system: the addenda of the rule and of the quarterly updates, and the
//! tables of the claims pricer.

use super::layout::{Coverage, Field, Kind, Layout, Quirk, field};

const HCPCS: Field = field("hcpcs", "hcpcs code|hcpcs", Kind::Code).filled();
const DESCRIPTOR: Field = field("short_descriptor", "short descriptor", Kind::Text);
const STATUS: Field = field("status_indicator", "si", Kind::Code);
const COMMENT: Field = field("comment_indicator", "ci", Kind::Code);
const APC: Field = field("apc", "apc|apc assignment", Kind::Digits(4));
const WEIGHT: Field = field("relative_weight", "relative weight", Kind::Decimal(4));
const RATE: Field = field("payment_rate", "payment rate", Kind::Decimal(4));
const NATIONAL_COPAY: Field = field("national_copayment", "national unadjusted copayment", Kind::Decimal(4));
const MINIMUM_COPAY: Field = field("minimum_copayment", "minimum unadjusted copayment", Kind::Decimal(4));
const IRA_PERCENT: Field = field("ira_coinsurance_percent", "ira coinsurance percentage", Kind::Percent(3)).optional();
const ADJUSTED_COPAY: Field =
    field("adjusted_copayment", "adjusted beneficiary copayment", Kind::Decimal(4)).optional();
const EXPIRES: Field =
    field("pass_through_expires", "drug and device pass through expiration*|drug pass through expiration*", Kind::Text)
        .optional();
const NOTE: Field = field("note", "note*", Kind::Text).optional();
const CHANGED: Field = field("changed", "indicates a change", Kind::Text).optional();

const fn addendum(
    table: &'static str,
    called: &'static str,
    title: &'static [&'static str],
    key: usize,
    fields: &'static [Field],
) -> Layout {
    Layout {
        table,
        family: "opps-addenda",
        called,
        title,
        header_lines: 1,
        fields,
        key,
        coverage: Coverage::Quarter,
        quirk: Quirk::None,
    }
}

static A: Layout = addendum(
    "opps/addendum-a",
    "OPPS Addendum A (APCs)",
    &[],
    1,
    &[
        APC.filled(),
        field("group_title", "group title", Kind::Text),
        STATUS,
        WEIGHT,
        RATE,
        NATIONAL_COPAY,
        MINIMUM_COPAY,
        IRA_PERCENT,
        ADJUSTED_COPAY,
        EXPIRES,
        NOTE,
        CHANGED,
    ],
);

static B: Layout = addendum(
    "opps/addendum-b",
    "OPPS Addendum B (HCPCS codes)",
    &[],
    1,
    &[
        HCPCS,
        DESCRIPTOR,
        COMMENT.optional(),
        STATUS,
        APC,
        WEIGHT,
        RATE,
        NATIONAL_COPAY,
        MINIMUM_COPAY,
        IRA_PERCENT,
        ADJUSTED_COPAY,
        EXPIRES,
        NOTE,
        CHANGED,
    ],
);

static C: Layout = addendum(
    "opps/addendum-c",
    "OPPS Addendum C (HCPCS codes by APC)",
    &[],
    2,
    &[
        APC.filled(),
        field("hcpcs", "hcpcs", Kind::Code),
        field("group_title", "group title", Kind::Text),
        DESCRIPTOR,
        STATUS,
        WEIGHT,
        RATE,
        NATIONAL_COPAY,
        MINIMUM_COPAY,
        IRA_PERCENT,
        ADJUSTED_COPAY,
        EXPIRES,
        NOTE,
    ],
);

static D1: Layout = Layout {
    quirk: Quirk::Continued,
    ..addendum(
        "opps/addendum-d1",
        "OPPS Addendum D1 (status indicators)",
        &[],
        1,
        &[
            field("status_indicator", "status indicator", Kind::Code).filled(),
            field("item", "item code service", Kind::Text).filled(),
            field("payment_status", "opps payment status", Kind::Text),
        ],
    )
};

static D2: Layout = addendum(
    "opps/addendum-d2",
    "OPPS Addendum D2 (comment indicators)",
    &["comment indicators"],
    1,
    &[
        field("comment_indicator", "comment indicator", Kind::Code).filled(),
        field("descriptor", "descriptor", Kind::Text).filled(),
    ],
);

static E: Layout = addendum(
    "opps/addendum-e",
    "OPPS Addendum E (inpatient only)",
    &["addendum e "],
    1,
    &[HCPCS, DESCRIPTOR, COMMENT.optional(), STATUS],
);

static J_RANK: Layout = addendum(
    "opps/addendum-j-rank",
    "OPPS Addendum J (rank for primary assignment)",
    &[],
    1,
    &[
        HCPCS,
        field("rank", "rank used for primary assignment", Kind::Int).filled(),
        DESCRIPTOR,
        STATUS,
        APC,
        field("apc_cost", "apc geometric mean cost of single j1 unit claims", Kind::Decimal(2)),
        field("claims", "full claim population service frequency", Kind::Int),
        field("single_claims", "single j1 unit claim service frequency", Kind::Int),
        field("cost", "geometric mean cost of single j1 unit claims", Kind::Decimal(2)),
        field("deleted", "deleted code", Kind::Text),
    ],
);

const PRIMARY: Field = field("primary_hcpcs", "primary hcpcs code", Kind::Code).filled();
const SECONDARY: Field = field("secondary_hcpcs", "secondary j1 or add on hcpcs code", Kind::Code).filled();
const PRIMARY_DESCRIPTOR: Field = field("primary_descriptor", "primary short descriptor", Kind::Text);
const PRIMARY_STATUS: Field = field("primary_status", "primary si", Kind::Code);
const PRIMARY_APC: Field = field("primary_apc", "primary apc assignment", Kind::Digits(4));
const SECONDARY_DESCRIPTOR: Field = field("secondary_descriptor", "secondary short descriptor", Kind::Text);
const SECONDARY_STATUS: Field = field("secondary_status", "secondary si", Kind::Code);
const SECONDARY_APC: Field = field("secondary_apc", "secondary apc assignment", Kind::Digits(4));
const ADJUSTED_APC: Field = field("adjusted_apc", "complexity adjusted apc assignment", Kind::Digits(4));

static J_COMPLEXITY: Layout = addendum(
    "opps/addendum-j-complexity",
    "OPPS Addendum J (complexity adjustments)",
    &[],
    2,
    &[
        PRIMARY,
        SECONDARY,
        field("adjusted_hcpcs", "complexity adjusted hcpcs assignment", Kind::Code).filled(),
        ADJUSTED_APC.filled(),
        PRIMARY_DESCRIPTOR,
        PRIMARY_STATUS,
        PRIMARY_APC,
        SECONDARY_DESCRIPTOR,
        SECONDARY_STATUS,
        SECONDARY_APC,
    ],
);

static J_EVALUATION: Layout = addendum(
    "opps/addendum-j-evaluation",
    "OPPS Addendum J (evaluation of complexity adjustments)",
    &[],
    2,
    &[
        PRIMARY,
        SECONDARY,
        PRIMARY_DESCRIPTOR,
        PRIMARY_STATUS,
        PRIMARY_APC,
        SECONDARY_DESCRIPTOR,
        SECONDARY_STATUS,
        SECONDARY_APC,
        ADJUSTED_APC,
        field("frequency", "evaluation subset combination frequency", Kind::Int),
        field("cost", "evaluation subset combination geometric mean cost", Kind::Decimal(2)),
        field("low_cost_hcpcs", "comparison low cost hcpcs", Kind::Code),
        field("cost_threshold", "cost threshold", Kind::Decimal(2)),
        field("qualifies", "qualifying complexity adjustment", Kind::Flag),
    ],
);

static J_EXCLUSIONS: Layout = addendum(
    "opps/addendum-j-exclusions",
    "OPPS Addendum J (exclusions from comprehensive APC payment)",
    &[],
    0,
    &[field("service", "comprehensive apc payment policy exclusions", Kind::Text).filled()],
);

static L: Layout = addendum(
    "opps/addendum-l",
    "OPPS Addendum L (out-migration adjustment)",
    &["out migration adjustment"],
    1,
    &[
        field("ccn", "ccn", Kind::Digits(6)).filled(),
        field("cbsa", "geographic cbsa", Kind::Code),
        field("reclassified", "reclassification for", Kind::Flag),
        field("adjustment", "out migration adjustment", Kind::Decimal(4)).filled(),
        field("county", "county name", Kind::Text),
        field("county_fips", "fips county code", Kind::Digits(5)),
    ],
);

static M: Layout = addendum(
    "opps/addendum-m",
    "OPPS Addendum M (composite APCs)",
    &[],
    1,
    &[
        HCPCS,
        DESCRIPTOR,
        COMMENT.optional(),
        STATUS,
        field("single_apc", "single code apc assignment", Kind::Digits(4)),
        field("composite_apcs", "composite apc assignment", Kind::Text).filled(),
    ],
);

static N: Layout = addendum(
    "opps/addendum-n",
    "OPPS Addendum N (bypass codes)",
    &[],
    1,
    &[
        HCPCS,
        field("descriptor", "hcpcs descriptor", Kind::Text),
        field("overlap", "overlap bypass codes", Kind::Flag),
        field("addition", "additions", Kind::Flag),
    ],
);

/// Its title names the day on which the codes begin.
static O: Layout = Layout {
    coverage: Coverage::CalendarYear,
    ..addendum(
        "opps/addendum-o",
        "OPPS Addendum O (long descriptors of new codes)",
        &["addendum o "],
        1,
        &[
            field("hcpcs", "opps asc rule cpt hcpcs code", Kind::Code).filled(),
            field("placeholder", "opps asc rule 5 digit ama cms placeholder code", Kind::Text),
            field("long_descriptor", "long descriptor", Kind::Text).filled(),
        ],
    )
};

const OFFSET_RATE: Field = field("payment_rate", "apc payment rate", Kind::Decimal(2));
const OFFSET_PERCENT: Field = field("device_offset_percent", "device offset percentage", Kind::Percent(2)).filled();
const OFFSET_AMOUNT: Field = field("device_offset", "device offset amount", Kind::Decimal(2));

static P_DEVICES: Layout = addendum(
    "opps/addendum-p-devices",
    "OPPS Addendum P (device-intensive procedures)",
    &[],
    1,
    &[
        HCPCS,
        DESCRIPTOR,
        STATUS,
        APC,
        field("apc_device_offset_percent", "apc device offset percentage", Kind::Percent(2)),
        OFFSET_RATE,
        OFFSET_PERCENT,
        OFFSET_AMOUNT,
    ],
);

static P_OFFSETS: Layout = addendum(
    "opps/addendum-p-offsets",
    "OPPS Addendum P (device offsets of all codes)",
    &[],
    1,
    &[HCPCS, DESCRIPTOR, STATUS, APC, OFFSET_RATE, OFFSET_PERCENT, OFFSET_AMOUNT],
);

static Q: Layout = addendum(
    "opps/addendum-q",
    "OPPS Addendum Q (drugs with add-on payment to Indian Health Service and tribal hospitals)",
    &["addendum q "],
    1,
    &[HCPCS, DESCRIPTOR, RATE.filled()],
);

static DATA_B: Layout = addendum(
    "opps/data-addendum-b",
    "OPPS Data Addendum B (assignments used in rate setting)",
    &["data addendum b"],
    1,
    &[
        HCPCS,
        DESCRIPTOR,
        field("status_indicator", "data si", Kind::Code),
        field("apc", "data apc", Kind::Digits(4)),
        field("comment_indicator", "data ci", Kind::Code),
    ],
);

const EFFECTIVE: Field = field("from", "effective date", Kind::Day).filled();

const fn pricer(table: &'static str, called: &'static str, key: usize, fields: &'static [Field]) -> Layout {
    Layout { family: "opps-pricer", coverage: Coverage::Rows("from"), ..addendum(table, called, &[], key, fields) }
}

static APC_RATES: Layout = pricer(
    "opps/apc-rates",
    "APC rates of the OPPS pricer",
    1,
    &[
        APC.filled(),
        EFFECTIVE,
        field("status_indicator", "status indicator", Kind::Code).filled(),
        field("payment_rate", "payment rate", Kind::Decimal(2)).filled(),
        field("national_coinsurance", "national coinsurance", Kind::Decimal(2)),
        field("minimum_coinsurance", "minimum coinsurance", Kind::Decimal(2)),
    ],
);

static WAGE_INDEX: Layout = pricer(
    "opps/wage-index",
    "wage index by CBSA of the OPPS pricer",
    1,
    &[
        field("cbsa", "cbsa", Kind::Code).filled(),
        EFFECTIVE,
        field("geographic", "geographic wage index", Kind::Decimal(4)).filled(),
        field("reclassified", "reclassified wage index", Kind::Decimal(4)),
        field("imputed_floor", "imputed floor wage index", Kind::Decimal(4)),
        field("name", "name", Kind::Text),
    ],
);

static OUT_MIGRATION: Layout = pricer(
    "opps/out-migration",
    "out-migration adjustments of the OPPS pricer",
    1,
    &[
        field("county_fips", "county", Kind::Digits(5)).filled(),
        EFFECTIVE,
        field("adjustment", "adjustment factor", Kind::Decimal(4)).filled(),
    ],
);

static BLOOD_RANK: Layout = Layout {
    family: "opps-pricer",
    coverage: Coverage::CalendarYear,
    ..addendum(
        "opps/blood-rank",
        "ranks of blood products for the deductible",
        &[],
        1,
        &[field("hcpcs", "hcpcs code", Kind::Code).filled(), field("rank", "rank", Kind::Int).filled()],
    )
};

static PROVIDERS_340B: Layout = Layout {
    family: "opps-pricer",
    coverage: Coverage::CalendarYear,
    ..addendum(
        "opps/340b-providers",
        "list of 340B hospitals",
        &[],
        1,
        &[field("ccn", "provider ccn", Kind::Digits(6)).filled()],
    )
};

pub(super) static LAYOUTS: [&Layout; 23] = [
    &A,
    &B,
    &C,
    &D1,
    &D2,
    &E,
    &J_RANK,
    &J_COMPLEXITY,
    &J_EVALUATION,
    &J_EXCLUSIONS,
    &L,
    &M,
    &N,
    &O,
    &P_DEVICES,
    &P_OFFSETS,
    &Q,
    &DATA_B,
    &APC_RATES,
    &WAGE_INDEX,
    &OUT_MIGRATION,
    &BLOOD_RANK,
    &PROVIDERS_340B,
];
