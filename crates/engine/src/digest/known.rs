//! Canonical forms of what is said again and again.

use super::canonical::Canonical;
use openclaim_claim::NotEvaluated;
use serde::Serialize;
use serde_json::Error;
use std::collections::HashMap;

/// Forms that are kept.
const KEPT: usize = 4096;

/// Canonical forms by the identity of what they are of, which is kept alive with them.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<usize, (NotEvaluated, Box<[u8]>)>);

impl Known {
    /// Works out the forms of those that may come again.
    pub(super) fn learn(&mut self, said: &[NotEvaluated]) -> Result<(), Error> {
        for said in said.iter().filter(|said| said.is_shared()) {
            if self.0.contains_key(&said.identity()) {
                continue;
            }
            if self.0.len() >= KEPT {
                self.0.clear();
            }
            let mut form = Canonical::new(Vec::new());
            said.serialize(&mut form)?;
            self.0.insert(said.identity(), (said.clone(), form.text.into()));
        }
        Ok(())
    }

    /// The form of what has this identity.
    pub(super) fn form(&self, identity: usize) -> Option<&[u8]> {
        self.0.get(&identity).map(|(_, form)| &**form)
    }
}
