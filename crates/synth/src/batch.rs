//! Claims as 837 text.

use crate::fault::InjectedFault;
use crate::{Kind, Synth};
use openclaim_claim::{Claim, ClaimType, Contact, Date};
use openclaim_reference::Library;
use openclaim_x12::write::{ClaimWriter, LineBreak, WriteError};
use openclaim_x12::{Envelope, Group, Guide, Interchange};
use std::io::Write;
use std::sync::Arc;

/// Claims of one transaction. The guides recommend no more than 5,000.
pub const CLAIMS_PER_TRANSACTION: u64 = 1_000;

/// A number of claims to be written.
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    /// Seed.
    pub seed: u64,
    /// How many claims.
    pub count: u64,
    /// Which.
    pub kind: Kind,
    /// The fault that the file shall have, or none.
    pub fault: Option<InjectedFault>,
}

impl Batch {
    /// Writes the batch as 837. Without a fault memory does not grow with the number of claims.
    ///
    /// # Errors
    /// [`WriteError`] when the output fails.
    pub fn write(&self, library: &Library, mut sink: impl Write) -> Result<(), WriteError> {
        match self.fault {
            None => self.write_claims(library, sink, &mut |_| {}).map(|_| ()),
            Some(fault) => {
                let mut left = fault.claims();
                let inject = &mut |claims: &mut Vec<Claim>| {
                    if left && fault.inject_claims(claims) {
                        left = false;
                    }
                };
                let text = self.write_claims(library, Vec::new(), inject)?;
                sink.write_all(&fault.inject_text(text))?;
                Ok(())
            }
        }
    }

    fn write_claims<W: Write>(
        &self,
        library: &Library,
        sink: W,
        inject: &mut dyn FnMut(&mut Vec<Claim>),
    ) -> Result<W, WriteError> {
        let mut synth = Synth::new(library, self.seed, self.kind);
        let day = Date::constant(2026, 7, 1);
        let interchange = Arc::new(Interchange::outgoing(("ZZ", "SYNTHETIC"), ("ZZ", "SYNPAYER"), 1, day, "0930"));
        let mut writer = ClaimWriter::new(sink, LineBreak::Lf);
        let (mut written, mut block) = (0, 0);
        while written < self.count || block == 0 {
            block += 1;
            let institutional = match self.kind {
                Kind::Professional => false,
                Kind::Institutional => true,
                Kind::Mixed => block % 2 == 0,
            };
            let share = if self.kind == Kind::Mixed && block <= 2 {
                // A small mixed batch has claims of both kinds.
                (self.count - written).div_ceil(3 - u64::from(block))
            } else {
                self.count - written
            };
            let size = share.min(CLAIMS_PER_TRANSACTION);
            let mut claims: Vec<Claim> = (0..size).map(|_| synth.claim_of(institutional)).collect();
            written += size;
            inject(&mut claims);
            let claim_type = if institutional { ClaimType::Institutional } else { ClaimType::Professional };
            let version = Guide::current_version(claim_type);
            let group = Arc::new(Group::outgoing("HC", "SYNTHETIC", "SYNPAYER", block, day, "0930", version));
            let mut envelope = Envelope::outgoing(Arc::clone(&interchange), group, block, day, claim_type);
            envelope.submitter.name = "SYNTHETIC BILLING SERVICE".into();
            envelope.submitter.contacts.push(Contact {
                name: "PAT EXAMPLE".into(),
                numbers: [("TE".into(), "5555550100".into())].into_iter().collect(),
            });
            envelope.receiver.name = "SYNTHETIC PAYER".into();
            let envelope = Arc::new(envelope);
            for claim in &claims {
                writer.claim(claim, &envelope)?;
            }
        }
        writer.finish()
    }
}
