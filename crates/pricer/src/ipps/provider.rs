//! What the provider-specific file says of a hospital.

use openclaim_claim::{Date, Decimal, Text};
use rust_decimal::RoundingStrategy;

/// A hospital's row of the inpatient provider-specific file: what its Medicare contractor keeps on file.
///
/// Source of the fields: Medicare Claims Processing Manual, chapter 3, Addendum A. Numbers are kept with the places that
/// the file has; [`Provider::normalized`] rounds what is given with more.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Provider {
    /// CMS certification number.
    pub ccn: Text,
    /// Provider type, two digits.
    pub provider_type: Text,
    /// First day of the row.
    pub effective: Option<Date>,
    /// Day of termination.
    pub terminated: Option<Date>,
    /// Whether the state is under a waiver.
    pub waiver: bool,
    /// CBSA where it lies; two digits of the state for rural areas.
    pub cbsa: Text,
    /// CBSA of its wage index, after reclassification.
    pub wage_index_cbsa: Option<Text>,
    /// CBSA of its standardized amount.
    pub standardized_cbsa: Option<Text>,
    /// Special payment indicator: blank, `Y` reclassified, `1` or `2` special wage index, `D` dual reclassification.
    pub special_payment: Option<char>,
    /// Special wage index.
    pub special_wage_index: Option<Decimal>,
    /// Supplemental wage index, where its indicator says that it is last year's.
    pub prior_wage_index: Option<Decimal>,
    /// County of the hospital, five digits.
    pub county: Option<Text>,
    /// State, as the two digits that name its rural area.
    pub state: Text,
    /// Beds.
    pub beds: u32,
    /// Residents to beds.
    pub interns_to_beds: Decimal,
    /// Operating cost-to-charge ratio.
    pub operating_ccr: Decimal,
    /// Capital cost-to-charge ratio.
    pub capital_ccr: Decimal,
    /// Share of Supplemental Security Income days.
    pub ssi_ratio: Decimal,
    /// Share of Medicaid days.
    pub medicaid_ratio: Decimal,
    /// Hospital-specific rate.
    pub hospital_specific_rate: Decimal,
    /// Cost-of-living adjustment, for Alaska and Hawaii.
    pub cola: Decimal,
    /// Whether it takes part in value-based purchasing, `Y` or `N`.
    pub vbp: Option<bool>,
    /// Factor of value-based purchasing.
    pub vbp_factor: Decimal,
    /// Readmission reduction: `Some(true)` indicator 1, `Some(false)` indicator 0.
    pub hrr: Option<bool>,
    /// Readmission factor.
    pub hrr_factor: Decimal,
    /// Whether it is in the worst quarter of hospital-acquired conditions.
    pub hac: bool,
    /// Whether its update is reduced for lack of electronic records; `None` for another indicator than `Y` or blank.
    pub ehr: Option<bool>,
    /// Uncompensated care per claim.
    pub uncompensated_care: Decimal,
    /// Temporary relief indicator `Y`: low-volume hospital.
    pub low_volume: bool,
    /// Low-volume factor.
    pub low_volume_factor: Decimal,
    /// Whether it reported quality data.
    pub quality: bool,
    /// Residents to average daily census, for capital.
    pub capital_ime_ratio: Decimal,
    /// Capital payment code, `B` or `C`.
    pub capital_payment_code: char,
    /// New hospital, exempt from the capital system.
    pub capital_new_hospital: bool,
}

/// A number of the provider's row that does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: `{value}` is not between 0 and {limit}")]
pub struct ProviderError {
    /// The field.
    pub field: &'static str,
    /// Its value.
    pub value: Decimal,
    /// The first number that does not fit.
    pub limit: u32,
}

impl Provider {
    /// A short-term hospital in a CBSA, with a full update, and nothing else.
    #[must_use]
    pub fn new(ccn: impl Into<Text>, cbsa: impl Into<Text>, state: impl Into<Text>) -> Self {
        Self {
            ccn: ccn.into(),
            provider_type: "00".into(),
            effective: None,
            terminated: None,
            waiver: false,
            cbsa: cbsa.into(),
            wage_index_cbsa: None,
            standardized_cbsa: None,
            special_payment: None,
            special_wage_index: None,
            prior_wage_index: None,
            county: None,
            state: state.into(),
            beds: 0,
            interns_to_beds: Decimal::ZERO,
            operating_ccr: Decimal::ZERO,
            capital_ccr: Decimal::ZERO,
            ssi_ratio: Decimal::ZERO,
            medicaid_ratio: Decimal::ZERO,
            hospital_specific_rate: Decimal::ZERO,
            cola: Decimal::ONE,
            vbp: Some(false),
            vbp_factor: Decimal::ZERO,
            hrr: Some(false),
            hrr_factor: Decimal::ZERO,
            hac: false,
            ehr: Some(false),
            uncompensated_care: Decimal::ZERO,
            low_volume: false,
            low_volume_factor: Decimal::ZERO,
            quality: true,
            capital_ime_ratio: Decimal::ZERO,
            capital_payment_code: 'C',
            capital_new_hospital: false,
        }
    }

    /// The same with every number rounded to the places of its field, halves away from zero.
    ///
    /// # Errors
    /// [`ProviderError`] when a number is negative or has more digits before the point than its field.
    pub fn normalized(mut self) -> Result<Self, ProviderError> {
        let fields: [(&'static str, &mut Decimal, u32, u32); 14] = [
            ("intern", &mut self.interns_to_beds, 4, 10),
            ("ccr", &mut self.operating_ccr, 3, 10),
            ("capccr", &mut self.capital_ccr, 3, 10),
            ("ssi", &mut self.ssi_ratio, 4, 10),
            ("mcaid", &mut self.medicaid_ratio, 4, 10),
            ("cpd", &mut self.hospital_specific_rate, 2, 10_000_000),
            ("cola", &mut self.cola, 3, 10),
            ("vbpadj", &mut self.vbp_factor, 11, 10),
            ("hrradj", &mut self.hrr_factor, 4, 10),
            ("unc", &mut self.uncompensated_care, 2, 10_000_000),
            ("lv", &mut self.low_volume_factor, 6, 10),
            ("capime", &mut self.capital_ime_ratio, 4, 10),
            ("suppwi", self.prior_wage_index.get_or_insert(Decimal::ZERO), 4, 100),
            ("specwi", self.special_wage_index.get_or_insert(Decimal::ZERO), 4, 100),
        ];
        for (field, value, places, limit) in fields {
            if value.is_sign_negative() && !value.is_zero() || *value >= Decimal::from(limit) {
                return Err(ProviderError { field, value: *value, limit });
            }
            *value = value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero).normalize();
        }
        self.prior_wage_index = self.prior_wage_index.filter(|index| !index.is_zero());
        self.special_wage_index = self.special_wage_index.filter(|index| !index.is_zero());
        let cbsas = [Some(&mut self.cbsa), self.wage_index_cbsa.as_mut(), self.standardized_cbsa.as_mut()];
        for cbsa in cbsas.into_iter().flatten() {
            *cbsa = cbsa.trim().into();
        }
        let filled = |cbsa: &Text| !cbsa.is_empty() && cbsa != "00000";
        self.wage_index_cbsa = self.wage_index_cbsa.filter(filled);
        self.standardized_cbsa = self.standardized_cbsa.filter(filled);
        self.special_payment = self.special_payment.filter(|indicator| *indicator != ' ');
        Ok(self)
    }

    /// The state in which the certification number was given: its first two digits.
    pub(super) fn ccn_state(&self) -> &str {
        self.ccn.get(..2).unwrap_or_default()
    }
}
