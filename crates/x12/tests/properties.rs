//! What holds for every input: what was written is read back, chunks do not matter, nothing panics.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed assumption fails the test")]

use openclaim_claim::{
    Address, Claim, ClaimType, Date, Decimal, Diagnosis, DiagnosisRole, EntityKind, ExternalReference, FileId,
    Identifier, List, Money, Patient, Poa, Procedure, ProcedureCoding, Provider, ProviderRole, ProviderSpecialty,
    Relationship, ServiceLine, Sex, Spanned, Text, Value,
};
use openclaim_x12::write::{ClaimWriter, LineBreak};
use openclaim_x12::{Delimiters, Envelope, Event, Group, Interchange, Reader};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use std::io::Read;
use std::sync::Arc;

fn text(pattern: &'static str) -> impl Strategy<Value = Text> {
    pattern.prop_map(Text::from)
}

/// A name: no blanks at its end, which readers trim, and none of the separators the writer puts.
fn name() -> impl Strategy<Value = Text> {
    text("[A-Z][A-Z' .-]{0,30}[A-Zé]")
}

fn date() -> impl Strategy<Value = Spanned<Date>> {
    (1900_i16..2100, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| Spanned::bare(Date::new(y, m, d).unwrap()))
}

fn money() -> impl Strategy<Value = Spanned<Money>> {
    (0_i64..10_000_000_000).prop_map(|cents| Spanned::bare(Money::from_cents(cents)))
}

fn code<T>(pattern: &'static str) -> impl Strategy<Value = Spanned<T>>
where
    T: std::str::FromStr + std::fmt::Debug,
    T::Err: std::fmt::Debug,
{
    pattern.prop_map(|text| Spanned::bare(text.parse().unwrap()))
}

fn address() -> impl Strategy<Value = Address> {
    (name(), option::of(name()), name(), text("[A-Z]{2}"), text("[0-9]{5}|[0-9]{9}")).prop_map(
        |(line1, line2, city, state, postal_code)| Address {
            line1,
            line2: line2.unwrap_or_default(),
            city,
            state,
            postal_code,
            country: Text::default(),
        },
    )
}

fn provider(roles: &'static [ProviderRole]) -> impl Strategy<Value = Provider> {
    (
        prop::sample::select(roles),
        any::<bool>(),
        (name(), name()),
        option::of(code("[0-9]{10}")),
        option::of(code("[0-9]{3}[A-Z][0-9]{5}X")),
        option::of(address()),
        // XX says that what follows is an NPI.
        vec((text("[A-WYZ0-9][A-Z0-9]"), text("[A-Z0-9]{1,12}")), 0..3),
    )
        .prop_map(|(role, person, (last, first), npi, taxonomy, address, identifiers)| Provider {
            kind: if person { EntityKind::Person } else { EntityKind::Organization },
            name: last,
            first_name: if person { first } else { Text::default() },
            npi,
            specialty: taxonomy.map(|taxonomy| ProviderSpecialty { taxonomy }),
            address: address.map(Box::new),
            identifiers: identifiers.into_iter().map(|(qualifier, value)| Identifier { qualifier, value }).collect(),
            ..Provider::new(role)
        })
}

fn diagnoses() -> impl Strategy<Value = Vec<Diagnosis>> {
    let poa = prop::sample::select(&[Poa::Yes, Poa::No, Poa::Unknown, Poa::ClinicallyUndetermined, Poa::Exempt][..]);
    let role =
        prop::sample::select(&[DiagnosisRole::Other, DiagnosisRole::ExternalCause, DiagnosisRole::Admitting][..]);
    let one = (code("[A-Z][0-9]{2}[A-Z0-9]{0,4}"), role, option::of(poa.prop_map(Spanned::bare)), any::<bool>());
    vec(one, 1..25).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(at, (code, role, poa, icd9))| Diagnosis {
                code,
                role: if at == 0 { DiagnosisRole::Principal } else { role },
                poa,
                icd9,
            })
            .collect()
    })
}

