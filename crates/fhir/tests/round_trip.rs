//! Claim → FHIR → claim, and resource → claim → resource.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed assumption fails the test")]

use openclaim_claim::FileId;
use openclaim_claim::{
    Claim, ClaimType, ConditionCode, Date, Decimal, Diagnosis, DiagnosisCode, DiagnosisRole, DischargeStatus, DrgCode,
    EntityKind, HcpcsCode, Identifier, Modifier, Money, Npi, Occurrence, OccurrenceSpan, PlaceOfService, Poa,
    Procedure, ProcedureCode, ProcedureCoding, Provider, ProviderRole, Purpose, Relationship, RevenueCode, ServiceLine,
    Sex, Spanned, Text, TypeOfBill, Unit, Value, ValueCode,
};
use openclaim_fhir::{Event, Fault, Reader, Record, write_claim, write_record};
use openclaim_testkit::{shared, workspace_root};
use proptest::prelude::*;
use std::path::Path;
use std::sync::Arc;

fn content(claim: &Claim) -> serde_json::Value {
    fn without_spans(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(members) => {
                members.remove("span");
                members.values_mut().for_each(without_spans);
            }
            serde_json::Value::Array(elements) => elements.iter_mut().for_each(without_spans),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(claim).unwrap();
    without_spans(&mut value);
    value
}

fn record(text: &str) -> Record {
    let events: Vec<Event> = Reader::new(text.as_bytes(), FileId(0)).keep_originals().collect();
    let [Event::Claim(record)] = events.as_slice() else { panic!("{events:?}") };
    (**record).clone()
}

/// Writes a claim and reads it back. The text is valid JSON for another library too.
fn there_and_back(claim: &Claim) -> (serde_json::Value, Vec<Fault>, serde_json::Value) {
    let text = write_claim(claim);
    let resource: serde_json::Value = serde_json::from_str(&text).unwrap();
    let record = record(&text);
    (content(&record.claim), record.faults, resource)
}

fn x12_claims(path: &Path) -> Vec<Claim> {
    let bytes = std::fs::read(path).unwrap();
    let events = openclaim_x12::Reader::from_slice(&bytes, FileId(0));
    events
        .filter_map(|event| if let openclaim_x12::Event::Claim(record) = event { Some(record.claim) } else { None })
        .collect()
}

/// How many bytes of the claim needed the extension.
fn bytes_in_extension(resource: &serde_json::Value) -> usize {
    let extensions = resource["extension"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ours = extensions.iter().filter(|extension| extension["url"] == "urn:openclaim:claim-remainder");
    ours.map(|extension| extension["valueString"].as_str().unwrap_or_default().len()).sum()
}

#[test]
fn claims_of_the_examples_come_back_whole() {
    let mut claims = 0;
    for entry in std::fs::read_dir(workspace_root().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "837") {
            for claim in x12_claims(&path) {
                let (read, faults, resource) = there_and_back(&claim);
                assert_eq!(read, content(&claim), "{}", path.display());
                assert_eq!(faults, [], "{}", path.display());
                let extension = bytes_in_extension(&resource);
                println!("{}: {extension} bytes of remainder", path.file_name().unwrap().to_string_lossy());
                assert!(extension < content(&claim).to_string().len() / 3, "{resource:#}");
                claims += 1;
            }
        }
    }
    assert!(claims > 10);
}

#[test]
fn claims_of_the_x12_samples_come_back_whole() {
    let mut claims = 0;
    for folder in ["samples/837i", "samples/837p", "samples/837d"] {
        let Some(folder) = shared("claims_of_the_x12_samples_come_back_whole", folder) else { return };
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            for claim in x12_claims(&path) {
                let (read, _, _) = there_and_back(&claim);
                assert_eq!(read, content(&claim), "{}", path.display());
                claims += 1;
            }
        }
    }
    assert!(claims > 100, "{claims}");
}

