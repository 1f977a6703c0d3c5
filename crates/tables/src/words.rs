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

/// Words of a title that a query seldom says and that mark the default choice: a code is not further away for them.
const DEFAULTS: &[&str] = &[
    "unspecified",
    "nos",
    "initial",
    "encounter",
    "closed",
    "without",
    "complication",
    "not",
    "mellitus",
    "acute",
    "single",
    "episode",
    "part",
];

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

/// The words of a text that tell codes apart, each in its folded form.
#[must_use]
pub fn folded(text: &str) -> Vec<String> {
    split(text).iter().filter(|word| !is_binding(word)).map(|word| stem(word)).collect()
}

/// Whether a word (as [`split`] gives it) only binds others.
#[must_use]
pub fn is_binding(word: &str) -> bool {
    BINDING.contains(&word)
}

/// Whether a folded word marks the default choice among codes.
#[must_use]
pub fn is_default(folded: &str) -> bool {
    DEFAULTS.iter().any(|word| stem(word) == folded)
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
    ("ally", "al", 4),
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
        for (a, b) in [("pelvis", "pelvic"), ("chronic", "crohn"), ("hip", "hyp"), ("region", "regional")] {
            assert_ne!(fold_one(a), fold_one(b));
        }
    }

    #[test]
    fn words_are_split_at_anything_else() {
        assert_eq!(split("Crohn's disease (regional)"), ["crohn", "disease", "regional"]);
        assert_eq!(split("Sjögren non-pressure s/p"), ["sjogren", "non", "pressure", "s", "p"]);
        assert_eq!(folded("Fracture of the hip"), ["fractur", "hip"]);
    }

    fn fold_one(word: &str) -> String {
        stem(&split(word).concat())
    }
}
