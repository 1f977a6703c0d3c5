//! What the runners of Markdown cases share: the blocks of a page, its answers written anew, and what is said of a page
//! whose answers have changed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The folder of the pages.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The content of the block behind a fence.
#[allow(dead_code, reason = "not every runner has base files")]
pub(crate) fn block<'t>(markdown: &'t str, fence: &str) -> Option<&'t str> {
    let start = markdown.find(fence)? + fence.len();
    Some(&markdown[start..start + markdown[start..].find("```")?])
}

/// A page with every answer as it is now, and what `judge` made of each case: the case and its answer. Cases are the
/// blocks of the fence `word`; an answer belongs to the case before it.
pub(crate) fn anew<C>(
    markdown: &str,
    word: &str,
    mut judge: impl FnMut(&str) -> (C, String),
) -> (String, Vec<(C, String)>) {
    let (case, answer) = (format!("```{word}\n"), "```answer\n");
    let (mut anew, mut cases, mut rest) = (String::new(), Vec::new(), markdown);
    while let Some(start) = [case.as_str(), answer].iter().filter_map(|fence| rest.find(fence)).min() {
        let block = start + rest[start..].find('\n').unwrap() + 1;
        let end = block + rest[block..].find("```").expect("a block without its end");
        anew.push_str(&rest[..block]);
        if rest[start..].starts_with(&case) {
            cases.push(judge(&rest[block..end]));
            anew.push_str(&rest[block..end]);
        } else {
            let (_, now) = cases.last().expect("an answer before any case");
            anew.push_str(now);
        }
        anew.push_str("```");
        rest = &rest[end + 3..];
    }
    anew.push_str(rest);
    (anew, cases)
}

/// Judges a page: writes it anew where asked to (`OPENCLAIM_BLESS`), else notes where an answer has changed. The cases and
/// their answers; nothing when the edit has no page, which is noted.
pub(crate) fn judged<C>(
    edit: &str,
    word: &str,
    problems: &mut Vec<String>,
    judge: impl FnMut(&str) -> (C, String),
) -> Option<(String, Vec<(C, String)>)> {
    let path = folder().join(format!("{edit}.md"));
    let Ok(markdown) = std::fs::read_to_string(&path) else {
        problems.push(format!("{edit} has no case file {}", path.display()));
        return None;
    };
    let (now, cases) = anew(&markdown, word, judge);
    if now != markdown {
        if std::env::var_os("OPENCLAIM_BLESS").is_some() {
            std::fs::write(&path, &now).unwrap();
        } else {
            let line = now.lines().zip(markdown.lines()).position(|(now, said)| now != said).unwrap_or(0);
            let mut problem = String::new();
            let now = now.lines().nth(line).unwrap_or_default();
            write!(problem, "{}, line {}: the answer is now `{now}`", path.display(), line + 1).unwrap();
            problems.push(problem);
        }
    }
    Some((markdown, cases))
}
