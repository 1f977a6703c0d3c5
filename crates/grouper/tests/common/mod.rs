//! What the tests of the grouper share.
#![allow(dead_code, reason = "every test file uses a part of it")]

use openclaim_claim::{Poa, Sex};
use openclaim_grouper::{CodedDiagnosis, GroupInput, Grouper, GrouperVersion, Grouping, HospitalStatus, Scratch};
use openclaim_reference::Library;
use std::sync::OnceLock;

/// The embedded tables.
pub(crate) fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| Library::embedded().unwrap())
}

/// A grouper of its own.
pub(crate) fn grouper(version: &str) -> Grouper {
    let tables = library().ms_drg();
    Grouper::for_version(tables, GrouperVersion::parse(tables, version).unwrap()).unwrap()
}

/// The grouper of version 43.1.
pub(crate) fn v431() -> &'static Grouper {
    static GROUPER: OnceLock<Grouper> = OnceLock::new();
    GROUPER.get_or_init(|| grouper("431"))
}

/// `I5020:N`; a missing indicator is blank, `I5020:`. Without a colon the diagnosis was present on admission.
pub(crate) fn diagnosis(text: &str) -> CodedDiagnosis {
    let (code, poa) = text.split_once(':').unwrap_or((text, "Y"));
    CodedDiagnosis { code: code.parse().unwrap(), poa: Poa::from_bytes(poa.as_bytes()) }
}

/// A stay of a man of 60, discharged home, hospital not exempt.
pub(crate) fn stay(principal: &str, secondary: &[&str], procedures: &[&str]) -> GroupInput {
    GroupInput {
        age: 60,
        sex: Sex::Male,
        discharge_status: Some(1),
        hospital_status: HospitalStatus::NotExempt,
        principal: Some(diagnosis(principal)),
        secondary: secondary.iter().map(|text| diagnosis(text)).collect(),
        procedures: procedures.iter().map(|code| code.parse().unwrap()).collect(),
    }
}

/// Groups in version 43.1.
pub(crate) fn group(stay: &GroupInput) -> Grouping {
    v431().group(stay, &mut Scratch::default())
}

/// The final MS-DRG in version 43.1.
pub(crate) fn drg(principal: &str, secondary: &[&str], procedures: &[&str]) -> u16 {
    group(&stay(principal, secondary, procedures)).outcome.drg
}
