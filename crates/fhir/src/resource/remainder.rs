//! What a claim says and no element of a FHIR claim can hold travels in an extension, as a piece of the claim's own JSON.

use super::element::Elements;
use crate::fault::FaultKind;
use crate::json::Node;
use openclaim_claim::Claim;
use serde_json::{Map, Value};

/// Address of the extension; its `valueString` is JSON text.
pub(crate) const EXTENSION: &str = "urn:openclaim:claim-remainder";

/// What has to be laid over `read` to make it `wanted`: members that differ, lists as a whole except where both have the
/// same length, then as an object of the elements that differ, by position. `None` when nothing differs.
///
/// Places in files (`span`) are no content.
pub(crate) fn difference(wanted: &Value, read: &Value) -> Option<Value> {
    match (wanted, read) {
        (Value::Object(wanted), Value::Object(read)) => {
            let mut different = Map::new();
            for (name, value) in wanted.iter().filter(|(name, _)| *name != "span") {
                if let Some(difference) = difference(value, read.get(name).unwrap_or(&Value::Null)) {
                    different.insert(name.clone(), difference);
                }
            }
            (!different.is_empty()).then_some(Value::Object(different))
        }
        (Value::Array(wanted), Value::Array(read)) if wanted.len() == read.len() => {
            let mut different = Map::new();
            for (index, (wanted, read)) in wanted.iter().zip(read).enumerate() {
                if let Some(difference) = difference(wanted, read) {
                    different.insert(index.to_string(), difference);
                }
            }
            (!different.is_empty()).then_some(Value::Object(different))
        }
        _ => (wanted != read).then(|| wanted.clone()),
    }
}

/// Lays a difference over a value.
fn lay_over(value: &mut Value, difference: Value) {
    match (value, difference) {
        (Value::Object(members), Value::Object(different)) => {
            for (name, difference) in different {
                lay_over(members.entry(name).or_insert(Value::Null), difference);
            }
        }
        (Value::Array(elements), Value::Object(different)) => {
            for (index, difference) in different {
                if let Some(element) = index.parse().ok().and_then(|index: usize| elements.get_mut(index)) {
                    lay_over(element, difference);
                }
            }
        }
        (value, difference) => *value = difference,
    }
}

/// Lays the extension of a resource over what was read of it. The claim then has the places of its resource and its lines,
/// and no longer those of single elements.
pub(super) fn apply<'t>(claim: Claim, resource: &'t Node<'t>, elements: &mut Elements<'t>) -> Claim {
    let extensions = elements.objects(resource, "extension");
    let Some(extension) = extensions.into_iter().find(|extension| extension.str("url") == Some(EXTENSION)) else {
        return claim;
    };
    let Some(text) = elements.text(extension, "valueString") else { return claim };
    let laid = serde_json::from_str(text.text).and_then(|difference| {
        let mut value = serde_json::to_value(&claim)?;
        lay_over(&mut value, difference);
        serde_json::from_value::<Claim>(value)
    });
    match laid {
        Ok(laid) => laid,
        Err(error) => {
            let detail = format!("the extension is no remainder of a claim: {error}");
            elements.fault(FaultKind::WrongType, text.node, detail);
            claim
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_difference_laid_over_restores_what_was_wanted() {
        let wanted = json!({"a": 1, "b": {"c": [1, {"d": 2}], "e": null}, "f": [1, 2]});
        let read = json!({"a": 1, "b": {"c": [1, {"d": 3}], "e": 5}, "f": [1]});
        let different = difference(&wanted, &read).unwrap();
        assert_eq!(different, json!({"b": {"c": {"1": {"d": 2}}, "e": null}, "f": [1, 2]}));
        let mut value = read;
        lay_over(&mut value, different);
        assert_eq!(value, wanted);
        assert_eq!(difference(&wanted, &wanted), None);
    }
}
