//! One module per command.

pub(crate) mod ack;
pub(crate) mod batch;
pub(crate) mod check;
pub(crate) mod code;
pub(crate) mod data;
pub(crate) mod explain;
pub(crate) mod group;
pub(crate) mod price;
pub(crate) mod score;
pub(crate) mod synth;
