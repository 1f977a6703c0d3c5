//! Layouts of the Medicare physician fee schedule: relative values, geographic indices, anesthesia, OPPS cap, payment file.

use super::layout::{Coverage, Field, Kind, Layout, Quirk, field};

const CONTRACTOR: Field = field(
    "contractor",
    "medicare administrative contractor mac|medicare administrative contractor|medicare adminstrative contractor\
     |contractor|carrier|carrier number",
    Kind::Digits(5),
)
.filled();
const LOCALITY: Field = field("locality", "locality number|locality", Kind::Digits(2)).filled();

/// The relative value file, PPRRVU, of 31 columns, and since 2026 of 32 (pricing indicator) in two files.
pub(super) static RELATIVE_VALUES: Layout = Layout {
    table: "mpfs/pprrvu",
    family: "mpfs",
    called: "physician fee schedule relative value file (PPRRVU)",
    title: &[],
    header_lines: 5,
    fields: &[
        field("hcpcs", "hcpcs", Kind::Code).filled(),
        field("modifier", "mod", Kind::Code),
        field("description", "description", Kind::Text),
        field("status", "status code", Kind::Flag).filled(),
        field("not_for_medicare", "not used for medicare payment", Kind::Flag),
        field("work_rvu", "work rvu", Kind::Decimal(2)).filled(),
        field("nonfacility_pe_rvu", "non fac pe rvu", Kind::Decimal(2)).filled(),
        field("nonfacility_na", "non fac na indicator|non fac indicator", Kind::Text),
        field("facility_pe_rvu", "facility pe rvu", Kind::Decimal(2)).filled(),
        field("facility_na", "facility na indicator|facility indicator", Kind::Text),
        field("mp_rvu", "mp rvu", Kind::Decimal(2)).filled(),
        field("nonfacility_total", "non facility total", Kind::Decimal(2)).filled(),
        field("facility_total", "facility total", Kind::Decimal(2)).filled(),
        field("pctc", "pctc ind", Kind::Flag),
        field("global_days", "glob days", Kind::Code),
        field("preoperative", "pre op", Kind::Decimal(2)),
        field("intraoperative", "intra op", Kind::Decimal(2)),
        field("postoperative", "post op", Kind::Decimal(2)),
        field("multiple_procedure", "mult proc", Kind::Flag),
        field("bilateral_surgery", "bilat surg", Kind::Flag),
        field("assistant_surgery", "asst surg", Kind::Flag),
        field("co_surgery", "co surg", Kind::Flag),
        field("team_surgery", "team surg", Kind::Flag),
        field("pricing_indicator", "pric ind", Kind::Code).optional(),
        field("endoscopic_base", "endo base", Kind::Code),
        field("conversion_factor", "conv factor", Kind::Decimal(4)).filled(),
        field("supervision", "physician supervision of diagnostic procedures", Kind::Code),
        field("calculation_flag", "calculation flag", Kind::Flag),
        field("imaging_family", "diagnostic imaging family indicator", Kind::Code),
        field("opps_nonfacility_pe", "non facility pe used for opps payment amount", Kind::Decimal(2)),
        field("opps_facility_pe", "facility pe used for opps payment amount", Kind::Decimal(2)),
        field("opps_mp", "mp used for opps payment amount", Kind::Decimal(2)),
    ],
    key: 2,
    coverage: Coverage::Quarter,
    quirk: Quirk::None,
};

/// The same for participants in advanced alternative payment models, who have a conversion factor of their own since 2026.
pub(super) static RELATIVE_VALUES_QPP: Layout = Layout {
    table: "mpfs/pprrvu-qpp",
    called: "relative value file of qualifying APM participants",
    ..RELATIVE_VALUES
};

/// All releases of a year in one file, each row with the days of its release.
pub(super) static RELATIVE_VALUES_TIDY: Layout = Layout {
    table: "mpfs/pprrvu-tidy",
    called: "relative value files of a year, tidied by others",
    header_lines: 1,
    fields: &[
        field("hcpcs", "hcpcs", Kind::Code).filled(),
        field("modifier", "mod", Kind::Code),
        field("source", "source file", Kind::Text).filled(),
        field("from", "date start", Kind::Text).filled(),
        field("to", "date end", Kind::Text).filled(),
        field("conversion_factor", "conv factor", Kind::Decimal(4)).filled(),
    ],
    ..RELATIVE_VALUES
};

pub(super) static GPCI: Layout = Layout {
    table: "mpfs/gpci",
    family: "mpfs-gpci",
    called: "geographic practice cost indices (GPCI)",
    title: &["geographic practice cost indices"],
    header_lines: 1,
    fields: &[
        CONTRACTOR,
        LOCALITY,
        field("state", "state", Kind::Code),
        field("locality_name", "locality name", Kind::Text),
        field("work_gpci", "pw gpci*|work gpci*", Kind::Decimal(3)).filled(),
        field("pe_gpci", "pe gpci*", Kind::Decimal(3)).filled(),
        field("mp_gpci", "mp gpci*", Kind::Decimal(3)).filled(),
    ],
    key: 2,
    coverage: Coverage::CalendarYear,
    quirk: Quirk::None,
};

