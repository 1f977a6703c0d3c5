//! Coverage: local and national determinations and their articles.

mod tables;

pub use tables::Tables;

use crate::service::rules;

rules! {
    Coverage "coverage";
}
