//! What the tests of HHS-HCC share.

use crate::naive::{Naive, Person};
use openclaim_claim::{CodeSet, DiagnosisCode, HcpcsCode, Sex};
use openclaim_reference::Library;
use openclaim_risk::Diagnosis;
use openclaim_risk::hhs::{Member, Metal, Model};

/// The models of both years that are at hand.
pub(crate) fn models() -> [Model; 2] {
    let library = Library::embedded().unwrap();
    [Model::for_year(&library, 2019).unwrap(), Model::for_year(&library, 2022).unwrap()]
}

/// The naive programs of the same years, or `None` without the shared data.
pub(crate) fn naives(test: &str) -> Option<[Naive; 2]> {
    let sas = openclaim_testkit::shared(test, "reference/hcc/sas")?;
    let mce = openclaim_testkit::shared(test, "reference/ms-drg/mce_diagnosis.csv")?;
    Some([Naive::v05(&sas, &mce), Naive::v07(&sas, &mce)])
}

pub(crate) fn diagnosis(code: &str) -> Diagnosis {
    DiagnosisCode::parse(code).unwrap().into()
}

/// The member that a naive person is.
pub(crate) fn member(person: &Person) -> Member {
    let sex = if person.sex == 'M' { Sex::Male } else { Sex::Female };
    let mut member = Member::new(u16::try_from(person.age).unwrap(), sex, Metal::ALL[person.metal]);
    member.enrollment_months = u8::try_from(person.months).unwrap();
    member.diagnoses = person.diagnoses.iter().map(|code| diagnosis(code)).collect();
    for drug in &person.drugs {
        if drug.len() == 11 {
            member.ndcs.push(drug.as_str().into());
        } else {
            member.hcpcs.push(HcpcsCode::parse_bytes(drug.as_bytes()).unwrap());
        }
    }
    member
}

/// A generator of numbers that is the same everywhere.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }

    pub(crate) fn pick<'a>(&mut self, list: &'a [String]) -> &'a String {
        &list[self.roll(list.len())]
    }
}
