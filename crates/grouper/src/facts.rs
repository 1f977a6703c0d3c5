//! Everything a formula can ask about a claim, as bits.
//!
//! ```text
//! words  0..5   attributes of the principal diagnosis          PDX:x
//! words  5..10  attributes of any secondary diagnosis          SDX:x
//! words 10..15  attributes of any diagnosis                    ANY:x
//! words 15..20  attributes that every diagnosis has            ONLY:x
//! words 20..25  attributes of the procedures                   x
//! word  25      what is worked out from the claim as a whole   MCC, DIED, MULTST …
//! ```

use openclaim_tables::msdrg::{ATTRIBUTE_WORDS, AttributeSpace, Attributes, MsDrgTables};
use serde::Serialize;
use std::collections::HashMap;

/// Where a formula looks for an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The principal diagnosis.
    Principal,
    /// Any secondary diagnosis.
    Secondary,
    /// Any diagnosis.
    AnyDiagnosis,
    /// Every diagnosis.
    OnlyDiagnosis,
    /// Any procedure, or a complete cluster of procedures.
    Procedure,
    /// The claim as a whole.
    Claim,
}

impl Scope {
    /// The first word of the scope's attributes.
    pub(crate) const fn first_word(self) -> usize {
        match self {
            Self::Principal => 0,
            Self::Secondary => ATTRIBUTE_WORDS,
            Self::AnyDiagnosis => 2 * ATTRIBUTE_WORDS,
            Self::OnlyDiagnosis => 3 * ATTRIBUTE_WORDS,
            Self::Procedure => 4 * ATTRIBUTE_WORDS,
            Self::Claim => 5 * ATTRIBUTE_WORDS,
        }
    }
}

/// Number of fact words.
pub(crate) const WORDS: usize = 5 * ATTRIBUTE_WORDS + 1;
const CLAIM_WORD: usize = Scope::Claim.first_word();

/// The facts of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts(pub(crate) [u64; WORDS]);

impl Default for Facts {
    fn default() -> Self {
        Self([0; WORDS])
    }
}

impl Facts {
    /// Sets the attributes of a scope.
    pub(crate) fn set(&mut self, scope: Scope, attributes: &Attributes) {
        let first = scope.first_word();
        if let Some(words) = self.0.get_mut(first..first + ATTRIBUTE_WORDS) {
            words.copy_from_slice(attributes);
        }
    }

    /// Sets or clears a fact of the whole claim.
    pub(crate) fn set_claim(&mut self, fact: ClaimFact, holds: bool) {
        let bit = 1 << fact as u32;
        self.0[CLAIM_WORD] = self.0[CLAIM_WORD] & !bit | if holds { bit } else { 0 };
    }

    /// Whether a fact holds.
    pub(crate) fn holds(&self, place: FactPlace) -> bool {
        self.0.get(usize::from(place.word)).is_some_and(|word| word >> place.bit & 1 == 1)
    }
}

/// One bit among the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FactPlace {
    pub(crate) word: u8,
    pub(crate) bit: u8,
}

macro_rules! claim_facts {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What is worked out from the claim as a whole.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u32)]
        pub(crate) enum ClaimFact {
            $($(#[$doc])* $name,)*
        }

        impl ClaimFact {
            const ALL: &[(Self, &str)] = &[$((Self::$name, $text),)*];
        }
    };
}

