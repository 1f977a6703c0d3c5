//! The steps of an inpatient payment, rendered from its components.

use super::bill::Bill;
use super::payment::Payment;
use super::prepared::Prepared;
use super::wage_index::AreaSize;
use crate::{Pricing, PricingError, Rounding, Step};
use openclaim_claim::{Decimal, Evidence};

/// A step that lists its inputs in brackets and cites rates by name.
struct Draft<'p> {
    prepared: &'p Prepared,
    step: Step,
}

impl Draft<'_> {
    fn formula(mut self, formula: &'static str) -> Self {
        self.step = self.step.formula(formula);
        self
    }

    fn input(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.step = self.step.input(name, value);
        self
    }

    fn cite(mut self, row: Option<Evidence>) -> Self {
        self.step.source.extend(row);
        self
    }

    fn rate(self, name: &str) -> Self {
        let row = self.prepared.year.rates.cite(name);
        self.cite(row)
    }
}

impl Prepared {
    /// The price with its steps: first what the payment rests on, then every component as it is added. Components that
    /// are nothing are left out.
    ///
    /// # Errors
    /// [`PricingError`] when a subtotal is larger than an amount can be.
    pub fn pricing(&self, bill: &Bill, payment: &Payment) -> Result<Pricing, PricingError> {
        let mut pricing = Pricing::new(format!("IPPS FY {}", self.year.number));
        pricing.return_code = Some(payment.return_code.to_string().into());
        pricing.not_evaluated.clone_from(&payment.not_evaluated);
        if !payment.return_code.paid() {
            return Ok(pricing);
        }
        let bases = [self.bases(bill, payment), self.threshold_steps(bill, payment)];
        for step in bases.into_iter().flatten() {
            pricing.push(step)?;
        }
        for step in self.amounts(payment) {
            pricing.push(step)?;
        }
        Ok(pricing)
    }

