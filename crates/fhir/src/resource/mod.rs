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
use std::collections::HashMap;

/// The resources of a bundle, by type and id.
#[derive(Debug, Default)]
pub(crate) struct Neighbours<'t>(HashMap<(&'t str, &'t str), &'t Node<'t>>);

impl<'t> Neighbours<'t> {
    pub(crate) fn of(bundle: &'t Node<'t>) -> Self {
        let entries = bundle.get("entry").map(Node::elements).unwrap_or_default();
        let resources = entries.iter().filter_map(|entry| entry.get("resource"));
        Self(resources.filter_map(|found| Some(((found.str("resourceType")?, found.str("id")?), found))).collect())
    }
}

/// A resource in its surroundings: references lead to what it contains, and to the other resources of its bundle.
#[derive(Debug)]
pub(crate) struct Resource<'t, 'n> {
    pub(crate) node: &'t Node<'t>,
    pub(crate) resource_type: ResourceType,
    contained: HashMap<&'t str, &'t Node<'t>>,
    bundle: Option<&'n Neighbours<'t>>,
}

impl<'t, 'n> Resource<'t, 'n> {
    pub(crate) fn new(node: &'t Node<'t>, resource_type: ResourceType, bundle: Option<&'n Neighbours<'t>>) -> Self {
        let contained = node.get("contained").map(Node::elements).unwrap_or_default();
        // The first of an id counts.
        let contained = contained.iter().rev().filter_map(|found| Some((found.str("id")?, found))).collect();
        Self { node, resource_type, contained, bundle }
    }

    /// The resource that a reference leads to, when it is at hand.
    pub(crate) fn resolve(&self, reference: &str) -> Option<&'t Node<'t>> {
        if let Some(id) = reference.strip_prefix('#') {
            return self.contained.get(id).copied();
        }
        let (rest, id) = reference.rsplit_once('/')?;
        let resource_type = rest.rsplit('/').next()?;
        self.bundle?.0.get(&(resource_type, id)).copied()
    }
}

/// Reads a claim or explanation of benefit. Faults go to `elements`; what could not be understood is left out.
pub(crate) fn read<'t>(resource: &Resource<'t, '_>, kind: &Kind, limit: usize, elements: &mut Elements<'t>) -> Claim {
    let claim = claim::read(resource, kind, limit, elements);
    remainder::apply(claim, resource.node, elements)
}
