use super::add_on::{self, Kind};
use super::add_on_without_primary::NearMiss;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::HcpcsCode;
use std::fmt;

edit! {
    /// An add-on code stands with neither a listed primary code nor anything that the contractor could take for one.
    ///
    /// ## What it checks
    /// Add-on codes of type 3, for which CMS lists some primary codes and lets contractors add others. A listed one of the
    /// same day and practitioner that is not denied passes. Failing that, the edit fires when the practitioner has no
    /// other service on that day, on the claim or an earlier one of the run, that is neither denied nor itself an add-on
    /// code; when there is one, the contractor's list decides, and the edit cannot tell.
    ///
    /// ## Why
    /// An add-on code is priced as work on top of a primary service, and is seldom payable alone.
    ///
    /// ## Source
    /// CMS, NCCI Add-on Code Edits, quarterly; *NCCI Policy Manual for Medicare Services* 2026, chapter I, section W.
    ///
    /// ## Action
    /// The line is denied, with CARC B15 and RARC N122; an outpatient hospital bill goes back (edit 108 of the outpatient
    /// code editor; that it returns the bill and does not reject the line is taken so: its table of dispositions is not at
    /// hand).
    ///
    /// ## Bypass
    /// None. A primary code on a claim that the run has not seen is not known to this edit.
    ///
    /// ## Example
    /// An add-on code of type 3 whose only companion is another add-on code.
    pub struct AddOnListedOrContractor {
        /// The add-on code.
        pub add_on: HcpcsCode,
        /// A primary code that does not count: it was denied, or performed by another.
        pub near_miss: Option<NearMiss>,
    }
}

impl fmt::Display for AddOnListedOrContractor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let add_on = self.add_on;
        match self.near_miss {
            Some(near_miss) => {
                write!(
                    f,
                    "the add-on code `{add_on}` has no other payable service of the same day and practitioner, and "
                )?;
                near_miss.fmt(f)
            }
            None => {
                write!(
                    f,
                    "the add-on code `{add_on}` stands with no other payable service of the same day and practitioner"
                )
            }
        }
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    add_on::judge(context, Kind::ListedOrContractor, report, |service, beside, report| {
        if !add_on::lacks_listed(service, beside.primary, report) {
            return None;
        }
        if beside.other {
            add_on::say_contractor(service, report);
            return None;
        }
        Some(Draft::new(AddOnListedOrContractor { add_on: service.code, near_miss: NearMiss::of(beside.primary) }))
    });
}
