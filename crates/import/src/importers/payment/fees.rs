//! Layouts of the fee schedules for laboratory tests, equipment and drugs, and of the tables of HCPCS codes as tidied by
//! others.

use super::layout::{Coverage, Field, Kind, Layout, Quirk, field};

const HCPCS: Field = field("hcpcs", "hcpcs|hcpcs code", Kind::Code).filled();

static LABORATORY: Layout = Layout {
    table: "clfs/fees",
    family: "clfs",
    called: "clinical laboratory fee schedule (CLFS)",
    title: &[],
    header_lines: 1,
    fields: &[
        HCPCS,
        field("modifier", "mod", Kind::Code),
        field("from", "eff date", Kind::Day).filled(),
        field("year", "year", Kind::Int).filled(),
        field("indicator", "indicator", Kind::Flag),
        field("rate", "rate", Kind::Decimal(2)).filled(),
        field("short_descriptor", "short desc", Kind::Text),
        field("long_descriptor", "long desc", Kind::Text),
        field("extended_descriptor", "extended long desc", Kind::Text).optional(),
    ],
    key: 2,
    coverage: Coverage::Quarter,
    quirk: Quirk::None,
};

/// The nationwide part of the equipment fee schedule; the fees by state become [`EQUIPMENT_FEES`].
pub(super) static EQUIPMENT: Layout = Layout {
    table: "dmepos/items",
    family: "dmepos",
    called: "DMEPOS fee schedule",
    title: &[],
    header_lines: 1,
    fields: &[
        HCPCS,
        field("modifier", "mod", Kind::Code),
        field("modifier_2", "mod2", Kind::Code),
        field("jurisdiction", "juris", Kind::Flag),
        field("category", "catg", Kind::Code),
        field("ceiling", "ceiling", Kind::Decimal(2)),
        field("floor", "floor", Kind::Decimal(2)),
        field("description", "description", Kind::Text).optional(),
    ],
    key: 3,
    coverage: Coverage::Quarter,
    quirk: Quirk::PerState,
};

/// Fees by state, for addresses that are not rural and that are.
pub(super) static EQUIPMENT_FEES: Layout = Layout {
    table: "dmepos/fees",
    called: "DMEPOS fees by state",
    fields: &[
        HCPCS,
        field("modifier", "mod", Kind::Code),
        field("modifier_2", "mod2", Kind::Code),
        field("state", "state", Kind::Code).filled(),
        field("nonrural_fee", "nr", Kind::Decimal(2)),
        field("rural_fee", "r", Kind::Decimal(2)),
    ],
    key: 4,
    quirk: Quirk::None,
    ..EQUIPMENT
};

static DRUGS: Layout = Layout {
    table: "asp/payment-limits",
    family: "asp",
    called: "Part B drug payment limits (ASP)",
    title: &[],
    header_lines: 1,
    fields: &[
        HCPCS,
        field("short_description", "short description", Kind::Text),
        field("dosage", "hcpcs code dosage", Kind::Text),
        field("payment_limit", "payment limit", Kind::Decimal(3)),
        field("coinsurance_percent", "co insurance percentage|coinsurance percentage", Kind::Decimal(3)).optional(),
        field("vaccine_awp_percent", "vaccine awp", Kind::Decimal(3)).optional(),
        field("vaccine_limit", "vaccine limit", Kind::Decimal(3)).optional(),
        field("blood_awp_percent", "blood awp", Kind::Decimal(3)).optional(),
        field("blood_limit", "blood limit", Kind::Decimal(3)).optional(),
        field("clotting_factor", "clotting factor", Kind::Text).optional(),
        field("notes", "notes", Kind::Text).optional(),
    ],
    key: 1,
    coverage: Coverage::Quarter,
    quirk: Quirk::None,
};

pub(super) static LAYOUTS: [&Layout; 3] = [&LABORATORY, &EQUIPMENT, &DRUGS];
