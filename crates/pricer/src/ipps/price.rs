//! The price of a bill, in CMS's order of steps and rounding.
//!
//! Inputs are bounded when they are read (at most nine digits of charges, ten of a ratio's units), so no product comes
//! near the 28 digits a decimal holds.

use super::ReturnCode;
use super::bill::{Bill, Review};
use super::payment::Payment;
use super::prepared::{CostShares, Prepared};
use super::tables::DrgRow;
use super::year::Arithmetic;
use crate::Rounding::{HalfUp, Truncate};
use openclaim_claim::{Decimal, NotEvaluated};

const ZERO: Decimal = Decimal::ZERO;
const ONE: Decimal = Decimal::ONE;

/// A bill's case: what follows from stay, MS-DRG and codes alone.
struct Case<'b> {
    bill: &'b Bill,
    review: Review,
    row: DrgRow,
    charges: Decimal,
    length_of_stay: u16,
    covered_days: u16,
    /// Days of the stay, at least 1, and one more.
    per_diem_days: Decimal,
    /// Whether the stay was shorter than the geometric mean and the transfer rules apply.
    short: bool,
    post_acute: PostAcute,
    discharge_fraction: Decimal,
    transfer_fraction: Decimal,
    weight_fraction: Decimal,
    covid: Decimal,
    no_cost: Decimal,
    marginal_cost: Decimal,
    not_evaluated: Vec<NotEvaluated>,
}

/// How Table 5 lets a post-acute transfer of the MS-DRG be paid.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PostAcute {
    No,
    PerDiem,
    Special,
}

/// Thresholds, costs and outlier payments.
struct Outlier {
    operating: Decimal,
    capital: Decimal,
    operating_costs: Decimal,
    capital_costs: Decimal,
    /// Payment and fixed loss that operating costs must pass.
    operating_threshold: Decimal,
    capital_threshold: Decimal,
    /// The fixed loss alone, operating part.
    dollar_threshold: Decimal,
    fixed_loss: Decimal,
}

impl Prepared {
    /// Prices a bill of the hospital.
    #[must_use]
    pub fn price(&self, bill: &Bill) -> Payment {
        match self.case(bill) {
            Ok(case) => self.pay(&case),
            Err(code) => Payment::none(code),
        }
    }

