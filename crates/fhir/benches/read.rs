//! NDJSON and CMS records in memory, read to claims.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench fails by panicking")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use openclaim_claim::FileId;
use openclaim_fhir::{Event, Reader};
use openclaim_testkit::workspace_root;
use std::hint::black_box;

const BYTES: usize = 8 << 20;

/// The claims of the example, over and over.
fn ndjson() -> Vec<u8> {
    let text = std::fs::read_to_string(workspace_root().join("examples/eob-faults.ndjson")).unwrap();
    let good: String = text.lines().take(2).map(|line| format!("{line}\n")).collect();
    good.repeat(BYTES / good.len()).into_bytes()
}

/// Outpatient claims of three lines.
fn records() -> Vec<u8> {
    let names = "BENE_ID|CLM_ID|NCH_CLM_TYPE_CD|CLM_FROM_DT|CLM_THRU_DT|CLM_FAC_TYPE_CD|CLM_SRVC_CLSFCTN_TYPE_CD|\
        CLM_FREQ_CD|PRNCPAL_DGNS_CD|ICD_DGNS_CD1|ICD_DGNS_CD2|ORG_NPI_NUM|AT_PHYSN_NPI|CLM_TOT_CHRG_AMT|CLM_LINE_NUM|\
        REV_CNTR|REV_CNTR_DT|HCPCS_CD|REV_CNTR_UNIT_CNT|REV_CNTR_TOT_CHRG_AMT\n";
    let mut text = names.to_owned();
    for claim in 0.. {
        for line in 1..4 {
            text += &format!(
                "-10000{claim}|{claim}|40|04-MAY-2026|04-MAY-2026|1|3|1|R079|R079|I10|1738000011|1234567893|630.50|{line}|\
                 0450|04-MAY-2026|G0380|{line}|210.50\n"
            );
        }
        if text.len() > BYTES {
            break;
        }
    }
    text.into_bytes()
}

fn bench(criterion: &mut Criterion) {
    for (name, bytes) in [("fhir/read ndjson", ndjson()), ("fhir/read records", records())] {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10).throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("claims", |bencher| {
            bencher.iter(|| {
                let events = Reader::new(black_box(bytes.as_slice()), FileId(0));
                events.filter(|event| matches!(event, Event::Claim(_))).count()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
