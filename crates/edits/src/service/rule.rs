//! The table of a family.

use super::{Context, Report};
use crate::registry::Edit;

/// An edit and its function.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What is known of it before any claim.
    pub edit: &'static Edit,
    /// Whether it has something to say only where a service has a modifier, so that it need not run on other claims.
    pub modified: bool,
    /// The function.
    pub check: fn(&Context<'_>, &mut Report),
}

/// Lists the edits of a family: name, title, disposition, CARC, RARC (`-` for none), the struct that documents it, and the
/// module with its function `check`. An edit that has nothing to say of claims without modifiers is marked `if modified`.
macro_rules! rules {
    (@code -) => { None };
    (@code $code:literal) => { Some($code) };
    (@modified) => { false };
    (@modified modified) => { true };
    ($family:ident $prefix:literal;
     $($name:literal, $title:literal, $disposition:ident, $carc:tt, $rarc:tt, $documented:ident, $module:ident $(if $modified:ident)?;)*) => {
        const COUNT: usize = <[&str]>::len(&[$($name),*]);

        /// The edits of this table.
        pub(crate) static EDITS: [$crate::registry::Edit; COUNT] = [$($crate::registry::Edit {
            id: concat!($prefix, "/", $name),
            title: $title,
            family: $crate::registry::Family::$family,
            disposition: openclaim_claim::Disposition::$disposition,
            carc: $crate::service::rules!(@code $carc),
            rarc: $crate::service::rules!(@code $rarc),
            snip: None,
            label: $name,
            doc: <$documented as $crate::doc::Documented>::DOC,
            shared_doc: "",
            prepayment: false,
            check: None,
        }),*];

        /// The edits with their functions, in the order in which they run.
        pub(crate) const RULES: [$crate::service::Rule; COUNT] = {
            #[allow(unused_mut, unused_variables, reason = "a table may be empty")]
            let mut index = 0;
            [$($crate::service::Rule {
                edit: { index += 1; &EDITS[index - 1] },
                modified: $crate::service::rules!(@modified $($modified)?),
                check: $module::check,
            }),*]
        };
    };
}
pub(crate) use rules;
