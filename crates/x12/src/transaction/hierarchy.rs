//! The header of a transaction and the levels above its claims: loops 1000, 2000 and 2010.

use super::{BillingLevel, Level, LevelId, Loop, OpenClaim, SubscriberLevel, Transaction, party};
use crate::context::Context;
use crate::envelope::TradingPartner;
use crate::fault::{FaultKind, quote};
use crate::lexer::Segment;
use crate::values;
use openclaim_claim::{Levels, Patient, Provider, ProviderRole, Purpose, Subscriber, Text};
use std::sync::Arc;

impl Transaction {
    /// HL: begins a billing provider's, subscriber's or dependent's level.
    pub(super) fn begin_level(&mut self, cx: &mut Context<'_, '_>) {
        let (id, parent, level) = (cx.element(1), cx.element(2), cx.element(3));
        let due = self.last_level.saturating_add(1);
        let said = values::whole(id.text.as_bytes());
        if said.is_none() {
            let detail = format!("HL01 is `{}`: the number of the level is expected", quote(id.text));
            let span = if id.text.is_empty() { cx.span() } else { id.span(cx.file) };
            cx.fault(FaultKind::MalformedHierarchy, span, detail);
        }
        self.last_level = said.unwrap_or(due);
        let id = LevelId { said: Text::new(id.text), due: (said != Some(due)).then_some(due) };
        match level.text {
            "20" => {
                self.level = Level::Billing;
                self.place = Loop::BillingLevel;
                let provider = Arc::new(Provider::new(ProviderRole::Billing));
                let (pay_to, pay_to_plan, currency) = (None, None, Text::default());
                self.billing = Some(BillingLevel { id, provider, pay_to, pay_to_plan, currency });
                self.subscriber = None;
                self.patient = None;
            }
            "22" => {
                self.expect_parent(
                    cx,
                    parent.text,
                    self.billing.as_ref().map(|billing| &billing.id),
                    "billing provider",
                );
                self.level = Level::Subscriber;
                self.place = Loop::SubscriberLevel;
                let (subscriber, payer) = (Arc::default(), Arc::default());
                let patient = Patient::default();
                self.subscriber = Some(SubscriberLevel { id, subscriber, payer, patient, named: false });
                self.patient = None;
            }
            "23" => {
                self.expect_parent(cx, parent.text, self.subscriber.as_ref().map(|level| &level.id), "subscriber");
                self.level = Level::Patient;
                self.place = Loop::PatientLevel;
                self.patient = Some(Arc::default());
            }
            other => {
                let expected = "20 (billing provider), 22 (subscriber) or 23 (dependent) is expected";
                let detail = format!("HL03 is `{}`: {expected}; the level is passed over", quote(other));
                cx.segment_fault(FaultKind::MalformedHierarchy, detail);
                self.place = Loop::PassedOver;
            }
        }
    }

    fn expect_parent(&self, cx: &mut Context<'_, '_>, parent: &str, open: Option<&LevelId>, what: &str) {
        let detail = match open {
            Some(open) if open.is(parent) => return,
            Some(open) => {
                format!(
                    "HL02 is `{}`, which is not the {what} level above; level `{}` is taken",
                    quote(parent),
                    quote(&open.said)
                )
            }
            None => format!("HL02 is `{}`, but no {what} level is above", quote(parent)),
        };
        let field = cx.element(2);
        let span = if field.text.is_empty() { cx.span() } else { field.span(cx.file) };
        cx.fault(FaultKind::UnknownHierarchicalParent, span, detail);
    }

    /// A segment that stands above the claims.
    pub(super) fn read_above_claim(&mut self, cx: &mut Context<'_, '_>) {
        let Some(id) = cx.segment.id() else { return };
        match &id.packed() {
            b"NM1" => self.begin_party(cx),
            b"BHT" if self.level == Level::None => self.beginning(cx),
            name => {
                if !self.read_detail(cx, *name) {
                    let detail = format!("{} does not belong in loop {}; it is skipped", id.as_str(), cx.within);
                    cx.segment_fault(FaultKind::UnexpectedSegment, detail);
                }
            }
        }
    }

    /// BHT: what the transaction is for.
    fn beginning(&mut self, cx: &Context<'_, '_>) {
        let envelope = &mut self.envelope;
        envelope.set_purpose = cx.text(2);
        envelope.reference = cx.text(3);
        envelope.date = cx.text(4);
        envelope.time = cx.text(5);
        envelope.purpose = match cx.element(6).text {
            _ if envelope.purpose == Purpose::Predetermination => Purpose::Predetermination,
            "RP" => Purpose::Reporting,
            "31" => Purpose::Subrogation,
            _ => Purpose::Chargeable,
        };
        self.shared = None;
    }

