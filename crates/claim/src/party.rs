//! People and organisations of a claim.

use crate::{Date, List, Npi, Span, Spanned, Taxonomy, Text};
use serde::{Deserialize, Serialize};

/// Sex as claims carry it (DMG03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Sex {
    /// `M`
    #[serde(rename = "M")]
    Male,
    /// `F`
    #[serde(rename = "F")]
    Female,
    /// `U`: unknown, or not stated.
    #[default]
    #[serde(rename = "U")]
    Unknown,
}

impl Sex {
    /// The letter as it is billed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "M",
            Self::Female => "F",
            Self::Unknown => "U",
        }
    }
}

/// Person or organisation (NM102).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// `1`
    Person,
    /// `2`
    #[default]
    Organization,
}

/// A postal address (N3, N4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// First street line.
    pub line1: Text,
    /// Second street line, empty when absent.
    pub line2: Text,
    /// City.
    pub city: Text,
    /// State or province, two letters.
    pub state: Text,
    /// ZIP code, five or nine digits without a dash; a foreign postal code as given. Decides the pricing locality.
    pub postal_code: Text,
    /// Country, empty for the United States.
    pub country: Text,
}

/// A secondary identifier with its qualifier (REF01, REF02).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Identifier {
    /// Qualifier as sent: `EI` employer number, `SY` social security number, `0B` state licence, `1G` UPIN, `G2` payer's …
    pub qualifier: Text,
    /// The identifier.
    pub value: Text,
}

/// Whom to call (PER).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// Name of the person or office (PER02), empty when absent.
    pub name: Text,
    /// Numbers and addresses with their qualifiers (PER03 to PER08): `TE` telephone, `EX` extension, `EM` e-mail, `FX` fax.
    pub numbers: List<(Text, Text)>,
}

/// What a provider did on the claim or line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderRole {
    /// NM1*85
    Billing,
    /// NM1*87
    PayTo,
    /// NM1*71
    Attending,
    /// NM1*72
    Operating,
    /// NM1*ZZ
    OtherOperating,
    /// NM1*82
    Rendering,
    /// NM1*DN
    Referring,
    /// NM1*P3
    PrimaryCare,
    /// NM1*DK
    Ordering,
    /// NM1*DQ
    Supervising,
    /// NM1*QB
    PurchasedService,
    /// NM1*77
    ServiceFacility,
    /// NM1*DD
    AssistantSurgeon,
    /// NM1*PW
    AmbulancePickUp,
    /// NM1*45
    AmbulanceDropOff,
}

/// Specialty of a provider as stated by the claim (PRV03).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProviderSpecialty {
    /// The taxonomy code.
    pub taxonomy: Spanned<Taxonomy>,
}

/// A provider: person, group, facility or place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Provider {
    /// What the provider did.
    pub role: ProviderRole,
    /// Person or organisation.
    pub kind: EntityKind,
    /// Last name, or the organisation's name.
    pub name: Text,
    /// First name, empty for organisations.
    pub first_name: Text,
    /// Middle name or initial.
    pub middle_name: Text,
    /// Name suffix (NM107): `JR`, `III` …
    pub name_suffix: Text,
    /// National Provider Identifier; `None` when absent or not ten digits (the reader says which).
    pub npi: Option<Spanned<Npi>>,
    /// Taxonomy (PRV).
    pub specialty: Option<ProviderSpecialty>,
    /// Address (N3, N4).
    pub address: Option<Box<Address>>,
    /// Secondary identifiers (REF), among them the tax number.
    pub identifiers: List<Identifier>,
    /// Contacts (PER).
    #[serde(default)]
    pub contacts: List<Contact>,
    /// The NM1 segment.
    pub span: Option<Span>,
}

impl Default for Provider {
    /// A billing provider of whom nothing is known.
    fn default() -> Self {
        Self::new(ProviderRole::Billing)
    }
}

impl Provider {
    /// A provider of whom nothing but the role is known.
    #[must_use]
    pub fn new(role: ProviderRole) -> Self {
        Self {
            role,
            kind: EntityKind::default(),
            name: Text::default(),
            first_name: Text::default(),
            middle_name: Text::default(),
            name_suffix: Text::default(),
            npi: None,
            specialty: None,
            address: None,
            identifiers: List::new(),
            contacts: List::new(),
            span: None,
        }
    }
}

/// Relationship of the patient to the subscriber (SBR02, PAT01).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Relationship(
    /// The individual relationship code as sent: `18` self, `01` spouse, `19` child …
    pub Text,
);

