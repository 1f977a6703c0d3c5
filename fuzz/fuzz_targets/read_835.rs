//! Any bytes: reading payments, balancing them, writing them and reading them again must not panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use openclaim_claim::FileId;
use openclaim_x12::remittance::{RemittanceEvent, Remittances, write};
use openclaim_x12::write::LineBreak;

fuzz_target!(|bytes: &[u8]| {
    for event in Remittances::from_slice(bytes, FileId(0)) {
        if let RemittanceEvent::Remittance(remittance) = event {
            let _ = remittance.imbalances();
            if let Ok(written) = write(&[*remittance], LineBreak::None) {
                assert!(Remittances::from_slice(&written, FileId(0)).count() > 0);
            }
        }
    }
});
