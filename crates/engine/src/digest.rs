//! The canonical form of an answer, and its digest.
//!
//! The canonical form is the answer as compact JSON (no blanks, characters outside ASCII as they are) with its fields in the
//! order in which they are declared, which is the order that every face prints, save that
//!
//! - fields named `span` are left out: byte spans are what a file alone shows, and
//! - `releases` comes first, because it is the same for all answers of an engine and is hashed once.
//!
//! So the digest of a line of `openclaim check --format jsonl` is worked out in any language: parse it in order, take out
//! `file` and every `span`, move `releases` to the front, print it compactly, and hash that.

mod canonical;
mod known;

pub use canonical::write_without_spans;

use crate::Adjudication;
use canonical::{Canonical, HEX};
use known::Known;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Error;
use sha2::{Digest, Sha256};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Room for the canonical form of an ordinary answer.
const ROOM: usize = 6 << 10;

/// Publications and versions that were at hand, shared by all answers of an engine. A slice of labels; serialises as one.
#[derive(Clone)]
pub struct Releases(Arc<Inner>);

struct Inner {
    labels: Vec<String>,
    /// The state of the hash behind the labels, from which the digest of every answer goes on.
    hashed: Result<Sha256, String>,
}

impl Releases {
    /// The labels of releases, in the order in which they are to be shown.
    #[must_use]
    pub fn new(labels: Vec<String>) -> Self {
        let mut form = Canonical::new(b"{\"releases\":".to_vec());
        let written = labels.serialize(&mut form).map_err(|error| error.to_string());
        let hashed = written.map(|()| Sha256::new_with_prefix(&form.text));
        Self(Arc::new(Inner { labels, hashed }))
    }
}

impl Deref for Releases {
    type Target = [String];
    fn deref(&self) -> &[String] {
        &self.0.labels
    }
}

impl fmt::Debug for Releases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.labels.fmt(f)
    }
}

impl PartialEq for Releases {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.labels == other.0.labels
    }
}

impl Eq for Releases {}

impl Serialize for Releases {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.labels.serialize(serializer)
    }
}

/// Works out digests, one after the other. Keeps its room, and the form of what answer after answer says.
#[derive(Debug, Default)]
pub struct Digester {
    room: Vec<u8>,
    known: Known,
}

impl Digester {
    /// SHA-256 of the canonical form of an answer, in hexadecimal; see [`Adjudication::digest`].
    ///
    /// # Errors
    /// [`serde_json::Error`] when the answer cannot be written as JSON, which would be a fault of this program.
    pub fn digest(&mut self, answer: &Adjudication) -> Result<String, Error> {
        self.known.learn(&answer.not_evaluated)?;
        let mut hash = answer.releases.0.hashed.clone().map_err(Error::custom)?;
        let mut room = std::mem::take(&mut self.room);
        room.clear();
        room.reserve(ROOM);
        let mut form = Canonical::with(room, &self.known);
        answer.serialize(&mut form)?;
        hash.update(&form.text);
        self.room = form.text;
        let digits = hash.finalize().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Ok(digits.map(|digit| char::from(HEX[usize::from(digit)])).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::canonical::SPAN;
    use super::*;
    use openclaim_claim::{NotEvaluated, NotEvaluatedReason, Unanswered};
    use serde_json::Value;

    /// The definition in words, followed by means of values: slow, and independent of the serialiser.
    fn in_words(answer: &Adjudication) -> String {
        fn strip(value: &mut Value) {
            match value {
                Value::Object(fields) => {
                    fields.remove(SPAN);
                    fields.values_mut().for_each(strip);
                }
                Value::Array(values) => values.iter_mut().for_each(strip),
                _ => {}
            }
        }
        let mut value = serde_json::to_value(answer).unwrap();
        strip(&mut value);
        value.to_string()
    }

    #[test]
    fn it_says_what_the_answer_says() {
        let releases = Releases::new(vec!["Tables v1".to_owned(), "\"v2\"".to_owned()]);
        let mut answer = Adjudication::empty(&releases);
        answer.claim_id = Some("A\\1".into());
        let mut form = Canonical::new(b"{\"releases\":".to_vec());
        releases.serialize(&mut form).unwrap();
        answer.serialize(&mut form).unwrap();
        assert_eq!(answer.digest().unwrap(), format!("{:x}", Sha256::digest(&form.text)));
        let text = String::from_utf8(form.text).unwrap();
        assert!(text.starts_with(r#"{"releases":["Tables v1","\"v2\""],"claim_id":"#), "{text}");
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read.to_string(), in_words(&answer));
    }

    /// Forms that are taken over, from answer to answer and beyond what is kept, change nothing.
    #[test]
    fn what_is_known_gives_the_same_digest() {
        let mut digester = Digester::default();
        let said = |detail: String| {
            NotEvaluated::from(Unanswered {
                rule: "ncci".into(),
                reason: NotEvaluatedReason::MissingTable,
                detail: detail.into(),
                remedy: Some("\"openclaim\" data pull".into()),
            })
        };
        let often = said("often".to_owned());
        let mut answer = Adjudication::empty(&Releases::new(Vec::new()));
        for number in 0..5000 {
            answer.not_evaluated = vec![often.clone(), said(format!("once, {number}"))];
            let copy = (number % 3 == 0).then(|| answer.not_evaluated.clone());
            assert_eq!(digester.digest(&answer).unwrap(), answer.digest().unwrap());
            let read = serde_json::from_str::<Value>(&serde_json::to_string(&answer).unwrap()).unwrap();
            assert_eq!(read["not_evaluated"][1]["detail"], format!("once, {number}"));
            drop(copy);
        }
    }
}
