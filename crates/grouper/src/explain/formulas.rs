//! Reading formulas again: what made one hold, what another lacked.

use crate::formula::Formula;

/// Names that made a formula hold, and the parts it asks not to hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Support<'t> {
    pub(super) present: Vec<&'t str>,
    pub(super) absent: Vec<String>,
}

/// What made a formula hold, in its order, each name once.
pub(super) fn support<'t>(formula: &Formula<'t>, holds: &impl Fn(&str) -> bool) -> Support<'t> {
    let mut support = Support::default();
    collect(formula, holds, &mut support);
    support
}

fn collect<'t>(formula: &Formula<'t>, holds: &impl Fn(&str) -> bool, support: &mut Support<'t>) {
    if !formula.holds(holds) {
        return;
    }
    match formula {
        Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|part| collect(part, holds, support)),
        Formula::Not(inner) => {
            let text = inner.to_string();
            if !support.absent.contains(&text) {
                support.absent.push(text);
            }
        }
        Formula::Name(name) if !support.present.contains(name) => support.present.push(name),
        Formula::Name(_) => {}
    }
}

/// The fewest changes that would make a formula hold: names to be present, and `~x` for what stands in the way.
pub(super) fn lacks(formula: &Formula<'_>, holds: &impl Fn(&str) -> bool) -> Vec<String> {
    if formula.holds(holds) {
        return Vec::new();
    }
    match formula {
        Formula::Name(name) => vec![(*name).to_owned()],
        Formula::Not(inner) => vec![Formula::Not(inner.clone()).to_string()],
        Formula::Any(parts) => parts.iter().map(|part| lacks(part, holds)).min_by_key(Vec::len).unwrap_or_default(),
        Formula::All(parts) => {
            let mut all: Vec<String> = Vec::new();
            for lack in parts.iter().flat_map(|part| lacks(part, holds)) {
                if !all.contains(&lack) {
                    all.push(lack);
                }
            }
            all
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIM: [&str; 3] = ["valve", "PDX:x", "CC"];

    fn holds(name: &str) -> bool {
        CLAIM.contains(&name)
    }

    #[test]
    fn the_shortest_way_to_hold_is_named() {
        let lacks_of = |text| lacks(&Formula::parse(text).unwrap(), &holds);
        assert_eq!(lacks_of("MCC & valve"), ["MCC"]);
        assert_eq!(lacks_of("(a & b) | c"), ["c"]);
        assert_eq!(lacks_of("~valve & ~PDX:x & MCC"), ["~valve", "~PDX:x", "MCC"]);
        assert!(lacks_of("valve | MCC").is_empty());
    }

    #[test]
    fn support_names_what_is_there_and_what_is_not() {
        let formula = Formula::parse("(valve | other) & CC & ~MCC").unwrap();
        let found = support(&formula, &holds);
        assert_eq!((found.present, found.absent), (vec!["valve", "CC"], vec!["MCC".to_owned()]));
    }
}
