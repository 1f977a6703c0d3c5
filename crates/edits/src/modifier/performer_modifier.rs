use super::line;
use super::plain::Performer;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Report};
use openclaim_claim::{Evidence, HcpcsCode, Modifier, Taxonomy};
use std::fmt;

edit! {
    /// A modifier is not for a provider of this kind.
    ///
    /// ## What it checks
    /// Modifiers that say who performed a service against the taxonomy of the rendering provider: `QX` and `QZ` are nurse
    /// anaesthetists' (`QX` also anesthesiologist assistants'), `AA`, `AD`, `QK` and `QY` never are, `AS` is for physician
    /// assistants, nurse practitioners and clinical nurse specialists.
    ///
    /// ## Why
    /// The modifier decides the share that is paid, so it must be true of who is named.
    ///
    /// ## Source
    /// Medicare Claims Processing Manual (Pub. 100-04), chapter 12, sections 20.4.3, 50, 110 and 140; NUCC Health Care
    /// Provider Taxonomy for the kinds of providers. The rows stand in `data/modifier/performers.csv`.
    ///
    /// ## Action
    /// The line is rejected and may be corrected; claim adjustment reason code 8.
    ///
    /// ## Bypass
    /// None.
    ///
    /// ## Example
    /// A nurse anaesthetist as rendering provider with `AA`.
    pub struct PerformerModifier {
        /// The code.
        pub code: HcpcsCode,
        /// The modifier.
        pub modifier: Modifier,
        /// The provider's taxonomy.
        pub taxonomy: Taxonomy,
    }
}

impl fmt::Display for PerformerModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, modifier, taxonomy } = self;
        write!(f, "`{modifier}` on `{code}` is not for a provider with the taxonomy `{taxonomy}`")
    }
}

/// Whether a taxonomy is a person's and says what kind: groups and organisations stand for whoever works there (NUCC
/// groupings 10 to 24 and 36 to 39 are individuals; 193 is a group).
fn is_person(taxonomy: Taxonomy) -> bool {
    let number: u8 = taxonomy.as_str().get(..2).and_then(|digits| digits.parse().ok()).unwrap_or_default();
    matches!(number, 10..=24 | 36..=39) && !taxonomy.as_str().starts_with("193")
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if !line::is_practitioner(context) {
        return;
    }
    for service in context.services.iter() {
        for modifier in service.modifiers.iter() {
            let rows: Vec<&Performer> =
                context.tables.modifier.plain.performers.iter().filter(|row| row.modifier == modifier).collect();
            let Some(first) = rows.first() else { continue };
            let Some(taxonomy) = service.provider.specialty.filter(|taxonomy| is_person(*taxonomy)) else {
                report.lacks(format!("line {} does not say what kind of provider performed it", service.line.number));
                continue;
            };
            // The rows of a modifier say all the same: only these, or never these.
            if rows.iter().any(|row| row.means(taxonomy)) == first.only {
                continue;
            }
            let says = if first.only { "only for others" } else { "never for these" };
            let draft = Draft::new(PerformerModifier { code: service.code, modifier, taxonomy })
                .element(line::row(first.source, "modifier/performers", modifier.as_str(), says))
                .element(Evidence::element("taxonomy", taxonomy.as_str(), None))
                .correct("correct the rendering provider or the modifier");
            report.fire(line::at(service), line::span(service, modifier), draft);
        }
    }
}
