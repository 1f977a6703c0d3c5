//! From a resource to a claim.

mod claim;
mod coding;
mod element;
mod item;
mod kind;
mod party;
mod remainder;

pub(crate) use element::Elements;
pub(crate) use kind::{Kind, kind};
pub(crate) use party::QUALIFIER;
pub(crate) use remainder::{EXTENSION, difference};

use crate::json::Node;
use crate::record::ResourceType;
use openclaim_claim::Claim;

/// A resource in its surroundings: references lead to what it contains, and to the other resources of its bundle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resource<'t> {
    pub(crate) node: &'t Node<'t>,
    pub(crate) resource_type: ResourceType,
    bundle: Option<&'t Node<'t>>,
}

impl<'t> Resource<'t> {
    pub(crate) fn new(node: &'t Node<'t>, resource_type: ResourceType, bundle: Option<&'t Node<'t>>) -> Self {
        Self { node, resource_type, bundle }
    }

    /// The resource that a reference leads to, when it is at hand.
    pub(crate) fn resolve(&self, reference: &str) -> Option<&'t Node<'t>> {
        if let Some(id) = reference.strip_prefix('#') {
            return self.node.get("contained")?.elements().iter().find(|resource| resource.str("id") == Some(id));
        }
        let (rest, id) = reference.rsplit_once('/')?;
        let resource_type = rest.rsplit('/').next();
        let entries = self.bundle?.get("entry")?.elements().iter();
        entries
            .filter_map(|entry| entry.get("resource"))
            .find(|resource| resource.str("id") == Some(id) && resource.str("resourceType") == resource_type)
    }
}

/// Reads a claim or explanation of benefit. Faults go to `elements`; what could not be understood is left out.
pub(crate) fn read<'t>(resource: Resource<'t>, kind: &Kind, limit: usize, elements: &mut Elements<'t>) -> Claim {
    let claim = claim::read(resource, kind, limit, elements);
    remainder::apply(claim, resource.node, elements)
}
