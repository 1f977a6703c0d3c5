//! Words of titles, notes and queries, brought to one form so that they meet.
//!
//! Folding is light on purpose: it joins `fractures`, `fractured` and `fracture`, `infected` and `infection`. A form that
//! joins two different words costs a search more than one that fails to join two forms of a word.

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

/// Splits a text into lower-case words of ASCII letters and digits; diacritics are dropped, as is `'s`.
#[must_use]
pub fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let c = fold(c);
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
            continue;
        }
        if matches!(c, '\'' | '\u{2019}') {
            // `Crohn's` is the word `crohn`; `Crohns` folds to it as a plural.
            if chars.peek().is_some_and(|next| next.eq_ignore_ascii_case(&'s')) {
                chars.next();
            }
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The words of a text that tell codes apart, with what parentheses, denials and defaults make of them.
#[must_use]
pub fn terms(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut depth = 0_usize;
    let (mut denied, mut unspecified) = (false, false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c.is_alphanumeric() {
            let end =
                rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '\u{2019}')).unwrap_or(rest.len());
            let (head, tail) = rest.split_at(end);
            for word in split(head) {
                match word.as_str() {
                    "without" | "not" => denied = true,
                    binding if is_binding(binding) => {
                        denied &= !ENDS_DENIAL.contains(&binding);
                        unspecified = false;
                    }
                    _ => {
                        let folded = stem(&word);
                        let free = depth > 0 || denied || unspecified || is_default(&folded);
                        terms.push(Term { word: if denied { deny(&folded) } else { folded }, free });
                        // "unspecified organism" says nothing; "unspecified dementia" at the front says dementia.
                        unspecified = word == "unspecified" && terms.len() > 1;
                    }
                }
            }
            rest = tail;
            continue;
        }
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' | ';' => {
                unspecified = false;
                // "without behavioral disturbance, mood disturbance, and anxiety": a comma ends a denial unless it lists.
                denied &= rest.contains(", and ");
            }
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    terms
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
        let read = |text: &str| -> Vec<(String, bool)> { terms(text).into_iter().map(|t| (t.word, t.free)).collect() };
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
