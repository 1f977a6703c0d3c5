//! The conventions of ICD-10-CM and ICD-10-PCS.

use crate::service::rules;

rules! {
    Code "code";
}
