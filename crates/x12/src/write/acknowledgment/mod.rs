//! Acknowledgments of what was received: TA1 for interchanges, 999 for transactions, 277CA for claims.
//!
//! [`receive`] walks the bytes of a file once more and gives each fault its place: interchange, group, transaction, number
//! of the segment counted from `ST`, element and component. [`Answer`] then writes what is asked for.

mod claim_status;
mod codes;
mod received;

pub use claim_status::{ClaimAnswer, ClaimStatus, LineAnswer};
pub use received::{
    ReceivedGroup, ReceivedInterchange, ReceivedTransaction, Remark, receive, receive_from, transaction_starts,
};

use super::envelope;
use super::output::{LineBreak, Output, WriteError};
use crate::delimiters::Delimiters;
use crate::envelope::{Envelope, Group, Interchange};
use openclaim_claim::{Date, Text};
use received::{ElementRemark, SegmentRemark};
use std::sync::Arc;

/// When and under which number an acknowledgment is written. There is no clock below the faces.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// Day of writing.
    pub date: Date,
    /// Time of writing, `HHMM`.
    pub time: Text,
    /// Control number of the first interchange and group; further ones count on.
    pub control_number: u32,
}

/// Implementation guide of the 999.
pub const ACKNOWLEDGMENT_VERSION: &str = "005010X231A1";
/// Implementation guide of the 277CA.
pub const CLAIM_ACKNOWLEDGMENT_VERSION: &str = "005010X214";

/// Longest text of a bad element that is given back (IK404).
const COPY: usize = 99;

/// Writes acknowledgments, one interchange for each interchange received.
#[derive(Debug)]
pub struct Answer {
    stamp: Stamp,
    line_break: LineBreak,
}

impl Answer {
    /// A writer of acknowledgments.
    #[must_use]
    pub const fn new(stamp: Stamp, line_break: LineBreak) -> Self {
        Self { stamp, line_break }
    }

    fn header(&self, received: &Interchange, at: usize) -> Interchange {
        let number = self.stamp.control_number.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let pair = |pair: &(Text, Text)| (pair.0.clone(), pair.1.clone());
        Interchange {
            sender: pair(&received.receiver),
            receiver: pair(&received.sender),
            // Any other value was told of; what answers it is production.
            usage: if received.usage == "T" { received.usage.clone() } else { Text::const_new("P") },
            ..Interchange::outgoing(("ZZ", ""), ("ZZ", ""), number, self.stamp.date, &self.stamp.time)
        }
    }

    fn group(
        &self,
        received: Option<&Group>,
        received_in: &Interchange,
        kind: &str,
        at: usize,
        version: &str,
    ) -> Group {
        let number = self.stamp.control_number.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let sender = received.map_or(&received_in.receiver.1, |group| &group.receiver);
        let receiver = received.map_or(&received_in.sender.1, |group| &group.sender);
        Group::outgoing(kind, sender, receiver, number, self.stamp.date, &self.stamp.time, version)
    }

    /// TA1: whether each interchange could be taken apart.
    ///
    /// # Errors
    /// [`WriteError`] when an identifier of the sender cannot be written back.
    pub fn interchanges(&self, received: &[ReceivedInterchange]) -> Result<Vec<u8>, WriteError> {
        let answers = received.iter().enumerate().map(|(at, interchange)| self.interchange(at, interchange));
        answers.collect::<Result<Vec<_>, _>>().map(|answers| answers.concat())
    }

    /// TA1 of one interchange, the one at place `at` of those received.
    ///
    /// # Errors
    /// [`WriteError`] when an identifier of the sender cannot be written back.
    pub fn interchange(&self, at: usize, interchange: &ReceivedInterchange) -> Result<Vec<u8>, WriteError> {
        let mut out = Output::new(Delimiters::USUAL, self.line_break);
        let header = self.header(&interchange.header, at);
        envelope::interchange(&mut out, &header);
        let verdict = match interchange.notes.as_slice() {
            [] => "A",
            notes if notes.iter().any(|(_, rejects)| *rejects) => "R",
            _ => "E",
        };
        let code = interchange.notes.iter().max_by_key(|(_, rejects)| *rejects).map_or("000", |(code, _)| *code);
        let segment = out.segment("TA1").display(format_args!("{:0>9}", interchange.header.control_number));
        segment.text(&interchange.header.date).text(&interchange.header.time).text(verdict).text(code).end();
        envelope::end_interchange(&mut out, 0, &header.control_number);
        out.check()?;
        Ok(out.bytes)
    }

