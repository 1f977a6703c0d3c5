use super::*;
use openclaim_claim::{Claim, FileId};
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

#[test]
fn what_is_written_is_read() {
    let claims = claims();
    assert!(claims.len() >= 200);
    let mut writer = NestedWriter::default();
    for claim in &claims {
        writer.push(claim).unwrap();
    }
    let batch = writer.finish().unwrap();
    assert_eq!(batch.schema(), schema());
    let reader = NestedReader::new(&batch).unwrap();
    for (read, written) in reader.claims().zip(&claims) {
        assert_eq!(read.unwrap(), *written);
    }
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
