use super::line;
use super::plain::Effect;
use super::statutory_exclusion::each;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{ClearKind, HcpcsCode, Modifier};
use std::fmt;

edit! {
    /// A service is billed as one that Medicare will not find necessary.
    ///
    /// ## What it checks
    /// Lines with `GZ` (no notice was given) from 2011-07-01, and lines of institutional claims with `GA` (the required notice
    /// was given) from 2010-04-01.
    ///
    /// ## Why
    /// Medicare denies these lines without looking at the record: with `GZ` the provider is liable, with `GA` the patient.
    ///
    /// ## Source
    /// CMS Change Requests 7228 (`GZ`) and 6563 (`GA`); Medicare Claims Processing Manual (Pub. 100-04), chapter 30, section
    /// 50. The rows stand in `data/modifier/liability.csv`.
    ///
    /// ## Action
    /// The line is denied; claim adjustment reason code 50 with group code CO for `GZ` and PR for `GA`.
    ///
    /// ## Bypass
    /// None. On practitioners' claims `GA` does not deny by itself: coverage is decided, and `GA` says who is liable.
    ///
    /// ## Example
    /// A laboratory test beyond its frequency with `GZ`.
    pub struct ExpectedDenial {
        /// The code.
        pub code: HcpcsCode,
        /// The modifier.
        pub modifier: Modifier,
        /// Who is liable.
        pub liable: &'static str,
    }
}

impl fmt::Display for ExpectedDenial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, modifier, liable } = self;
        write!(f, "`{code}` is billed with `{modifier}` as not necessary: it is denied, the {liable} is liable")
    }
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    each(context, report, Effect::Expected, |service, row, report| {
        let data = ExpectedDenial { code: service.code, modifier: row.modifier, liable: row.liable };
        let draft = Draft::new(data)
            .element(line::row(row.source, "modifier/liability", row.modifier.as_str(), row.liable))
            .element(line::read(service))
            .element(line::date(service));
        let why = " when the record shows that the service is reasonable and necessary";
        let draft = line::without(draft, ClearKind::NeedsDocumentation, service, row.modifier, why);
        report.fire(line::at(service), line::span(service, row.modifier), draft);
    });
}
