//! Made-up people and organisations.

use crate::random::Random;
use openclaim_claim::{
    Address, Date, EntityKind, Identifier, Npi, Patient, Payer, Provider, ProviderRole, ProviderSpecialty,
    Relationship, Sex, Spanned, Subscriber, Text,
};

const LAST: [&str; 20] = [
    "EXAMPLE",
    "SAMPLE",
    "PLACEHOLDER",
    "SPECIMEN",
    "PATTERN",
    "MOCKUP",
    "MODEL",
    "DRAFT",
    "STANDIN",
    "PROXY",
    "DUMMY",
    "FIXTURE",
    "TEMPLATE",
    "SKETCH",
    "OUTLINE",
    "REPLICA",
    "FIGMENT",
    "NOTIONAL",
    "PRETEND",
    "FACSIMILE",
];
const FIRST_FEMALE: [&str; 8] = ["ADA", "BEA", "CLEO", "DORA", "EDITH", "FLORA", "GRETA", "HELEN"];
const FIRST_MALE: [&str; 8] = ["ABEL", "BRUNO", "CARL", "DEAN", "EMIL", "FRANK", "GUS", "HUGO"];
const STREETS: [&str; 6] = ["NOWHERE LANE", "SAMPLE STREET", "TEST AVENUE", "PATTERN ROAD", "MODEL WAY", "DRAFT COURT"];
/// City, state and the first five digits of its ZIP code.
const PLACES: [(&str, &str, &str); 6] = [
    ("BALTIMORE", "MD", "21201"),
    ("COLUMBUS", "OH", "43215"),
    ("AUSTIN", "TX", "78701"),
    ("DENVER", "CO", "80202"),
    ("BOISE", "ID", "83702"),
    ("ALBANY", "NY", "12207"),
];

/// An NPI with a right check digit.
pub(crate) fn npi(random: &mut Random) -> Option<Npi> {
    let stem = format!("1{}", random.digits(8));
    (0..10).find_map(|digit| {
        let npi: Npi = format!("{stem}{digit}").parse().ok()?;
        npi.has_valid_check_digit().then_some(npi)
    })
}

pub(crate) fn address(random: &mut Random) -> Address {
    let (city, state, zip) = PLACES[random.below(PLACES.len())];
    Address {
        line1: format!("{} {}", random.between(1, 9999), random.word(&STREETS)).into(),
        line2: Text::default(),
        city: city.into(),
        state: state.into(),
        postal_code: format!("{zip}{:04}", random.between(1, 9998)).into(),
        country: Text::default(),
    }
}

fn tax_number(random: &mut Random) -> Identifier {
    Identifier { qualifier: "EI".into(), value: format!("5{}", random.digits(8)).into() }
}

/// A practice or hospital that bills.
pub(crate) fn billing_provider(random: &mut Random, hospital: bool) -> Provider {
    let (kind, taxonomy) =
        if hospital { ("GENERAL HOSPITAL", "282N00000X") } else { ("FAMILY PRACTICE", "193200000X") };
    Provider {
        kind: EntityKind::Organization,
        name: format!("{} {kind}", random.word(&LAST)).into(),
        npi: npi(random).map(Spanned::bare),
        specialty: specialty(taxonomy),
        address: Some(Box::new(address(random))),
        identifiers: [tax_number(random)].into_iter().collect(),
        ..Provider::new(ProviderRole::Billing)
    }
}

fn specialty(taxonomy: &str) -> Option<ProviderSpecialty> {
    taxonomy.parse().ok().map(|taxonomy| ProviderSpecialty { taxonomy: Spanned::bare(taxonomy) })
}

/// A physician.
pub(crate) fn physician(random: &mut Random, role: ProviderRole) -> Provider {
    let taxonomy = ["207R00000X", "208000000X", "207Q00000X", "208600000X"][random.below(4)];
    Provider {
        kind: EntityKind::Person,
        name: random.word(&LAST).into(),
        first_name: random.word(&FIRST_FEMALE).into(),
        npi: npi(random).map(Spanned::bare),
        specialty: if matches!(role, ProviderRole::Rendering | ProviderRole::Attending) {
            specialty(taxonomy)
        } else {
            None
        },
        ..Provider::new(role)
    }
}

/// A person, as names, sex and birth date.
struct Person {
    first: Text,
    middle: Text,
    sex: Sex,
    birth: Option<Date>,
}

fn person(random: &mut Random, born: (i16, i16)) -> Person {
    let female = random.chance(50);
    let first = random.word(if female { &FIRST_FEMALE } else { &FIRST_MALE });
    let year = random.between(i64::from(born.0), i64::from(born.1)) as i16;
    let birth = Date::new(year, random.between(1, 12) as i8, random.between(1, 28) as i8).ok();
    let middle = if random.chance(30) { "Q" } else { "" };
    Person { first: first.into(), middle: middle.into(), sex: if female { Sex::Female } else { Sex::Male }, birth }
}

/// Subscriber, patient and payer. Adults of Medicare age, or working people and their children.
pub(crate) fn insured(random: &mut Random, medicare: bool, part_a: bool) -> (Subscriber, Patient, Payer) {
    let last = Text::const_new(random.word(&LAST));
    let own = person(random, if medicare { (1932, 1958) } else { (1962, 2004) });
    let home = address(random);
    // The shape of a Medicare Beneficiary Identifier, whose second character is never a letter in these.
    let member = if medicare {
        format!("1EG{}TE{}MK{}", random.below(10), random.below(10), random.digits(2))
    } else {
        format!("SYN{}", random.digits(8))
    };
    let dependent = !medicare && random.chance(40);
    let subscriber = Subscriber {
        kind: EntityKind::Person,
        last_name: last.clone(),
        first_name: own.first.clone(),
        middle_name: own.middle.clone(),
        member_id: Spanned::bare(member.into()),
        payer_responsibility: "P".into(),
        relationship: Relationship(if dependent { Text::default() } else { "18".into() }),
        group_number: if medicare { Text::default() } else { format!("GRP{}", random.digits(4)).into() },
        claim_filing_indicator: match (medicare, part_a) {
            (true, true) => "MA".into(),
            (true, false) => "MB".into(),
            (false, _) => "CI".into(),
        },
        birth_date: own.birth.map(Spanned::bare),
        sex: Some(Spanned::bare(own.sex)),
        address: Some(Box::new(home.clone())),
        ..Subscriber::default()
    };
    let patient = if dependent {
        let child = person(random, (2010, 2024));
        Patient {
            last_name: last,
            first_name: child.first,
            middle_name: child.middle,
            birth_date: child.birth.map(Spanned::bare),
            sex: Some(Spanned::bare(child.sex)),
            address: Some(Box::new(home)),
            relationship: Relationship("19".into()),
            ..Patient::default()
        }
    } else {
        Patient {
            last_name: subscriber.last_name.clone(),
            first_name: subscriber.first_name.clone(),
            middle_name: subscriber.middle_name.clone(),
            member_id: subscriber.member_id.value.clone(),
            birth_date: subscriber.birth_date,
            sex: subscriber.sex,
            address: subscriber.address.clone(),
            relationship: subscriber.relationship.clone(),
            ..Patient::default()
        }
    };
    let (name, id) = if medicare { ("SYNTHETIC MEDICARE", "SYNMC") } else { ("SYNTHETIC COMMERCIAL PLAN", "SYNCI") };
    (subscriber, patient, Payer { name: name.into(), id: id.into(), ..Payer::default() })
}
