//! A hospital's factors, worked out once for all its bills of a year.

use super::ReturnCode;
use super::power::power;
use super::provider::Provider;
use super::wage_index::{AreaSize, WageIndex};
use super::year::{Arithmetic, Year};
use crate::Rounding::{HalfUp, Truncate};
use openclaim_claim::{Decimal, NotEvaluated, Text};
use std::sync::Arc;

/// Why a hospital's bills cannot be priced.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// CMS has a return code for it.
    Returned(ReturnCode),
    /// A rate or table is missing.
    NotEvaluated(Vec<NotEvaluated>),
}

impl From<NotEvaluated> for Refusal {
    fn from(missing: NotEvaluated) -> Self {
        Self::NotEvaluated(vec![missing])
    }
}

impl From<ReturnCode> for Refusal {
    fn from(code: ReturnCode) -> Self {
        Self::Returned(code)
    }
}

/// A hospital ready to price bills: its factors and the year's rates.
#[derive(Debug)]
pub struct Prepared {
    pub(super) year: Arc<Year>,
    pub(super) provider: Provider,
    pub(super) arithmetic: Arithmetic,
    pub(super) factors: Factors,
    pub(super) rates: Constants,
}

/// Numbers that depend on the hospital.
#[derive(Debug)]
pub(super) struct Factors {
    pub(super) wage_index: WageIndex,
    /// Number of the table of standardized amounts, 1 to 8.
    pub(super) amounts_number: usize,
    pub(super) labor: Decimal,
    pub(super) nonlabor: Decimal,
    /// Cost-of-living adjustment as it applies: 1 outside Alaska and Hawaii.
    pub(super) cola: Decimal,
    /// Labor × wage index + nonlabor × COLA.
    pub(super) base: Decimal,
    pub(super) ime: Decimal,
    pub(super) patient_percentage: Decimal,
    pub(super) dsh: Decimal,
    pub(super) gaf: Decimal,
    pub(super) capital_rate: Decimal,
    pub(super) capital_cola: Decimal,
    pub(super) capital_ime: Decimal,
    pub(super) capital_dsh: Decimal,
    /// Labor share × wage index + nonlabor share × COLA, for thresholds.
    pub(super) area_factor: Decimal,
    /// Shares of the cost-to-charge ratios, as filed and for reconciliation.
    pub(super) shares: CostShares,
    pub(super) reconciled: CostShares,
    /// The kind of hospital, in words.
    pub(super) kind: Text,
    /// Update of the hospital-specific rate since its base; `None` when a year's factor is not known.
    pub(super) hospital_update: Option<Decimal>,
    pub(super) ehr_restoration: Decimal,
    pub(super) hospital_specific: bool,
    pub(super) mdh: bool,
    pub(super) low_volume_factor: Option<Decimal>,
    pub(super) readmission: Result<Option<Decimal>, ReturnCode>,
    pub(super) purchasing: Result<Option<Decimal>, ReturnCode>,
    pub(super) hac: Result<bool, ReturnCode>,
}

/// Operating and capital cost-to-charge ratio, and each one's share of both.
#[derive(Debug, Clone, Copy)]
pub(super) struct CostShares {
    pub(super) operating_ccr: Decimal,
    pub(super) operating: Decimal,
    pub(super) capital: Decimal,
}

/// Constants of the year that every bill uses.
#[derive(Debug)]
pub(super) struct Constants {
    pub(super) fixed_loss: Decimal,
    pub(super) operating_base: Decimal,
    pub(super) capital_base: Decimal,
    pub(super) marginal_cost: Decimal,
    pub(super) marginal_cost_burn: Decimal,
    pub(super) dsh_paid_share: Decimal,
    pub(super) special_pay_share: Decimal,
    pub(super) mdh_share: Decimal,
    pub(super) hac_reduction: Decimal,
    pub(super) covid_weight: Option<Decimal>,
    pub(super) nctap_share: Option<Decimal>,
    pub(super) no_cost_product: Option<Decimal>,
    pub(super) islet: Option<(Decimal, Decimal)>,
}