fn line(institutional: bool) -> impl Strategy<Value = ServiceLine> {
    (
        code("[0-9]{4}"),
        option::of(code("[A-Z0-9][0-9]{4}")),
        vec(code("[A-Z0-9]{2}"), 0..=4),
        money(),
        option::of((0_i64..100_000, 0_u32..3)),
        vec(1_u8..=12, 0..4),
        option::of((date(), date())),
        option::of(text("[A-Z0-9]{1,20}")),
        vec(provider(&[ProviderRole::Rendering, ProviderRole::Ordering]), 0..2),
    )
        .prop_map(move |(revenue, hcpcs, modifiers, charge, units, pointers, dates, control, providers)| {
            let mut line = ServiceLine::new(0);
            // Lines of professional claims always have a procedure.
            line.hcpcs = if institutional { hcpcs } else { hcpcs.or_else(|| "99213".parse().ok().map(Spanned::bare)) };
            line.code_qualifier = if line.hcpcs.is_some() { "HC".into() } else { Text::default() };
            line.modifiers = if line.hcpcs.is_some() { modifiers.into() } else { List::new() };
            line.revenue_code = institutional.then_some(revenue);
            line.charge = charge;
            line.units = units.map(|(mantissa, scale)| Spanned::bare(Decimal::new(mantissa, scale)));
            line.diagnosis_pointers =
                if institutional { List::new() } else { pointers.into_iter().map(Spanned::bare).collect() };
            line.dates.from = dates.map(|(from, _)| from);
            line.dates.through = dates.map(|(_, through)| through);
            line.control_number = control.unwrap_or_default();
            line.providers = providers.into();
            line
        })
}

fn header(claim_type: ClaimType) -> impl Strategy<Value = Claim> {
    let sex = || prop::sample::select(&[Sex::Male, Sex::Female, Sex::Unknown][..]);
    let person = move || (name(), name(), option::of((date(), sex().prop_map(Spanned::bare))), option::of(address()));
    (
        provider(&[ProviderRole::Billing]),
        person(),
        option::of(person()),
        text("[A-Z0-9]{1,20}"),
        text("[A-Z0-9][A-Z0-9-]{0,19}"),
        money(),
        name(),
    )
        .prop_map(move |(billing, subscriber, dependent, member, id, charge, payer)| {
            let mut claim = Claim::new(claim_type);
            claim.billing_provider = Arc::new(billing);
            claim.transaction_date = Date::new(2026, 1, 1).ok();
            claim.claim_id = Spanned::bare(id);
            claim.amounts.total_charge = charge;
            Arc::make_mut(&mut claim.payer).name = payer;
            Arc::make_mut(&mut claim.payer).id = "P1".into();
            let s = Arc::make_mut(&mut claim.subscriber);
            s.kind = EntityKind::Person;
            s.payer_responsibility = "P".into();
            s.claim_filing_indicator = "MA".into();
            s.member_id = Spanned::bare(member);
            let (last, first, birth_and_sex, address) = subscriber;
            (s.last_name, s.first_name, s.address) = (last, first, address.map(Box::new));
            (s.birth_date, s.sex) = birth_and_sex.unzip();
            s.relationship = Relationship(if dependent.is_some() { "".into() } else { "18".into() });
            let patient = match dependent {
                Some((last_name, first_name, birth_and_sex, address)) => {
                    let (birth_date, sex) = birth_and_sex.unzip();
                    let relationship = Relationship("19".into());
                    let address = address.map(Box::new);
                    Patient { last_name, first_name, birth_date, sex, address, relationship, ..Patient::default() }
                }
                None => Patient {
                    last_name: s.last_name.clone(),
                    first_name: s.first_name.clone(),
                    member_id: s.member_id.value.clone(),
                    birth_date: s.birth_date,
                    sex: s.sex,
                    address: s.address.clone(),
                    relationship: s.relationship.clone(),
                    ..Patient::default()
                },
            };
            claim.patient = Arc::new(patient);
            for field in
                [&mut claim.provider_signature, &mut claim.benefits_assigned, &mut claim.release_of_information]
            {
                *field = "Y".into();
            }
            claim.assignment = "A".into();
            claim
        })
}

