//! The components under the names that CMS's pricer and its users know them by.

use super::payment::Payment;
use super::prepared::Prepared;
use openclaim_claim::{Decimal, Text};

/// A component of a payment.
#[derive(Debug, Clone, PartialEq)]
pub enum Component {
    /// A number: dollars, days, a factor.
    Number(Decimal),
    /// An indicator or version.
    Text(Text),
}

impl Prepared {
    /// Every component by its short name, `fsp` for the operating federal payment, in the pricer's order. Fields that the
    /// pricer still returns and no longer pays are 0.
    #[must_use]
    pub fn components(&self, payment: &Payment) -> Vec<(&'static str, Component)> {
        let (provider, factors) = (&self.provider, &self.factors);
        let paid = payment.return_code.paid();
        let zero = Decimal::ZERO;
        let number = |value: Decimal| Component::Number(value);
        let if_paid = |value: Decimal| Component::Number(if paid { value } else { zero });
        let flag = |value: bool| Component::Text(if value { "Y" } else { "N" }.into());
        let specific = factors.hospital_specific && paid;
        let or_none = |factor: &Result<Option<Decimal>, _>| factor.as_ref().ok().copied().flatten().unwrap_or(zero);
        let indicator = |value: Text| Component::Text(if paid { value } else { "0".into() });
        let mut list = vec![
            ("rtc", number(Decimal::from(payment.return_code.0))),
            ("wi", number(payment.wage_index)),
            ("outdays", number(zero)),
            ("alos", number(payment.gmlos)),
            ("cut", number(zero)),
            ("ime", number(payment.operating_ime)),
            ("hsp", number(payment.hospital_specific)),
            ("fsp", number(payment.operating_federal)),
            ("outl", number(payment.operating_outlier)),
            ("reg", number(Decimal::from(payment.days_used))),
            ("dsh", number(payment.operating_dsh)),
            ("hsppct", number(Decimal::from(u8::from(specific)))),
            ("fsppct", if_paid(Decimal::ONE)),
            ("natpct", if_paid(Decimal::ONE)),
            ("regpct", number(zero)),
            ("cmiadj", if_paid(provider.hospital_specific_rate)),
            ("upd", number(factors.hospital_update.filter(|_| specific).unwrap_or(zero))),
            ("drgwt", number(payment.weight)),
            ("natlab", if_paid(factors.labor)),
            ("natnlab", if_paid(factors.nonlabor)),
            ("reglab", if_paid(factors.labor)),
            ("regnlab", if_paid(factors.nonlabor)),
            ("cola", if_paid(factors.cola)),
            ("intern", if_paid(provider.interns_to_beds)),
            ("costoutl", number(payment.operating_threshold)),
            ("billcosts", number(payment.operating_costs)),
            ("thresh", number(payment.charge_threshold)),
            ("dschgfr", number(payment.discharge_fraction)),
            ("drgwtfr", number(payment.weight_fraction)),
            ("captot", number(payment.capital_total)),
            ("caphsp", number(zero)),
            ("capfsp", number(payment.capital_federal)),
            ("capoutl", number(payment.capital_outlier)),
            ("capold", number(zero)),
            ("capdsh", number(payment.capital_dsh)),
            ("capime", number(payment.capital_ime)),
            ("capexc", number(zero)),
            ("cap2code", indicator(provider.capital_payment_code.to_string().into())),
            ("cap2fsp", number(payment.capital_federal)),
            ("cap2outl", number(payment.capital_outlier)),
            ("nontemp", number(zero)),
            ("newtech", number(payment.new_technology)),
            ("islet", number(payment.islet)),
            ("lowvol", number(payment.low_volume)),
            ("vbpp", indicator(if provider.vbp == Some(true) { "Y" } else { "N" }.into())),
            ("vbpadj", if_paid(or_none(&factors.purchasing))),
            ("hrri", indicator(if provider.hrr == Some(true) { "1" } else { "0" }.into())),
            ("hrradj", if_paid(or_none(&factors.readmission))),
            ("bundle", number(zero)),
            ("basedrg", if_paid(payment.base_drg_payment)),
            ("hspamt", number(zero)),
            ("operdsh", if_paid(factors.dsh)),
            ("capidsh", if_paid(factors.capital_dsh)),
            ("caphsppct", number(zero)),
            ("capfsppct", if_paid(Decimal::ONE)),
            ("aalos", number(payment.amlos)),
            ("prwi", number(zero)),
            ("xferadj", number(payment.transfer_fraction)),
            ("hmo", Component::Text("0".into())),
            ("cot", Component::Text("0".into())),
            ("hsp2", number(payment.hospital_rate)),
            ("bundamt", number(zero)),
            ("unc", number(payment.uncompensated_care)),
            ("bund2", number(zero)),
            ("vbpamt", number(payment.value_based_purchasing)),
            ("hrramt", number(payment.readmission)),
            ("haci", flag(provider.hac)),
            ("ehri", Component::Text(if provider.ehr == Some(true) { "Y" } else { " " }.into())),
            ("ehramt", number(payment.ehr_saving)),
            ("stdval", number(payment.standardized)),
            ("hacamt", number(payment.hac)),
            ("flx7", number(zero)),
        ];
        if !self.year.release.is_empty() {
            list.push(("vers", Component::Text(self.year.release.clone())));
        }
        list
    }
}
