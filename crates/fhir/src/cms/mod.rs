//! CMS's pipe-separated claim files: one line per service line, the claim repeated on each.
//!
//! Source: record layouts of the Chronic Conditions Warehouse (Research Identifiable Files), whose column names are the
//! data dictionary's variable names.

pub(crate) mod cclf;
mod claim;
mod layout;
mod line;
mod row;

use crate::fault::{Fault, FaultKind};
use crate::lines::{Line, Lines};
use crate::reader::Outbox;
use crate::record::{Record, Source};
use layout::Layout;
use openclaim_claim::{Claim, Text};
use row::Row;
use std::io::{self, BufRead};

/// A kind of claim file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// Physicians and suppliers (claim types 71, 72).
    Carrier,
    /// Durable medical equipment (81, 82).
    Dme,
    /// Inpatient hospital (60 to 64).
    Inpatient,
    /// Hospital outpatient (40).
    Outpatient,
    /// Skilled nursing facility (20, 30).
    Snf,
    /// Home health agency (10).
    Hha,
    /// Hospice (50).
    Hospice,
}

impl FileKind {
    /// The kind of a claim type (`NCH_CLM_TYPE_CD`).
    fn of_claim_type(code: &str) -> Option<Self> {
        Some(match code {
            "10" => Self::Hha,
            "20" | "30" => Self::Snf,
            "40" => Self::Outpatient,
            "50" => Self::Hospice,
            "60" | "61" | "62" | "63" | "64" => Self::Inpatient,
            "71" | "72" => Self::Carrier,
            "81" | "82" => Self::Dme,
            _ => return None,
        })
    }

    /// Whether its claims are professional.
    const fn is_professional(self) -> bool {
        matches!(self, Self::Carrier | Self::Dme)
    }
}

/// Whether a file begins with the column names of a CMS file, or is the summary that comes with CCLF files.
pub(crate) fn is_cms(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
    let mut columns = line.split(|byte| *byte == b'|').map(<[u8]>::trim_ascii);
    line.contains(&b'|')
        && columns.any(|name| matches!(name, b"CLM_ID" | b"BENE_ID" | b"PDE_ID" | b"DML_IND" | b"File Number"))
}

/// Reads a file of records.
#[derive(Debug, Default)]
pub(crate) struct CmsReader {
    layout: Option<Layout>,
    open: Option<Open>,
}

/// A claim whose lines are still coming.
#[derive(Debug)]
struct Open {
    id: Text,
    kind: FileKind,
    claim: Claim,
    faults: Vec<Fault>,
    lines_skipped: bool,
}

impl CmsReader {
    /// Reads the next line; `false` at the end of the file.
    pub(crate) fn advance<R: BufRead>(&mut self, lines: &mut Lines<R>, outbox: &mut Outbox) -> io::Result<bool> {
        let limit = outbox.limits.text_bytes;
        let Some(line) = lines.next(limit)? else {
            self.close(outbox);
            return Ok(false);
        };
        match line {
            Line::TooLong { start, len } => {
                let detail = format!("the line has {len} bytes, more than the {limit} that are read; it is skipped");
                outbox.file_fault(FaultKind::TooLarge, start, len, detail);
            }
            Line::Text { .. } if lines.text.trim_ascii().is_empty() => {}
            Line::Text { start } => {
                let Ok(text) = std::str::from_utf8(&lines.text) else {
                    let detail = "the line is not UTF-8; it is skipped";
                    outbox.file_fault(FaultKind::NotUtf8, start, lines.text.len() as u64, detail);
                    return Ok(true);
                };
                match &self.layout {
                    Some(_) => self.record(text, start, outbox),
                    None => return Ok(self.header(text, start, outbox)),
                }
            }
        }
        Ok(true)
    }

    /// Reads the column names; `false` when the file holds no claims.
    fn header(&mut self, text: &str, start: u64, outbox: &mut Outbox) -> bool {
        match Layout::read(text) {
            Ok(layout) => {
                self.layout = Some(layout);
                true
            }
            Err((kind, detail)) => {
                outbox.file_fault(kind, start, text.len() as u64, detail);
                false
            }
        }
    }

    fn record(&mut self, text: &str, start: u64, outbox: &mut Outbox) {
        let Some(layout) = &self.layout else { return };
        let mut row = Row::new(text, start, layout, outbox.file, outbox.limits.faults_per_claim);
        let Some(id) = row.text(layout.claim_id).map(|found| Text::from(found.text)) else {
            row.fault(FaultKind::MissingElement, layout.claim_id, "the record has no claim number; it is skipped");
            row.faults.into_iter().for_each(|fault| outbox.fault(fault));
            return;
        };
        if self.open.as_ref().is_some_and(|open| open.id != id) {
            close(self.open.take(), outbox);
        }
        let open = match &mut self.open {
            Some(open) => {
                claim::compare(&open.claim, &mut row);
                open
            }
            none => {
                let kind = row.text(layout.claim_type).and_then(|found| FileKind::of_claim_type(found.text));
                let kind = kind.unwrap_or(layout.kind);
                let claim = claim::read(kind, &mut row);
                none.insert(Open { id, kind, claim, faults: Vec::new(), lines_skipped: false })
            }
        };
        if open.claim.lines.len() < outbox.limits.lines_per_claim {
            line::read(open.kind, &mut open.claim, &mut row);
        } else if !std::mem::replace(&mut open.lines_skipped, true) {
            let detail = format!("more than {} service lines; the rest are skipped", outbox.limits.lines_per_claim);
            row.fault(FaultKind::TooManyLines, layout.claim_id, detail);
        }
        let room = outbox.limits.faults_per_claim.saturating_sub(open.faults.len());
        open.faults.extend(row.faults.into_iter().take(room));
        if let (Some(span), Some(end)) = (&mut open.claim.span, row.span) {
            *span = span.to(end);
        }
    }

    fn close(&mut self, outbox: &mut Outbox) {
        close(self.open.take(), outbox);
    }
}

fn close(open: Option<Open>, outbox: &mut Outbox) {
    if let Some(mut open) = open {
        claim::finish(&mut open.claim);
        outbox.claim(Record { claim: open.claim, faults: open.faults, source: Source::Cms(open.kind) });
    }
}
