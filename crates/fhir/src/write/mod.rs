//! x
/// x
pub fn write_claim(_: &openclaim_claim::Claim) -> String { String::new() }
/// x
pub fn write_record(record: &crate::Record) -> String { match &record.source { crate::Source::Fhir { original: Some(o), .. } => o.to_string(), _ => String::new() } }
