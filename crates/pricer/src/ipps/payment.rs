//! The components of an inpatient payment.

use super::ReturnCode;
use openclaim_claim::{Decimal, NotEvaluated, Text};

/// An inpatient payment by component. Amounts are dollars with two places unless said otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Payment {
    /// What became of the bill.
    pub return_code: ReturnCode,
    /// Parts that could not be evaluated; the total is then none.
    pub not_evaluated: Vec<NotEvaluated>,
    /// Everything together.
    pub total: Decimal,
    /// Wage index used, four places.
    pub wage_index: Decimal,
    /// Covered days used.
    pub days_used: u16,
    /// Geometric mean length of stay.
    pub gmlos: Decimal,
    /// Arithmetic mean length of stay.
    pub amlos: Decimal,
    /// Relative weight used.
    pub weight: Decimal,
    /// Weight × discharge fraction.
    pub weight_fraction: Decimal,
    /// Share of the whole payment that a transfer earns, four places.
    pub discharge_fraction: Decimal,
    /// Per-diem share of a transfer, four places.
    pub transfer_fraction: Decimal,
    /// Operating federal payment.
    pub operating_federal: Decimal,
    /// Operating payment above the federal one, by the hospital-specific rate.
    pub hospital_specific: Decimal,
    /// The hospital-specific rate of the case.
    pub hospital_rate: Decimal,
    /// Operating outlier.
    pub operating_outlier: Decimal,
    /// Operating disproportionate share.
    pub operating_dsh: Decimal,
    /// Operating indirect medical education.
    pub operating_ime: Decimal,
    /// Uncompensated care.
    pub uncompensated_care: Decimal,
    /// New technology, and new COVID-19 treatments.
    pub new_technology: Decimal,
    /// Technologies whose add-on is in it, by name.
    pub technologies: Vec<Text>,
    /// Whether the add-on for new COVID-19 treatments is in it.
    pub covid_treatment: bool,
    /// Islet isolation.
    pub islet: Decimal,
    /// Base of readmission and purchasing adjustments.
    pub base_drg_payment: Decimal,
    /// Capital federal payment.
    pub capital_federal: Decimal,
    /// Capital outlier.
    pub capital_outlier: Decimal,
    /// Capital disproportionate share.
    pub capital_dsh: Decimal,
    /// Capital indirect medical education.
    pub capital_ime: Decimal,
    /// Capital, all.
    pub capital_total: Decimal,
    /// Low-volume add-on.
    pub low_volume: Decimal,
    /// Value-based purchasing.
    pub value_based_purchasing: Decimal,
    /// Readmission reduction.
    pub readmission: Decimal,
    /// Hospital-acquired condition reduction.
    pub hac: Decimal,
    /// What the reduced update for electronic records saved; in no total.
    pub ehr_saving: Decimal,
    /// Standardized allowed amount; in no total.
    pub standardized: Decimal,
    /// Operating costs of the bill, nine places.
    pub operating_costs: Decimal,
    /// Capital costs of the bill, nine places.
    pub capital_costs: Decimal,
    /// Charges at which the outlier begins, nine places; 0 without outlier.
    pub charge_threshold: Decimal,
    /// Operating cost threshold, nine places.
    pub operating_threshold: Decimal,
    /// Capital cost threshold, nine places.
    pub capital_threshold: Decimal,
    /// Fixed loss of the case.
    pub fixed_loss: Decimal,
    /// Share of cost above the threshold that is paid.
    pub marginal_cost: Decimal,
    /// Weight adjustment for COVID-19, 1 otherwise.
    pub covid: Decimal,
    /// Factor for products without cost, 1 otherwise.
    pub no_cost_product: Decimal,
}

impl Payment {
    /// No payment, for a return code.
    #[must_use]
    pub fn none(return_code: ReturnCode) -> Self {
        let zero = Decimal::ZERO;
        Self {
            return_code,
            not_evaluated: Vec::new(),
            total: zero,
            wage_index: zero,
            days_used: 0,
            gmlos: zero,
            amlos: zero,
            weight: zero,
            weight_fraction: zero,
            discharge_fraction: zero,
            transfer_fraction: zero,
            operating_federal: zero,
            hospital_specific: zero,
            hospital_rate: zero,
            operating_outlier: zero,
            operating_dsh: zero,
            operating_ime: zero,
            uncompensated_care: zero,
            new_technology: zero,
            technologies: Vec::new(),
            covid_treatment: false,
            islet: zero,
            base_drg_payment: zero,
            capital_federal: zero,
            capital_outlier: zero,
            capital_dsh: zero,
            capital_ime: zero,
            capital_total: zero,
            low_volume: zero,
            value_based_purchasing: zero,
            readmission: zero,
            hac: zero,
            ehr_saving: zero,
            standardized: zero,
            operating_costs: zero,
            capital_costs: zero,
            charge_threshold: zero,
            operating_threshold: zero,
            capital_threshold: zero,
            fixed_loss: zero,
            marginal_cost: zero,
            covid: zero,
            no_cost_product: zero,
        }
    }
}