#[test]
fn claims_of_explanations_of_benefit_can_be_written_as_claims() {
    let Some(folder) = shared("claims_of_explanations_of_benefit_can_be_written_as_claims", "samples/fhir_eob") else {
        return;
    };
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for event in Reader::new(bytes.as_slice(), FileId(0)) {
            if let Event::Claim(record) = event {
                assert_eq!(there_and_back(&record.claim).0, content(&record.claim));
            }
        }
    }
}

/// A changed claim written into its resource says what the claim says, and keeps what nobody understood.
#[test]
fn a_changed_claim_keeps_what_was_not_understood() {
    let path = workspace_root().join("examples/fhir-claim-inpatient.json");
    let text = std::fs::read_to_string(path).unwrap();
    let mut record = record(&text);
    assert_eq!(write_record(&record), text.trim_end());
    record.claim.diagnoses[1].code = Spanned::bare(DiagnosisCode::parse("E11.9").unwrap());
    record.claim.lines[0].charge = Spanned::bare(Money::from_cents(123_456));
    Arc::make_mut(&mut record.claim.patient).sex = Some(Spanned::bare(Sex::Female));
    Arc::make_mut(&mut record.claim.subscriber).sex = Some(Spanned::bare(Sex::Female));
    let written = write_record(&record);
    let read = self::record(&written);
    assert_eq!(content(&read.claim), content(&record.claim));
    let resource: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(resource["diagnosis"][1]["diagnosisCodeableConcept"]["coding"][0]["code"], "E11.9");
    assert_eq!(resource["item"][0]["net"]["value"].to_string(), "1234.56");
    assert_eq!(resource["contained"][0]["gender"], "female");
    for kept in ["wardName", "North 4"] {
        assert!(written.contains(kept), "{kept} is lost in {written}");
    }
    assert_eq!(bytes_in_extension(&resource), 0, "{resource:#}");
}

#[test]
fn changed_explanations_of_benefit_say_what_the_claim_says() {
    let Some(folder) = shared("changed_explanations_of_benefit_say_what_the_claim_says", "samples/fhir_eob") else {
        return;
    };
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for event in Reader::new(bytes.as_slice(), FileId(0)).keep_originals() {
            let Event::Claim(mut record) = event else { continue };
            record.claim.claim_id = Spanned::bare("CHANGED-1".into());
            if let Some(line) = record.claim.lines.first_mut() {
                line.hcpcs = HcpcsCode::parse("99213").ok().map(Spanned::bare);
                line.units = Some(Spanned::bare(Decimal::new(35, 1)));
            }
            record.claim.diagnoses.pop();
            let written = write_record(&record);
            assert_eq!(content(&self::record(&written).claim), content(&record.claim));
            let resource: serde_json::Value = serde_json::from_str(&written).unwrap();
            assert_eq!(resource["resourceType"], "ExplanationOfBenefit");
        }
    }
}

fn text() -> impl Strategy<Value = Text> {
    prop_oneof![Just(Text::default()), "[A-Z][A-Za-z' \\\\\"é-]{0,12}[a-z]".prop_map(Text::from)]
}

fn day() -> impl Strategy<Value = Date> {
    (1900_i16..2100, 1_i8..13, 1_i8..29).prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

fn maybe<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>) -> impl Strategy<Value = Option<Spanned<T>>> {
    proptest::option::of(strategy.prop_map(Spanned::bare))
}

