//! Layouts of the provider-specific files: what a hospital's Medicare contractor knows of it, by date.
//!
//! The files are csv with a header of camel-case names; only what pricing needs must be there.

use super::layout::{Coverage, Field, Kind, Layout, Quirk, field};

const CCN: Field = field("ccn", "provider ccn", Kind::Digits(6)).filled();
const EFFECTIVE: Field = field("from", "effective date", Kind::Day).filled();

const fn amount(name: &'static str, header: &'static str) -> Field {
    field(name, header, Kind::Decimal(2)).optional()
}

const fn ratio(name: &'static str, header: &'static str) -> Field {
    field(name, header, Kind::Decimal(6)).optional()
}

const fn code(name: &'static str, header: &'static str) -> Field {
    field(name, header, Kind::Code).optional()
}

const fn day(name: &'static str, header: &'static str) -> Field {
    field(name, header, Kind::Day).optional()
}

const fn provider_file(
    table: &'static str,
    family: &'static str,
    called: &'static str,
    fields: &'static [Field],
) -> Layout {
    let (title, coverage) = (&[] as &[&str], Coverage::Rows("from"));
    Layout { table, family, called, title, header_lines: 1, fields, key: 1, coverage, quirk: Quirk::None }
}

static INPATIENT: Layout = provider_file(
    "psf/inpatient",
    "psf-inpatient",
    "inpatient provider-specific file",
    &[
        CCN,
        EFFECTIVE,
        field("fiscal_year_begin", "fiscal year begin date", Kind::Day),
        day("exported", "export date"),
        day("terminated", "termination date"),
        field("waiver", "waiver indicator", Kind::Code),
        field("contractor", "intermediary number", Kind::Code),
        field("provider_type", "provider type", Kind::Code),
        field("census_division", "census division", Kind::Code),
        code("change_code_wage_index", "change code wage index reclassification"),
        code("msa_geographic", "msa actual geographic location"),
        code("msa_wage_index", "msa wage index location"),
        code("msa_standardized", "msa standardized amount location"),
        code("sole_community_year", "sole community or medicare dependent hospital base year"),
        code("lugar", "change code for lugar reclassification"),
        code("temporary_relief", "temporary relief indicator"),
        code("federal_blend", "federal pps blend|federal pps blend indicator"),
        code("state_code", "state code"),
        amount("facility_specific_rate", "pps facility specific rate"),
        ratio("cost_of_living", "cost of living adjustment"),
        ratio("interns_to_beds", "interns to beds ratio"),
        field("beds", "bed size", Kind::Int).optional(),
        ratio("operating_ccr", "operating cost to charge ratio"),
        ratio("case_mix_index", "case mix index"),
        ratio("ssi_ratio", "supplemental security income ratio"),
        ratio("medicaid_ratio", "medicaid ratio"),
        ratio("special_update", "special provider update factor"),
        ratio("operating_dsh", "operating dsh"),
        day("fiscal_year_end", "fiscal year end date"),
        code("special_payment", "special payment indicator"),
        code("quality_indicator", "hosp quality indicator|hospital quality indicator"),
        field("cbsa_geographic", "cbsa actual geographic location", Kind::Code),
        field("cbsa_wage_index", "cbsa wage index location", Kind::Code),
        code("cbsa_standardized", "cbsa standardized amount location"),
        ratio("special_wage_index", "special wage index"),
        amount("pass_through_capital", "pass through amount for capital"),
        amount("pass_through_education", "pass through amount for direct medical education"),
        amount("pass_through_organs", "pass through amount for organ acquisition"),
        amount("pass_through_total", "pass through total amount|total pass through amount"),
        code("capital_payment_code", "capital pps payment code"),
        amount("capital_hospital_rate", "hospital specific capital rate"),
        amount("capital_old_harmless_rate", "old capital hold harmless rate"),
        amount("capital_new_harmless_rate", "new capital hold harmless rate"),
        ratio("capital_ccr", "capital cost to charge ratio"),
        code("new_hospital", "new hospital"),
        ratio("capital_ime_ratio", "capital indirect medical education ratio"),
        amount("capital_exception_rate", "capital exception payment rate"),
        code("vbp_participant", "vbp participant indicator|vbp participant|vpb participant indicator"),
        // The factor has eleven places.
        field("vbp_adjustment", "vbp adjustment", Kind::Decimal(11)).optional(),
        code("hrr_participant", "hrr participant indicator"),
        ratio("hrr_adjustment", "hrr adjustment"),
        ratio("bundle_discount", "bundle model discount"),
        code("hac_participant", "hac reduction participant indicator"),
        amount("uncompensated_care", "uncompensated care amount"),
        code("ehr_reduction", "ehr reduction indicator"),
        ratio("low_volume_adjustment", "low volume adjustment factor"),
        code("county_code", "county code"),
        ratio("performance_adjustment", "medicare performance adjustment"),
        code("ltch_discharge_payment", "ltch dpp indicator"),
        ratio("supplemental_wage_index", "supplemental wage index"),
        code("supplemental_flag", "supplemental wage index indicator"),
        field("npi", "national provider identifier", Kind::Text).optional(),
        amount("pass_through_stem_cells", "pass through amount for allogenic stem cell acquisition*"),
        code("blend_year", "pps blend year indicator"),
        day("last_updated", "last updated"),
        amount("pass_through_gme", "pass through amount for direct graduate medical education"),
        amount("pass_through_kidneys", "pass through amount for kidney acquisition"),
        amount("pass_through_supply", "pass through amount for supply chain*"),
    ],
);

static OUTPATIENT: Layout = provider_file(
    "psf/outpatient",
    "psf-outpatient",
    "outpatient provider-specific file",
    &[
        CCN,
        EFFECTIVE,
        day("fiscal_year_begin", "fiscal year begin date"),
        day("exported", "export date"),
        day("terminated", "termination date"),
        code("waiver", "waiver indicator"),
        field("contractor", "intermediary number", Kind::Code),
        field("provider_type", "provider type", Kind::Code),
        code("special_locality", "special locality indicator"),
        code("change_code_wage_index", "change code wage index reclassification"),
        code("msa_geographic", "msa actual geographic location"),
        code("msa_wage_index", "msa wage index location"),
        ratio("cost_of_living", "cost of living adjustment"),
        code("state_code", "state code"),
        code("tops_indicator", "tops indicator"),
        code("quality_indicator", "hosp quality indicator|hospital quality indicator"),
        ratio("operating_ccr", "operating cost to charge ratio"),
        field("cbsa_geographic", "cbsa actual geographic location", Kind::Code),
        field("cbsa_wage_index", "cbsa wage index location", Kind::Code),
        ratio("special_wage_index", "special wage index"),
        code("special_payment", "special payment indicator"),
        code("esrd_quality", "esrd children quality indicator"),
        ratio("device_ccr", "device cost to charge ratio"),
        code("county_code", "county code"),
        code("payment_cbsa", "payment cbsa"),
        ratio("payment_model_adjustment", "payment model adjustment"),
        ratio("performance_adjustment", "medicare performance adjustment"),
        ratio("supplemental_wage_index", "supplemental wage index"),
        code("supplemental_flag", "supplemental wage index indicator"),
        field("npi", "national provider identifier", Kind::Text).optional(),
        code("carrier_code", "carrier code"),
        day("last_updated", "last updated"),
    ],
);

pub(super) static LAYOUTS: [&Layout; 2] = [&INPATIENT, &OUTPATIENT];
