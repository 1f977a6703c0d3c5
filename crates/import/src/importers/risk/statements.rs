//! SAS text cut into statements, comments taken out.

/// A statement with the line it begins on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) line: u64,
    /// Its text, on one line and without the semicolon.
    pub(super) text: String,
    /// The comment before it on its own line: `/*Neoplasm 1 */`.
    pub(super) comment: String,
}

/// The statements of a text. `/* … */`, `* …;` and `%* …;` are comments.
pub(super) fn statements(text: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let (mut current, mut comment) = (String::new(), String::new());
    let (mut line, mut begun) = (1, 1);
    let mut quote: Option<char> = None;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        line += u64::from(character == '\n');
        match (quote, character) {
            (Some(open), _) => {
                if character == open {
                    quote = None;
                }
                current.push(character);
            }
            (None, '/') if rest.peek() == Some(&'*') => {
                let mut inside = String::new();
                rest.next();
                while let Some(character) = rest.next() {
                    line += u64::from(character == '\n');
                    if character == '*' && rest.peek() == Some(&'/') {
                        rest.next();
                        break;
                    }
                    inside.push(character);
                }
                if current.trim().is_empty() {
                    comment = one_line(&inside);
                }
            }
            (None, ';') => {
                let text = one_line(&current);
                if !text.is_empty() && !text.starts_with('*') && !text.starts_with("%*") {
                    found.push(Statement { line: begun, text, comment: std::mem::take(&mut comment) });
                }
                current.clear();
                comment.clear();
            }
            (None, '"' | '\'') if !current.trim_start().starts_with(['*', '%']) || current.contains('=') => {
                quote = Some(character);
                current.push(character);
            }
            (None, _) => {
                if current.trim().is_empty() && !character.is_whitespace() {
                    begun = line;
                }
                current.push(character);
            }
        }
    }
    found
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_taken_out() {
        let text =
            "%MACRO X;\n%* it's a note;\n* another;\n/*Group 1 */ %SET0(CC=8,\n HIER=%STR(9 ));\n LABEL A =\"x; y\";";
        let found = statements(text);
        let texts: Vec<&str> = found.iter().map(|statement| statement.text.as_str()).collect();
        assert_eq!(texts, ["%MACRO X", "%SET0(CC=8, HIER=%STR(9 ))", "LABEL A =\"x; y\""]);
        assert_eq!((found[1].line, found[1].comment.as_str()), (4, "Group 1"));
    }
}