fn code<C>(pattern: &'static str, parse: fn(&str) -> C) -> impl Strategy<Value = C>
where
    C: std::fmt::Debug,
{
    pattern.prop_map(move |text: String| parse(&text))
}

fn money() -> impl Strategy<Value = Money> {
    (-10_000_000_i64..1_000_000_000_000).prop_map(Money::from_cents)
}

prop_compose! {
    fn provider()(
        role in prop_oneof![
            Just(ProviderRole::Attending), Just(ProviderRole::Rendering), Just(ProviderRole::Referring),
            Just(ProviderRole::ServiceFacility), Just(ProviderRole::AmbulancePickUp), Just(ProviderRole::Operating),
        ],
        name in text(), first_name in text(), middle_name in text(), person in any::<bool>(),
        npi in maybe(code("[0-9]{10}", |text| text.parse::<Npi>().unwrap())),
        identifiers in proptest::collection::vec(("[0-9A-Z]{2}", "[0-9A-Z]{1,12}"), 0..3),
    ) -> Provider {
        let mut provider = Provider::new(role);
        provider.kind = if person { EntityKind::Person } else { EntityKind::Organization };
        (provider.name, provider.first_name, provider.middle_name) = (name, first_name, middle_name);
        provider.npi = npi;
        for (qualifier, value) in identifiers {
            provider.identifiers.push(Identifier { qualifier: qualifier.into(), value: value.into() });
        }
        provider
    }
}

prop_compose! {
    fn line()(
        number in 0_u32..2_000,
        revenue_code in maybe(code("[0-9]{4}", |text| RevenueCode::parse(text).unwrap())),
        hcpcs in maybe(code("[A-Z0-9]{5}", |text| HcpcsCode::parse(text).unwrap())),
        qualifier in prop_oneof![Just("HC"), Just("HP"), Just(""), Just("WK")],
        modifiers in proptest::collection::vec(code("[A-Z0-9]{2}", |text| Modifier::parse(text).unwrap()), 0..4),
        charge in money(), non_covered in maybe(money()),
        units in maybe((-100_000_i64..10_000_000, 0_u32..5).prop_map(|(n, places)| Decimal::new(n, places))),
        unit in prop_oneof![Just(Unit::Units), Just(Unit::Minutes), Just(Unit::Days), Just(Unit::Other)],
        place in maybe(code("[0-9]{2}", |text| PlaceOfService::parse(text).unwrap())),
        pointers in proptest::collection::vec(any::<u8>(), 0..4),
        from in maybe(day()), through in maybe(day()),
        providers in proptest::collection::vec(provider().boxed(), 0..2),
        (description, control_number, emergency) in (text(), text(), any::<bool>()),
    ) -> ServiceLine {
        let mut line = ServiceLine::new(number);
        (line.revenue_code, line.hcpcs, line.code_qualifier) = (revenue_code, hcpcs, qualifier.into());
        line.modifiers.extend(modifiers.into_iter().map(Spanned::bare));
        (line.charge, line.non_covered, line.units, line.unit) = (Spanned::bare(charge), non_covered, units, unit);
        line.place_of_service = place;
        line.diagnosis_pointers.extend(pointers.into_iter().map(Spanned::bare));
        (line.dates.from, line.dates.through) = (from, through);
        line.providers.extend(providers);
        (line.description, line.control_number, line.emergency) = (description, control_number, emergency);
        line
    }
}

fn role() -> impl Strategy<Value = DiagnosisRole> {
    use DiagnosisRole::*;
    prop_oneof![Just(Principal), Just(Other), Just(Admitting), Just(ReasonForVisit), Just(ExternalCause)]
}

fn diagnosis() -> impl Strategy<Value = Diagnosis> {
    let poa = prop_oneof![
        Just(Poa::Yes),
        Just(Poa::No),
        Just(Poa::Unknown),
        Just(Poa::ClinicallyUndetermined),
        Just(Poa::Exempt)
    ];
    let code = code("[A-Z0-9]{1,8}", |text| DiagnosisCode::parse(text).unwrap());
    (code, role(), maybe(poa), any::<bool>()).prop_map(|(code, role, poa, icd9)| Diagnosis {
        code: Spanned::bare(code),
        role,
        poa,
        icd9,
    })
}

fn procedure() -> impl Strategy<Value = Procedure> {
    use ProcedureCoding::*;
    let coding = prop_oneof![Just(Icd10Pcs), Just(Icd9), Just(Hcpcs)];
    (code("[A-Z0-9]{1,8}", |text| ProcedureCode::parse(text).unwrap()), any::<bool>(), coding, maybe(day()))
        .prop_map(|(code, principal, coding, date)| Procedure { code: Spanned::bare(code), principal, coding, date })
}

prop_compose! {
    fn claim()(
        claim_type in prop_oneof![Just(ClaimType::Professional), Just(ClaimType::Institutional), Just(ClaimType::Dental)],
        purpose in prop_oneof![Just(Purpose::Chargeable), Just(Purpose::Reporting), Just(Purpose::Predetermination)],
        id in text(), created in proptest::option::of(day()),
        (from, through) in (maybe(day()), maybe(day())),
        bill in maybe(code("0[0-9A-Z]{3}", |text| TypeOfBill::parse(text).unwrap())),
        frequency in maybe(prop_oneof![Just('1'), Just('7'), Just('A')]),
        original in maybe(text()),
        status in maybe(code("[0-9]{2}", |text| DischargeStatus::parse(text).unwrap())),
        drg in maybe(code("[0-9]{3,4}", |text| DrgCode::parse(text).unwrap())),
        (diagnoses, procedures) in
            (proptest::collection::vec(diagnosis(), 0..8), proptest::collection::vec(procedure(), 0..5)),
        lines in proptest::collection::vec(line().boxed(), 0..5),
        (billing, providers) in (provider().boxed(), proptest::collection::vec(provider().boxed(), 0..4)),
        (last_name, first_name, sex, birth) in
            (text(), text(), maybe(prop_oneof![Just(Sex::Male), Just(Sex::Female), Just(Sex::Unknown)]), maybe(day())),
        relationship in prop_oneof![Just("18"), Just("01"), Just("19"), Just("G8"), Just("53"), Just("")],
        member_id in text(), total in money(), conditions in proptest::collection::vec("[A-Z0-9]{2}", 0..3),
    ) -> Claim {
        let mut claim = Claim::new(claim_type);
        claim.purpose = purpose;
        claim.claim_id = Spanned::bare(id);
        claim.transaction_date = created;
        (claim.dates.statement_from, claim.dates.statement_through) = (from, through);
        (claim.type_of_bill, claim.frequency, claim.original_reference_number) = (bill, frequency, original);
        (claim.admission.date, claim.admission.discharge_status) = (from, status);
        claim.admission.hour = "0830".into();
        claim.billed_drg = drg;
        (claim.diagnoses, claim.procedures, claim.lines) = (diagnoses, procedures, lines);
        claim.billing_provider = Arc::new(Provider { role: ProviderRole::Billing, ..billing });
        claim.providers = providers;
        let patient = Arc::make_mut(&mut claim.patient);
        (patient.last_name, patient.first_name, patient.sex, patient.birth_date) = (last_name, first_name, sex, birth);
        patient.pregnant = true;
        patient.relationship = Relationship(relationship.into());
        let subscriber = Arc::make_mut(&mut claim.subscriber);
        subscriber.relationship = Relationship(relationship.into());
        subscriber.member_id = Spanned::bare(member_id);
        claim.amounts.total_charge = Spanned::bare(total);
        for condition in conditions {
            let code = ConditionCode::parse(&condition).unwrap();
            claim.condition_codes.push(Spanned::bare(code));
            let occurrence = openclaim_claim::OccurrenceCode::parse(&condition).unwrap();
            claim.occurrences.push(Occurrence { code: Spanned::bare(occurrence), date: from });
            claim.occurrence_spans.push(OccurrenceSpan { code: Spanned::bare(occurrence), from, through });
            let value = ValueCode::parse(&condition).unwrap();
            claim.values.push(Value { code: Spanned::bare(value), amount: Spanned::bare(Decimal::new(12_345, 2)) });
        }
        claim
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_claim_comes_back_whole(claim in claim().boxed()) {
        let (read, _, _) = there_and_back(&claim);
        prop_assert_eq!(read, content(&claim));
    }
}