fn claim(institutional: bool) -> impl Strategy<Value = Claim> {
    let claim_type = if institutional { ClaimType::Institutional } else { ClaimType::Professional };
    let procedures = vec((code("[0-9A-Z]{7}"), option::of(date())), 0..6);
    let values = vec((code("[A-Z0-9]{2}"), (0_i64..1_000_000, 0_u32..3)), 0..4);
    (
        header(claim_type),
        diagnoses(),
        procedures,
        values,
        (vec(code("[A-Z0-9]{2}"), 0..4), vec((text("[A-Z0-9]{2}"), text("[A-Z0-9]{1,30}")), 0..3)),
        (option::of((date(), date())), option::of(date()), vec((text("44[1-4]"), date()), 0..2)),
        (text("[1-8][1-9]"), text("[0-9]"), option::of(text("[A-Z0-9]{1,20}"))),
        vec(provider(&[ProviderRole::Attending, ProviderRole::Operating, ProviderRole::Rendering]), 0..3),
        vec(line(institutional), 1..12),
    )
        .prop_map(move |(mut claim, diagnoses, procedures, values, codes, dates, kind, providers, lines)| {
            claim.diagnoses = diagnoses;
            claim.procedures = procedures
                .into_iter()
                .enumerate()
                .map(|(at, (code, date))| Procedure {
                    code,
                    principal: at == 0,
                    coding: ProcedureCoding::Icd10Pcs,
                    date,
                })
                .collect();
            claim.values = values
                .into_iter()
                .map(|(code, (mantissa, scale))| Value { code, amount: Spanned::bare(Decimal::new(mantissa, scale)) })
                .collect();
            claim.condition_codes = codes.0.into();
            claim.references = codes
                .1
                .into_iter()
                .filter(|(qualifier, _)| qualifier != "F8")
                .map(|(qualifier, value)| ExternalReference { qualifier, value: Spanned::bare(value) })
                .collect();
            let (period, admitted, other) = dates;
            claim.dates.statement_from = period.map(|(from, _)| from);
            claim.dates.statement_through = period.map(|(_, through)| through);
            claim.dates.other = other.into();
            let (facility, frequency, original) = kind;
            claim.frequency = frequency.chars().next().map(Spanned::bare);
            if institutional {
                claim.type_of_bill = format!("{facility}{frequency}").parse().ok().map(Spanned::bare);
                claim.admission.date = admitted;
                claim.admission.hour = if admitted.is_some() { "1201".into() } else { Text::default() };
                claim.admission.admission_type = "1".parse().ok().map(Spanned::bare);
                claim.admission.discharge_status = "01".parse().ok().map(Spanned::bare);
            } else {
                claim.place_of_service = facility.parse().ok().map(Spanned::bare);
            }
            claim.original_reference_number = original.map(Spanned::bare);
            claim.providers = providers;
            claim.lines = lines;
            for (at, line) in claim.lines.iter_mut().enumerate() {
                line.number = at as u32 + 1;
            }
            claim
        })
}

/// Separators that are all different and appear in no text of these tests.
fn delimiters() -> impl Strategy<Value = Delimiters> {
    let all = b"*~:^>|!%&+=<?\\@#$\x1c\x1d\x1e\x1f".to_vec();
    (Just(all).prop_shuffle(), any::<bool>()).prop_map(|(bytes, repeats)| Delimiters {
        element: bytes[0],
        component: bytes[1],
        segment: bytes[2],
        repetition: repeats.then_some(bytes[3]),
    })
}

/// Text of an interchange with one transaction that holds the given claims.
fn written(claims: &[Claim], delimiters: Delimiters, line_break: LineBreak) -> Vec<u8> {
    let (day, time) = (Date::new(2026, 1, 1).unwrap(), "1200");
    let mut interchange = Interchange::outgoing(("ZZ", "SENDER"), ("ZZ", "RECEIVER"), 1, day, time);
    interchange.delimiters = delimiters;
    let version = openclaim_x12::Guide::current_version(claims[0].claim_type);
    let group = Group::outgoing("HC", "SENDER", "RECEIVER", 1, day, time, version);
    let envelope = Envelope::outgoing(Arc::new(interchange), Arc::new(group), 1, day, claims[0].claim_type);
    let envelope = Arc::new(envelope);
    let mut writer = ClaimWriter::new(Vec::new(), line_break);
    for claim in claims {
        writer.claim(claim, &envelope).unwrap();
    }
    writer.finish().unwrap()
}

