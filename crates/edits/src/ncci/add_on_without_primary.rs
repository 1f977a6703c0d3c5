use super::add_on::{self, Kind, Primary};
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::HcpcsCode;
use std::fmt;

edit! {
    /// An add-on code stands without any of the primary codes that CMS lists for it.
    ///
    /// ## What it checks
    /// Add-on codes of type 1, whose primary codes the table lists completely: one of them must stand on the same day, by
    /// the same practitioner, on the claim or an earlier one of the run, and not be denied. For institutional bills the
    /// practitioner is the facility. A colleague of the same group and specialty will do where
    /// `data/ncci/add_on_exceptions.csv` says so (critical care). Rows of the table hold from their effective to their
    /// deletion dates, both included.
    ///
    /// ## Why
    /// An add-on code is priced as work on top of a primary service, and is seldom payable alone.
    ///
    /// ## Source
    /// CMS, NCCI Add-on Code Edits, quarterly (Change Request 7501 began them on 2013-04-01); *NCCI Policy Manual for
    /// Medicare Services* 2026, chapter I, section W; Medicare Claims Processing Manual (Pub. 100-04), chapter 12, sections
    /// 30 and 30.6.12.
    ///
    /// ## Action
    /// The line is denied, with CARC B15 and RARC N122; an outpatient hospital bill goes back (edit 106 of the outpatient
    /// code editor; that it returns the bill and does not reject the line is taken so: its table of dispositions is not at
    /// hand).
    ///
    /// ## Bypass
    /// None. A primary code on a claim that the run has not seen is not known to this edit.
    ///
    /// ## Example
    /// `99292` alone, where neither the practitioner nor a colleague of the group and specialty has `99291` on that day.
    pub struct AddOnWithoutPrimary {
        /// The add-on code.
        pub add_on: HcpcsCode,
        /// A primary code that does not count: it was denied, or performed by another.
        pub near_miss: Option<NearMiss>,
    }
}

/// A primary code that is there and does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NearMiss {
    /// It was denied.
    Denied(HcpcsCode),
    /// Another practitioner performed it.
    ByAnother(HcpcsCode),
}

impl NearMiss {
    /// Of what is known of the listed primary codes.
    pub(super) fn of(primary: Primary) -> Option<Self> {
        match primary {
            Primary::Denied(code) => Some(Self::Denied(code)),
            Primary::ByAnother(code) => Some(Self::ByAnother(code)),
            Primary::Absent | Primary::Unclear(_) | Primary::Payable => None,
        }
    }
}

impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(code) => write!(f, "its primary code `{code}` is denied"),
            Self::ByAnother(code) => write!(f, "its primary code `{code}` was performed by another practitioner"),
        }
    }
}

impl fmt::Display for AddOnWithoutPrimary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the add-on code `{}` needs a primary code of the same day and practitioner, and ", self.add_on)?;
        match self.near_miss {
            Some(near_miss) => near_miss.fmt(f),
            None => write!(f, "none of those listed for it is there"),
        }
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    add_on::judge(context, Kind::Listed, report, |service, beside, report| {
        if !add_on::lacks_listed(service, beside.primary, report) {
            return None;
        }
        Some(Draft::new(AddOnWithoutPrimary { add_on: service.code, near_miss: NearMiss::of(beside.primary) }))
    });
}