pub(super) static ANESTHESIA: Layout = Layout {
    table: "mpfs/anesthesia",
    family: "mpfs-anesthesia",
    called: "anesthesia conversion factors by locality",
    title: &[],
    header_lines: 1,
    fields: &[
        CONTRACTOR,
        LOCALITY,
        field("locality_name", "locality name", Kind::Text),
        field("work_gpci", "pw gpci*|work gpci*", Kind::Decimal(3)).optional(),
        field("pe_gpci", "pe gpci*", Kind::Decimal(3)).optional(),
        field("mp_gpci", "mp gpci*", Kind::Decimal(3)).optional(),
        Field::in_header("national_factor", "national anes cf of*|anes cf of*", Kind::Decimal(4)),
        field("conversion_factor", "national anes cf of*|anes cf of*", Kind::Decimal(2)).filled(),
    ],
    key: 2,
    coverage: Coverage::CalendarYear,
    quirk: Quirk::None,
};

pub(super) static ANESTHESIA_BASE: Layout = Layout {
    table: "mpfs/anesthesia-base",
    family: "mpfs-anesthesia",
    called: "anesthesia base units",
    title: &[],
    header_lines: 3,
    fields: &[field("hcpcs", "code", Kind::Code).filled(), field("base_units", "base unit", Kind::Int).filled()],
    key: 1,
    coverage: Coverage::CalendarYear,
    quirk: Quirk::None,
};

pub(super) static ANESTHESIA_SHARES: Layout = Layout {
    table: "mpfs/anesthesia-shares",
    family: "mpfs-anesthesia",
    called: "anesthesia shares of work, practice expense and malpractice",
    title: &["anesthesia shares"],
    header_lines: 1,
    fields: &[
        field("work_share", "work", Kind::Decimal(3)).filled(),
        field("pe_share", "pe", Kind::Decimal(3)).filled(),
        field("mp_share", "mp", Kind::Decimal(3)).filled(),
    ],
    key: 0,
    coverage: Coverage::CalendarYear,
    quirk: Quirk::None,
};

pub(super) static OPPS_CAP: Layout = Layout {
    table: "mpfs/oppscap",
    family: "mpfs",
    called: "OPPS cap amounts by locality (OPPSCAP)",
    title: &[],
    header_lines: 1,
    fields: &[
        field("hcpcs", "hcpcs", Kind::Code).filled(),
        field("modifier", "mod", Kind::Code),
        CONTRACTOR,
        LOCALITY,
        field("status", "procstat", Kind::Flag).filled(),
        field("facility_price", "facility price", Kind::Decimal(2)).filled(),
        field("nonfacility_price", "non facilty price|non facility price", Kind::Decimal(2)).filled(),
    ],
    key: 4,
    coverage: Coverage::Quarter,
    quirk: Quirk::None,
};

pub(super) static LOCALITIES: Layout = Layout {
    table: "mpfs/localities",
    family: "mpfs-localities",
    called: "counties of the payment localities (LOCCO)",
    title: &["counties included in"],
    header_lines: 1,
    fields: &[
        CONTRACTOR,
        LOCALITY,
        Field::carried("state", "state", Kind::Text),
        field("area", "fee schedule area", Kind::Text).filled(),
        field("counties", "counties", Kind::Text).filled(),
    ],
    key: 2,
    coverage: Coverage::CalendarYear,
    quirk: Quirk::None,
};

/// The carrier-specific payment file, PFREV and PFALL: no header.
pub(super) static PAYMENT_FILE: Layout = Layout {
    table: "mpfs/payment",
    family: "mpfs-payment",
    called: "physician fee schedule payment file (PFALL, PFREV)",
    title: &[],
    header_lines: 1,
    fields: &[
        field("hcpcs", "hcpcs code", Kind::Code).filled(),
        field("modifier", "modifier", Kind::Code),
        CONTRACTOR,
        LOCALITY,
        field("year", "year", Kind::Int).filled(),
        field("nonfacility_amount", "non facility fee schedule amount", Kind::Decimal(2)).filled(),
        field("facility_amount", "facility fee schedule amount", Kind::Decimal(2)).filled(),
        field("pctc", "pctc indicator", Kind::Flag),
        field("status", "status code", Kind::Flag).filled(),
        field("multiple_surgery", "multiple surgery indicator", Kind::Flag),
        field("therapy_reduced_noninst", "therapy reduction amount non institutional", Kind::Decimal(2)),
        field("therapy_reduced_inst", "therapy reduction amount institutional", Kind::Decimal(2)),
        field("opps_indicator", "opps indicator", Kind::Flag),
        field("opps_nonfacility_amount", "opps non facility fee amount", Kind::Decimal(2)),
        field("opps_facility_amount", "opps facility fee amount", Kind::Decimal(2)),
    ],
    key: 4,
    coverage: Coverage::Quarter,
    quirk: Quirk::None,
};

/// The columns of [`PAYMENT_FILE`] as they stand in the file, by their header patterns; one of them is filler.
pub(super) const PAYMENT_FILE_COLUMNS: [&str; 16] = [
    "year",
    "carrier number",
    "locality",
    "hcpcs code",
    "modifier",
    "non facility fee schedule amount",
    "facility fee schedule amount",
    "",
    "pctc indicator",
    "status code",
    "multiple surgery indicator",
    "therapy reduction amount non institutional",
    "therapy reduction amount institutional",
    "opps indicator",
    "opps non facility fee amount",
    "opps facility fee amount",
];

pub(super) static LAYOUTS: [&Layout; 7] =
    [&RELATIVE_VALUES, &GPCI, &ANESTHESIA, &ANESTHESIA_BASE, &ANESTHESIA_SHARES, &OPPS_CAP, &LOCALITIES];
