//! The National Correct Coding Initiative (NCCI): procedure pairs, medically unlikely units, add-on codes.

mod tables;

pub use tables::Tables;

use crate::service::rules;

rules! {
    Ncci "ncci";
}
