//! Writing: claims as 837 text, and acknowledgments of what was received.
//!
//! [`ClaimWriter`] turns claims and their [`Envelope`] into an 837 in *canonical form*: segments and elements in the order
//! of the implementation guides, levels numbered from 1 and shared by consecutive claims, no empty elements at the end
//! of a segment, amounts without idle zeros, one way to write each date. A file that is in this form already, and holds
//! nothing but what a [`Claim`] carries, is written byte by byte as it was read. What was written is read back as the
//! same claim.

pub mod acknowledgment;
mod claim;
pub(crate) mod envelope;
mod line;
pub(crate) mod output;
pub(crate) mod party;

pub(crate) use claim::adjustments;
pub use output::{LineBreak, WriteError};

use crate::delimiters::Delimiters;
use crate::envelope::{Envelope, Group, Interchange};
use crate::reader::ClaimRecord;
use openclaim_claim::{Claim, Patient, Payer, Provider, Purpose, Subscriber, Text};
use output::Output;
use std::io::Write;
use std::sync::Arc;

/// Writes claims as an 837. Memory is bounded by the claims of one subscriber.
///
/// Claims are to come in the order in which they shall stand. A claim whose envelope differs from that of the claim
/// before begins another transaction, and another group or interchange where those differ.
#[derive(Debug)]
pub struct ClaimWriter<W> {
    sink: W,
    out: Output,
    interchange: Option<(Arc<Interchange>, u32)>,
    group: Option<(Arc<Group>, u32)>,
    transaction: Option<Transaction>,
}

/// The open transaction and its levels.
#[derive(Debug)]
struct Transaction {
    envelope: Arc<Envelope>,
    levels: u32,
    billing: Option<Billing>,
    subscriber: Option<SubscriberLevel>,
}

#[derive(Debug)]
struct Billing {
    level: u32,
    provider: Arc<Provider>,
    pay_to: Option<Arc<Provider>>,
    pay_to_plan: Option<Arc<Payer>>,
    currency: Text,
}

#[derive(Debug)]
struct SubscriberLevel {
    level: u32,
    subscriber: Arc<Subscriber>,
    payer: Arc<Payer>,
    /// The patient of the claims right below: the subscriber.
    own: Option<Arc<Patient>>,
    /// The dependent whose level is open.
    dependent: Option<Arc<Patient>>,
    /// Where the output says whether levels lie below.
    flag: usize,
}

impl<W: Write> ClaimWriter<W> {
    /// A writer of claims with a line break behind each segment, or none.
    pub fn new(sink: W, line_break: LineBreak) -> Self {
        let out = Output::new(Delimiters::USUAL, line_break);
        Self { sink, out, interchange: None, group: None, transaction: None }
    }

    /// Writes a claim as it was read, its faults left aside.
    ///
    /// # Errors
    /// [`WriteError`] when the claim has no envelope, holds a separator in a value, or the output fails.
    pub fn record(&mut self, record: &ClaimRecord) -> Result<(), WriteError> {
        self.claim(&record.claim, &record.envelope)
    }

    /// Writes a claim under an envelope.
    ///
    /// # Errors
    /// [`WriteError`] when the envelope has no interchange or group, a value holds a separator, or the output fails.
    pub fn claim(&mut self, claim: &Claim, envelope: &Arc<Envelope>) -> Result<(), WriteError> {
        self.open(envelope)?;
        if let Some(transaction) = &mut self.transaction {
            let flush = transaction.levels_of(claim, &mut self.out);
            // Whether levels lie below a subscriber shows with the claims that follow; what stands before is settled.
            if let Some(settled) = flush {
                self.sink.write_all(&self.out.bytes[..settled])?;
                self.out.bytes.drain(..settled);
                transaction.moved(settled);
            }
            let predetermination = claim.purpose == Purpose::Predetermination
                && !transaction.envelope.guide.is_some_and(|guide| guide.predetermination);
            claim::write(&mut self.out, claim, predetermination);
        }
        self.out.check()
    }

