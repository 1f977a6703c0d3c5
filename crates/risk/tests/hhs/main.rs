//! HHS-HCC: worked examples, a naive second implementation, properties, and the transfer formula.

// Helpers of a test may panic as the test itself may.
#![allow(clippy::unwrap_used)]

mod answers;
mod common;
mod naive;
mod transfer;
mod worked;
