//! Comorbidity indices.