impl Prepared {
    /// Works a hospital's factors out.
    ///
    /// # Errors
    /// [`Refusal`] when its wage index or type is not valid, or a rate is missing.
    pub(super) fn new(year: Arc<Year>, provider: Provider, arithmetic: Arithmetic) -> Result<Self, Refusal> {
        let wage_index = year.wage_index_of(&provider)?;
        let provider_type = year.types.get(&provider.provider_type).ok_or(ReturnCode::WAGE_INDEX)?;
        let date = year.first;
        let rate = |name: &'static str| year.rates.need(name, date);
        let constants = Constants {
            fixed_loss: rate("fixed_loss_threshold")?,
            operating_base: rate("operating_base")?,
            capital_base: rate("capital_federal_rate")?,
            marginal_cost: rate("marginal_cost")?,
            marginal_cost_burn: rate("marginal_cost_burn")?,
            dsh_paid_share: rate("dsh_paid_share")?,
            special_pay_share: rate("special_pay_share")?,
            mdh_share: rate("mdh_share")?,
            hac_reduction: rate("hac_reduction")?,
            covid_weight: year.rates.find("covid_weight"),
            nctap_share: year.rates.find("nctap_share"),
            no_cost_product: year.rates.find("no_cost_product"),
            islet: year.rates.find("islet_one").zip(year.rates.find("islet_two")),
        };
        let index = wage_index.value;
        let one = Decimal::ONE;
        let above_one = index > one;
        let ehr = provider.ehr == Some(true);
        let amounts_number = 1 + usize::from(!above_one) * 2 + usize::from(!provider.quality) + usize::from(ehr) * 4;
        let (labor, nonlabor) = year.amounts[amounts_number - 1].ok_or_else(|| {
            super::tables::missing(
                "ipps/standardized-amounts",
                date,
                Some(format!("row {amounts_number} is not there")),
            )
        })?;
        let state = provider.ccn_state();
        let cola = if year.codes.has("cola_state", state) { provider.cola } else { one };
        let powered = |base: Decimal, exponent: Decimal| power(base, exponent).ok_or(ReturnCode::WAGE_INDEX);

        let teaching = powered(one + provider.interns_to_beds, rate("ime_exponent")?)? - one;
        let teaching = if arithmetic == Arithmetic::ReferenceRun { Truncate(9).apply(teaching) } else { teaching };
        let ime = HalfUp(9).apply(rate("ime_multiplier")? * teaching);
        let patient_percentage = provider.ssi_ratio + provider.medicaid_ratio;
        let dsh = operating_dsh(&year, &provider, provider_type, wage_index.size, patient_percentage)?;

        let natural = rate("natural_base")?;
        let gaf = HalfUp(4).apply(powered(index, rate("capital_gaf_exponent")?)?);
        let capital_ratio = provider.capital_ime_ratio.min(rate("capital_ime_ratio_limit")?);
        let capital_ime = HalfUp(9).apply(powered(natural, rate("capital_ime_exponent")? * capital_ratio)? - one);
        let urban = wage_index.size == AreaSize::Urban || provider.cbsa.len() > 2;
        let capital_dsh = if urban && Decimal::from(provider.beds) >= rate("capital_dsh_beds")? {
            HalfUp(4).apply(powered(natural, rate("capital_dsh_exponent")? * patient_percentage)? - one)
        } else {
            Decimal::ZERO
        };
        let labor_share = rate(if above_one { "labor_share_above_one" } else { "labor_share_otherwise" })?;
        let update = rate(match (provider.quality, ehr) {
            (true, false) => "update_full",
            (false, false) => "update_no_quality",
            (true, true) => "update_ehr",
            (false, true) => "update_no_quality_ehr",
        })?;
        let restoration = if provider.quality { "ehr_restoration_full" } else { "ehr_restoration_no_quality" };
        let reconciled_ccr = HalfUp(3).apply(provider.operating_ccr + rate("reconciliation_ccr")?);
        let low_volume_limit = rate("low_volume_limit")?;
        let lv = provider.low_volume_factor;
        let factors = Factors {
            amounts_number,
            labor,
            nonlabor,
            cola,
            base: labor * index + nonlabor * cola,
            ime,
            patient_percentage,
            dsh,
            gaf,
            capital_rate: HalfUp(2).apply(constants.capital_base * gaf),
            capital_cola: HalfUp(3).apply(rate("capital_cola_share")? * (cola - one) + one),
            capital_ime,
            capital_dsh,
            area_factor: labor_share * index + (one - labor_share) * cola,
            shares: CostShares::new(provider.operating_ccr, provider.capital_ccr),
            reconciled: CostShares::new(reconciled_ccr, provider.capital_ccr),
            kind: provider_type.name.clone(),
            hospital_update: year.rates.product("hsp_factor_").map(|earlier| HalfUp(5).apply(earlier * update)),
            ehr_restoration: rate(restoration)?,
            hospital_specific: provider_type.hospital_specific,
            mdh: provider_type.mdh,
            low_volume_factor: (provider.low_volume && !lv.is_zero() && lv <= low_volume_limit).then_some(lv),
            readmission: readmission(&year, &provider)?,
            purchasing: purchasing(&year, &provider)?,
            hac: match (provider.hac, year.codes.has("no_hac_state", state)) {
                (true, true) => Err(ReturnCode::WAIVER),
                (hac, _) => Ok(hac),
            },
            wage_index,
        };
        Ok(Self { year, provider, arithmetic, factors, rates: constants })
    }

