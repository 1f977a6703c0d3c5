//! One doc comment per edit, and everything that is said about the edit taken from it.

/// What the `edit!` macro captures from the doc comment of an edit.
pub trait Documented {
    /// The comment as Markdown: a summary paragraph, then the sections of [`SECTIONS`].
    const DOC: &'static str;
}

/// The sections of every edit's doc comment, in their order.
pub const SECTIONS: [&str; 6] = ["What it checks", "Why", "Source", "Action", "Bypass", "Example"];

/// Defines the struct of an edit and keeps its doc comment as text, so that the docs page, `openclaim explain`, the table of
/// the README and any other help are that very comment.
macro_rules! edit {
    ($(#[doc = $doc:literal])+ $(#[derive($($derive:ident),+)])? pub struct $name:ident { $($(#[doc = $field_doc:literal])+ pub $field:ident: $type:ty,)* }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name { $($(#[doc = $field_doc])+ pub $field: $type,)* }

        impl $crate::doc::Documented for $name {
            const DOC: &'static str = concat!($($doc, "\n"),+);
        }
    };
}
pub(crate) use edit;

/// The summary: what stands before the first section, as one line.
#[must_use]
pub fn summary(doc: &str) -> String {
    let before = doc.split("\n ## ").next().unwrap_or_default();
    before.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a section, without its heading; `None` when the comment lacks it.
///
/// Lines keep their breaks, and lose the blank that follows `///`.
#[must_use]
pub fn section(doc: &str, title: &str) -> Option<String> {
    let body = doc.split("\n ## ").skip(1).find_map(|part| part.strip_prefix(title)?.strip_prefix('\n'))?;
    let lines: Vec<&str> = body.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    Some(lines.join("\n").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOC: &str = " First line\n goes on.\n\n ## Why\n Because.\n\n Twice.\n ## Source\n A book.\n";

    #[test]
    fn sections_are_cut_at_their_headings() {
        assert_eq!(summary(DOC), "First line goes on.");
        assert_eq!(section(DOC, "Why").as_deref(), Some("Because.\n\nTwice."));
        assert_eq!(section(DOC, "Source").as_deref(), Some("A book."));
        assert_eq!(section(DOC, "Sour"), None);
    }
}
