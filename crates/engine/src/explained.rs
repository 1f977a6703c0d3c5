//! One fact, one finding: edits that say why another one fired become evidence of that finding.

use crate::Adjudication;
use openclaim_claim::{Evidence, Finding, Subject, Text};

/// An edit that explains others, and whether it must be about the same part of the claim.
struct Explains {
    edit: &'static str,
    of: &'static [&'static str],
    same_subject: bool,
}

const EXPLAINS: [Explains; 3] = [
    Explains {
        edit: "code/procedure-structure",
        of: &["mce/invalid-code", "code/invalid-procedure"],
        same_subject: true,
    },
    Explains {
        edit: "code/seventh-character",
        of: &["mce/invalid-code", "mce/invalid-admitting-diagnosis", "code/invalid-diagnosis"],
        same_subject: true,
    },
    Explains { edit: "quality/service-after-death", of: &["x12/dates-reversed"], same_subject: false },
];

/// Moves explanations into the findings that they explain.
pub(crate) fn fold(adjudication: &mut Adjudication) {
    for Explains { edit, of, same_subject } in &EXPLAINS {
        if !adjudication.findings.iter().any(|finding| finding.edit == *edit) {
            continue;
        }
        let findings = std::mem::take(&mut adjudication.findings);
        let (explanations, mut kept): (Vec<Finding>, Vec<Finding>) =
            findings.into_iter().partition(|finding| finding.edit == *edit);
        for explanation in explanations {
            let same = |subject: &Subject| !same_subject || *subject == explanation.subject;
            match kept.iter_mut().find(|finding| of.contains(&finding.edit) && same(&finding.subject)) {
                Some(finding) => {
                    let why = Text::from(explanation.message.to_string());
                    let evidence = Evidence::element("explanation", why, None);
                    if !finding.evidence.contains(&evidence) {
                        finding.evidence.push(evidence);
                    }
                }
                None => kept.push(explanation),
            }
        }
        adjudication.findings = kept;
    }
}