    /// Edits the bill, as CMS does: the first fault gives the return code.
    fn case<'b>(&self, bill: &'b Bill) -> Result<Case<'b>, ReturnCode> {
        let provider = &self.provider;
        let before = provider.effective.is_some_and(|first| bill.discharge < first);
        let after = provider.terminated.is_some_and(|last| bill.discharge >= last);
        if before || after {
            return Err(ReturnCode::DATES);
        }
        let length_of_stay = bill.length_of_stay.filter(|days| *days <= 999).ok_or(ReturnCode::STAY)?;
        let reserve = bill.lifetime_reserve_days.filter(|days| *days <= 60).ok_or(ReturnCode::RESERVE_DAYS)?;
        let covered_days = bill.covered_days.filter(|days| *days <= 999).ok_or(ReturnCode::COVERED_DAYS)?;
        if covered_days == 0 && length_of_stay > 0 || reserve > covered_days {
            return Err(ReturnCode::COVERED_DAYS);
        }
        let review = bill.review.ok_or(ReturnCode::REVIEW)?;
        let charges = bill.usable_charges().ok_or(ReturnCode::CHARGES)?;
        if !provider.capital_new_hospital && !matches!(provider.capital_payment_code, 'B' | 'C') {
            return Err(ReturnCode::PROVIDER_FLAGS);
        }
        if provider.ehr.is_none() {
            return Err(ReturnCode::PROVIDER_FLAGS);
        }
        if self.factors.mdh && self.year.rates.find("mdh_program").is_none() {
            return Err(ReturnCode::WAGE_INDEX);
        }
        let drg = bill.drg.ok_or(ReturnCode::DRG)?;
        let row = self.year.drg(drg).ok_or(ReturnCode::DRG)?;
        Ok(self.transfer(bill, review, row, charges, (length_of_stay, covered_days), drg))
    }

    /// What a transfer earns of the whole payment (42 CFR 412.4(f)), and what the codes change.
    fn transfer<'b>(
        &self,
        bill: &'b Bill,
        review: Review,
        row: DrgRow,
        charges: Decimal,
        (length_of_stay, covered_days): (u16, u16),
        drg: u16,
    ) -> Case<'b> {
        let codes = &self.year.codes;
        let post_acute = match (review.is_post_acute(), row.post_acute, row.special_pay) {
            (true, true, true) => PostAcute::Special,
            (true, true, false) => PostAcute::PerDiem,
            _ => PostAcute::No,
        };
        let per_diem_days = Decimal::from(length_of_stay.max(1) + 1);
        let mut case = Case {
            bill,
            review,
            row,
            charges,
            length_of_stay,
            covered_days,
            per_diem_days,
            short: per_diem_days < row.gmlos && !codes.has_drg("whole_pay_transfer_drg", drg),
            post_acute,
            discharge_fraction: ONE,
            transfer_fraction: ZERO,
            weight_fraction: row.weight,
            covid: ONE,
            no_cost: ONE,
            marginal_cost: if codes.has_drg("burn_drg", drg) {
                self.rates.marginal_cost_burn
            } else {
                self.rates.marginal_cost
            },
            not_evaluated: Vec::new(),
        };
        if !row.gmlos.is_zero() && (review.is_transfer() || post_acute != PostAcute::No) {
            let per_diem = HalfUp(4).apply(per_diem_days / row.gmlos);
            let (fraction, exact) = if post_acute == PostAcute::Special {
                let half = self.rates.special_pay_share;
                let days = half * per_diem_days / row.gmlos;
                let exact = half + if self.keeps_exact() { days } else { Truncate(4).apply(days) };
                (HalfUp(4).apply(exact), exact)
            } else {
                (per_diem, per_diem)
            };
            case.transfer_fraction = per_diem;
            case.discharge_fraction = fraction;
            if fraction > ONE {
                (case.discharge_fraction, case.transfer_fraction) = (ONE, ONE);
            } else {
                case.weight_fraction = HalfUp(4).apply(exact * row.weight);
            }
        }
        if let Some(weight) = self.rates.covid_weight
            && codes.any("covid_diagnosis", &bill.diagnoses)
            && !codes.any("covid_not_adjusted_condition", &bill.conditions)
        {
            case.covid = weight;
        }
        if codes.has_drg("car_t_drg", drg) {
            let trial = codes.any("trial_diagnosis", &bill.diagnoses)
                || codes.any("expanded_access_condition", &bill.conditions);
            let bought = codes.any("bought_condition", &bill.conditions);
            if trial && !bought || codes.any("no_cost_condition", &bill.conditions) {
                match self.rates.no_cost_product {
                    Some(factor) => case.no_cost = factor,
                    None => case.not_evaluated.push(self.year.lacks(
                        "ipps/no-cost-product",
                        format!(
                            "MS-DRG {drg:03} without the cost of its product: the year's factor is not in the rates"
                        ),
                    )),
                }
            }
        }
        case
    }

    fn keeps_exact(&self) -> bool {
        self.arithmetic == Arithmetic::Regulation
    }

    fn pay(&self, case: &Case<'_>) -> Payment {
        let (factors, rates) = (&self.factors, &self.rates);
        let unc = self.provider.uncompensated_care;
        let mut code = ReturnCode::NORMAL;
        let adjusted = case.row.weight * case.covid * case.no_cost;
        let mut federal = HalfUp(9).apply(factors.base * adjusted);
        let mut capital = HalfUp(9).apply(case.row.weight * factors.capital_rate * factors.capital_cola * case.no_cost);
        let transferred = match (case.short, case.review, case.post_acute) {
            (true, Review::PerDiem, _) => Some((ReturnCode::TRANSFER, case.transfer_fraction)),
            (true, Review::PerDiemNoOutlier, _) => Some((ReturnCode::TRANSFER_NO_OUTLIER, case.transfer_fraction)),
            (true, _, PostAcute::Special) => Some((ReturnCode::POST_ACUTE_SPECIAL, case.discharge_fraction)),
            (true, _, PostAcute::PerDiem) => Some((ReturnCode::POST_ACUTE, case.transfer_fraction)),
            _ => None,
        };
        if let Some((transfer, fraction)) = transferred {
            code = transfer;
            federal = HalfUp(9).apply(federal * fraction);
            capital = HalfUp(9).apply(capital * fraction);
        }
        let operating_federal = HalfUp(2).apply(federal);
        let operating_dsh = HalfUp(2).apply(operating_federal * factors.dsh * rates.dsh_paid_share);
        let operating_ime = HalfUp(2).apply(operating_federal * factors.ime);

        let mut payment = Payment::none(code);
        payment.not_evaluated.clone_from(&case.not_evaluated);
        let drg_payment = operating_federal + operating_dsh + operating_ime + unc;
        let technology = self.new_technology(case, drg_payment, &mut payment);
        let outlier = self.outlier(case, &factors.shares, (federal, capital), technology);
        let has_outlier = outlier.operating + outlier.capital > ZERO;

        // Standing whatever becomes of the bill.
        payment.wage_index = factors.wage_index.value;
        payment.gmlos = case.row.gmlos;
        payment.uncompensated_care = unc;
        if has_outlier {
            code = ReturnCode::OUTLIER;
            let ratios = self.provider.capital_ccr + factors.shares.operating_ccr;
            if !ratios.is_zero() {
                let thresholds = outlier.capital_threshold + outlier.operating_threshold;
                payment.charge_threshold = HalfUp(9).apply(thresholds / ratios);
            }
        }
        if has_outlier && case.covered_days < case.length_of_stay {
            return Payment { return_code: ReturnCode::OUTLIER_DAYS, ..payment };
        }
        let covid_treatment = self.covid_treatment(case, &outlier);
        let base = HalfUp(2).apply(HalfUp(2).apply(federal + technology) + covid_treatment);
        let adjustments = factors.readmission.and_then(|readmission| Ok((readmission, factors.purchasing?)));
        let (readmission, purchasing) = match adjustments {
            Ok(adjustments) => adjustments,
            Err(return_code) => return Payment { return_code, ..payment },
        };
        let adjustment = |factor: Option<Decimal>| factor.map_or(ZERO, |factor| HalfUp(2).apply(factor * base - base));

        let mut capital_outlier = outlier.capital;
        let mut operating_outlier = outlier.operating;
        if case.short && case.post_acute != PostAcute::No {
            code = transferred.map_or(code, |(transfer, _)| transfer);
        }
        if case.review == Review::PerDiem {
            if has_outlier {
                code = ReturnCode::TRANSFER_OUTLIER;
            } else {
                (operating_outlier, capital_outlier) = (ZERO, ZERO);
            }
        }
        let hospital = self.hospital_specific(case, operating_outlier, &mut payment);

        payment.operating_federal = operating_federal;
        payment.operating_dsh = operating_dsh;
        payment.operating_ime = operating_ime;
        payment.hospital_rate = HalfUp(2).apply(hospital.0);
        payment.hospital_specific = HalfUp(2).apply(hospital.1);
        payment.operating_outlier = HalfUp(2).apply(operating_outlier);
        payment.new_technology = technology + covid_treatment;
        payment.covid_treatment = covid_treatment > ZERO;
        payment.base_drg_payment = base;
        if !self.provider.capital_new_hospital {
            payment.capital_federal = HalfUp(2).apply(capital);
            payment.capital_dsh = HalfUp(2).apply(payment.capital_federal * factors.capital_dsh);
            payment.capital_ime = HalfUp(2).apply(payment.capital_federal * factors.capital_ime);
            payment.capital_outlier = HalfUp(2).apply(capital_outlier);
        }
        payment.capital_total =
            payment.capital_federal + payment.capital_ime + payment.capital_dsh + payment.capital_outlier;
        payment.readmission = adjustment(readmission);
        payment.value_based_purchasing = adjustment(purchasing);
        self.totals(case, &outlier, &mut payment);
        if let Err(return_code) = factors.hac {
            let mut refused = Payment::none(return_code);
            refused.wage_index = payment.wage_index;
            refused.gmlos = payment.gmlos;
            refused.uncompensated_care = unc;
            refused.charge_threshold = payment.charge_threshold;
            return refused;
        }
        payment.weight = HalfUp(4).apply(adjusted);
        payment.weight_fraction = HalfUp(4).apply(case.weight_fraction * case.covid * case.no_cost);
        payment.amlos = case.row.amlos;
        payment.days_used = case.covered_days.min(case.length_of_stay);
        payment.discharge_fraction = case.discharge_fraction;
        payment.transfer_fraction = case.transfer_fraction;
        payment.operating_costs = outlier.operating_costs;
        payment.capital_costs = outlier.capital_costs;
        payment.operating_threshold = outlier.operating_threshold;
        payment.capital_threshold = outlier.capital_threshold;
        payment.fixed_loss = outlier.fixed_loss;
        payment.marginal_cost = case.marginal_cost;
        payment.covid = case.covid;
        payment.no_cost_product = case.no_cost;

        if case.per_diem_days >= case.row.gmlos {
            code = match code {
                ReturnCode::NORMAL => ReturnCode::FULL_STAY,
                ReturnCode::OUTLIER => ReturnCode::FULL_STAY_OUTLIER,
                other => other,
            };
        }
        // Would the bill have an outlier if the hospital's costs settled higher?
        if matches!(code.0, 0 | 3 | 10 | 12 | 14) {
            let reconciled = self.outlier(case, &factors.reconciled, (federal, capital), technology);
            if reconciled.operating + reconciled.capital > ZERO {
                code = ReturnCode(code.0 + 30);
            }
        }
        if self.provider.waiver {
            return Payment { uncompensated_care: unc, ..Payment::none(ReturnCode::WAIVER) };
        }
        payment.return_code = code;
        payment
    }

    /// Cost outlier, operating and capital (42 CFR 412.84): a share of costs above payment plus fixed loss, where
    /// operating and capital costs together pass both thresholds together.
    fn outlier(
        &self,
        case: &Case<'_>,
        shares: &CostShares,
        (federal, capital): (Decimal, Decimal),
        technology: Decimal,
    ) -> Outlier {
        let (factors, rates) = (&self.factors, &self.rates);
        let fraction = match (case.review, case.post_acute) {
            _ if case.per_diem_days >= case.row.gmlos => ONE,
            (Review::PerDiem, _) | (Review::PostAcute, PostAcute::PerDiem) => case.transfer_fraction,
            (Review::PostAcute, PostAcute::Special) => case.discharge_fraction,
            _ => ONE,
        };
        let fixed_loss = if fraction == ONE { rates.fixed_loss } else { HalfUp(2).apply(rates.fixed_loss * fraction) };
        let dollar_threshold = HalfUp(9).apply(fixed_loss * factors.area_factor * shares.operating);
        let capital_dollars = HalfUp(9).apply(fixed_loss * factors.gaf * shares.capital * factors.capital_cola);
        let capital_payment = capital * (ONE + factors.capital_ime + factors.capital_dsh);
        let (operating_threshold, capital_payment) = if self.keeps_exact() {
            let payment = federal * (ONE + factors.ime) + federal * factors.dsh * rates.dsh_paid_share;
            let threshold = payment + dollar_threshold + self.provider.uncompensated_care + technology;
            (HalfUp(9).apply(threshold), capital_payment)
        } else {
            (ZERO, Truncate(9).apply(capital_payment))
        };
        let capital_threshold =
            if self.provider.capital_new_hospital { ZERO } else { HalfUp(9).apply(capital_payment + capital_dollars) };
        let operating_costs = HalfUp(9).apply(case.charges * shares.operating_ccr);
        let capital_costs = HalfUp(9).apply(case.charges * self.provider.capital_ccr);
        let mut outlier = Outlier {
            operating: ZERO,
            capital: ZERO,
            operating_costs,
            capital_costs,
            operating_threshold,
            capital_threshold,
            dollar_threshold,
            fixed_loss,
        };
        let passes = capital_costs + operating_costs >= capital_threshold + operating_threshold;
        if !passes || case.review.refuses_outlier() {
            return outlier;
        }
        let above = |costs: Decimal, threshold: Decimal| {
            if costs > threshold { HalfUp(9).apply(case.marginal_cost * (costs - threshold)) } else { ZERO }
        };
        outlier.operating = above(operating_costs, operating_threshold);
        if !self.provider.capital_new_hospital {
            outlier.capital = above(capital_costs, capital_threshold);
        }
        outlier
    }

    /// The hospital-specific rate of the case, and what it pays above the federal rate (42 CFR 412.92(d), 412.108(c)).
    fn hospital_specific(
        &self,
        case: &Case<'_>,
        operating_outlier: Decimal,
        payment: &mut Payment,
    ) -> (Decimal, Decimal) {
        let factors = &self.factors;
        if !factors.hospital_specific || self.provider.hospital_specific_rate.is_zero() && self.keeps_exact() {
            return (ZERO, ZERO);
        }
        let Some(update) = factors.hospital_update else {
            payment.not_evaluated.push(self.year.lacks(
                "ipps/hospital-specific-rate",
                format!(
                    "the hospital-specific rate of provider type {} cannot be brought to FY {}: factors of earlier years \
                     (rates hsp_factor_…) are not there",
                    self.provider.provider_type, self.year.number
                ),
            ));
            return (ZERO, ZERO);
        };
        let rate = self.provider.hospital_specific_rate;
        let hospital = HalfUp(9).apply(rate * update * case.row.weight * case.covid * case.no_cost);
        let federal = if self.keeps_exact() {
            let amount = factors.base * case.weight_fraction * case.covid * case.no_cost;
            let add_ons = ONE + factors.ime + factors.dsh * self.rates.dsh_paid_share;
            HalfUp(9).apply(amount * add_ons + operating_outlier)
        } else {
            operating_outlier
        };
        let above = hospital - (federal + self.provider.uncompensated_care);
        let paid = match (above > ZERO, factors.mdh) {
            (false, _) => ZERO,
            (true, false) => above,
            (true, true) => HalfUp(9).apply(above * self.rates.mdh_share),
        };
        (hospital, paid)
    }

    /// Low volume, EHR saving, standardized amount, HAC reduction and the total.
    fn totals(&self, case: &Case<'_>, outlier: &Outlier, payment: &mut Payment) {
        let (factors, rates) = (&self.factors, &self.rates);
        let basic =
            payment.hospital_specific + payment.operating_federal + payment.operating_ime + payment.operating_dsh;
        let before_low_volume = basic
            + payment.operating_outlier
            + payment.capital_total
            + payment.uncompensated_care
            + payment.new_technology;
        let low_volume = |amount: Decimal| factors.low_volume_factor.map_or(ZERO, |factor| amount * factor);
        payment.low_volume = HalfUp(2).apply(low_volume(before_low_volume));
        if self.provider.ehr == Some(true) {
            let adjusted = basic + payment.readmission + payment.value_based_purchasing;
            let with_low_volume = adjusted + Truncate(2).apply(low_volume(basic));
            let restored = HalfUp(2).apply(with_low_volume * factors.ehr_restoration);
            payment.ehr_saving = restored - with_low_volume;
        }
        payment.standardized = self.standardized(case, outlier, payment.new_technology);
        let whole = before_low_volume + payment.low_volume + payment.readmission + payment.value_based_purchasing;
        if factors.hac == Ok(true) {
            payment.hac = -HalfUp(2).apply(whole * rates.hac_reduction);
        }
        payment.total = whole + payment.hac + payment.islet;
    }

    /// The allowed amount as if the hospital had a wage index of 1 and no add-ons.
    fn standardized(&self, case: &Case<'_>, outlier: &Outlier, technology: Decimal) -> Decimal {
        let (factors, rates) = (&self.factors, &self.rates);
        let capital_area = factors.gaf * factors.capital_cola;
        let over = |costs: Decimal, area: Decimal| if area.is_zero() { ZERO } else { HalfUp(2).apply(costs / area) };
        let operating_costs = over(case.charges * factors.shares.operating_ccr, factors.area_factor);
        let capital_costs = over(case.charges * self.provider.capital_ccr, capital_area);
        let (fixed_loss, weight) = (outlier.fixed_loss, case.weight_fraction);
        let operating = fixed_loss * factors.shares.operating + rates.operating_base * weight + technology;
        let operating = HalfUp(9).apply(operating);
        let capital = HalfUp(2).apply(fixed_loss * factors.shares.capital + rates.capital_base * weight);
        let passes = operating_costs + capital_costs > operating + capital;
        let above = |costs: Decimal, threshold: Decimal| {
            if passes && costs > threshold { HalfUp(9).apply(case.marginal_cost * (costs - threshold)) } else { ZERO }
        };
        let outliers = above(operating_costs, operating) + above(capital_costs, capital);
        HalfUp(2).apply((rates.operating_base + rates.capital_base) * weight + outliers + technology)
    }
}

mod add_ons;
