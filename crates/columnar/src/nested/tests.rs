use super::*;
use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use openclaim_claim::{Claim, FileId, Provider, ProviderRole, Spanned};
use openclaim_reference::Library;
use openclaim_synth::{Batch, Kind};
use openclaim_x12::{Event, Reader};

/// The claims of made-up files, without what only the file knows: byte spans.
fn claims() -> Vec<Claim> {
    let library = Library::embedded().unwrap();
    let batch = Batch { kind: Kind::Mixed, count: 200, seed: 7, fault: None };
    let mut bytes = Vec::new();
    batch.write(&library, &mut bytes).unwrap();
    let claims = Reader::from_slice(&bytes, FileId(0)).filter_map(|event| match event {
        Event::Claim(record) => Some(record.claim),
        Event::Fault(_) => None,
    });
    claims.map(|claim| without_spans(&claim)).collect()
}

fn without_spans(claim: &Claim) -> Claim {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => {
                fields.remove("span");
                fields.values_mut().for_each(strip);
            }
            serde_json::Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(claim).unwrap();
    strip(&mut value);
    serde_json::from_value(value).unwrap()
}

fn written(claims: &[Claim]) -> RecordBatch {
    let mut writer = NestedWriter::default();
    for claim in claims {
        writer.push(claim).unwrap();
    }
    writer.finish().unwrap()
}

/// The batch with other texts in a column.
fn with_texts(batch: &RecordBatch, column: &str, texts: Vec<Option<String>>) -> RecordBatch {
    let at = batch.schema().index_of(column).unwrap();
    let mut arrays = batch.columns().to_vec();
    arrays[at] = Arc::new(StringArray::from(texts)) as ArrayRef;
    RecordBatch::try_new(batch.schema(), arrays).unwrap()
}

fn assert_read(batch: &RecordBatch, claims: &[Claim]) {
    let reader = NestedReader::new(batch).unwrap();
    assert_eq!(reader.len(), claims.len());
    for (read, written) in reader.claims().zip(claims) {
        assert_eq!(read.unwrap(), *written);
    }
}

#[test]
fn what_is_written_is_read() {
    let claims = claims();
    assert!(claims.len() >= 200);
    let batch = written(&claims);
    assert_eq!(batch.schema(), schema());
    assert_read(&batch, &claims);
}

#[test]
fn what_is_not_repeated_is_read() {
    let claims = claims();
    let dependent = claims.iter().find(|claim| claim.patient.relationship.0 == "19").unwrap();
    let itself = claims.iter().find(|claim| claim.patient.relationship.is_self() && claim.lines.len() > 1).unwrap();
    let mut all = Vec::new();
    let mut add = |from: &Claim, change: &dyn Fn(&mut Claim)| {
        let mut claim = from.clone();
        change(&mut claim);
        all.push(claim);
    };
    for claim in [dependent, itself] {
        add(claim, &|_| {});
        add(claim, &|it| Arc::make_mut(&mut it.patient).birth_date = None);
        add(claim, &|it| Arc::make_mut(&mut it.subscriber).birth_date = None);
        add(claim, &|it| Arc::make_mut(&mut it.subscriber).sex = None);
        add(claim, &|it| Arc::make_mut(&mut it.patient).sex = None);
        add(claim, &|it| Arc::make_mut(&mut it.patient).address = None);
        add(claim, &|it| Arc::make_mut(&mut it.subscriber).address = None);
        add(claim, &|it| Arc::make_mut(&mut it.patient).middle_name = "ANOTHER".into());
        add(claim, &|it| Arc::make_mut(&mut it.patient).member_id = "ITS-OWN".into());
        add(claim, &|it| it.patient = Arc::default());
        add(claim, &|it| it.subscriber = Arc::default());
        // Nothing but what columns hold is known of those who bill and pay.
        add(claim, &|it| {
            let npi = it.billing_provider.npi;
            it.billing_provider = Arc::new(Provider { npi, ..Provider::default() });
            it.payer = Arc::default();
            Arc::make_mut(&mut it.payer).id = "PAYER".into();
        });
        add(claim, &|it| it.billing_provider = Arc::default());
        // Of several providers of a role, columns hold the first, and it may be without number.
        add(claim, &|it| {
            let rendering = Provider { name: "NONE".into(), ..Provider::new(ProviderRole::Rendering) };
            it.providers.insert(0, rendering.clone());
            it.lines[0].providers.push(rendering);
        });
        add(claim, &|it| {
            let npi = Some(Spanned::bare("1234567893".parse().unwrap()));
            let specialty = it.billing_provider.specialty.clone();
            for role in [ProviderRole::Rendering, ProviderRole::ServiceFacility, ProviderRole::Attending] {
                let named = Provider { name: "NAMED".into(), npi, specialty: specialty.clone(), ..Provider::new(role) };
                it.lines[0].providers.extend([named.clone(), named.clone()]);
                it.providers.extend([named.clone(), named]);
            }
        });
    }
    let batch = written(&all);
    assert_read(&batch, &all);
    let words = batch.column_by_name("patient_as_subscriber").unwrap().as_string::<i32>().clone();
    let of_itself = words.value(all.len() / 2);
    assert_eq!(of_itself, "name address member_id relationship birth_date sex");
    assert_eq!(words.value(0), "last_name address");
}

