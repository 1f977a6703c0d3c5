//! The inpatient prospective payment system: operating and capital payments of hospital stays.
//!
//! [`Ipps`] finds rates and tables for a discharge date, [`Prepared`] holds a hospital's factors, and
//! [`Prepared::price`] prices its bills. [`Payment`] has every component; [`Prepared::pricing`] renders the steps.
//!
//! Source: 42 CFR part 412; the final rules named in `data/ipps/rates.csv`; Medicare Claims Processing Manual, chapter 3,
//! section 20. Order of steps and rounding are those of CMS's pricer.

mod bill;
mod components;
mod payment;
mod power;
mod prepared;
mod price;
mod provider;
mod return_code;
mod steps;
mod tables;
mod wage_index;
mod year;

pub use bill::{Bill, Review};
pub use components::Component;
pub use payment::Payment;
pub use prepared::{Prepared, Refusal};
pub use provider::{Provider, ProviderError};
pub use return_code::ReturnCode;
pub use year::{Arithmetic, Year};

use openclaim_claim::{Date, NotEvaluated};
use openclaim_reference::{FlatError, Library};
use std::sync::{Arc, RwLock};
use tables::Tables;

/// The inpatient pricer on a library of tables; opened once, shared by threads.
#[derive(Debug)]
pub struct Ipps {
    tables: Tables,
    years: RwLock<Vec<Arc<Year>>>,
}

impl Ipps {
    /// The pricer on a library.
    ///
    /// # Errors
    /// [`FlatError`] when the embedded release lacks a table.
    pub fn new(library: &Library) -> Result<Self, FlatError> {
        Ok(Self { tables: Tables::open(library.clone())?, years: RwLock::default() })
    }

    /// Rates and tables for a discharge date, read at first use.
    ///
    /// # Errors
    /// Every table that is missing.
    pub fn year(&self, discharge: Date) -> Result<Arc<Year>, Vec<NotEvaluated>> {
        let known = |years: &[Arc<Year>]| years.iter().find(|year| year.holds(discharge)).cloned();
        if let Some(year) = self.years.read().ok().and_then(|years| known(&years)) {
            return Ok(year);
        }
        let year = Arc::new(Year::open(&self.tables, discharge)?);
        if let Ok(mut years) = self.years.write()
            && known(&years).is_none()
        {
            years.push(Arc::clone(&year));
        }
        Ok(year)
    }

    /// A hospital ready for bills of a year. Without `arithmetic` the year's own is used.
    ///
    /// # Errors
    /// [`Refusal`] when the hospital's row is not valid or a rate is missing.
    pub fn prepare(
        &self,
        year: &Arc<Year>,
        provider: Provider,
        arithmetic: Option<Arithmetic>,
    ) -> Result<Prepared, Refusal> {
        Prepared::new(Arc::clone(year), provider, arithmetic.unwrap_or(year.arithmetic))
    }
}
