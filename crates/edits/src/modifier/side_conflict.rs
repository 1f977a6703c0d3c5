use super::line;
use super::plain::{Side, Site};
use super::sides::{named, one_side};
use super::tables::remedy;
use crate::doc::edit;
use crate::draft::Draft;
use crate::service::{Context, Indicator, Report, Service, Setting, fee_evidence};
use openclaim_claim::{DiagnosisCode, Evidence, HcpcsCode, Modifier};
use openclaim_reference::sides::NamedSides;
use std::fmt;

edit! {
    /// A modifier names another side or part of the body than the rest of the line.
    ///
    /// ## What it checks
    /// Lines with a modifier of one side (`LT`, `RT`, `E1` to `E4`, `FA` to `F9`, `TA` to `T9`), against
    ///
    /// - the other modifiers of the line, when one names the other side;
    /// - the diagnoses to which the line points: it fires when some name a side and all of those name the other side, and
    ///   when they name the right side of another eyelid, finger or toe;
    /// - the title of a HCPCS level II code that names a side;
    /// - for `LT` and `RT` without `52`, the short title of a code in the imported fee schedule that says both sides, where
    ///   the fee schedule prices both.
    ///
    /// Sides of diagnoses are read from their official titles. Coronary arteries (`LC`, `LD`, `LM`, `RC`, `RI`), chambers of
    /// the heart and regions of the abdomen are no sides. Titles of CPT codes are not public: they are read from what the user
    /// has imported, and name no single side but that of the heart.
    ///
    /// ## Why
    /// One of the two is mistyped: the wrong eye was operated on, or the wrong one was written down.
    ///
    /// ## Source
    /// CMS, HCPCS level II modifiers and codes; ICD-10-CM titles; ICD-10-CM Official Guidelines for Coding and Reporting,
    /// section I.B.13. `data/modifier/sites.csv` says which modifier means which part.
    ///
    /// ## Action
    /// A warning; contractors deny such lines by their coverage articles.
    ///
    /// ## Bypass
    /// A lesion that shows on the other side, as of the brain; titles that say dominant side are left out.
    ///
    /// ## Example
    /// A joint injection with `LT` that points to arthrosis of the right knee.
    pub struct SideConflict {
        /// The code.
        pub code: HcpcsCode,
        /// The modifier.
        pub modifier: Modifier,
        /// Its side.
        pub side: Side,
        /// What says otherwise.
        pub against: Against,
    }
}

/// What a modifier's side is in conflict with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Another modifier of the line.
    Modifier(Modifier),
    /// A diagnosis to which the line points, of the other side.
    Diagnosis(DiagnosisCode),
    /// A diagnosis of the same side, of another part: the modifier's, the diagnosis's.
    Part(DiagnosisCode, &'static str, &'static str),
    /// The title of the code.
    Title,
    /// The title of the code, which says both sides.
    BothSides,
}

impl fmt::Display for SideConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, modifier, side, against } = self;
        let other = if *side == Side::Left { Side::Right } else { Side::Left }.as_str();
        write!(f, "`{modifier}` on `{code}` is the {}", side.as_str())?;
        match against {
            Against::Modifier(second) => write!(f, ", and `{second}` the {other}"),
            Against::Diagnosis(diagnosis) => write!(f, ", and the diagnosis `{}` the {other}", diagnosis.dotted()),
            Against::Part(diagnosis, one, two) => {
                write!(f, " {one}, and the diagnosis `{}` the {} {two}", diagnosis.dotted(), side.as_str())
            }
            Against::Title => write!(f, ", and the title of the code says {other}"),
            Against::BothSides => write!(f, ", and the title of the code says both sides"),
        }
    }
}

/// Eyelids, fingers and toes: parts are told from each other within one of these.
fn family(part: &str) -> &str {
    match part {
        "thumb" => "finger",
        other => other.rsplit(' ').next().unwrap_or_default(),
    }
}

/// The diagnosis to which a line points that is in conflict with a site.
fn diagnosis(context: &Context<'_>, service: &Service<'_>, site: &Site) -> Option<(usize, Against)> {
    let codes = context.library.icd10cm();
    let pointed = context.services.diagnoses_of(service.line);
    let sides: Vec<(usize, DiagnosisCode, NamedSides)> = pointed
        .into_iter()
        .filter_map(|at| {
            let diagnosis = context.claim.diagnoses.get(at).filter(|it| !it.icd9)?;
            let entry = codes.get(diagnosis.code.value)?;
            Some((at, diagnosis.code.value, entry.named_sides()))
        })
        .collect();
    let of_side = |named: &NamedSides| named.both || one_side(*named) == Some(site.side);
    if !sides.iter().any(|(.., named)| of_side(named)) {
        let (at, code, _) = sides.into_iter().find(|(.., named)| named.one().is_some())?;
        return Some((at, Against::Diagnosis(code)));
    }
    if site.part.is_empty() {
        return None;
    }
    let mut parts = sides.into_iter().filter(|(.., named)| {
        one_side(*named) == Some(site.side) && !named.part().is_empty() && family(named.part()) == family(site.part)
    });
    let (at, code, named) = parts.next()?;
    let all_differ = named.part() != site.part && parts.all(|(.., named)| named.part() != site.part);
    all_differ.then_some((at, Against::Part(code, site.part, named.part())))
}

