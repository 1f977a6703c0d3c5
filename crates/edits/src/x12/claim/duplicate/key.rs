//! What makes a claim or service the same as another, as one number.

use openclaim_claim::{Date, Decimal};
use std::fmt;
use std::hash::{DefaultHasher, Hasher};

/// The parts of a key, written one behind the other and digested at once: a hasher that is fed part by part costs
/// several times as much as the digest.
#[derive(Debug, Default)]
pub(super) struct Key {
    parts: Vec<u8>,
}

impl Key {
    /// A key that begins with another one's digest.
    pub(super) fn begin(&mut self, of: u64) -> &mut Self {
        self.parts.clear();
        self.number(of)
    }

    /// A text. No text holds the byte that ends it here.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.parts.extend_from_slice(text.as_bytes());
        self.parts.push(0xff);
        self
    }

    /// A number.
    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        self.parts.extend_from_slice(&number.to_le_bytes());
        self
    }

    /// A day.
    pub(super) fn date(&mut self, date: Option<Date>) -> &mut Self {
        let [low, high] = date.map_or(i16::MIN, Date::year).to_le_bytes();
        let of_year = |part: fn(Date) -> i8| date.map_or(0, part).to_le_bytes()[0];
        self.parts.extend_from_slice(&[low, high, of_year(Date::month), of_year(Date::day)]);
        self
    }

    /// A quantity, the same however many places it is written with.
    pub(super) fn quantity(&mut self, quantity: Option<Decimal>) -> &mut Self {
        match quantity {
            None => self.text("-"),
            Some(quantity) => {
                let least = if quantity.scale() == 0 { quantity } else { quantity.normalize() };
                let value = if least.is_zero() { Decimal::ZERO } else { least };
                self.parts.extend_from_slice(&value.serialize());
                self
            }
        }
    }

    /// The digest. It does not change from run to run, nor with the machine.
    pub(super) fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write(&self.parts);
        hasher.finish()
    }
}

impl fmt::Write for Key {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.parts.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// The hasher of maps whose keys are digests already: they need no other.
#[derive(Debug, Default)]
pub(super) struct Keyed(u64);

impl Hasher for Keyed {
    fn write(&mut self, bytes: &[u8]) {
        // Maps of digests write whole numbers; anything else is mixed in so that it counts at all.
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_its_parts_apart() {
        let digest = |parts: [&str; 2]| Key::default().begin(1).text(parts[0]).text(parts[1]).digest();
        assert_ne!(digest(["AB", "C"]), digest(["A", "BC"]));
        assert_eq!(digest(["AB", "C"]), digest(["AB", "C"]));
    }

    #[test]
    fn a_quantity_is_the_same_with_more_places() {
        let digest = |text: &str| Key::default().begin(1).quantity(text.parse().ok()).digest();
        assert_eq!(digest("2"), digest("2.00"));
        assert_eq!(digest("0"), digest("-0.0"));
        assert_ne!(digest("2"), digest("20"));
    }
}