#[test]
fn tables_of_schema_versions_1_and_2_are_read() {
    let claims = claims();
    let batch = written(&claims);
    let text =
        |column: &str, row: usize| batch.column_by_name(column).unwrap().as_string::<i32>().value(row).to_owned();
    let rest = claims.iter().enumerate().map(|(row, claim)| {
        let mut all: serde_json::Map<_, _> = serde_json::from_str(&text("rest_shared", row)).unwrap();
        all.extend(serde_json::from_str::<serde_json::Map<_, _>>(&text("rest", row)).unwrap());
        all.insert("patient".to_owned(), serde_json::to_value(&claim.patient).unwrap());
        all.insert("subscriber".to_owned(), serde_json::to_value(&claim.subscriber).unwrap());
        all.insert("providers".to_owned(), serde_json::to_value(&claim.providers).unwrap());
        Some(serde_json::to_string(&all).unwrap())
    });
    let batch = with_texts(&batch, "rest", rest.collect());
    let known = |name: &str| name != "rest_shared" && name != "patient_as_subscriber";
    let columns: Vec<usize> = (0..batch.num_columns()).filter(|&at| known(batch.schema().field(at).name())).collect();
    assert_read(&batch.project(&columns).unwrap(), &claims);
}

#[test]
fn a_row_that_says_nonsense_costs_no_other() {
    let claims: Vec<Claim> = claims().into_iter().take(3).collect();
    let batch = written(&claims);
    for (column, nonsense, problem) in [
        ("rest_shared", r#"{"payer":"#, "row 1: `rest_shared`: EOF while parsing a value at line 1 column 9"),
        ("rest", r#"{"lines":[],"lines":[]}"#, "row 1: `rest`: duplicate field `lines` at line 1 column 19"),
        ("rest", r#"{"notes":[]} {}"#, "row 1: `rest`: trailing characters at line 1 column 14"),
        (
            "rest",
            r#"{"providers":[{"npi":"12"}]}"#,
            "row 1: `rest`: `12` is not an NPI: ten digits are expected at line 1 column 25",
        ),
        (
            "rest",
            r#"{"patient":[]}"#,
            "row 1: `rest`: invalid type: sequence, expected struct Patient at line 1 column 11",
        ),
        ("patient_as_subscriber", "name shoe", "row 1: `patient_as_subscriber`: `shoe` is no part of a person"),
    ] {
        let texts = batch.column_by_name(column).unwrap().as_string::<i32>();
        let mut texts: Vec<_> = texts.iter().map(|text| text.map(str::to_owned)).collect();
        texts[1] = Some(nonsense.to_owned());
        let batch = with_texts(&batch, column, texts);
        let reader = NestedReader::new(&batch).unwrap();
        assert_eq!(reader.claim(1).unwrap_err().to_string(), problem);
        assert_eq!((reader.claim(0).unwrap(), reader.claim(2).unwrap()), (claims[0].clone(), claims[2].clone()));
    }
}

#[test]
fn only_what_says_something_is_unpacked() {
    let claims = claims();
    let batch = written(&claims);
    // A column of another producer stands in front.
    let mut fields = vec![Arc::new(Field::new("colour", DataType::Utf8, true))];
    fields.extend(batch.schema().fields().iter().cloned());
    let mut arrays = vec![Arc::new(StringArray::from(vec![Some("red"); batch.num_rows()])) as ArrayRef];
    arrays.extend(batch.columns().iter().cloned());
    let wide = RecordBatch::try_new(Arc::new(arrow_schema::Schema::new(fields)), arrays).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, wide.schema(), None).unwrap();
    writer.write(&wide).unwrap();
    writer.close().unwrap();
    let bytes = bytes::Bytes::from(bytes);
    let metadata = ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::default()).unwrap();
    let mut read = 0;
    for unpacked in rows(bytes, &metadata, 3, 64).unwrap() {
        let unpacked = unpacked.unwrap();
        let names: Vec<_> = unpacked.schema().fields().iter().map(|field| field.name().clone()).collect();
        let throughout = |name: &str| batch.column_by_name(name).unwrap().null_count() == batch.num_rows();
        assert!(throughout("ms_drg_code") && !names.contains(&"ms_drg_code".to_owned()), "{names:?}");
        assert!(!names.contains(&"colour".to_owned()) && names.contains(&"rest".to_owned()), "{names:?}");
        let upto = 3 + read + unpacked.num_rows();
        assert_read(&unpacked, &claims[3 + read..upto]);
        read += unpacked.num_rows();
    }
    assert_eq!(read, claims.len() - 3);
}

#[test]
fn a_table_without_rest_gives_the_columns() {
    let mut writer = NestedWriter::default();
    let claim = claims().swap_remove(0);
    writer.push(&claim).unwrap();
    let batch = writer.finish().unwrap();
    let columns = batch.num_columns() - 2;
    let batch = batch.project(&(0..columns).collect::<Vec<_>>()).unwrap();
    let read = NestedReader::new(&batch).unwrap().claim(0).unwrap();
    assert_eq!(
        (&read.claim_id, &read.diagnoses, read.lines.len()),
        (&claim.claim_id, &claim.diagnoses, claim.lines.len())
    );
    assert_eq!(read.lines[0].hcpcs, claim.lines[0].hcpcs);
}

#[test]
fn what_is_missing_or_of_another_type_is_named() {
    let mut writer = NestedWriter::default();
    writer.push(&claims()[0]).unwrap();
    let batch = writer.finish().unwrap();
    let without_id = batch.project(&(1..batch.num_columns()).collect::<Vec<_>>()).unwrap();
    assert_eq!(NestedReader::new(&without_id).unwrap_err().to_string(), "the table has no column `claim_id`");
}