    /// NM1 above the claims. A party of a kind that the level already has is reported and passed over.
    fn begin_party(&mut self, cx: &mut Context<'_, '_>) {
        if !cx.require(1, "entity") {
            self.place = Loop::PassedOver;
            return;
        }
        let code = cx.element(1);
        let found = match (self.level, code.text, &mut self.billing, &mut self.subscriber, &mut self.patient) {
            (Level::None, "41", ..) => {
                trading_partner(cx, &mut self.envelope.submitter).then_some(Loop::Submitter).ok_or(())
            }
            (Level::None, "40", ..) => {
                trading_partner(cx, &mut self.envelope.receiver).then_some(Loop::Receiver).ok_or(())
            }
            (Level::Billing, "85", Some(level), ..) => {
                if level.provider.span.is_none() {
                    let mut provider = party::provider(cx, ProviderRole::Billing);
                    provider.specialty.clone_from(&level.provider.specialty);
                    level.provider = Arc::new(provider);
                    Ok(Loop::Billing)
                } else {
                    Err(())
                }
            }
            (Level::Billing, "87", Some(level), ..) if level.pay_to.is_none() => {
                level.pay_to = Some(Arc::new(party::provider(cx, ProviderRole::PayTo)));
                Ok(Loop::PayTo)
            }
            (Level::Billing, "PE", Some(level), ..) if level.pay_to_plan.is_none() => {
                level.pay_to_plan = Some(Arc::new(party::payer(cx)));
                Ok(Loop::PayToPlan)
            }
            (Level::Subscriber, "IL", _, Some(level), _) if !level.named => {
                level.named = true;
                party::subscriber(cx, Arc::make_mut(&mut level.subscriber));
                level.patient.span = Some(cx.span());
                Ok(Loop::Subscriber)
            }
            (Level::Subscriber, "PR", _, Some(level), _) if level.payer.span.is_none() => {
                level.payer = Arc::new(party::payer(cx));
                Ok(Loop::Payer)
            }
            (Level::Patient, "QC", _, _, Some(patient)) if patient.span.is_none() => {
                party::patient(cx, Arc::make_mut(patient));
                Ok(Loop::Patient)
            }
            (Level::Billing, "87" | "PE", ..) | (Level::Subscriber, "IL" | "PR", ..) | (Level::Patient, "QC", ..) => {
                Err(())
            }
            _ => {
                let detail = format!("NM1*{} does not belong in loop {}; it is skipped", quote(code.text), cx.within);
                cx.segment_fault(FaultKind::UnexpectedSegment, detail);
                self.place = Loop::PassedOver;
                return;
            }
        };
        self.place = found.unwrap_or_else(|()| {
            let detail = format!("NM1*{} stands here a second time; the first is kept", quote(code.text));
            cx.segment_fault(FaultKind::RepeatedSegment, detail);
            Loop::PassedOver
        });
    }

    /// Segments that say more about the open level or party; `false` for one that has no place there.
    fn read_detail(&mut self, cx: &mut Context<'_, '_>, name: [u8; 3]) -> bool {
        match (self.place, &name, &mut self.billing, &mut self.subscriber, &mut self.patient) {
            (Loop::PassedOver, ..) => true,
            (Loop::Submitter, b"PER", ..) => {
                party::contact(cx, &mut self.envelope.submitter.contacts);
                self.shared = None;
                true
            }
            (Loop::Receiver, b"PER", ..) => {
                party::contact(cx, &mut self.envelope.receiver.contacts);
                self.shared = None;
                true
            }
            // The version once more, as version 4010 repeats it.
            (Loop::Submitter | Loop::Receiver, b"N2\0", ..) | (Loop::Header, b"REF", ..) => true,
            (Loop::BillingLevel, b"PRV", Some(level), ..) => {
                party::specialty(cx, &mut Arc::make_mut(&mut level.provider).specialty);
                true
            }
            (Loop::BillingLevel, b"CUR", Some(level), ..) => {
                level.currency = cx.text(2);
                true
            }
            (Loop::Billing, _, Some(level), ..) => party::provider_detail(cx, name, Arc::make_mut(&mut level.provider)),
            (Loop::PayTo, _, Some(BillingLevel { pay_to: Some(pay_to), .. }), ..) => {
                party::provider_detail(cx, name, Arc::make_mut(pay_to))
            }
            (Loop::PayToPlan, _, Some(BillingLevel { pay_to_plan: Some(plan), .. }), ..) => {
                party::payer_detail(cx, name, Arc::make_mut(plan))
            }
            (Loop::SubscriberLevel, b"SBR", _, Some(level), _) => {
                if level.subscriber.span.is_some() {
                    let detail = "SBR stands here a second time; the first is kept".to_owned();
                    cx.segment_fault(FaultKind::RepeatedSegment, detail);
                } else {
                    insurance(cx, Arc::make_mut(&mut level.subscriber));
                }
                true
            }
            (Loop::SubscriberLevel, b"PAT", _, Some(level), _) => {
                party::patient_information(cx, &mut level.patient);
                true
            }
            (Loop::Subscriber, _, _, Some(level), _) => {
                party::subscriber_detail(cx, name, Arc::make_mut(&mut level.subscriber))
            }
            (Loop::Payer, _, _, Some(level), _) => party::payer_detail(cx, name, Arc::make_mut(&mut level.payer)),
            (Loop::PatientLevel, b"PAT", _, _, Some(patient)) => {
                party::patient_information(cx, Arc::make_mut(patient));
                true
            }
            (Loop::Patient, _, _, _, Some(patient)) => party::patient_detail(cx, name, Arc::make_mut(patient)),
            _ => false,
        }
    }

