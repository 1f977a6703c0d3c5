//! The manifest: which publications there are, and where their publishers put them.

use crate::{Cycle, PullError};
use jiff::civil::Date;
use serde::Deserialize;
use std::fmt;

/// Whose licence terms a file is given under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Terms {
    /// CPT codes of the American Medical Association.
    Ama,
    /// CDT codes of the American Dental Association.
    Ada,
}

impl fmt::Display for Terms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Ama => "American Medical Association (CPT)",
            Self::Ada => "American Dental Association (CDT)",
        })
    }
}

/// One publication of the manifest.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Publication {
    /// Unique name, `ncci-ptp-practitioner`.
    pub name: String,
    /// Family of tables it fills, `ncci`; what a user asks for.
    pub family: String,
    /// What it is, in words.
    pub title: String,
    /// Who publishes it. Taken from the head of the manifest file.
    #[serde(default)]
    pub publisher: String,
    /// The publisher's page about it.
    pub page: String,
    /// How often it appears.
    pub cycle: Cycle,
    /// Licence terms to be acknowledged before fetching.
    #[serde(default)]
    pub terms: Vec<Terms>,
    /// Address patterns; those after the first are tried when the one before is not there.
    addresses: Vec<String>,
    /// Parts the publication comes in, each with an address of its own.
    #[serde(default = "one")]
    parts: u8,
    /// Name to store the file under where the address does not end in one.
    file_name: Option<String>,
    /// Sent with the request once the terms are acknowledged, as the publisher's own acceptance button does.
    acceptance: Option<String>,
    /// Releases that the publisher named otherwise.
    #[serde(default)]
    release: Vec<NamedRelease>,
}

/// A release whose address does not follow the pattern, or whose content is known.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedRelease {
    name: String,
    #[serde(default)]
    addresses: Vec<String>,
    #[serde(default)]
    sha256: Vec<String>,
}

fn one() -> u8 {
    1
}

/// Where a file may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub address: String,
    /// Name to store the file under. The publisher's own: importers look there for what the content does not say.
    pub file_name: String,
}

/// One file to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// Name of the publication.
    pub publication: String,
    /// Its title.
    pub title: String,
    /// Its family.
    pub family: String,
    /// The publisher's page.
    pub page: String,
    /// The release: `2026Q4`, `FY2027`, `current`.
    pub release: String,
    /// Addresses, tried in this order.
    pub addresses: Vec<Address>,
    /// SHA-256 of the content in lower-case hexadecimal, where the manifest knows it.
    pub sha256: Option<String>,
    /// Terms to be acknowledged.
    pub terms: Vec<Terms>,
    /// Query to add once they are.
    pub acceptance: Option<String>,
    /// Whether the content behind the address changes.
    pub rolling: bool,
}

/// The publications that can be fetched.
#[derive(Debug, Clone)]
pub struct Manifest {
    publications: Vec<Publication>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestFile {
    publisher: String,
    publication: Vec<Publication>,
}

/// The manifest files that are part of the program.
const EMBEDDED: [(&str, &str); 2] = [
    ("data/manifest/cms.toml", include_str!("../../../data/manifest/cms.toml")),
    ("data/manifest/ahrq.toml", include_str!("../../../data/manifest/ahrq.toml")),
];

impl Manifest {
    /// The manifest that is part of the program.
    ///
    /// # Errors
    /// [`PullError::Manifest`]; a test keeps it from happening.
    pub fn embedded() -> Result<Self, PullError> {
        Self::read(EMBEDDED)
    }

    /// A manifest from TOML texts, each with the name to report it by.
    ///
    /// # Errors
    /// [`PullError::Manifest`] when a text is not a manifest, a name is taken twice or a placeholder is not known.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, PullError> {
        let mut publications: Vec<Publication> = Vec::new();
        for (file, text) in files {
            let wrong = |problem: String| PullError::Manifest { file: file.to_owned(), problem };
            let read: ManifestFile = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
            for mut publication in read.publication {
                publication.publisher.clone_from(&read.publisher);
                publication.check().map_err(wrong)?;
                if publications.iter().any(|known| known.name == publication.name) {
                    return Err(wrong(format!("`{}` is there twice", publication.name)));
                }
                publications.push(publication);
            }
        }
        Ok(Self { publications })
    }

    /// The publications, in the manifest's order.
    #[must_use]
    pub fn publications(&self) -> &[Publication] {
        &self.publications
    }

    /// Whether a family or publication of this name is there.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.publications.iter().any(|publication| publication.answers_to(name))
    }

    /// The files in force on a day: of the families or publications named in `only`, or of all when it is empty.
    #[must_use]
    pub fn downloads(&self, day: Date, only: &[String]) -> Vec<Download> {
        let wanted =
            |publication: &&Publication| only.is_empty() || only.iter().any(|name| publication.answers_to(name));
        self.publications.iter().filter(wanted).flat_map(|publication| publication.downloads(day)).collect()
    }
}

impl Publication {
    fn answers_to(&self, name: &str) -> bool {
        self.family == name || self.name == name
    }