/// Claims without their spans, which the written ones do not have.
fn without_spans(mut claim: Claim) -> Claim {
    claim.span = None;
    Arc::make_mut(&mut claim.billing_provider).span = None;
    Arc::make_mut(&mut claim.subscriber).span = None;
    Arc::make_mut(&mut claim.patient).span = None;
    Arc::make_mut(&mut claim.payer).span = None;
    claim.providers.iter_mut().for_each(|provider| provider.span = None);
    for line in &mut claim.lines {
        line.span = None;
        line.providers.iter_mut().for_each(|provider| provider.span = None);
    }
    claim
}

/// A stream that gives out its bytes in pieces of given sizes.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: Vec<usize>,
    turn: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()].min(buffer.len()).min(self.bytes.len());
        self.turn += 1;
        buffer[..size].copy_from_slice(&self.bytes[..size]);
        self.bytes = &self.bytes[size..];
        Ok(size)
    }
}

/// Text made of pieces that files are made of, good and bad.
fn debris() -> impl Strategy<Value = Vec<u8>> {
    let whole =
        std::fs::read(format!("{}/../../examples/several-interchanges.837", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let pieces: Vec<Vec<u8>> = whole.split_inclusive(|&byte| byte == b'~').map(<[u8]>::to_vec).collect();
    let bad: &[&[u8]] = &[
        b"~",
        b"*",
        b"ISA*",
        b"ISA*00*~",
        b"GS*HC*~",
        b"IEA~",
        b"CLM~",
        b"HI*ABK:~",
        b"\xff\xfe",
        b"\0\0",
        b"LX*~",
        b"SE*1",
        b"HL*1",
    ];
    let piece = prop_oneof![
        8 => prop::sample::select(pieces),
        2 => prop::sample::select(bad.iter().map(|piece| piece.to_vec()).collect::<Vec<_>>()),
        1 => vec(any::<u8>(), 0..20),
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn what_was_written_is_read_back(
        claims in prop_oneof![vec(claim(true), 1..4), vec(claim(false), 1..4)],
        delimiters in delimiters(),
        line_breaks in any::<bool>(),
    ) {
        let bytes = written(&claims, delimiters, if line_breaks { LineBreak::CrLf } else { LineBreak::None });
        let mut read = Vec::new();
        for event in Reader::from_slice(&bytes, FileId(0)) {
            match event {
                Event::Claim(record) => {
                    prop_assert!(record.faults.is_empty(), "{:?}", record.faults);
                    prop_assert_eq!(record.envelope.interchange.as_ref().unwrap().delimiters, delimiters);
                    read.push(without_spans(record.claim));
                }
                Event::Fault(fault) => prop_assert!(false, "{}", fault),
            }
        }
        prop_assert_eq!(read, claims);
    }

    #[test]
    fn chunks_do_not_matter(bytes in debris(), sizes in vec(1_usize..200, 1..8)) {
        let at_once: Vec<_> = Reader::from_slice(&bytes, FileId(0)).collect();
        let pieces = Pieces { bytes: &bytes, sizes, turn: 0 };
        let in_pieces: Vec<_> = Reader::new(pieces, FileId(0)).collect();
        prop_assert_eq!(at_once, in_pieces);
    }

    #[test]
    fn arbitrary_bytes_are_read_to_their_end(bytes in vec(any::<u8>(), 0..4000)) {
        let mut reader = Reader::from_slice(&bytes, FileId(0));
        prop_assert!(reader.by_ref().count() > 0);
        prop_assert_eq!(reader.totals().bytes, bytes.len() as u64);
    }

    #[test]
    fn spans_stay_within_the_file(bytes in debris()) {
        let end = bytes.len() as u64;
        for event in Reader::from_slice(&bytes, FileId(0)) {
            match event {
                Event::Claim(record) => {
                    prop_assert!(record.claim.span.unwrap().end() <= end);
                    for fault in &record.faults {
                        prop_assert!(fault.span.end() <= end, "{}", fault);
                    }
                }
                Event::Fault(fault) => prop_assert!(fault.span.end() <= end, "{}", fault),
            }
        }
    }
}
