//! The serialiser of the canonical form.

use super::known::Known;
use openclaim_claim::NotEvaluated;
use serde::Serialize;
use serde::ser::{self, Error as _, Serializer};
use serde_json::Error;
use std::fmt::{self, Write};

/// The field that no digest looks at.
pub(super) const SPAN: &str = "span";
/// The field that stands first.
const RELEASES: &str = "releases";
/// The name by which an answer is serialised.
const ANSWER: &str = "Adjudication";
/// Digits of bytes.
pub(super) const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends a value to `into` as JSON in the form that digests are made of: compact, without byte spans.
///
/// # Errors
/// [`serde_json::Error`] for a binary fraction and for a key that is no text; answers and findings have neither.
pub fn write_without_spans<T: Serialize + ?Sized>(value: &T, into: &mut Vec<u8>) -> Result<(), Error> {
    let mut form = Canonical::new(std::mem::take(into));
    let written = value.serialize(&mut form);
    *into = form.text;
    written
}

/// Writes values in canonical form.
pub(super) struct Canonical<'k> {
    pub(super) text: Vec<u8>,
    /// Forms that need not be worked out again.
    known: Option<&'k Known>,
}

impl<'k> Canonical<'k> {
    /// Writes behind `text`.
    pub(super) fn new(text: Vec<u8>) -> Self {
        Self { text, known: None }
    }

    /// Writes behind `text`, and takes over the forms that are known.
    pub(super) fn with(text: Vec<u8>, known: &'k Known) -> Self {
        Self { text, known: Some(known) }
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
    }

    /// The inside of a string.
    fn escaped(&mut self, text: &str) {
        let bytes = text.as_bytes();
        // Most texts need no escape; this look at all their bytes at once is cheaper than one look at each.
        if bytes.iter().fold(0, |any, &byte| any | u8::from(is_special(byte))) == 0 {
            return self.raw(bytes);
        }
        for &byte in bytes {
            match byte {
                b'"' => self.raw(b"\\\""),
                b'\\' => self.raw(b"\\\\"),
                0x08 => self.raw(b"\\b"),
                0x0C => self.raw(b"\\f"),
                b'\n' => self.raw(b"\\n"),
                b'\r' => self.raw(b"\\r"),
                b'\t' => self.raw(b"\\t"),
                0..0x20 => {
                    let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
                    self.raw(b"\\u00");
                    self.raw(&digits);
                }
                other => self.text.push(other),
            }
        }
    }

    fn string(&mut self, text: &str) {
        self.text.push(b'"');
        self.escaped(text);
        self.text.push(b'"');
    }

    fn unsigned(&mut self, mut number: u64) {
        let mut digits = [0; 20];
        let mut at = digits.len();
        loop {
            at -= 1;
            // A remainder of ten is one digit.
            digits[at] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        self.raw(&digits[at..]);
    }

    fn signed(&mut self, number: i64) {
        if number < 0 {
            self.text.push(b'-');
        }
        self.unsigned(number.unsigned_abs());
    }

    /// The name of a variant that holds something, up to its value.
    fn variant(&mut self, name: &str) {
        self.text.push(b'{');
        self.string(name);
        self.text.push(b':');
    }
}

const fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Text that is escaped while it is formatted.
struct Escaping<'c, 'k>(&'c mut Canonical<'k>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.escaped(text);
        Ok(())
    }
}

/// Elements of a list or fields of an object, and what closes them.
pub(super) struct Members<'c, 'k> {
    form: &'c mut Canonical<'k>,
    empty: bool,
    /// Whether these are the fields of the answer itself.
    outermost: bool,
    close: &'static [u8],
    /// Whether the value of the key last written is left out.
    skipping: bool,
}

impl<'c, 'k> Members<'c, 'k> {
    fn new(form: &'c mut Canonical<'k>, open: &[u8], close: &'static [u8]) -> Self {
        form.raw(open);
        Self { form, empty: true, outermost: false, close, skipping: false }
    }

    fn comma(&mut self) {
        if !std::mem::replace(&mut self.empty, false) {
            self.form.text.push(b',');
        }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.comma();
        value.serialize(&mut *self.form)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        if name == SPAN || (self.outermost && name == RELEASES) {
            return Ok(());
        }
        self.comma();
        // Names of fields are identifiers: nothing to escape.
        self.form.text.push(b'"');
        self.form.raw(name.as_bytes());
        self.form.raw(b"\":");
        value.serialize(&mut *self.form)
    }

    fn close(self) {
        self.form.raw(self.close);
    }
}

macro_rules! elements {
    ($($trait:ident :: $method:ident),*) => {$(
        impl ser::$trait for Members<'_, '_> {
            type Ok = ();
            type Error = Error;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.element(value)
            }
            fn end(self) -> Result<(), Error> {
                self.close();
                Ok(())
            }
        }
    )*};
}

elements!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

