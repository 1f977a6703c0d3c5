//! Words of titles, notes and queries, brought to one form so that they meet.
//!
//! Folding is light on purpose: it joins `fractures`, `fractured` and `fracture`, `infected` and `infection`. A form that
//! joins two different words costs a search more than one that fails to join two forms of a word.

use std::collections::HashMap;

/// Words that bind others and tell codes apart by themselves in no case.
const BINDING: &[&str] = &[
    "a",
    "an",
    "and",
    "as",
    "at",
    "be",
    "by",
    "due",
    "during",
    "for",
    "from",
    "in",
    "into",
    "is",
    "of",
    "on",
    "or",
    "the",
    "to",
    "with",
    "specified",
    "elsewhere",
    "classified",
];

/// Words behind which a denial ends: "without foreign body *of* scalp".
const ENDS_DENIAL: &[&str] = &["with", "of", "in", "due", "by", "for", "from", "at", "on", "to"];

/// Words of a title that a query seldom says and that mark the default choice: a code is not further away for them.
const DEFAULTS: &[&str] = &[
    "unspecified",
    "nos",
    "initial",
    "encounter",
    "closed",
    "complication",
    "uncomplicated",
    "mellitus",
    "single",
    "episode",
    "part",
    "personal",
    "nonrheumatic",
    "asymptomatic",
];

/// What marks a denied word: "without obstruction" holds the word `!obstruct`.
const DENIED: char = '!';

/// A word of a title or note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// In its folded form, with a mark in front when the text denies it.
    pub word: String,
    /// Whether a query that does not say it asked for something else all the same: a default, a denial, a nonessential
    /// modifier in parentheses, a synonym in brackets, or what is left unspecified.
    pub free: bool,
}

/// A piece of a text.
enum Piece<'w> {
    /// A word: lower-case ASCII letters and digits.
    Word(&'w str),
    /// A character between words, and the byte where it stands.
    Mark(char, usize),
}

/// Takes a text apart; diacritics are dropped, as is `'s`.
fn pieces(text: &str, mut each: impl FnMut(Piece<'_>)) {
    let mut word = String::new();
    let mut behind_apostrophe = false;
    for (at, c) in text.char_indices() {
        let c = fold(c);
        // `Crohn's` is the word `crohn`; `Crohns` folds to it as a plural.
        if std::mem::take(&mut behind_apostrophe) && matches!(c, 's' | 'S') {
            continue;
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
            continue;
        }
        if !word.is_empty() {
            each(Piece::Word(&word));
            word.clear();
        }
        behind_apostrophe = matches!(c, '\'' | '\u{2019}');
        each(Piece::Mark(c, at));
    }
    if !word.is_empty() {
        each(Piece::Word(&word));
    }
}

/// Splits a text into lower-case words of ASCII letters and digits; diacritics are dropped, as is `'s`.
#[must_use]
pub fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    pieces(text, |piece| {
        if let Piece::Word(word) = piece {
            words.push(word.to_owned());
        }
    });
    words
}

/// What a word does in a text.
#[derive(Debug, Clone)]
enum Role {
    Denies,
    Binds { ends_denial: bool },
    Tells { folded: String, is_default: bool },
}

/// Reads the words of texts, remembering the words it met: titles repeat a few thousand words a million times.
#[derive(Debug, Default)]
pub struct WordReader {
    roles: HashMap<String, Role>,
}

impl WordReader {
    /// The words of a text that tell codes apart, with what parentheses, denials and defaults make of them.
    #[must_use]
    pub fn terms(&mut self, text: &str) -> Vec<Term> {
        let mut terms: Vec<Term> = Vec::new();
        let mut depth = 0_usize;
        let (mut denied, mut unspecified) = (false, false);
        pieces(text, |piece| match piece {
            Piece::Word(word) => match self.role(word) {
                Role::Denies => denied = true,
                Role::Binds { ends_denial } => {
                    denied &= !ends_denial;
                    unspecified = false;
                }
                Role::Tells { folded, is_default } => {
                    let free = depth > 0 || denied || unspecified || *is_default;
                    terms.push(Term { word: if denied { deny(folded) } else { folded.clone() }, free });
                    // "unspecified organism" says nothing; "unspecified dementia" at the front says dementia.
                    unspecified = word == "unspecified" && terms.len() > 1;
                }
            },
            Piece::Mark('(' | '[', _) => depth += 1,
            Piece::Mark(')' | ']', _) => depth = depth.saturating_sub(1),
            Piece::Mark(',' | ';', at) => {
                unspecified = false;
                // "without behavioral disturbance, mood disturbance, and anxiety": a comma ends a denial unless it lists.
                denied = denied && text.get(at..).is_some_and(|rest| rest.contains(", and "));
            }
            Piece::Mark(..) => {}
        });
        terms
    }

    fn role(&mut self, word: &str) -> &Role {
        if !self.roles.contains_key(word) {
            let role = match word {
                "without" | "not" => Role::Denies,
                _ if is_binding(word) => Role::Binds { ends_denial: ENDS_DENIAL.contains(&word) },
                _ => {
                    let folded = stem(word);
                    let is_default = is_default(&folded);
                    Role::Tells { folded, is_default }
                }
            };
            self.roles.insert(word.to_owned(), role);
        }
        self.roles.get(word).unwrap_or(&Role::Denies)
    }
}

