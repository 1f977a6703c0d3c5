//! The documentation as Markdown: a page per edit, an index, and the table of the README, all from the doc comments.

use crate::doc::SECTIONS;
use crate::registry::{self, Edit, Family};
use openclaim_claim::Disposition;
use std::fmt::Write as _;

/// Lines that mark where the table stands in the README.
pub const README_MARKS: [&str; 2] = ["<!-- edits:begin -->", "<!-- edits:end -->"];

/// Where the page of an edit stands under the folder of pages: `mce/age-conflict.md`.
#[must_use]
pub fn path(edit: &Edit) -> String {
    format!("{}.md", edit.id)
}

/// The page of an edit.
#[must_use]
pub fn page(edit: &Edit) -> String {
    let mut page = format!("# {}\n\n`{}`: {}\n\n", edit.title, edit.id, edit.summary());
    page.push_str("| family | publisher's name | SNIP level | disposition | CARC | RARC |\n| --- | --- | --- | --- | --- | --- |\n");
    let Edit { family, label, disposition, carc, rarc, .. } = edit;
    let level = edit.snip.map_or("none".to_owned(), |level| level.to_string());
    put(
        &mut page,
        format_args!(
            "| {} | `{label}` | {level} | `{disposition}` | {} | {} |\n",
            family.title(),
            or_none(*carc),
            or_none(*rarc)
        ),
    );
    for title in SECTIONS {
        if let Some(text) = edit.section(title) {
            put(&mut page, format_args!("\n## {title}\n\n{text}\n"));
        }
    }
    page
}

/// The index of all pages.
#[must_use]
pub fn index() -> String {
    let mut index = String::from(
        "# Edits\n\n\
         One page per edit. All of it is written by `cargo xtask docs` from the doc comments in `crates/edits`; `openclaim explain ID`\n\
         prints the same. Cases with claims and answers stand under `crates/edits/tests/cases`.\n\n",
    );
    for disposition in DISPOSITIONS {
        if registry::all().any(|edit| edit.disposition == disposition) {
            put(&mut index, format_args!("- `{disposition}`: {}\n", describe(disposition)));
        }
    }
    for family in Family::ALL {
        put(&mut index, format_args!("\n## {}\n\n", family.title()));
        index.push_str("| id | title | source | disposition | CARC/RARC |\n| --- | --- | --- | --- | --- |\n");
        for edit in family.edits() {
            let source = edit.section("Source").unwrap_or_default().replace('\n', " ");
            let Edit { id, title, disposition, carc, rarc, .. } = edit;
            let codes = if carc.is_none() && rarc.is_none() {
                "none".to_owned()
            } else {
                format!("{}/{}", or_none(*carc), or_none(*rarc))
            };
            put(
                &mut index,
                format_args!("| [`{id}`]({}) | {title} | {source} | `{disposition}` | {codes} |\n", path(edit)),
            );
        }
    }
    index
}

/// The table of the README: one line per family, with what its edits do to a claim and the first of them as an example.
#[must_use]
pub fn readme_table() -> String {
    let mut table =
        String::from("| family | edits | is about | they | for example |\n| --- | --- | --- | --- | --- |\n");
    for family in Family::ALL {
        let edits = family.edits();
        let Some(first) = edits.first() else { continue };
        let does: Vec<String> = DISPOSITIONS
            .into_iter()
            .filter_map(|disposition| {
                let count = edits.iter().filter(|edit| edit.disposition == disposition).count();
                (count > 0).then(|| format!("`{disposition}` {count}"))
            })
            .collect();
        put(
            &mut table,
            format_args!(
                "| `{}` | {} | {} | {} | [{}](docs/edits/{}) |\n",
                family.name(),
                edits.len(),
                family.title(),
                does.join(", "),
                first.title,
                path(first)
            ),
        );
    }
    table
}

const DISPOSITIONS: [Disposition; 6] = [
    Disposition::RejectClaim,
    Disposition::ReturnToProvider,
    Disposition::DenyLine,
    Disposition::RejectLine,
    Disposition::Suspend,
    Disposition::Warn,
];

const fn describe(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::RejectClaim => "the claim is not accepted into processing",
        Disposition::ReturnToProvider => {
            "the claim goes back for correction and may be sent again; there is no remittance advice"
        }
        Disposition::DenyLine => "the line is denied; the decision can be appealed",
        Disposition::RejectLine => "the line is rejected and can be corrected and sent again",
        Disposition::Suspend => "a person at the payer looks at it first",
        Disposition::Warn => "nothing is stopped; somebody should look",
    }
}

fn or_none(code: Option<&str>) -> &str {
    code.unwrap_or("none")
}

/// Writing to a `String` cannot fail.
fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(arguments);
}
