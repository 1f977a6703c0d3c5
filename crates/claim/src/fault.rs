//! What readers of files share in speaking of faults: kinds with stable names, and texts quoted in sentences.

/// Declares an enumeration of kinds with stable names: `ALL` lists them, `name` and `Display` give the name.
///
/// ```
/// openclaim_claim::named_kinds! {
///     /// What may be wrong.
///     pub enum Kind {
///         /// A text that is no date.
///         NotADate = "not-a-date",
///     }
/// }
/// assert_eq!(Kind::ALL[0].name(), "not-a-date");
/// assert_eq!(Kind::NotADate.to_string(), "not-a-date");
/// ```
#[macro_export]
macro_rules! named_kinds {
    (
        $(#[doc = $about:literal])+
        $visibility:vis enum $kinds:ident { $($(#[doc = $doc:literal])+ $kind:ident = $name:literal,)+ }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        $visibility enum $kinds {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl $kinds {
            /// Every kind, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The stable name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }

        impl ::std::fmt::Display for $kinds {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

/// Text for quoting in a sentence: at most 40 characters, control characters replaced.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut quoted: String = text.chars().take(40).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(40).is_some() {
        quoted.push('…');
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn quotes_are_short_and_printable() {
        assert_eq!(quote("A\u{0}B"), "A\u{fffd}B");
        assert_eq!(quote(&"x".repeat(50)).chars().count(), 41);
    }
}
