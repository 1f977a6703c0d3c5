//! Faults as a FHIR OperationOutcome.

use crate::fault::Fault;
use crate::json::{Node, array, number, object, string};

/// The faults as an `OperationOutcome`, JSON on one line: an issue per fault with severity, type, the sentence, and the
/// FHIRPath of the element (or the column of a record) as `expression`. Bytes of the file stand in an extension.
#[must_use]
pub fn operation_outcome<'f>(faults: impl IntoIterator<Item = &'f Fault>) -> String {
    let mut issues: Vec<Node<'static>> = faults.into_iter().map(issue).collect();
    if issues.is_empty() {
        // An outcome holds at least one issue.
        issues.push(object([
            ("severity", string("information")),
            ("code", string("informational")),
            ("diagnostics", string("nothing is wrong with the text")),
        ]));
    }
    object([("resourceType", string("OperationOutcome")), ("issue", array(issues))]).to_string()
}

fn issue(fault: &Fault) -> Node<'static> {
    let place = |name: &str, value: u64| {
        object([("url", string(format!("urn:openclaim:{name}"))), ("valueDecimal", number(value))])
    };
    let mut members = vec![
        ("extension", array([place("byte-offset", fault.span.start), place("byte-length", fault.span.len.into())])),
        ("severity", string(fault.kind.severity().as_str())),
        ("code", string(fault.kind.issue_type())),
        ("details", object([("text", string(fault.kind.name()))])),
        ("diagnostics", string(&*fault.detail)),
    ];
    if !fault.path.is_empty() {
        members.push(("expression", array([string(&*fault.path)])));
    }
    object(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FaultKind;
    use openclaim_claim::{FileId, Span};

    #[test]
    fn an_outcome_says_where_and_what() {
        let fault = Fault {
            kind: FaultKind::NotADate,
            span: Span::new(FileId(0), 12, 4),
            path: "Claim.created".into(),
            detail: "`2026` is no day".into(),
        };
        let outcome: serde_json::Value = serde_json::from_str(&operation_outcome([&fault])).unwrap();
        assert_eq!(outcome["issue"][0]["expression"][0], "Claim.created");
        assert_eq!(
            (&outcome["issue"][0]["severity"], &outcome["issue"][0]["code"]),
            (&"error".into(), &"value".into())
        );
        let clean: serde_json::Value = serde_json::from_str(&operation_outcome([])).unwrap();
        assert_eq!(clean["issue"][0]["severity"], "information");
    }
}