    fn open(&mut self, envelope: &Arc<Envelope>) -> Result<(), WriteError> {
        if self
            .transaction
            .as_ref()
            .is_some_and(|open| Arc::ptr_eq(&open.envelope, envelope) || open.envelope == *envelope)
        {
            return Ok(());
        }
        let (Some(interchange), Some(group)) = (&envelope.interchange, &envelope.group) else {
            return Err(WriteError::MissingEnvelope);
        };
        self.close_transaction();
        if self.interchange.as_ref().is_none_or(|(open, _)| open != interchange) {
            self.close_interchange();
            self.out.delimiters = interchange.delimiters;
            envelope::interchange(&mut self.out, interchange);
            self.interchange = Some((Arc::clone(interchange), 0));
        }
        if self.group.as_ref().is_none_or(|(open, _)| open != group) {
            self.close_group();
            envelope::group(&mut self.out, group);
            self.group = Some((Arc::clone(group), 0));
            if let Some((_, groups)) = &mut self.interchange {
                *groups += 1;
            }
        }
        if let Some((_, transactions)) = &mut self.group {
            *transactions += 1;
        }
        self.flush()?;
        envelope::transaction(&mut self.out, "837", &envelope.control_number, &envelope.version);
        header(&mut self.out, envelope);
        self.transaction =
            Some(Transaction { envelope: Arc::clone(envelope), levels: 0, billing: None, subscriber: None });
        Ok(())
    }

    fn close_transaction(&mut self) {
        if let Some(transaction) = self.transaction.take() {
            envelope::end_transaction(&mut self.out, &transaction.envelope.control_number);
        }
    }

    fn close_group(&mut self) {
        self.close_transaction();
        if let Some((group, transactions)) = self.group.take() {
            envelope::end_group(&mut self.out, transactions, &group.control_number);
        }
    }

    fn close_interchange(&mut self) {
        self.close_group();
        if let Some((interchange, groups)) = self.interchange.take() {
            envelope::end_interchange(&mut self.out, groups, &interchange.control_number);
        }
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        self.sink.write_all(&self.out.bytes)?;
        self.out.bytes.clear();
        self.out.check()
    }

    /// Writes the trailers and gives the output back.
    ///
    /// # Errors
    /// [`WriteError::Io`] when the output fails.
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.close_interchange();
        self.flush()?;
        self.sink.flush()?;
        Ok(self.sink)
    }
}

/// BHT and loops 1000A, 1000B.
fn header(out: &mut Output, envelope: &Envelope) {
    let purpose = match envelope.purpose {
        Purpose::Reporting => "RP",
        Purpose::Subrogation => "31",
        Purpose::Chargeable | Purpose::Predetermination => "CH",
    };
    let segment = out.segment("BHT").text("0019").text(&envelope.set_purpose).text(&envelope.reference);
    segment.text(&envelope.date).text(&envelope.time).text(purpose).end();
    party::trading_partner(out, "41", &envelope.submitter);
    party::trading_partner(out, "40", &envelope.receiver);
}

/// Whether two shared parts are the same: the same object, or equal with the place they were read from.
fn same<T: PartialEq>(one: &Arc<T>, other: &Arc<T>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}

impl Billing {
    fn holds(&self, claim: &Claim) -> bool {
        same(&self.provider, &claim.billing_provider)
            && self.pay_to == claim.pay_to
            && self.pay_to_plan == claim.pay_to_plan
            && self.currency == claim.currency
    }
}

impl SubscriberLevel {
    /// Whether the claim can stand below this level. The claims of the subscriber come before those of dependents.
    fn holds(&self, claim: &Claim, dependent: bool) -> bool {
        same(&self.subscriber, &claim.subscriber)
            && same(&self.payer, &claim.payer)
            && (dependent || self.dependent.is_none() && self.own.as_ref().is_none_or(|own| same(own, &claim.patient)))
    }
}