claim_facts! {
    /// A secondary diagnosis counts as MCC.
    Mcc = "MCC",
    /// A secondary diagnosis counts as CC, and none as MCC.
    Cc = "CC",
    InvalidPdx = "INVALID_PDX",
    PdxEcode = "PDX_ECODE",
    /// The sex is unknown and the MDC depends on it.
    InvalidSex = "INVALID_SEX",
    InvalidDstat = "INVALID_DSTAT",
    Died = "DIED",
    Alive = "ALIVE",
    /// Left against medical advice.
    Ama = "AMA",
    /// Transferred to another acute care facility, as the neonate MS-DRG 789 lists the statuses.
    Xfrnba = "XFRNBA",
    /// Significant trauma of two or more body sites.
    Multst = "MULTST",
    /// An extensive or a non-extensive operating room procedure.
    Orproc = "ORPROC",
    FourStents = "FOUR_STENTS",
    FourVessels = "FOUR_VESSELS",
    FourDrugElutingStents = "FOUR_DRUG_ELUTING_STENTS",
    FourNonDrugElutingStents = "FOUR_NON_DRUG_ELUTING_STENTS",
    /// Major joint procedures on two or more joints of the lower extremities.
    Bilateral = "BILATERAL",
    /// Three or more single level fusions, anterior or posterior.
    SingleFusions = "SINGLEFUSIONCTR",
    SingleAnteriorDeviceFusions = "SGLANTSECTXCTR",
    SinglePosteriorFusions = "SGLPOSTFUSECTR",
    SingleAnteriorFusions = "SGLANTCTR",
    SinglePosteriorOrOtherFusions = "SGLPOST1CTR",
    MultipleFusions = "MULTFUSE",
    /// Always holds: the principal diagnosis is a diagnosis.
    AnyDx = "ANYDX",
    /// Always holds: the last formula of MDC 20 in the versions that have it.
    Mdc20FallThrough = "MDC_20_FALL_THRU",
}

/// From names in formulas to bits.
#[derive(Debug)]
pub(crate) struct Vocabulary<'t> {
    diagnosis: HashMap<&'t str, u16>,
    procedure: HashMap<&'t str, u16>,
}

impl<'t> Vocabulary<'t> {
    /// The names of the tables' attributes.
    pub(crate) fn new(tables: &'t MsDrgTables) -> Self {
        let ids = |space| tables.attribute_names(space).enumerate().map(|(id, name)| (name, id as u16)).collect();
        Self { diagnosis: ids(AttributeSpace::Diagnosis), procedure: ids(AttributeSpace::Procedure) }
    }

    /// The bit of a name in a formula; `None` when nothing is called so.
    pub(crate) fn place(&self, name: &str) -> Option<(Scope, FactPlace)> {
        let attribute = |scope: Scope, ids: &HashMap<&str, u16>, name: &str| {
            let id = ids.get(name)?;
            Some((scope, FactPlace { word: (scope.first_word() as u16 + id / 64) as u8, bit: (id % 64) as u8 }))
        };
        if let Some((scope, name)) = name.split_once(':') {
            let scope = match scope {
                "PDX" => Scope::Principal,
                "SDX" => Scope::Secondary,
                "ANY" => Scope::AnyDiagnosis,
                "ONLY" => Scope::OnlyDiagnosis,
                _ => return None,
            };
            return attribute(scope, &self.diagnosis, name);
        }
        attribute(Scope::Procedure, &self.procedure, name).or_else(|| {
            let (fact, _) = ClaimFact::ALL.iter().find(|(_, text)| *text == name)?;
            Some((Scope::Claim, FactPlace { word: CLAIM_WORD as u8, bit: *fact as u8 }))
        })
    }

    /// The set of the named diagnosis attributes; names that no diagnosis has are left out.
    pub(crate) fn diagnosis_set(&self, names: &[&str]) -> Attributes {
        set(&self.diagnosis, names)
    }

    /// The set of the named procedure attributes; names that no procedure has are left out.
    pub(crate) fn procedure_set(&self, names: &[&str]) -> Attributes {
        set(&self.procedure, names)
    }
}

fn set(ids: &HashMap<&str, u16>, names: &[&str]) -> Attributes {
    let mut set = Attributes::default();
    for id in names.iter().filter_map(|name| ids.get(name)) {
        if let Some(word) = set.get_mut(usize::from(id / 64)) {
            *word |= 1 << (id % 64);
        }
    }
    set
}

/// Adds a set to another.
pub(crate) fn join(to: &mut Attributes, from: &Attributes) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to |= from);
}

/// Whether two sets have an attribute in common.
pub(crate) fn meet(a: &Attributes, b: &Attributes) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

/// Number of attributes of `a` that are in `b`.
pub(crate) fn common(a: &Attributes, b: &Attributes) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a & b).count_ones()).sum()
}
