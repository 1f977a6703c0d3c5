//! Layouts of ambulatory surgical center payment: addenda AA, BB, EE and FF, wage index, code pairs.

use super::layout::{Coverage, Field, Kind, Layout, Quirk, field};

const HCPCS: Field = field("hcpcs", "hcpcs code", Kind::Code).filled();
/// `*` marks a temporary office-based designation, `**` and `***` what the notes of the release say.
const MARKER: Field = Field::beside("marker", Kind::Text);
const DESCRIPTOR: Field = field("short_descriptor", "short descriptor", Kind::Text);
const INDICATOR: Field = field("payment_indicator", "payment indicator", Kind::Code).filled();
const WEIGHT: Field = field("payment_weight", "payment weight", Kind::Decimal(4));
const RATE: Field = field("payment_rate", "payment rate", Kind::Decimal(3));

const fn addendum(
    table: &'static str,
    called: &'static str,
    title: &'static [&'static str],
    fields: &'static [Field],
) -> Layout {
    Layout {
        table,
        family: "asc-addenda",
        called,
        title,
        header_lines: 1,
        fields,
        key: 1,
        coverage: Coverage::Quarter,
        quirk: Quirk::None,
    }
}

static AA: Layout = addendum(
    "asc/addendum-aa",
    "ASC Addendum AA (covered surgical procedures)",
    &[],
    &[
        HCPCS,
        MARKER,
        DESCRIPTOR,
        field("multiple_discount", "subject to multiple procedure discounting", Kind::Flag),
        INDICATOR,
        WEIGHT,
        RATE,
    ],
);

static BB: Layout = addendum(
    "asc/addendum-bb",
    "ASC Addendum BB (covered ancillary services)",
    &[],
    &[
        HCPCS,
        MARKER,
        DESCRIPTOR,
        field(
            "pass_through_expires",
            "drug and device pass through expiration*|drug pass through expiration*",
            Kind::Text,
        )
        .optional(),
        INDICATOR,
        WEIGHT,
        RATE,
        field("ira_copayment", "ira 22 adjusted copayment*", Kind::Decimal(3)).optional(),
    ],
);

static EE: Layout = addendum(
    "asc/addendum-ee",
    "ASC Addendum EE (excluded surgical procedures)",
    &["addendum ee "],
    &[HCPCS, DESCRIPTOR],
);

static FF: Layout = addendum(
    "asc/addendum-ff",
    "ASC Addendum FF (device offsets)",
    &[],
    &[
        HCPCS,
        MARKER,
        DESCRIPTOR,
        INDICATOR,
        field("apc", "apc", Kind::Digits(4)),
        field("apc_device_offset_percent", "apc device offset percentage", Kind::Percent(2)),
        field("opps_payment_rate", "opps payment rate", Kind::Decimal(2)),
        field("device_offset_percent", "device offset percentage", Kind::Percent(2)),
        field("device_portion", "device offset amount device portion", Kind::Decimal(2)),
    ],
);

/// Some releases list an area of a state twice with two values; the value is therefore part of the key.
static WAGE_INDEX: Layout = Layout {
    family: "asc-wage-index",
    key: 3,
    coverage: Coverage::CalendarYear,
    ..addendum(
        "asc/wage-index",
        "ASC wage index by CBSA",
        &[],
        &[
            field("cbsa", "cbsa", Kind::Code).filled(),
            field("name", "cbsa name", Kind::Text),
            field("wage_index", "wi*", Kind::Decimal(4)),
        ],
    )
};

static CODE_PAIRS: Layout = Layout {
    family: "asc-code-pairs",
    key: 5,
    coverage: Coverage::Rows("from"),
    ..addendum(
        "asc/code-pairs",
        "ASC pass-through device and procedure pairs",
        &[],
        &[
            field("device_hcpcs", "device hcpcs", Kind::Code).filled(),
            field("procedure_hcpcs", "procedure hcpcs", Kind::Code).filled(),
            field("device_modifier", "device modifier", Kind::Code),
            field("procedure_modifier", "procedure modifier", Kind::Code),
            // Some pairs stand twice, with two values.
            field("percent_multiplier", "percent multiplier", Kind::Decimal(4)).filled(),
            field("from", "effective date", Kind::Day).filled(),
            field("to", "end date", Kind::Day),
        ],
    )
};

pub(super) static LAYOUTS: [&Layout; 6] = [&AA, &BB, &EE, &FF, &WAGE_INDEX, &CODE_PAIRS];