impl Relationship {
    /// Whether the patient is the subscriber.
    #[must_use]
    pub fn is_self(&self) -> bool {
        self.0 == "18"
    }
}

/// The person treated: the subscriber, or a dependent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Patient {
    /// Last name.
    pub last_name: Text,
    /// First name.
    pub first_name: Text,
    /// Middle name or initial.
    pub middle_name: Text,
    /// Name suffix (NM107): `JR`, `III` …
    pub name_suffix: Text,
    /// Member identifier where the patient has one of their own.
    pub member_id: Text,
    /// Date of birth (DMG02).
    pub birth_date: Option<Spanned<Date>>,
    /// Sex (DMG03); `None` when the claim does not state it.
    pub sex: Option<Spanned<Sex>>,
    /// Address.
    pub address: Option<Box<Address>>,
    /// Relationship to the subscriber.
    pub relationship: Relationship,
    /// Date of death (PAT06).
    pub death_date: Option<Spanned<Date>>,
    /// Weight in pounds (PAT08), for newborns and dialysis drugs.
    pub weight_pounds: Option<Spanned<crate::Decimal>>,
    /// Whether the patient is pregnant (PAT09 = `Y`).
    pub pregnant: bool,
    /// Secondary identifiers (REF).
    pub identifiers: List<Identifier>,
    /// The segment that names the patient.
    pub span: Option<Span>,
}

/// The insured person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Subscriber {
    /// Person or organisation (workers' compensation: the employer).
    pub kind: EntityKind,
    /// Last or organisation name.
    pub last_name: Text,
    /// First name.
    pub first_name: Text,
    /// Middle name or initial.
    pub middle_name: Text,
    /// Name suffix (NM107): `JR`, `III` …
    pub name_suffix: Text,
    /// Primary identifier: for Medicare the Medicare Beneficiary Identifier.
    pub member_id: Spanned<Text>,
    /// Payer responsibility sequence (SBR01): `P`, `S`, `T`, `A`–`H`, `U`.
    pub payer_responsibility: Text,
    /// Relationship of the patient when the patient is the subscriber (SBR02).
    pub relationship: Relationship,
    /// Group or policy number (SBR03).
    pub group_number: Text,
    /// Group or plan name (SBR04).
    pub group_name: Text,
    /// Insurance type when Medicare is secondary (SBR05).
    pub insurance_type: Text,
    /// Claim filing indicator (SBR09): `MA` Medicare Part A, `MB` Part B, `MC` Medicaid, `CI` commercial …
    pub claim_filing_indicator: Text,
    /// Date of birth.
    pub birth_date: Option<Spanned<Date>>,
    /// Sex.
    pub sex: Option<Spanned<Sex>>,
    /// Address.
    pub address: Option<Box<Address>>,
    /// Secondary identifiers (REF).
    pub identifiers: List<Identifier>,
    /// The SBR segment.
    pub span: Option<Span>,
}

/// The payer the claim is sent to (NM1*PR of loop 2010BB).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Payer {
    /// Name.
    pub name: Text,
    /// Payer identifier.
    pub id: Text,
    /// Address.
    pub address: Option<Box<Address>>,
    /// Secondary identifiers (REF).
    pub identifiers: List<Identifier>,
    /// The NM1 segment.
    pub span: Option<Span>,
}

/// Another payer of the same claim, with what it decided (loops 2320 and 2330).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OtherPayer {
    /// The other insurance's subscriber.
    pub subscriber: Subscriber,
    /// The other payer.
    pub payer: Payer,
    /// Claim-level adjustments (CAS).
    pub adjustments: Vec<crate::Adjustment>,
    /// Amounts by qualifier (AMT): `D` paid, `A8` non-covered, `EAF` remaining patient liability …
    pub amounts: Vec<(Text, Spanned<crate::Money>)>,
    /// Benefits assignment (OI03).
    pub benefits_assigned: Text,
    /// Patient signature source (OI04), `P` when the provider signed for the patient.
    #[serde(default)]
    pub patient_signature: Text,
    /// Release of information (OI06).
    pub release_of_information: Text,
    /// Remark codes of inpatient or outpatient adjudication (MIA, MOA).
    pub remark_codes: Vec<Text>,
    /// Date of the other payer's decision (DTP*573).
    pub adjudication_date: Option<Spanned<Date>>,
    /// Providers as the other payer knows them (2330C ff.).
    pub providers: Vec<Provider>,
    /// The SBR segment.
    pub span: Option<Span>,
}