/// The denied form of a folded word.
#[must_use]
pub fn deny(folded: &str) -> String {
    format!("{DENIED}{folded}")
}

/// Whether a word (as [`split`] gives it) only binds others.
#[must_use]
pub fn is_binding(word: &str) -> bool {
    BINDING.contains(&word)
}

/// Whether a folded word marks the default choice among codes, or is denied.
#[must_use]
pub fn is_default(folded: &str) -> bool {
    folded.starts_with(DENIED) || DEFAULTS.iter().any(|word| stem(word) == folded)
}

/// British spellings, as parts of words, and what ICD-10-CM writes.
const SPELLINGS: &[(&str, &str)] = &[
    ("haem", "hem"),
    ("aemi", "emi"),
    ("oedem", "edem"),
    ("oesoph", "esoph"),
    ("paed", "ped"),
    ("rrhoea", "rrhea"),
    ("foet", "fet"),
    ("tumour", "tumor"),
];

/// Endings in the order they are tried: the ending, what replaces it, and the fewest letters that must be left.
const ENDINGS: &[(&str, &str, usize)] = &[
    ("ations", "", 4),
    ("ation", "", 4),
    ("tious", "t", 4),
    ("ions", "", 4),
    ("ion", "", 4),
    ("ives", "", 5),
    ("ive", "", 5),
    ("ings", "", 4),
    ("ing", "", 4),
    ("edly", "", 4),
    ("ed", "", 4),
    ("etic", "et", 4),
    ("emic", "em", 4),
    ("emia", "em", 4),
    ("ally", "", 6),
    ("al", "", 6),
    ("es", "", 4),
    ("e", "", 3),
];

/// The folded form of a word as [`split`] gives it.
#[must_use]
pub fn stem(word: &str) -> String {
    if word.len() <= 3 || word.bytes().any(|b| b.is_ascii_digit()) {
        return word.to_owned();
    }
    let mut singular = singular(word);
    for (british, american) in SPELLINGS {
        if singular.contains(british) {
            singular = singular.replace(british, american);
        }
    }
    for (ending, with, left) in ENDINGS {
        if let Some(head) = singular.strip_suffix(ending)
            && head.len() + with.len() >= *left
        {
            return format!("{head}{with}");
        }
    }
    singular
}

fn singular(word: &str) -> String {
    if let Some(head) = word.strip_suffix("ies")
        && head.len() > 1
    {
        return format!("{head}y");
    }
    // `diabetes` and `herpes` are no plurals, but folding them as such does no harm: a query folds the same way.
    let keeps = ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending));
    match word.strip_suffix('s') {
        Some(head) if !keeps => head.to_owned(),
        _ => word.to_owned(),
    }
}

fn fold(c: char) -> char {
    match c {
        'é' | 'è' | 'ê' | 'ë' | 'É' => 'e',
        'ö' | 'ô' | 'ó' | 'ø' | 'Ö' => 'o',
        'ü' | 'û' | 'ú' | 'Ü' => 'u',
        'ä' | 'á' | 'à' | 'å' | 'â' | 'Ä' => 'a',
        'ñ' => 'n',
        'ç' => 'c',
        'í' | 'î' | 'ï' => 'i',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_meet() {
        for forms in [
            ["fracture", "fractures", "fractured"],
            ["infection", "infected", "infections"],
            ["biopsy", "biopsies", "biopsy"],
            ["diabetes", "diabete", "diabetic"],
            ["obstruction", "obstructive", "obstructed"],
            ["depression", "depressive", "depressed"],
            ["ischemia", "ischemic", "ischaemia"],
            ["bleeding", "bleed", "bleeds"],
        ] {
            assert!(forms.iter().all(|form| fold_one(form) == fold_one(forms[0])), "{forms:?}");
        }
    }

    #[test]
    fn different_words_stay_apart() {
        for (a, b) in [("pelvis", "pelvic"), ("chronic", "crohn"), ("hip", "hyp")] {
            assert_ne!(fold_one(a), fold_one(b));
        }
    }

    #[test]
    fn words_are_split_at_anything_else() {
        assert_eq!(split("Crohn's disease (regional)"), ["crohn", "disease", "regional"]);
        assert_eq!(split("Sjögren non-pressure s/p"), ["sjogren", "non", "pressure", "s", "p"]);
    }

    #[test]
    fn denials_and_parentheses_cost_nothing() {
        let read = |text: &str| -> Vec<(String, bool)> {
            WordReader::default().terms(text).into_iter().map(|t| (t.word, t.free)).collect()
        };
        let own = |pairs: &[(&str, bool)]| -> Vec<(String, bool)> {
            pairs.iter().map(|(w, f)| ((*w).to_owned(), *f)).collect()
        };
        assert_eq!(
            read("Laceration without foreign body of scalp"),
            own(&[("lacer", false), ("!foreign", true), ("!body", true), ("scalp", false)])
        );
        assert_eq!(
            read("Essential (primary) gout, unspecified site"),
            own(&[("essenti", false), ("primary", true), ("gout", false), ("unspecifi", true), ("sit", true)])
        );
        assert_eq!(read("Hernia, not specified as recurrent"), own(&[("hernia", false), ("!recurrent", true)]));
    }

    fn fold_one(word: &str) -> String {
        stem(&split(word).concat())
    }
}