    fn derive(&self, name: &'static str, value: Decimal, rounding: Rounding) -> Draft<'_> {
        Draft { prepared: self, step: Step::derive(name, value, rounding) }
    }

    fn add(&self, name: &'static str, amount: Decimal) -> Draft<'_> {
        Draft { prepared: self, step: Step::add(name, amount) }
    }

    /// What the payment rests on: weight, wage index, standardized amount, percentages.
    fn bases(&self, bill: &Bill, payment: &Payment) -> Vec<Step> {
        let factors = &self.factors;
        let mut steps = Vec::new();
        let drg = bill.drg.unwrap_or_default();
        let weights = &self.year.weights;
        let row =
            Evidence::row(weights.release.clone(), weights.table, format!("{drg:03}"), payment.weight.to_string());
        let weight =
            self.derive("relative weight", payment.weight, Rounding::HalfUp(4)).input("MS-DRG", format!("{drg:03}"));
        let mut weight = weight.input("geometric mean stay", payment.gmlos).cite(Some(row));
        if payment.covid != Decimal::ONE {
            weight = weight.input("COVID-19 weight factor", payment.covid).rate("covid_weight");
        }
        if payment.no_cost_product != Decimal::ONE {
            weight = weight.input("no-cost product factor", payment.no_cost_product).rate("no_cost_product");
        }
        steps.push(weight.step);
        for (what, value, row) in &factors.wage_index.steps {
            let step = self.derive("wage index", *value, Rounding::HalfUp(4)).input("by", what);
            steps.push(step.cite(row.clone()).step);
        }
        let number = factors.amounts_number;
        let value = format!("{} + {}", factors.labor, factors.nonlabor);
        let row =
            Evidence::row(self.year.amounts_release.clone(), "ipps/standardized-amounts", number.to_string(), value);
        let amount = self.derive("adjusted standardized amount", factors.base, Rounding::Exact);
        let amount = amount.formula("labor × wage index + nonlabor × COLA").input("labor", factors.labor);
        let amount = amount.input("nonlabor", factors.nonlabor).input("wage index", factors.wage_index.value);
        steps.push(amount.input("COLA", factors.cola).cite(Some(row)).step);
        if payment.transfer_fraction > Decimal::ZERO {
            let step = self.derive("discharge fraction", payment.discharge_fraction, Rounding::HalfUp(4));
            let step = step.formula("(days + 1) ÷ geometric mean stay, or half plus half of it; at most 1");
            let days = bill.length_of_stay.unwrap_or_default();
            steps.push(step.input("days", days).input("geometric mean stay", payment.gmlos).step);
        }
        if !factors.ime.is_zero() {
            let step = self.derive("operating IME factor", factors.ime, Rounding::HalfUp(9));
            let step = step.formula("1.35 × ((1 + residents ÷ beds)^0.405 − 1)");
            let step = step.input("residents ÷ beds", self.provider.interns_to_beds);
            steps.push(step.rate("ime_multiplier").rate("ime_exponent").step);
        }
        if !factors.dsh.is_zero() {
            let step = self.derive("operating DSH percentage", factors.dsh, Rounding::HalfUp(4));
            let step = step.input("SSI + Medicaid", factors.patient_percentage).input("beds", self.provider.beds);
            let area = if factors.wage_index.size == AreaSize::Rural { "rural" } else { "urban" };
            steps.push(step.input("area", area).rate("dsh_break").rate("dsh_cap").step);
        }
        let step = self.derive("capital rate of the area", factors.capital_rate, Rounding::CENTS);
        let step = step.formula("federal rate × GAF, GAF = wage index^0.6848").input("GAF", factors.gaf);
        let step = step.input("federal rate", self.rates.capital_base).input("COLA factor", factors.capital_cola);
        steps.push(step.rate("capital_federal_rate").rate("capital_gaf_exponent").step);
        steps
    }

    /// Costs and thresholds of the outlier.
    fn threshold_steps(&self, bill: &Bill, payment: &Payment) -> Vec<Step> {
        let provider = &self.provider;
        let charges = bill.charges.unwrap_or_default();
        let nine = Rounding::HalfUp(9);
        let operating = self.derive("operating costs", payment.operating_costs, nine).formula("charges × ratio");
        let operating = operating.input("charges", charges).input("ratio", provider.operating_ccr);
        let capital = self.derive("capital costs", payment.capital_costs, nine).formula("charges × ratio");
        let capital = capital.input("charges", charges).input("ratio", provider.capital_ccr);
        let fixed = self.derive("operating outlier threshold", payment.operating_threshold, nine);
        let fixed =
            fixed.formula("payment + adjusted fixed loss × operating share").input("fixed loss", payment.fixed_loss);
        let fixed = fixed.input("operating share", self.factors.shares.operating).rate("fixed_loss_threshold");
        let above = self.derive("capital outlier threshold", payment.capital_threshold, nine);
        let above = above.input("fixed loss", payment.fixed_loss).input("capital share", self.factors.shares.capital);
        [operating, capital, fixed, above].map(|draft| draft.step).into()
    }

    /// The components, as they are added.
    fn amounts(&self, payment: &Payment) -> Vec<Step> {
        let factors = &self.factors;
        let federal = self.add("federal operating payment", payment.operating_federal);
        let federal = federal.formula("adjusted standardized amount × weight × discharge fraction");
        let federal = federal.input("weight", payment.weight).input("discharge fraction", payment.discharge_fraction);
        let ime = self.add("operating indirect medical education", payment.operating_ime);
        let ime = ime.input("federal operating payment", payment.operating_federal).input("factor", factors.ime);
        let dsh = self.add("operating disproportionate share", payment.operating_dsh).rate("dsh_paid_share");
        let dsh = dsh.input("federal operating payment", payment.operating_federal).input("percentage", factors.dsh);
        let care = self.add("uncompensated care per claim", payment.uncompensated_care);
        let technology = self.add("new technology add-on", payment.new_technology);
        let technology = self.technologies_cited(technology, payment);
        let islet = self.add("islet isolation add-on", payment.islet).rate("islet_one");
        let outlier = self.add("operating outlier", payment.operating_outlier).rate("marginal_cost");
        let outlier =
            outlier.formula("marginal cost × (costs − threshold)").input("marginal cost", payment.marginal_cost);
        let hospital = self.add("hospital-specific payment", payment.hospital_specific).input("kind", &factors.kind);
        let hospital = hospital.formula("hospital-specific rate above the federal payment; three quarters for MDH");
        let hospital = hospital
            .input("hospital-specific rate", payment.hospital_rate)
            .input("update", factors.hospital_update.unwrap_or_default());
        let capital = self.add("federal capital payment", payment.capital_federal);
        let capital = capital.formula("weight × capital rate of the area × COLA factor × discharge fraction");
        let capital = capital.input("weight", payment.weight).input("capital rate of the area", factors.capital_rate);
        let capital_ime = self.add("capital indirect medical education", payment.capital_ime);
        let capital_ime = capital_ime.input("factor", factors.capital_ime).rate("capital_ime_exponent");
        let capital_dsh = self.add("capital disproportionate share", payment.capital_dsh);
        let capital_dsh = capital_dsh.input("factor", factors.capital_dsh).rate("capital_dsh_exponent");
        let capital_outlier = self.add("capital outlier", payment.capital_outlier);
        let capital_outlier = capital_outlier.input("marginal cost", payment.marginal_cost);
        let low_volume = self.add("low-volume add-on", payment.low_volume).formula("factor × everything so far");
        let low_volume = low_volume.input("factor", factors.low_volume_factor.unwrap_or_default());
        let readmission = self.add("readmission reduction", payment.readmission);
        let readmission = readmission.formula("(factor − 1) × base").input("factor", self.provider.hrr_factor);
        let readmission = readmission.input("base", payment.base_drg_payment);
        let purchasing = self.add("value-based purchasing", payment.value_based_purchasing);
        let purchasing = purchasing.formula("(factor − 1) × base").input("factor", self.provider.vbp_factor);
        let purchasing = purchasing.input("base", payment.base_drg_payment);
        let hac = self.add("hospital-acquired condition reduction", payment.hac).rate("hac_reduction");
        let hac = hac.formula("−1% of everything so far");
        let all = [
            federal,
            ime,
            dsh,
            care,
            technology,
            outlier,
            hospital,
            capital,
            capital_ime,
            capital_dsh,
            capital_outlier,
            low_volume,
            readmission,
            purchasing,
            hac,
            islet,
        ];
        let paid = |draft: &Draft<'_>| !matches!(draft.step.effect, crate::Effect::Add(amount) if amount.is_zero());
        all.into_iter().filter(paid).map(|draft| draft.step).collect()
    }

    fn technologies_cited<'p>(&'p self, mut draft: Draft<'p>, payment: &Payment) -> Draft<'p> {
        for technology in self.year.technologies.all.iter().filter(|known| payment.technologies.contains(&known.name)) {
            draft = draft.input("technology", &technology.name).cite(technology.cite.clone());
        }
        if payment.covid_treatment {
            draft.input("technology", "new COVID-19 treatment").rate("nctap_share")
        } else {
            draft
        }
    }
}
