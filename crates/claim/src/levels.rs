//! What stands above a claim: parties that the claims of one level have in common.

use crate::{Patient, Payer, Provider, ProviderRole, Subscriber, Text};
use serde::{Deserialize, Deserializer};
use std::sync::Arc;

/// What stands above a claim and is shared by the claims below it.
#[derive(Debug, Clone)]
pub struct Levels {
    /// Billing provider (2010AA).
    pub billing_provider: Arc<Provider>,
    /// Pay-to address (2010AB).
    pub pay_to: Option<Arc<Provider>>,
    /// Pay-to plan of a subrogation demand (2010AC).
    pub pay_to_plan: Option<Arc<Payer>>,
    /// Currency of the amounts (CUR02), empty for US dollars.
    pub currency: Text,
    /// Subscriber.
    pub subscriber: Arc<Subscriber>,
    /// Patient: the subscriber, or a dependent (HL 23).
    pub patient: Arc<Patient>,
    /// Destination payer.
    pub payer: Arc<Payer>,
}

impl Default for Levels {
    fn default() -> Self {
        Self {
            billing_provider: Arc::new(Provider::new(ProviderRole::Billing)),
            pay_to: None,
            pay_to_plan: None,
            currency: Text::default(),
            subscriber: Arc::default(),
            patient: Arc::default(),
            payer: Arc::default(),
        }
    }
}

/// Reads a part that claims share straight into its place; by itself `serde` would make it elsewhere and move it there.
pub(crate) fn shared<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Arc<T>, D::Error> {
    T::deserialize(deserializer).map(Arc::new)
}