macro_rules! fields {
    ($($trait:ident),*) => {$(
        impl ser::$trait for Members<'_, '_> {
            type Ok = ();
            type Error = Error;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
                self.field(name, value)
            }
            fn end(self) -> Result<(), Error> {
                self.close();
                Ok(())
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Members<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let (before, was_empty) = (self.form.text.len(), self.empty);
        self.comma();
        let name = self.form.text.len();
        key.serialize(&mut *self.form)?;
        let written = self.form.text.get(name..).unwrap_or_default();
        if written.first() != Some(&b'"') {
            return Err(Error::custom("a key of an answer is no text"));
        }
        self.skipping = written == b"\"span\"";
        if self.skipping {
            self.form.text.truncate(before);
            self.empty = was_empty;
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        if std::mem::replace(&mut self.skipping, false) {
            return Ok(());
        }
        self.form.text.push(b':');
        value.serialize(&mut *self.form)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

macro_rules! numbers {
    ($($method:ident $type:ty => $write:ident),*) => {$(
        fn $method(self, value: $type) -> Result<(), Error> {
            self.$write(value.into());
            Ok(())
        }
    )*};
}

impl<'c, 'k> Serializer for &'c mut Canonical<'k> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Members<'c, 'k>;
    type SerializeTuple = Members<'c, 'k>;
    type SerializeTupleStruct = Members<'c, 'k>;
    type SerializeTupleVariant = Members<'c, 'k>;
    type SerializeMap = Members<'c, 'k>;
    type SerializeStruct = Members<'c, 'k>;
    type SerializeStructVariant = Members<'c, 'k>;

    numbers!(
        serialize_u8 u8 => unsigned, serialize_u16 u16 => unsigned, serialize_u32 u32 => unsigned,
        serialize_u64 u64 => unsigned, serialize_i8 i8 => signed, serialize_i16 i16 => signed,
        serialize_i32 i32 => signed, serialize_i64 i64 => signed
    );

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.raw(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        Err(Error::custom(format!("an answer holds decimals, not binary fractions such as {value}")))
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        Err(Error::custom(format!("an answer holds decimals, not binary fractions such as {value}")))
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.string(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.string(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.raw(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.string(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<(), Error> {
        let known = self.known.filter(|_| name == NotEvaluated::NAME);
        // What `NotEvaluated` serialises stands where its identity says.
        match known.and_then(|known| known.form(std::ptr::from_ref(value).addr())) {
            Some(form) => {
                self.raw(form);
                Ok(())
            }
            None => value.serialize(self),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.variant(variant);
        value.serialize(&mut *self)?;
        self.raw(b"}");
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'c, 'k>, Error> {
        Ok(Members::new(self, b"[", b"]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Members<'c, 'k>, Error> {
        Ok(Members::new(self, b"[", b"]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Members<'c, 'k>, Error> {
        Ok(Members::new(self, b"[", b"]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'c, 'k>, Error> {
        self.variant(variant);
        Ok(Members::new(self, b"[", b"]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'c, 'k>, Error> {
        Ok(Members::new(self, b"{", b"}"))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<'c, 'k>, Error> {
        if name == ANSWER {
            // It goes on behind its releases.
            return Ok(Members { empty: false, outermost: true, ..Members::new(self, b"", b"}") });
        }
        Ok(Members::new(self, b"{", b"}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'c, 'k>, Error> {
        self.variant(variant);
        Ok(Members::new(self, b"{", b"}}"))
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.text.push(b'"');
        write!(Escaping(self), "{value}").map_err(Error::custom)?;
        self.text.push(b'"');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    fn canonical(value: &impl Serialize) -> String {
        let mut form = Canonical::new(Vec::new());
        value.serialize(&mut form).unwrap();
        String::from_utf8(form.text).unwrap()
    }

    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Unit,
        Newtype(i8),
        Tuple(u8, char),
        Struct { span: u8, other: Option<u64> },
    }

    #[derive(Serialize)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Tagged {
        Row { span: Option<u8>, name: &'static str },
    }

    #[derive(Serialize)]
    struct Parts {
        span: u8,
        #[serde(flatten)]
        tagged: Tagged,
        kinds: Vec<Kind>,
        map: BTreeMap<&'static str, i64>,
        nothing: (),
    }

    fn parts() -> Parts {
        Parts {
            span: 1,
            tagged: Tagged::Row { span: Some(1), name: "a" },
            kinds: vec![
                Kind::Unit,
                Kind::Newtype(-7),
                Kind::Tuple(250, 'ü'),
                Kind::Struct { span: 0, other: Some(u64::MAX) },
            ],
            map: BTreeMap::from([("a", i64::MIN), ("span", 1), ("z", 0)]),
            nothing: (),
        }
    }

    #[test]
    fn spans_are_left_out_wherever_they_stand() {
        assert_eq!(
            canonical(&parts()),
            concat!(
                r#"{"kind":"row","name":"a","kinds":["unit",{"newtype":-7},{"tuple":[250,"ü"]},"#,
                r#"{"struct":{"other":18446744073709551615}}],"#,
                r#""map":{"a":-9223372036854775808,"z":0},"nothing":null}"#
            )
        );
        assert_eq!(canonical(&BTreeMap::from([("span", 1)])), "{}");
    }

    #[test]
    fn it_is_what_serde_json_prints() {
        let text: String = (0..0x100).filter_map(char::from_u32).collect();
        for value in [json!([1, "a", null, true, {"b": {}}, []]), json!(text), json!("\u{1F600}\\\"")] {
            assert_eq!(canonical(&value), value.to_string());
        }
        assert_eq!(canonical(&format_args!("a\"{}", 1)), r#""a\"1""#);
    }

    #[test]
    fn binary_fractions_are_refused() {
        assert!(1.5_f64.serialize(&mut Canonical::new(Vec::new())).is_err());
    }
}