    fn check(&self) -> Result<(), String> {
        let Some(release) = Cycle::Quarter.release(Date::constant(2026, 10, 1)) else { return Ok(()) };
        if self.addresses.is_empty() || self.parts == 0 {
            return Err(format!("`{}` has no address", self.name));
        }
        let named = self.release.iter().flat_map(|release| &release.addresses);
        for address in self.addresses.iter().chain(named) {
            let filled = release
                .fill(address, 1)
                .map_err(|word| format!("`{}` has an unknown placeholder `{word}`", self.name))?;
            if !filled.starts_with("https://") && !filled.starts_with("http://127.0.0.1:") {
                return Err(format!("`{}` has an address that is not https: {address}", self.name));
            }
        }
        Ok(())
    }

    fn downloads(&self, day: Date) -> Vec<Download> {
        let Some(release) = self.cycle.release(day) else { return Vec::new() };
        let named = self.release.iter().find(|named| named.name == release.name);
        (1..=self.parts)
            .map(|part| {
                let patterns = named.iter().flat_map(|named| &named.addresses).chain(&self.addresses);
                let address = |pattern: &String| {
                    let address = release.fill(pattern, part).ok()?;
                    Some(Address { file_name: self.stored_name(&address), address })
                };
                let mut addresses: Vec<Address> = patterns.filter_map(address).collect();
                addresses.dedup();
                let known = named.and_then(|named| named.sha256.get(usize::from(part) - 1)).cloned();
                Download {
                    publication: self.name.clone(),
                    title: self.title.clone(),
                    family: self.family.clone(),
                    page: self.page.clone(),
                    release: release.name.clone(),
                    addresses,
                    sha256: known.map(|sha256| sha256.to_ascii_lowercase()),
                    terms: self.terms.clone(),
                    acceptance: self.acceptance.clone(),
                    rolling: self.cycle == Cycle::Rolling,
                }
            })
            .collect()
    }

    /// The last part of an address, with nothing in it that a file system could misread.
    fn stored_name(&self, address: &str) -> String {
        if let Some(name) = &self.file_name {
            return name.clone();
        }
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let last = path.rsplit('/').next().unwrap_or_default();
        let safe: String = last.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
        if safe.trim_matches('.').is_empty() { self.name.clone() } else { safe }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_embedded_manifest_is_usable() {
        let manifest = Manifest::embedded().unwrap();
        let downloads = manifest.downloads(date(2026, 11, 21), &[]);
        assert!(downloads.len() >= 30);
        for download in &downloads {
            assert!(download.addresses.iter().all(|known| !known.address.contains(['{', '}'])), "{download:?}");
        }
        let place = |download: &Download| {
            let (family, release) = (download.family.clone(), download.release.clone());
            (family, release, download.addresses[0].file_name.clone())
        };
        let mut places: Vec<_> = downloads.iter().map(place).collect();
        places.sort();
        places.dedup();
        assert_eq!(places.len(), downloads.len(), "two downloads would be stored in one place");
    }

    #[test]
    fn practitioner_pairs_come_in_four_parts() {
        let manifest = Manifest::embedded().unwrap();
        let downloads = manifest.downloads(date(2026, 8, 1), &["ncci-ptp-practitioner".to_owned()]);
        assert_eq!(downloads.len(), 4);
        assert_eq!(downloads[1].release, "2026Q3");
        assert_eq!(downloads[1].terms, [Terms::Ama]);
        assert!(downloads[1].addresses[0].file_name.ends_with("ccipra-v322r0-f2.zip"), "{downloads:?}");
    }

    #[test]
    fn a_release_may_be_named_otherwise() {
        let text = r#"
            publisher = "P"
            [[publication]]
            name = "n"
            family = "f"
            title = "t"
            page = "https://example.gov"
            cycle = "quarter"
            addresses = ["https://example.gov/{year}{letter}.zip"]
            [[publication.release]]
            name = "2026Q1"
            addresses = ["https://example.gov/first.zip"]
            sha256 = ["AB"]
        "#;
        let manifest = Manifest::read([("m", text)]).unwrap();
        let download = &manifest.downloads(date(2026, 1, 1), &[])[0];
        let addresses: Vec<&str> = download.addresses.iter().map(|known| known.address.as_str()).collect();
        assert_eq!(addresses, ["https://example.gov/first.zip", "https://example.gov/2026a.zip"]);
        assert_eq!(download.sha256.as_deref(), Some("ab"));
        assert_eq!(manifest.downloads(date(2026, 4, 1), &[])[0].sha256, None);
    }

    #[test]
    fn mistakes_are_named() {
        let with = |address: &str| {
            let text = format!(
                "publisher='P'\n[[publication]]\nname='n'\nfamily='f'\ntitle='t'\npage='p'\ncycle='year'\naddresses=['{address}']"
            );
            Manifest::read([("m.toml", text.as_str())]).unwrap_err().to_string()
        };
        assert!(with("https://example.gov/{week}").contains("unknown placeholder `week`"));
        assert!(with("http://example.gov/").contains("not https"));
    }
}
