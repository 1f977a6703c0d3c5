//! `openclaim data pull`: fetches publications from their publishers and imports them.

use super::{PullArguments, import};
use crate::Outcome;
use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::civil::Date;
use openclaim_import::{ImportOptions, prepare};
use openclaim_pull::{Download, Event, Manifest, PullError, PullOptions, Puller, Terms};
use openclaim_reference::data_folder::DataFolder;
use std::io::{Write, stdout};
use std::path::PathBuf;

/// Fetches what is asked for and stores its releases. What cannot be fetched or read is reported, and the rest goes on.
pub(super) fn run(arguments: &PullArguments, folder: &DataFolder) -> Result<Outcome> {
    let manifest = manifest(arguments)?;
    for name in &arguments.only {
        if !manifest.knows(name) {
            let mut families: Vec<&str> = manifest.publications().iter().map(|known| known.family.as_str()).collect();
            families.dedup();
            bail!("the manifest has no family or publication `{name}`; its families are {}", families.join(", "));
        }
    }
    let downloads = manifest.downloads(arguments.at.unwrap_or_else(today), &arguments.only);
    let mut output = stdout().lock();
    if arguments.list {
        return list(&downloads, &mut output);
    }
    let acknowledged = arguments.acknowledge.iter().map(|terms| terms.terms()).collect();
    let options = PullOptions { acknowledged, accept_changed: arguments.accept_changed, ..PullOptions::default() };
    let mut puller = Puller::open(&folder.path().join("downloads"), options)?;
    let mut failed = 0;
    let mut at = 0;
    while let Some(download) = downloads.get(at) {
        let parts = downloads[at..].iter().take_while(|part| part.publication == download.publication).count();
        let publication = &downloads[at..at + parts];
        at += parts;
        match fetch(&mut puller, publication, &mut output) {
            Ok(paths) if arguments.no_import => {
                for path in paths {
                    writeln!(output, "  {}", path.display())?;
                }
            }
            Ok(paths) => match import_all(&paths, folder, &mut output) {
                Ok(Outcome::Clean) => {}
                Ok(_) => failed += 1,
                Err(error) => {
                    failed += 1;
                    eprintln!("openclaim: {}: {error:#}", download.title);
                }
            },
            Err(error) => {
                failed += 1;
                match &error {
                    PullError::TermsNotAcknowledged { terms, .. } => {
                        eprintln!("openclaim: {error}: --acknowledge {}", short(*terms));
                    }
                    _ => eprintln!("openclaim: {}: {error}", download.title),
                }
            }
        }
    }
    Ok(if failed > 0 { Outcome::Findings } else { Outcome::Clean })
}

fn manifest(arguments: &PullArguments) -> Result<Manifest> {
    if arguments.manifest.is_empty() {
        return Ok(Manifest::embedded()?);
    }
    let texts = arguments.manifest.iter().map(|path| {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        Ok((path.display().to_string(), text))
    });
    let texts = texts.collect::<Result<Vec<_>>>()?;
    Ok(Manifest::read(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))?)
}

/// The day at Greenwich: publications change with quarters, not with hours.
fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

fn short(terms: Terms) -> &'static str {
    match terms {
        Terms::Ama => "ama",
        Terms::Ada => "ada",
    }
}

fn list(downloads: &[Download], output: &mut impl Write) -> Result<Outcome> {
    let mut last = "";
    for download in downloads {
        if last != download.publication {
            last = &download.publication;
            writeln!(output, "{} ({}), {}: {}", last, download.family, download.release, download.title)?;
            for terms in &download.terms {
                writeln!(output, "  under the terms of the {terms}, at {}", download.page)?;
            }
        }
        for known in &download.addresses {
            writeln!(output, "  {}", known.address)?;
        }
    }
    Ok(Outcome::Clean)
}

/// Fetches the parts of one publication.
fn fetch(puller: &mut Puller, parts: &[Download], output: &mut impl Write) -> Result<Vec<PathBuf>, PullError> {
    let mut paths = Vec::new();
    for part in parts {
        let name = part.addresses.first().map(|known| known.file_name.clone()).unwrap_or_default();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let pulled = puller.fetch(part, &mut |event| match event {
            Event::Start { at, total } => {
                let template = "{msg} {bytes} of {total_bytes} ({bytes_per_sec})";
                // The template is a constant that is known to be right; without it the bar is only plainer.
                if let Ok(style) = ProgressStyle::with_template(template) {
                    bar.set_style(style);
                }
                bar.set_message(name.clone());
                bar.set_position(at);
                if let Some(total) = total {
                    bar.set_length(total);
                }
            }
            Event::Received(bytes) => bar.inc(bytes),
            Event::Waiting(pause) => bar.set_message(format!("{name}: waiting {pause:?}")),
        });
        bar.finish_and_clear();
        let pulled = pulled?;
        let how = match pulled.outcome {
            openclaim_pull::Outcome::AlreadyHere => "was there already".to_owned(),
            openclaim_pull::Outcome::NotModified => "has not changed".to_owned(),
            openclaim_pull::Outcome::Fetched { resumed_from: 0 } => "fetched".to_owned(),
            openclaim_pull::Outcome::Fetched { resumed_from } => {
                format!("fetched, the first {resumed_from} bytes earlier")
            }
        };
        // A broken pipe must not lose what was fetched.
        let name = pulled.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or(name);
        let _ = writeln!(output, "{name}: {how}, {} bytes, SHA-256 {}", pulled.bytes, pulled.sha256);
        paths.push(pulled.path);
    }
    Ok(paths)
}

fn import_all(paths: &[PathBuf], folder: &DataFolder, output: &mut impl Write) -> Result<Outcome> {
    let prepared = prepare(paths, &ImportOptions::default())?;
    import::store(&prepared, folder, false, output)
}
