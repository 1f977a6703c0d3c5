//! Payments for new technologies, new COVID-19 treatments and islet cells.

use super::{Case, HalfUp, Outlier, ZERO};
use crate::ipps::payment::Payment;
use crate::ipps::prepared::Prepared;
use openclaim_claim::{Decimal, NotEvaluated, NotEvaluatedReason, Text, Unanswered};

impl Prepared {
    /// New technologies that the codes show: a share of the costs above the DRG payment, up to the technology's most
    /// (42 CFR 412.88), all together no more than the costs above the payment.
    pub(super) fn new_technology(&self, case: &Case<'_>, drg_payment: Decimal, payment: &mut Payment) -> Decimal {
        self.islet(case, payment);
        let technologies = &self.year.technologies;
        let bill = case.bill;
        // Bits of the parts seen, by technology.
        let mut seen: Vec<(usize, u64)> = Vec::new();
        for code in bill.procedures.iter().chain(&bill.diagnoses).chain(&bill.conditions) {
            for &(technology, part, procedure) in technologies.of(code) {
                // A diagnosis alone shows no technology whose parts are not known.
                if technologies.all[technology].parts == 0 && !procedure {
                    continue;
                }
                match seen.iter_mut().find(|(known, _)| *known == technology) {
                    Some((_, parts)) => *parts |= 1 << part,
                    None => seen.push((technology, 1 << part)),
                }
            }
        }
        if seen.is_empty() {
            return ZERO;
        }
        let costs = case.charges * self.provider.operating_ccr;
        let mut added = ZERO;
        for (at, parts) in seen {
            let technology = &technologies.all[at];
            if technology.parts == 0 {
                payment.not_evaluated.push(unknown_parts(&technology.name));
            } else if parts.count_ones() == technology.parts {
                let share = HalfUp(2).apply((costs - drg_payment) * technology.share);
                let share = share.min(technology.most).max(ZERO);
                added += share;
                if share > ZERO {
                    payment.technologies.push(technology.name.clone());
                }
            }
        }
        let above = HalfUp(2).apply(HalfUp(9).apply(costs) - drg_payment);
        if above > ZERO && drg_payment + added > HalfUp(9).apply(costs) { above } else { added }
    }

    /// Isolation of islet cells for a trial participant.
    fn islet(&self, case: &Case<'_>, payment: &mut Payment) {
        let codes = &self.year.codes;
        let isolations = codes.count("islet_procedure", &case.bill.procedures);
        if isolations == 0 || !codes.any("islet_diagnosis", &case.bill.diagnoses) {
            return;
        }
        match self.rates.islet {
            Some((one, several)) => payment.islet = if isolations == 1 { one } else { several },
            None => payment.not_evaluated.push(
                self.year
                    .lacks("ipps/islet-isolation", "the year's islet isolation amounts are not in the rates".into()),
            ),
        }
    }

    /// New COVID-19 treatments add-on: 65% of the lesser of the outlier threshold and the costs above the payment.
    pub(super) fn covid_treatment(&self, case: &Case<'_>, outlier: &Outlier) -> Decimal {
        let codes = &self.year.codes;
        let Some(share) = self.rates.nctap_share else { return ZERO };
        if !codes.any("covid_diagnosis", &case.bill.diagnoses)
            || !codes.any("nctap_procedure", &case.bill.procedures)
            || codes.any("covid_not_adjusted_condition", &case.bill.conditions)
        {
            return ZERO;
        }
        let above = outlier.operating_costs - (outlier.operating_threshold - outlier.dollar_threshold);
        if above <= ZERO {
            return ZERO;
        }
        HalfUp(2).apply(outlier.dollar_threshold * share).min(HalfUp(2).apply(above * share))
    }
}

fn unknown_parts(technology: &Text) -> NotEvaluated {
    NotEvaluated::from(Unanswered {
        rule: "ipps/new-technology".into(),
        reason: NotEvaluatedReason::MissingTable,
        detail: format!(
            "the procedures are those of new technology {technology}; the tables at hand do not say which codes together \
             earn its add-on, or which amount"
        )
        .into(),
        remedy: None,
    })
}