impl Transaction {
    fn begin(&mut self, out: &mut Output, parent: Option<u32>, code: &str, below: &str) -> u32 {
        self.levels += 1;
        let level = self.levels;
        out.segment("HL").display(level).option(parent).text(code).text(below).end();
        level
    }

    /// Writes the levels above the claim that are not open yet. Gives back how much of the output is settled.
    fn levels_of(&mut self, claim: &Claim, out: &mut Output) -> Option<usize> {
        let mut settled = None;
        let dependent = !is_subscriber(&claim.patient, &claim.subscriber);
        if self.billing.as_ref().is_none_or(|open| !open.holds(claim)) {
            self.subscriber = None;
            settled = Some(out.bytes.len());
            let level = self.begin(out, None, "20", "1");
            party::specialty(out, &claim.billing_provider);
            if !claim.currency.is_empty() {
                out.segment("CUR").text("85").text(&claim.currency).end();
            }
            party::billing_provider(out, &claim.billing_provider);
            if let Some(pay_to) = &claim.pay_to {
                party::billing_provider(out, pay_to);
            }
            if let Some(plan) = &claim.pay_to_plan {
                party::payer(out, "PE", plan, None);
            }
            self.billing = Some(Billing {
                level,
                provider: Arc::clone(&claim.billing_provider),
                pay_to: claim.pay_to.clone(),
                pay_to_plan: claim.pay_to_plan.clone(),
                currency: claim.currency.clone(),
            });
        }
        if self.subscriber.as_ref().is_none_or(|open| !open.holds(claim, dependent)) {
            settled = Some(out.bytes.len());
            let parent = self.billing.as_ref().map(|billing| billing.level);
            let before = out.bytes.len();
            let level = self.begin(out, parent, "22", "0");
            let terminator = out.delimiters.segment;
            let end = out.bytes[before..].iter().position(|&byte| byte == terminator).unwrap_or(1);
            let flag = before + end - 1;
            party::insurance(out, &claim.subscriber);
            let patient = &claim.patient;
            if !dependent && (patient.death_date.is_some() || patient.weight_pounds.is_some() || patient.pregnant) {
                party::patient_information(out, patient, "");
            }
            party::subscriber(out, &claim.subscriber);
            party::payer(out, "PR", &claim.payer, None);
            self.subscriber = Some(SubscriberLevel {
                level,
                subscriber: Arc::clone(&claim.subscriber),
                payer: Arc::clone(&claim.payer),
                own: (!dependent).then(|| Arc::clone(patient)),
                dependent: None,
                flag,
            });
        }
        let Some(mut subscriber) = self.subscriber.take() else { return settled };
        if dependent && subscriber.dependent.as_ref().is_none_or(|open| !same(open, &claim.patient)) {
            if let Some(flag) = out.bytes.get_mut(subscriber.flag) {
                *flag = b'1';
            }
            self.begin(out, Some(subscriber.level), "23", "0");
            party::patient_information(out, &claim.patient, &claim.patient.relationship.0);
            party::patient(out, &claim.patient);
            subscriber.dependent = Some(Arc::clone(&claim.patient));
        }
        self.subscriber = Some(subscriber);
        settled
    }

    /// The output before `settled` was given away.
    fn moved(&mut self, settled: usize) {
        if let Some(subscriber) = &mut self.subscriber {
            subscriber.flag = subscriber.flag.saturating_sub(settled);
        }
    }
}

/// Whether the patient is the subscriber as the reader puts them in the patient's place, and needs no level.
fn is_subscriber(patient: &Patient, subscriber: &Subscriber) -> bool {
    patient.last_name == subscriber.last_name
        && patient.first_name == subscriber.first_name
        && patient.middle_name == subscriber.middle_name
        && patient.name_suffix == subscriber.name_suffix
        && patient.member_id == subscriber.member_id.value
        && patient.birth_date == subscriber.birth_date
        && patient.sex == subscriber.sex
        && patient.address == subscriber.address
        && patient.relationship == subscriber.relationship
        && patient.identifiers == subscriber.identifiers
}