    /// The hospital.
    #[must_use]
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// The year's rates.
    #[must_use]
    pub fn year(&self) -> &Arc<Year> {
        &self.year
    }

    /// How intermediate results are kept.
    #[must_use]
    pub fn arithmetic(&self) -> Arithmetic {
        self.arithmetic
    }
}

impl CostShares {
    fn new(operating_ccr: Decimal, capital_ccr: Decimal) -> Self {
        let both = operating_ccr + capital_ccr;
        let share = |ccr: Decimal| if both.is_zero() { both } else { HalfUp(9).apply(ccr / both) };
        Self { operating_ccr, operating: share(operating_ccr), capital: share(capital_ccr) }
    }
}

/// Disproportionate share percentage of the operating payment, before the part of it that is paid.
///
/// Source: 42 CFR 412.106(d)(2): capped at 12% for urban hospitals of under 100 beds, rural ones of under 500 and rural
/// sole community hospitals; not for rural referral centers and Medicare-dependent hospitals.
fn operating_dsh(
    year: &Year,
    provider: &Provider,
    provider_type: &super::year::ProviderType,
    size: AreaSize,
    patient_percentage: Decimal,
) -> Result<Decimal, NotEvaluated> {
    let rate = |name: &'static str| year.rates.need(name, year.first);
    let (from, break_at) = (rate("dsh_from")?, rate("dsh_break")?);
    if patient_percentage < from {
        return Ok(Decimal::ZERO);
    }
    let percentage = if patient_percentage < break_at {
        (patient_percentage - from) * rate("dsh_slope_low")? + rate("dsh_offset_low")?
    } else {
        (patient_percentage - break_at) * rate("dsh_slope_high")? + rate("dsh_offset_high")?
    };
    let percentage = HalfUp(4).apply(percentage);
    let beds = Decimal::from(provider.beds);
    let capped = match size {
        AreaSize::Urban => beds < rate("dsh_uncapped_beds_urban")?,
        AreaSize::Rural => beds < rate("dsh_uncapped_beds_rural")? || provider_type.rural_dsh_capped,
    };
    Ok(if capped && !provider_type.dsh_uncapped { percentage.min(rate("dsh_cap")?) } else { percentage })
}

/// The readmission factor, `None` for hospitals outside the programme.
fn readmission(year: &Year, provider: &Provider) -> Result<Result<Option<Decimal>, ReturnCode>, NotEvaluated> {
    let rate = |name: &'static str| year.rates.need(name, year.first);
    let factor = provider.hrr_factor;
    let within = rate("hrr_least")? <= factor && factor <= rate("hrr_most")?;
    Ok(match provider.hrr {
        Some(false) if factor.is_zero() => Ok(None),
        Some(true) if within && !year.codes.has("no_hrr_state", provider.ccn_state()) => Ok(Some(factor)),
        _ => Err(ReturnCode::PROVIDER_FLAGS),
    })
}

/// The value-based purchasing factor, `None` for hospitals outside the programme.
fn purchasing(year: &Year, provider: &Provider) -> Result<Result<Option<Decimal>, ReturnCode>, NotEvaluated> {
    let rate = |name: &'static str| year.rates.need(name, year.first);
    let factor = provider.vbp_factor;
    let within = rate("vbp_least")? <= factor && factor <= rate("vbp_most")?;
    let usable = within && provider.quality && !year.codes.has("no_vbp_state", provider.ccn_state());
    Ok(match provider.vbp {
        Some(false) => Ok(None),
        Some(true) if usable => Ok(Some(factor)),
        _ => Err(ReturnCode::VALUE_BASED_PURCHASING),
    })
}