    /// 999: whether the transactions of each group follow their guide, and where they do not.
    ///
    /// # Errors
    /// [`WriteError`] when an identifier of the sender cannot be written back.
    pub fn transactions(&self, received: &[ReceivedInterchange]) -> Result<Vec<u8>, WriteError> {
        let answers = received.iter().enumerate().map(|(at, interchange)| self.transactions_of(at, interchange));
        answers.collect::<Result<Vec<_>, _>>().map(|answers| answers.concat())
    }

    /// 999 of one interchange, the one at place `at` of those received; empty when it holds no group.
    ///
    /// # Errors
    /// [`WriteError`] when an identifier of the sender cannot be written back.
    pub fn transactions_of(&self, at: usize, interchange: &ReceivedInterchange) -> Result<Vec<u8>, WriteError> {
        let mut out = Output::new(Delimiters::USUAL, self.line_break);
        let Some(first) = interchange.groups.first() else { return Ok(out.bytes) };
        let header = self.header(&interchange.header, at);
        envelope::interchange(&mut out, &header);
        let group = self.group(Some(&first.header), &interchange.header, "FA", at, ACKNOWLEDGMENT_VERSION);
        envelope::group(&mut out, &group);
        let mut number = 0;
        for received in &interchange.groups {
            number += 1;
            let control_number = format!("{number:04}");
            envelope::transaction(&mut out, "999", &control_number, ACKNOWLEDGMENT_VERSION);
            acknowledge(&mut out, received);
            envelope::end_transaction(&mut out, &control_number);
        }
        envelope::end_group(&mut out, number, &group.control_number);
        envelope::end_interchange(&mut out, 1, &header.control_number);
        out.check()?;
        Ok(out.bytes)
    }

    /// 277CA: what became of each claim, one transaction for each 837 transaction.
    ///
    /// # Errors
    /// [`WriteError`] when a value of a claim cannot be written back.
    pub fn claims(&self, answers: &[ClaimAnswer<'_>]) -> Result<Vec<u8>, WriteError> {
        let mut bytes = Vec::new();
        let mut writer = ClaimAnswers::new(self);
        for answers in answers.chunk_by(|one, other| Envelope::eq(one.envelope, other.envelope)) {
            bytes.append(&mut writer.transaction(answers)?);
        }
        bytes.append(&mut writer.finish()?);
        Ok(bytes)
    }
}

/// Writes a 277CA transaction by transaction, so that no more than the claims of one need be held.
#[derive(Debug)]
pub struct ClaimAnswers<'a> {
    answer: &'a Answer,
    out: Output,
    /// The interchange that is answered, and the control numbers of the one that answers it.
    open: Option<(Arc<Interchange>, Text, Text)>,
    interchanges: usize,
    transactions: u32,
}

impl<'a> ClaimAnswers<'a> {
    /// A writer that has written nothing.
    #[must_use]
    pub const fn new(answer: &'a Answer) -> Self {
        let out = Output::new(Delimiters::USUAL, answer.line_break);
        Self { answer, out, open: None, interchanges: 0, transactions: 0 }
    }

    /// The text that answers the claims of one 837 transaction, or some of them: a transaction, and the interchange's
    /// header before it where it is the first.
    ///
    /// # Errors
    /// [`WriteError`] when a value of a claim cannot be written back, or the claims have no envelope.
    pub fn transaction(&mut self, answers: &[ClaimAnswer<'_>]) -> Result<Vec<u8>, WriteError> {
        let Some(first) = answers.first().map(|answer| answer.envelope) else { return Ok(Vec::new()) };
        let received = first.interchange.as_ref().ok_or(WriteError::MissingEnvelope)?;
        if self.open.as_ref().is_none_or(|(open, ..)| open != received) {
            self.close();
            let at = self.interchanges;
            let header = self.answer.header(received, at);
            envelope::interchange(&mut self.out, &header);
            let group = self.answer.group(first.group.as_deref(), received, "HN", at, CLAIM_ACKNOWLEDGMENT_VERSION);
            envelope::group(&mut self.out, &group);
            self.open = Some((Arc::clone(received), group.control_number, header.control_number));
            self.interchanges += 1;
            self.transactions = 0;
        }
        self.transactions += 1;
        let control_number = format!("{:04}", self.transactions);
        envelope::transaction(&mut self.out, "277", &control_number, CLAIM_ACKNOWLEDGMENT_VERSION);
        claim_status::write(&mut self.out, answers, &self.answer.stamp, &control_number);
        envelope::end_transaction(&mut self.out, &control_number);
        self.out.check()?;
        Ok(std::mem::take(&mut self.out.bytes))
    }

    fn close(&mut self) {
        if let Some((_, group, interchange)) = self.open.take() {
            envelope::end_group(&mut self.out, self.transactions, &group);
            envelope::end_interchange(&mut self.out, 1, &interchange);
        }
    }

    /// The text that ends the last interchange.
    ///
    /// # Errors
    /// [`WriteError`] as [`ClaimAnswers::transaction`].
    pub fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        self.close();
        self.out.check()?;
        Ok(self.out.bytes)
    }
}

