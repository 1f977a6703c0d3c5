//! The language of the formula tables: names joined by `&`, `|`, `~` and parentheses.

/// A formula as a tree. `&` binds tighter than `|`, `~` tighter than both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Formula<'t> {
    /// All of them hold.
    All(Vec<Formula<'t>>),
    /// At least one of them holds.
    Any(Vec<Formula<'t>>),
    /// It does not hold.
    Not(Box<Formula<'t>>),
    /// A name, `MCC` or `PDX:strauma`.
    Name(&'t str),
}

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no formula: {problem} at byte {at}")]
pub(crate) struct FormulaError {
    text: String,
    problem: &'static str,
    at: usize,
}

/// Deeper nesting than this is no formula CMS would publish, and must not exhaust the stack.
const DEPTH: usize = 64;

impl<'t> Formula<'t> {
    /// Reads a formula.
    pub(crate) fn parse(text: &'t str) -> Result<Self, FormulaError> {
        let mut reader = Reader { text, at: 0 };
        let formula = reader.any(0)?;
        reader.skip_blanks();
        if reader.at == text.len() { Ok(formula) } else { Err(reader.fault("a `&` or `|` is expected")) }
    }

    /// Whether the formula holds, given which names do.
    pub(crate) fn holds(&self, name_holds: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(name_holds)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(name_holds)),
            Self::Not(inner) => !inner.holds(name_holds),
            Self::Name(name) => name_holds(name),
        }
    }
}

impl std::fmt::Display for Formula<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let joined = |f: &mut std::fmt::Formatter<'_>, parts: &[Self], sign: &str| {
            for (i, part) in parts.iter().enumerate() {
                let nested = matches!(part, Self::All(_) | Self::Any(_));
                let (open, close) = if nested { ("(", ")") } else { ("", "") };
                let sign = if i == 0 { "" } else { sign };
                write!(f, "{sign}{open}{part}{close}")?;
            }
            Ok(())
        };
        match self {
            Self::All(parts) => joined(f, parts, " & "),
            Self::Any(parts) => joined(f, parts, " | "),
            Self::Not(inner) if matches!(**inner, Self::Name(_)) => write!(f, "~{inner}"),
            Self::Not(inner) => write!(f, "~({inner})"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn fault(&self, problem: &'static str) -> FormulaError {
        FormulaError { text: self.text.chars().take(200).collect(), problem, at: self.at }
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, sign: u8) -> bool {
        self.skip_blanks();
        let found = self.peek() == Some(sign);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self, depth: usize) -> Result<Formula<'t>, FormulaError> {
        let mut parts = vec![self.all(depth)?];
        while self.take(b'|') {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Formula::Any(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<Formula<'t>, FormulaError> {
        let mut parts = vec![self.one(depth)?];
        while self.take(b'&') {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Formula::All(parts) })
    }

    fn one(&mut self, depth: usize) -> Result<Formula<'t>, FormulaError> {
        if depth > DEPTH {
            return Err(self.fault("too deeply nested"));
        }
        if self.take(b'~') {
            return Ok(Formula::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.take(b'(') {
            let inner = self.any(depth + 1)?;
            return if self.take(b')') { Ok(inner) } else { Err(self.fault("a `)` is expected")) };
        }
        self.skip_blanks();
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b':') {
            self.at += 1;
        }
        match self.text.get(start..self.at) {
            Some(name) if !name.is_empty() => Ok(Formula::Name(name)),
            _ => Err(self.fault("a name is expected")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, names: &[&str]) -> bool {
        Formula::parse(text).unwrap().holds(&|name| names.contains(&name))
    }

    #[test]
    fn signs_bind_as_in_the_manual() {
        assert!(holds("a | b & c", &["a"]));
        assert!(!holds("(a | b) & c", &["a"]));
        assert!(holds("~a & b", &["b"]) && !holds("~a & b", &["a", "b"]));
        assert!(holds("~(PDX:a & b) | c", &["b"]));
    }

    #[test]
    fn prints_what_it_read() {
        let text = "(MCC | CC) & PDX:dxc1303 & ~(a & b)";
        let formula = Formula::parse(text).unwrap();
        assert_eq!(formula.to_string(), text);
    }

    #[test]
    fn nonsense_is_refused_with_its_place() {
        for text in ["", "a b", "a &", "(a", "a)", "a & | b", "-"] {
            assert!(Formula::parse(text).is_err(), "{text}");
        }
        assert!(Formula::parse(&"(".repeat(5000)).is_err());
        assert_eq!(Formula::parse("a &").unwrap_err().to_string(), "`a &` is no formula: a name is expected at byte 3");
    }
}