    /// Reports what should stand above a new claim and does not.
    pub(super) fn check_levels(&self, open: &mut OpenClaim, segment: &Segment<'_>) {
        let complete = self.billing.as_ref().is_some_and(|level| level.provider.span.is_some())
            && self.subscriber.as_ref().is_some_and(|level| level.named)
            && self.patient.as_ref().is_none_or(|patient| patient.span.is_some());
        if !complete {
            self.report_missing_levels(open, segment);
        }
    }

    #[cold]
    fn report_missing_levels(&self, open: &mut OpenClaim, segment: &Segment<'_>) {
        let mut cx = Context {
            segment,
            file: self.file,
            within: Loop::Claim.name(),
            log: &mut open.log,
            fault_limit: self.limits.faults_per_claim,
            guided: false,
        };
        let billing = match &self.billing {
            Some(level) if level.provider.span.is_some() => None,
            Some(_) => Some("no billing provider (NM1*85) stands above the claim"),
            None => Some("no billing provider level (HL*..*20) stands above the claim"),
        };
        if let Some(detail) = billing {
            cx.segment_fault(FaultKind::MissingBillingProvider, detail.to_owned());
        }
        let subscriber = match &self.subscriber {
            Some(level) if level.named => None,
            Some(_) => Some("no subscriber (NM1*IL) stands above the claim"),
            None => Some("no subscriber level (HL*..*22) stands above the claim"),
        };
        if let Some(detail) = subscriber {
            cx.segment_fault(FaultKind::MissingSubscriber, detail.to_owned());
        }
        if self.patient.as_ref().is_some_and(|patient| patient.span.is_none()) {
            let detail = "the dependent's level above the claim names no patient (NM1*QC)".to_owned();
            cx.segment_fault(FaultKind::MissingPatient, detail);
        }
    }
}

/// What the claims below these levels share.
pub(super) fn levels(
    billing: Option<&BillingLevel>,
    subscriber: Option<&SubscriberLevel>,
    dependent: Option<&Arc<Patient>>,
) -> Levels {
    let (billing_provider, pay_to, pay_to_plan, currency) = match billing {
        Some(level) => {
            (Arc::clone(&level.provider), level.pay_to.clone(), level.pay_to_plan.clone(), level.currency.clone())
        }
        None => (Arc::new(Provider::new(ProviderRole::Billing)), None, None, Text::default()),
    };
    let (insured, payer) = match subscriber {
        Some(level) => (Arc::clone(&level.subscriber), Arc::clone(&level.payer)),
        None => Default::default(),
    };
    let patient = match (dependent, subscriber) {
        (Some(patient), _) => Arc::clone(patient),
        (None, Some(level)) => Arc::new(subscriber_as_patient(level)),
        (None, None) => Arc::default(),
    };
    Levels { billing_provider, pay_to, pay_to_plan, currency, subscriber: insured, patient, payer }
}

/// The subscriber in the place of the patient: names and demographics of NM1*IL, the rest from PAT.
fn subscriber_as_patient(level: &SubscriberLevel) -> Patient {
    let subscriber = &level.subscriber;
    Patient {
        last_name: subscriber.last_name.clone(),
        first_name: subscriber.first_name.clone(),
        middle_name: subscriber.middle_name.clone(),
        name_suffix: subscriber.name_suffix.clone(),
        member_id: subscriber.member_id.value.clone(),
        birth_date: subscriber.birth_date,
        sex: subscriber.sex,
        address: subscriber.address.clone(),
        relationship: subscriber.relationship.clone(),
        death_date: level.patient.death_date,
        weight_pounds: level.patient.weight_pounds,
        pregnant: level.patient.pregnant,
        identifiers: subscriber.identifiers.clone(),
        span: level.patient.span,
    }
}

/// SBR: whose insurance it is, and in which order it pays.
pub(super) fn insurance(cx: &Context<'_, '_>, subscriber: &mut Subscriber) {
    subscriber.payer_responsibility = cx.text(1);
    subscriber.relationship.0 = cx.text(2);
    subscriber.group_number = cx.text(3);
    subscriber.group_name = cx.text(4);
    subscriber.insurance_type = cx.text(5);
    subscriber.claim_filing_indicator = cx.text(9);
    subscriber.span = Some(cx.span());
}

/// NM1*41 or NM1*40; `false` when it is the second.
fn trading_partner(cx: &mut Context<'_, '_>, partner: &mut TradingPartner) -> bool {
    if partner.span.is_some() {
        return false;
    }
    partner.kind = party::kind(cx);
    partner.name = cx.text(3);
    partner.first_name = cx.text(4);
    partner.id = cx.text(9);
    partner.span = Some(cx.span());
    true
}