/// AK1 to AK9: one group.
fn acknowledge(out: &mut Output, group: &ReceivedGroup) {
    let header = &group.header;
    let functional = if header.functional_id.is_empty() { "HC" } else { &header.functional_id };
    out.segment("AK1").text(functional).text(&header.control_number).text(&header.version).end();
    let mut accepted = 0_usize;
    for transaction in &group.transactions {
        let kind = &transaction.kind;
        out.segment("AK2").text(kind).text(&transaction.control_number).text(&transaction.version).end();
        for segment in &transaction.segments {
            segment_remark(out, segment);
        }
        let rejected = transaction.is_rejected();
        accepted += usize::from(!rejected);
        let verdict = match (rejected, transaction.is_clean()) {
            (true, _) => "R",
            (false, true) => "A",
            (false, false) => "E",
        };
        let mut codes: Vec<&str> = Vec::new();
        if transaction.segments.iter().any(|segment| !segment.code.starts_with('I')) {
            codes.push("5");
        } else if !transaction.segments.is_empty() {
            codes.push("I5");
        }
        for (code, _) in &transaction.notes {
            if !codes.contains(code) {
                codes.push(code);
            }
        }
        codes.truncate(5);
        let segment = out.segment("IK5").text(verdict);
        codes.into_iter().fold(segment, |segment, code| segment.text(code)).end();
    }
    let count = group.transactions.len();
    let group_rejected = group.notes.iter().any(|(_, rejects)| *rejects);
    let errors = !group.notes.is_empty() || group.transactions.iter().any(|transaction| !transaction.is_clean());
    let (verdict, accepted) = match () {
        () if group_rejected || count > 0 && accepted == 0 => ("R", 0),
        () if accepted < count => ("P", accepted),
        () if errors => ("E", accepted),
        () => ("A", accepted),
    };
    let declared = if group.declared.chars().all(|c| c.is_ascii_digit()) { group.declared.as_str() } else { "" };
    let declared = if declared.is_empty() { count.to_string() } else { declared.to_owned() };
    let mut codes: Vec<&str> = group.notes.iter().map(|(code, _)| *code).collect();
    codes.dedup();
    codes.truncate(5);
    let segment = out.segment("AK9").text(verdict).text(&declared).display(count).display(accepted);
    codes.into_iter().fold(segment, |segment, code| segment.text(code)).end();
}

/// IK3, CTX and IK4.
fn segment_remark(out: &mut Output, remark: &SegmentRemark) {
    let name: String = remark.name.chars().filter(char::is_ascii_alphanumeric).take(3).collect();
    let segment = out.segment("IK3").text(&name).display(remark.position);
    // IK303 has four characters; the letters of `2010AA` tell uses of one loop apart.
    let within = remark.within.as_deref().unwrap_or_default();
    segment.text(within.get(..4).unwrap_or(within)).text(remark.code).end();
    if !remark.claim_id.is_empty() {
        let id = printable(&remark.claim_id, out.delimiters);
        out.segment("CTX").composite(&["CLM01", &id]).end();
    }
    for ElementRemark { element, component, code, value } in &remark.elements {
        let number = codes::reference_number(&remark.name, *element, *component);
        let component = component.map_or(String::new(), |component| component.to_string());
        let copy = printable(value, out.delimiters);
        let segment = out.segment("IK4").composite(&[&element.to_string(), &component]).option(number);
        segment.text(code).text(&copy).end();
    }
}

/// A received text as it can be given back: without separators of ours and control characters, and not too long.
fn printable(text: &str, delimiters: Delimiters) -> String {
    let separates = |c: char| {
        let is = |byte: u8| c == char::from(byte);
        is(delimiters.element)
            || is(delimiters.component)
            || is(delimiters.segment)
            || delimiters.repetition.is_some_and(is)
    };
    text.chars().filter(|c| !separates(*c) && !c.is_control()).take(COPY).collect()
}