/// The side in the title of a level II code, which begins with a letter.
fn title_side(context: &Context<'_>, service: &Service<'_>, report: &mut Report) -> Option<(Side, Evidence)> {
    let level2 = service.code.as_str().starts_with(|c: char| c.is_ascii_alphabetic());
    let date = service.from.filter(|_| level2)?;
    let tables = &context.tables.modifier;
    let source = report.table(&tables.titles, date, context.switches.known_at, remedy::HCPCS)?;
    let title = source.view.of(service.key)?;
    let side = one_side(named(title, &tables.plain))?;
    Some((side, Evidence::row(source.label, "hcpcs/codes", service.code.as_str(), title)))
}

/// How short titles say both sides, and one.
const BOTH: [&str; 4] = ["bilateral", "bilat", "bil", "bi"];
const ONE: [&str; 3] = ["unilateral", "unilat", "uni"];

/// The short title of a code that says both sides and is priced for both (indicator 2 for bilateral surgery).
fn both_sides(context: &Context<'_>, service: &Service<'_>, report: &mut Report) -> Option<Evidence> {
    let (_, fee) = context.fee_row(service, report)?;
    if fee?.indicator(Indicator::BilateralSurgery) != Some(b'2') {
        return None;
    }
    let source = context.tables.modifier.short_titles.at(service.from?, context.switches.known_at).found()?;
    let title = source.view.of(service.key)?;
    let lower = title.to_ascii_lowercase();
    let says = |list: &[&str]| lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| list.contains(&word));
    (says(&BOTH) && !says(&ONE)).then(|| fee_evidence(source.label, service, title))
}

pub(super) fn check(context: &Context<'_>, report: &mut Report) {
    if context.services.setting == Setting::Inpatient {
        return;
    }
    let plain = &context.tables.modifier.plain;
    for service in context.services.iter().filter(|service| !service.modifiers.is_empty()) {
        let mut sites = service.modifiers.iter().filter_map(|modifier| plain.site(modifier));
        let Some(site) = sites.next() else { continue };
        let data = |against| SideConflict { code: service.code, modifier: site.modifier, side: site.side, against };
        let own =
            || line::row("CMS HCPCS level II modifiers", "modifier/sites", site.modifier.as_str(), site.side.as_str());
        let correct = "correct the modifier or the diagnosis, whichever the record contradicts";
        if let Some(other) = sites.find(|other| other.side != site.side) {
            // Left and right without a part contradict each other as modifiers; another edit says so.
            if !(site.part.is_empty() && other.part.is_empty()) {
                let draft =
                    Draft::new(data(Against::Modifier(other.modifier))).element(own()).element(line::read(service));
                report.fire(
                    line::at(service),
                    line::span(service, site.modifier),
                    draft.correct("correct the modifier"),
                );
            }
            continue;
        }
        if let Some((at, against)) = diagnosis(context, service, site) {
            let diagnosis = context.claim.diagnoses.get(at).map(|it| it.code);
            let code = diagnosis.map(|it| it.value.dotted()).unwrap_or_default();
            let title = diagnosis.and_then(|it| context.library.icd10cm().get(it.value)).and_then(|it| it.title());
            let draft = Draft::new(data(against))
                .element(own())
                .element(Evidence::row("ICD-10-CM titles", "icd-10-cm/titles", code, title.unwrap_or_default()))
                .correct(correct);
            report.fire(line::at(service), line::span(service, site.modifier), draft);
        }
        let of_practitioner = context.services.setting == Setting::Practitioner;
        let reduced = service.modifiers.iter().any(|modifier| modifier.as_str() == "52");
        if of_practitioner
            && site.part.is_empty()
            && !reduced
            && let Some(evidence) = both_sides(context, service, report)
        {
            let draft = Draft::new(data(Against::BothSides)).element(own()).element(evidence);
            report.fire(
                line::at(service),
                line::span(service, site.modifier),
                draft.correct("bill the code of one side, or take the modifier off"),
            );
        }
        if let Some((side, evidence)) = title_side(context, service, report)
            && side != site.side
        {
            let draft = Draft::new(data(Against::Title)).element(own()).element(evidence);
            report.fire(
                line::at(service),
                line::span(service, site.modifier),
                draft.correct("correct the modifier or the code"),
            );
        }
    }
}
