//! What the patient and the subscriber have in common: everything, when they are the same person.

use openclaim_claim::{Claim, Patient, Subscriber};

/// Parts of a person that may be the same, by the words of the column `patient_as_subscriber`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::nested) enum Same {
    /// Last and first name, middle name, suffix.
    Name,
    /// The last name alone.
    LastName,
    Address,
    MemberId,
    Relationship,
    BirthDate,
    Sex,
}

impl Same {
    const ALL: [Self; 7] =
        [Self::Name, Self::LastName, Self::Address, Self::MemberId, Self::Relationship, Self::BirthDate, Self::Sex];

    /// The word of it.
    pub(in crate::nested) const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LastName => "last_name",
            Self::Address => "address",
            Self::MemberId => "member_id",
            Self::Relationship => "relationship",
            Self::BirthDate => "birth_date",
            Self::Sex => "sex",
        }
    }

    /// What is the same and not empty.
    pub(in crate::nested) fn in_claim(claim: &Claim) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|same| same.holds(claim))
    }

    /// What a word says.
    ///
    /// # Errors
    /// The word, when it is none of the column's.
    pub(in crate::nested) fn of(word: &str) -> Result<Self, String> {
        Ok(match word {
            "name" => Self::Name,
            "last_name" => Self::LastName,
            "address" => Self::Address,
            "member_id" => Self::MemberId,
            "relationship" => Self::Relationship,
            "birth_date" => Self::BirthDate,
            "sex" => Self::Sex,
            _ => return Err(format!("`patient_as_subscriber`: `{word}` is no part of a person")),
        })
    }

    fn holds(self, claim: &Claim) -> bool {
        let (one, other) = (&*claim.patient, &*claim.subscriber);
        match self {
            Self::Name => !one.last_name.is_empty() && names_of(one) == names_of_subscriber(other),
            Self::LastName => !one.last_name.is_empty() && one.last_name == other.last_name && !Self::Name.holds(claim),
            Self::Address => one.address.is_some() && one.address == other.address,
            Self::MemberId => !one.member_id.is_empty() && one.member_id == other.member_id.value,
            Self::Relationship => !one.relationship.0.is_empty() && one.relationship == other.relationship,
            Self::BirthDate => one.birth_date.is_some() && one.birth_date == other.birth_date,
            Self::Sex => one.sex.is_some() && one.sex == other.sex,
        }
    }

    /// Takes what is the same out of the person it is not read from: birth date and sex are columns of the patient,
    /// everything else is the subscriber's.
    pub(super) fn strip(self, patient: &mut Patient, subscriber: &mut Subscriber) {
        match self {
            Self::Name => {
                patient.last_name = Default::default();
                patient.first_name = Default::default();
                patient.middle_name = Default::default();
                patient.name_suffix = Default::default();
            }
            Self::LastName => patient.last_name = Default::default(),
            Self::Address => patient.address = None,
            Self::MemberId => patient.member_id = Default::default(),
            Self::Relationship => patient.relationship = Default::default(),
            Self::BirthDate => subscriber.birth_date = None,
            Self::Sex => subscriber.sex = None,
        }
    }

    /// Sets what is the same.
    pub(in crate::nested) fn fill(self, patient: &mut Patient, subscriber: &mut Subscriber) {
        match self {
            Self::Name => {
                patient.last_name.clone_from(&subscriber.last_name);
                patient.first_name.clone_from(&subscriber.first_name);
                patient.middle_name.clone_from(&subscriber.middle_name);
                patient.name_suffix.clone_from(&subscriber.name_suffix);
            }
            Self::LastName => patient.last_name.clone_from(&subscriber.last_name),
            Self::Address => patient.address.clone_from(&subscriber.address),
            Self::MemberId => patient.member_id.clone_from(&subscriber.member_id.value),
            Self::Relationship => patient.relationship.clone_from(&subscriber.relationship),
            Self::BirthDate => subscriber.birth_date = patient.birth_date,
            Self::Sex => subscriber.sex = patient.sex,
        }
    }
}

fn names_of(patient: &Patient) -> [&str; 4] {
    [&patient.last_name, &patient.first_name, &patient.middle_name, &patient.name_suffix]
}

fn names_of_subscriber(subscriber: &Subscriber) -> [&str; 4] {
    [&subscriber.last_name, &subscriber.first_name, &subscriber.middle_name, &subscriber.name_suffix]
}
