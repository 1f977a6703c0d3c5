//! Modifiers: whether they exist, go together, and suit the procedure, its side and the global period.

mod tables;

pub use tables::Tables;

use crate::service::rules;

rules! {
    Modifier "modifier";
}
