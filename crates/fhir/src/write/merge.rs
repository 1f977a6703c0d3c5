//! Changes of a claim carried into the resource it was read from.

use crate::json::{Node, Value};

/// Carries what differs between `before` and `after`, the claim written twice, into the original. What neither of them
/// knows stays as it is.
pub(super) fn merge<'a>(before: &Node<'a>, after: &Node<'a>, original: &Node<'a>) -> Node<'a> {
    if before == after {
        return original.clone();
    }
    match (&before.value, &after.value, &original.value) {
        (Value::Object(_), Value::Object(after_members), Value::Object(members)) => {
            let mut merged = Vec::new();
            for (name, node) in members {
                match (before.get(name), after.get(name)) {
                    (Some(before), Some(after)) => merged.push((name.clone(), merge(before, after, node))),
                    (Some(_), None) => {}
                    (None, Some(after)) => merged.push((name.clone(), after.clone())),
                    (None, None) => merged.push((name.clone(), node.clone())),
                }
            }
            for (name, node) in after_members {
                if original.get(name).is_none() && before.get(name) != Some(node) {
                    merged.push((name.clone(), node.clone()));
                }
            }
            Value::Object(merged).into()
        }
        (Value::Array(before), Value::Array(after), Value::Array(elements)) => merge_lists(before, after, elements),
        // The original has another shape here, as the totals of an explanation of benefit have; it is left alone.
        (Value::Object(_) | Value::Array(_), _, _) if after.kind() != original.kind() => original.clone(),
        _ => after.clone(),
    }
}

/// Lists of the same length match by position. Where the original holds more than is understood, what is new is added.
fn merge_lists<'a>(before: &[Node<'a>], after: &[Node<'a>], original: &[Node<'a>]) -> Node<'a> {
    let mut merged: Vec<Node<'a>> = Vec::new();
    if original.iter().chain(after).all(|element| element.get("id").is_some()) {
        // Contained resources: what refers to them knows them by their ids.
        for element in original {
            let same = |list: &[Node<'a>]| {
                let names = ["id", "resourceType"];
                list.iter().find(|known| names.iter().all(|name| known.get(name) == element.get(name))).cloned()
            };
            merged.push(match (same(before), same(after)) {
                (Some(before), Some(after)) => merge(&before, &after, element),
                _ => element.clone(),
            });
        }
    } else if before.len() == original.len() {
        for (index, element) in original.iter().enumerate() {
            if let (Some(before), Some(after)) = (before.get(index), after.get(index)) {
                merged.push(merge(before, after, element));
            }
        }
        merged.extend(after.iter().skip(original.len()).cloned());
    } else if original.iter().all(|element| element.get("sequence").is_some()) {
        merged.extend_from_slice(original);
        let mut next = original.len();
        for element in after.iter().filter(|element| !before.iter().any(|known| same_but_for_sequence(known, element)))
        {
            next += 1;
            merged.push(renumbered(element, next));
        }
    } else {
        merged.extend_from_slice(after);
    }
    Value::Array(merged).into()
}

fn same_but_for_sequence(a: &Node<'_>, b: &Node<'_>) -> bool {
    let content = |node: &Node<'_>| -> Vec<String> {
        let members = node.members().iter().filter(|(name, _)| name != "sequence");
        members.map(|(name, node)| format!("{name}:{node}")).collect()
    };
    content(a) == content(b)
}

fn renumbered<'a>(element: &Node<'a>, sequence: usize) -> Node<'a> {
    let mut element = element.clone();
    if let Value::Object(members) = &mut element.value {
        for (_, node) in members.iter_mut().filter(|(name, _)| name == "sequence") {
            *node = crate::json::number(sequence);
        }
    }
    element
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn changes_are_carried_over_and_the_unknown_stays() {
        let before = parse(r#"{"a":1,"list":[{"sequence":1,"x":1},{"sequence":2,"x":2}],"gone":1}"#).unwrap();
        let after = parse(r#"{"a":2,"list":[{"sequence":1,"x":1},{"sequence":2,"x":9}],"new":3}"#).unwrap();
        let original =
            parse(r#"{"a":1,"list":[{"sequence":5,"x":1,"u":1},{"sequence":6,"x":2,"u":2}],"gone":1,"u":[]}"#).unwrap();
        assert_eq!(
            merge(&before, &after, &original).to_string(),
            r#"{"a":2,"list":[{"sequence":5,"x":1,"u":1},{"sequence":6,"x":9,"u":2}],"u":[],"new":3}"#
        );
    }
}
