//! The Healthcare Common Procedure Coding System, level II (CMS).

pub(crate) mod alpha_numeric;
pub(crate) mod changes;
mod edition;
pub(crate) mod lists;
mod record;
