//! `openclaim code`.

mod loaded;

use crate::render::profile;
use crate::{CodeArguments, Format, Outcome, data_folder};
use anyhow::{Context, Result};
use comfy_table::{ContentArrangement, Table, presets};
use loaded::{CodeLine, MentionLine, RelativeLine};
use openclaim_engine::{CodeProfile, Engine, Policy};
use openclaim_reference::Validity;
use openclaim_reference::code_search::{Hit, MatchedOn, Options, search};
use openclaim_reference::mentions::{self, Asked};
use serde::Serialize;
use std::io::{IsTerminal, Write, stdout};
use std::path::Path;

/// Prints what the tables say of a whole code, or the list of what else was found. Exit code 1 when nothing was.
pub(crate) fn run(arguments: &CodeArguments, data: Option<&Path>) -> Result<Outcome> {
    let engine = Engine::new(data_folder::library(data)?, Policy::default())?;
    let query = arguments.query.join(" ");
    let options = Options { at: arguments.at, limit: arguments.limit, system: None };
    let hits = search(engine.library(), &query, &options);
    let profiles = engine.code_profiles(query.trim(), arguments.at);
    let asked = Asked { at: arguments.at, known_at: arguments.known_at, history: arguments.history };
    let mut codes = mentions::codes(engine.library(), &query, asked);
    let mentioned = mentions::mentions(engine.library(), &query, asked);
    let whole = !profiles.is_empty() || !codes.is_empty() || !mentioned.is_empty();
    if !whole {
        codes = mentions::search(engine.library(), &query, asked, arguments.limit);
    }
    let answer = Answer {
        query: &query,
        codes: &profiles,
        hits: hits.iter().map(HitLine::from).collect(),
        loaded: codes.iter().map(CodeLine::from).collect(),
        relatives: mentions::relatives(engine.library(), &query, asked).iter().map(RelativeLine::from).collect(),
        mentions: mentioned.iter().map(MentionLine::from).collect(),
    };
    let mut output = stdout().lock();
    match arguments.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut output, &answer)?;
            writeln!(output)?;
        }
        Format::Text if whole => {
            for found in &profiles {
                profile::code(found, &mut output).context("cannot write")?;
            }
            loaded::print(&answer.loaded, &mut output)?;
            loaded::print_mentions(&answer.relatives, &answer.mentions, &mut output)?;
        }
        Format::Text if hits.is_empty() && codes.is_empty() => eprintln!("openclaim: no code matches `{query}`"),
        Format::Text => {
            if !hits.is_empty() {
                list(&hits, &mut output)?;
            }
            loaded::print(&answer.loaded, &mut output)?;
        }
    }
    Ok(if whole || !hits.is_empty() || !codes.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

#[derive(Serialize)]
struct Answer<'a> {
    query: &'a str,
    /// Profiles, when the query is a whole ICD-10 code.
    codes: &'a [CodeProfile],
    hits: Vec<HitLine>,
    /// The code, or codes with these words in their title, in the code systems of the data folder.
    loaded: Vec<CodeLine>,
    /// Codes that came before and after it, by the conversion tables of the data folder.
    relatives: Vec<RelativeLine>,
    /// Tables of the data folder that mention the code.
    mentions: Vec<MentionLine>,
}

#[derive(Serialize)]
struct HitLine {
    system: &'static str,
    code: String,
    title: Option<String>,
    billable: bool,
    matched_on: String,
    score: u32,
}

impl From<&Hit<'_>> for HitLine {
    fn from(hit: &Hit<'_>) -> Self {
        Self {
            system: hit.system.as_str(),
            code: hit.display_code(),
            title: hit.title.map(str::to_owned),
            billable: hit.billable,
            matched_on: match hit.matched_on {
                MatchedOn::Code => "code".into(),
                MatchedOn::Beginning => "beginning".into(),
                MatchedOn::Title => "title".into(),
                MatchedOn::Note { kind, text, at } => format!("{} at {}: {text}", kind.title(), at.dotted()),
            },
            score: hit.score,
        }
    }
}

fn list(hits: &[Hit<'_>], output: &mut impl Write) -> Result<()> {
    let mut table = Table::new();
    let arrangement =
        if std::io::stdout().is_terminal() { ContentArrangement::Dynamic } else { ContentArrangement::Disabled };
    table.load_preset(presets::NOTHING).set_content_arrangement(arrangement);
    for hit in hits {
        let mut remarks = Vec::new();
        if !hit.billable {
            remarks.push("not billable".to_owned());
        }
        match hit.valid {
            Some(Validity::NotValid { .. }) => remarks.push("not valid on that day".to_owned()),
            Some(Validity::OutsideTables { coverage }) => remarks.push(format!("validity known only {coverage}")),
            _ => {}
        }
        if let MatchedOn::Note { text, .. } = hit.matched_on {
            remarks.push(format!("as \"{text}\""));
        }
        let title = hit.title.unwrap_or("(no title in the tables at hand)");
        table.add_row([hit.display_code(), title.to_owned(), remarks.join("; ")]);
    }
    writeln!(output, "{}", table.trim_fmt()).context("cannot write")
}
