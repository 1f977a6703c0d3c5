//! From a place in the text back to the element that stands there.

use super::{Node, Value};
use std::fmt::Write as _;

/// FHIRPath of the innermost element that covers a byte: `Claim.item[2].productOrService.coding[0].code`. Resources within
/// a resource begin with their own path.
pub(crate) fn fhir_path(root: &Node<'_>, at: u32) -> String {
    let mut path = root.str("resourceType").unwrap_or("$this").to_owned();
    let mut node = root;
    loop {
        match &node.value {
            Value::Object(members) => {
                let behind = members.partition_point(|(_, member)| member.start <= at);
                let Some((name, member)) = behind.checked_sub(1).and_then(|index| members.get(index)) else {
                    return path;
                };
                if at >= member.end {
                    return path;
                }
                let _ = write!(path, ".{name}");
                node = member;
            }
            Value::Array(elements) => {
                let behind = elements.partition_point(|element| element.start <= at);
                let Some(index) = behind.checked_sub(1).filter(|index| at < elements[*index].end) else { return path };
                let _ = write!(path, "[{index}]");
                node = &elements[index];
            }
            _ => return path,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_element_is_named() {
        let text = r#"{"resourceType":"Claim","item":[{"sequence":1},{"net":{"value":3}}]}"#;
        let root = super::super::parse(text).unwrap();
        let at = |wanted: &str| u32::try_from(text.find(wanted).unwrap()).unwrap();
        assert_eq!(fhir_path(&root, at("3}}")), "Claim.item[1].net.value");
        assert_eq!(fhir_path(&root, at("[{")), "Claim.item");
        assert_eq!(fhir_path(&root, 0), "Claim");
    }
}
