//! Codeable concepts: which of the codings says what is asked for.

use super::element::{Elements, Str};
use crate::json::Node;

/// One coding: a code and the system it is of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coding<'t> {
    /// Address of the code system, empty when absent.
    pub(crate) system: &'t str,
    /// The code.
    pub(crate) code: Str<'t>,
}

impl Coding<'_> {
    /// Whether the last part of the system's address is `name`. Case does not matter, and hyphens stand for underscores, so
    /// that the variables of each generation of CMS's servers are found alike: `…/variables/clm_freq_cd`,
    /// `…/CodeSystem/CLM-FREQ-CD`.
    pub(crate) fn of(&self, name: &str) -> bool {
        is_named(self.system, name)
    }

    /// Whether the coding is of one of several systems.
    pub(crate) fn of_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.of(name))
    }

    /// Whether the last part of the code is `name`; codes of some of CMS's systems are addresses themselves.
    pub(crate) fn says(&self, name: &str) -> bool {
        is_named(self.code.text, name)
    }
}

/// Whether the last part of an address is `name`.
pub(crate) fn is_named(address: &str, name: &str) -> bool {
    let last = address.rsplit('/').next().unwrap_or(address);
    last.len() == name.len()
        && last.bytes().zip(name.bytes()).all(|(a, b)| a.eq_ignore_ascii_case(&b) || (a == b'-' && b == b'_'))
}

impl<'t> Elements<'t> {
    /// The codings of a concept that have a code.
    pub(crate) fn codings(&mut self, concept: &'t Node<'t>) -> Vec<Coding<'t>> {
        let mut found = Vec::new();
        for coding in self.objects(concept, "coding") {
            if let Some(code) = self.text(coding, "code") {
                found.push(Coding { system: coding.str("system").unwrap_or_default(), code });
            }
        }
        found
    }

    /// The codings of a concept by name.
    pub(crate) fn concept(&mut self, parent: &'t Node<'t>, name: &str) -> Vec<Coding<'t>> {
        self.object(parent, name).map(|concept| self.codings(concept)).unwrap_or_default()
    }

    /// The codings of every concept of an array by name.
    pub(crate) fn concepts(&mut self, parent: &'t Node<'t>, name: &str) -> Vec<Coding<'t>> {
        let mut found = Vec::new();
        for concept in self.objects(parent, name) {
            found.extend(self.codings(concept));
        }
        found
    }

    /// Extensions of an element whose address ends in `name`, that of the digits of a number aside (`clm_poa_ind_sw1`).
    pub(crate) fn extension(&mut self, parent: &'t Node<'t>, name: &str) -> Option<&'t Node<'t>> {
        self.objects(parent, "extension").into_iter().find(|extension| {
            extension.str("url").is_some_and(|url| is_named(url.trim_end_matches(|c: char| c.is_ascii_digit()), name))
        })
    }

    /// The code that an extension carries, as coding, concept or bare.
    pub(crate) fn extension_code(&mut self, parent: &'t Node<'t>, name: &str) -> Option<Str<'t>> {
        let extension = self.extension(parent, name)?;
        if let Some(coding) = self.object(extension, "valueCoding") {
            return self.text(coding, "code");
        }
        if extension.get("valueCodeableConcept").is_some() {
            return self.concept(extension, "valueCodeableConcept").first().map(|coding| coding.code);
        }
        let plain = ["valueCode", "valueString"].into_iter().find(|name| extension.get(name).is_some())?;
        self.text(extension, plain)
    }

    /// The amount that an extension carries.
    pub(crate) fn extension_money(&mut self, parent: &'t Node<'t>, name: &str) -> Option<&'t Node<'t>> {
        let extension = self.extension(parent, name)?;
        self.object(extension, "valueMoney")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_known_by_their_last_part() {
        for address in
            ["https://a.example/variables/clm_freq_cd", "https://b.example/CodeSystem/CLM-FREQ-CD", "clm_freq_cd"]
        {
            assert!(is_named(address, "clm_freq_cd"), "{address}");
        }
        assert!(!is_named("https://a.example/variables/xclm_freq_cd", "clm_freq_cd"));
    }
}
