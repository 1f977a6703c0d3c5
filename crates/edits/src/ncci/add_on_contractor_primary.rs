use super::add_on::{self, Kind};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::HcpcsCode;
use std::fmt;

edit! {
    /// An add-on code whose primary codes the contractor defines stands with nothing that could be one.
    ///
    /// ## What it checks
    /// Add-on codes of type 2, for which CMS lists no primary code. The edit fires when the practitioner has no other
    /// service on that day, on the claim or an earlier one of the run, that is neither denied nor itself an add-on code:
    /// then no list can hold its primary code. When there is one, the contractor's list decides, and the edit cannot tell.
    ///
    /// ## Why
    /// An add-on code is priced as work on top of a primary service, and is seldom payable alone.
    ///
    /// ## Source
    /// CMS, NCCI Add-on Code Edits, quarterly; *NCCI Policy Manual for Medicare Services* 2026, chapter I, section W.
    ///
    /// ## Action
    /// The line is denied, with CARC B15 and RARC N122; an outpatient hospital bill goes back (edit 107 of the outpatient
    /// code editor; that it returns the bill and does not reject the line is taken so: its table of dispositions is not at
    /// hand).
    ///
    /// ## Bypass
    /// None. A primary code on a claim that the run has not seen is not known to this edit.
    ///
    /// ## Example
    /// `0054T` as the only service of a day.
    pub struct AddOnContractorPrimary {
        /// The add-on code.
        pub add_on: HcpcsCode,
    }
}

impl fmt::Display for AddOnContractorPrimary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let add_on = self.add_on;
        write!(f, "the add-on code `{add_on}` stands with no other payable service of the same day and practitioner")
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    add_on::judge(context, Kind::Contractor, report, |service, beside, report| {
        if beside.other {
            add_on::say_contractor(service, report);
            return None;
        }
        Some(Draft::new(AddOnContractorPrimary { add_on: service.code }))
    });
}
