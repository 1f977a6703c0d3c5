//! What tables say of providers.

use openclaim_claim::{Provider, ProviderRole};

/// The provider of a role; of several, the first.
pub(crate) fn of_role(providers: &[Provider], role: ProviderRole) -> Option<&Provider> {
    providers.iter().find(|provider| provider.role == role)
}

/// The National Provider Identifier.
pub(crate) fn npi(provider: Option<&Provider>) -> Option<&str> {
    provider?.npi.as_ref().map(|npi| npi.as_str())
}

/// The taxonomy code.
pub(crate) fn taxonomy(provider: Option<&Provider>) -> Option<&str> {
    provider?.specialty.as_ref().map(|specialty| specialty.taxonomy.as_str())
}
