//! The models of a library, compiled at first use.

use super::compile::ModelKey;
use super::model::Model;
use super::source::Spec;
use crate::ScoreError;
use openclaim_reference::Library;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Compiles each model once, and shares it between threads.
#[derive(Debug)]
pub struct Catalog {
    library: Library,
    models: RwLock<HashMap<ModelKey, Result<Arc<Model>, ScoreError>>>,
}

impl Catalog {
    /// The models of a library.
    #[must_use]
    pub fn new(library: Library) -> Self {
        Self { library, models: RwLock::default() }
    }

    /// The library.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The names of the models that the tables know, whatever the year.
    ///
    /// # Errors
    /// [`crate::ErrorCode::Internal`] when the tables cannot be read.
    pub fn names(&self) -> Result<Vec<String>, ScoreError> {
        Ok(Spec::all(&self.library)?.into_iter().map(|spec| spec.name).collect())
    }

    /// A model, compiled when it is first asked for.
    ///
    /// # Errors
    /// As [`Model::compile`].
    pub fn get(&self, key: &ModelKey) -> Result<Arc<Model>, ScoreError> {
        if let Some(known) = self.models.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return known.clone();
        }
        let compiled = Model::compile(&self.library, key).map(Arc::new);
        let mut models = self.models.write().unwrap_or_else(PoisonError::into_inner);
        // Misspelt names are remembered too, but never without end.
        if compiled.is_ok() || models.len() < 256 {
            models.insert(key.clone(), compiled.clone());
        }
        compiled
    }
}
