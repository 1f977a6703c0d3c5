//! Faults that can be put into a file of clean claims, one at a time.

use openclaim_claim::{Claim, ClaimType, LineAdjudication, Money, OtherPayer, Spanned, Subscriber};
use std::sync::Arc;

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $fault:ident = $name:literal,)+) => {
        /// A fault to be put into one place of a file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum InjectedFault {
            $($(#[doc = $doc])+ $fault,)+
        }

        impl InjectedFault {
            /// Every fault.
            pub const ALL: &'static [Self] = &[$(Self::$fault),+];

            /// Its name: `segment-count`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$fault => $name,)+
                }
            }
        }
    };
}

faults! {
    /// `SE01` is one too many.
    SegmentCount = "segment-count",
    /// `GE01` is one too many.
    TransactionCount = "transaction-count",
    /// `IEA01` is one too many.
    GroupCount = "group-count",
    /// `SE02` is another control number than `ST02`.
    ControlNumber = "control-number",
    /// `HL02` of the first subscriber names a level that is not there.
    HierarchyParent = "hierarchy-parent",
    /// The first date of a line or statement is no day of the calendar.
    InvalidDate = "invalid-date",
    /// The first line lacks `SV1` or `SV2`.
    MissingService = "missing-service",
    /// A diagnosis is written with a dot.
    DottedDiagnosis = "dotted-diagnosis",
    /// The place of service is 77, which is not assigned. Professional claims.
    PlaceOfService = "place-of-service",
    /// The total charge is a dollar more than the lines.
    TotalCharge = "total-charge",
    /// The check digit of the billing provider's NPI is wrong.
    NpiCheckDigit = "npi-check-digit",
    /// A diagnosis code that was never in ICD-10-CM.
    UnknownDiagnosis = "unknown-diagnosis",
    /// A procedure code that is in no list.
    UnknownProcedure = "unknown-procedure",
    /// A line points to a diagnosis that the claim does not have. Professional claims.
    DiagnosisPointer = "diagnosis-pointer",
    /// Two claims have the same identifier. At least two claims.
    DuplicateClaimId = "duplicate-claim-id",
    /// Payments and adjustments of another payer do not add up to the line's charge.
    AdjudicationBalance = "adjudication-balance",
    /// Frequency 7 without the number of the claim it replaces.
    MissingOriginalReference = "missing-original-reference",
    /// A diagnosis of an inpatient bill has no present-on-admission indicator. Institutional claims.
    MissingPoa = "missing-poa",
    /// A line of an outpatient bill has no date. Institutional claims.
    MissingLineDate = "missing-line-date",
}

impl InjectedFault {
    /// The fault of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.name() == name)
    }

    /// Whether the fault is one of a claim, not of the text.
    pub(crate) const fn claims(self) -> bool {
        !matches!(
            self,
            Self::SegmentCount
                | Self::TransactionCount
                | Self::GroupCount
                | Self::ControlNumber
                | Self::HierarchyParent
                | Self::InvalidDate
                | Self::MissingService
                | Self::DottedDiagnosis
        )
    }

    /// Puts the fault into the first claim that can have it; whether there was one.
    pub fn inject_claims(self, claims: &mut [Claim]) -> bool {
        if self == Self::DuplicateClaimId {
            // Of one provider and payer, for identifiers of different ones may well be the same.
            let Some((first, rest)) = claims.split_first_mut() else { return false };
            let same =
                |other: &&mut Claim| other.payer == first.payer && other.billing_provider == first.billing_provider;
            let Some(second) = rest.iter_mut().find(same) else { return false };
            second.claim_id = first.claim_id.clone();
            return true;
        }
        claims.iter_mut().any(|claim| self.inject_claim(claim).is_some())
    }

    /// `None` when the claim cannot have the fault.
    fn inject_claim(self, claim: &mut Claim) -> Option<()> {
        let institutional = claim.claim_type == ClaimType::Institutional;
        match self {
            Self::PlaceOfService if !institutional => claim.place_of_service = "77".parse().ok().map(Spanned::bare),
            Self::TotalCharge => claim.amounts.total_charge.value += Money::from_cents(100),
            Self::NpiCheckDigit => {
                let provider = Arc::make_mut(&mut claim.billing_provider);
                let npi = provider.npi?;
                let last = npi.as_str().bytes().last()?;
                let wrong = char::from(b'0' + (last - b'0' + 1) % 10);
                provider.npi = Some(Spanned::bare(format!("{}{wrong}", &npi.as_str()[..9]).parse().ok()?));
            }
            Self::UnknownDiagnosis => claim.diagnoses.last_mut()?.code = Spanned::bare("I9999".parse().ok()?),
            Self::UnknownProcedure if institutional && claim.is_hospital_inpatient() => {
                claim.procedures.first_mut()?.code = Spanned::bare("0ZZZZZZ".parse().ok()?);
            }
            Self::UnknownProcedure if !institutional => {
                claim.lines.first_mut()?.hcpcs = Some(Spanned::bare("Z9999".parse().ok()?));
            }
            Self::DiagnosisPointer if !institutional => {
                let beyond = u8::try_from(claim.diagnoses.len() + 1).ok()?;
                claim.lines.first_mut()?.diagnosis_pointers.last_mut()?.value = beyond;
            }
            Self::AdjudicationBalance => another_payer(claim)?,
            Self::MissingOriginalReference => {
                claim.frequency = Some(Spanned::bare('7'));
                if let Some(bill) = claim.type_of_bill {
                    claim.type_of_bill = Some(Spanned::bare(format!("0{}7", bill.facility()).parse().ok()?));
                }
            }
            Self::MissingPoa if claim.is_hospital_inpatient() => {
                claim.diagnoses.iter_mut().find(|diagnosis| diagnosis.poa.is_some())?.poa = None;
            }
            Self::MissingLineDate if institutional && !claim.is_hospital_inpatient() => {
                let dates = &mut claim.lines.first_mut()?.dates;
                (dates.from, dates.through) = (None, None);
            }
            _ => return None,
        }
        Some(())
    }

    /// Puts the fault into text with a segment to each line; text of claim faults stays as it is.
    #[must_use]
    pub fn inject_text(self, text: Vec<u8>) -> Vec<u8> {
        if self.claims() {
            return text;
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let find = |lines: &[String], name: &str| lines.iter().position(|line| line.starts_with(name));
        let increase = |lines: &mut [String], name: &str| {
            if let Some(at) = find(lines, name) {
                let mut elements: Vec<String> = lines[at].split('*').map(str::to_owned).collect();
                if let Some(count) = elements.get(1).and_then(|count| count.parse::<u32>().ok()) {
                    elements[1] = (count + 1).to_string();
                }
                lines[at] = elements.join("*");
            }
        };
        match self {
            Self::SegmentCount => increase(&mut lines, "SE*"),
            Self::TransactionCount => increase(&mut lines, "GE*"),
            Self::GroupCount => increase(&mut lines, "IEA*"),
            Self::ControlNumber => {
                if let Some(at) = find(&lines, "SE*") {
                    lines[at] = lines[at].replace('~', "9~");
                }
            }
            Self::HierarchyParent => {
                if let Some(at) = find(&lines, "HL*2*1*") {
                    lines[at] = lines[at].replace("HL*2*1*", "HL*2*77*");
                }
            }
            Self::InvalidDate => {
                let period = find(&lines, "DTP*434*RD8*").map(|at| (at, "DTP*434*RD8*20260231-20260231~"));
                let day = find(&lines, "DTP*472*D8*").map(|at| (at, "DTP*472*D8*20260231~"));
                if let Some((at, line)) = day.or(period) {
                    lines[at] = line.to_owned();
                }
            }
            Self::MissingService => {
                if let Some(at) = find(&lines, "SV1*").or_else(|| find(&lines, "SV2*")) {
                    lines.remove(at);
                    if let Some(end) = lines[at..].iter().position(|line| line.starts_with("SE*")) {
                        let count = lines[at + end].split('*').nth(1).and_then(|count| count.parse::<u32>().ok());
                        let number = lines[at + end].rsplit('*').next().unwrap_or_default().to_owned();
                        lines[at + end] = format!("SE*{}*{number}", count.unwrap_or(1).saturating_sub(1));
                    }
                }
            }
            Self::DottedDiagnosis => {
                if let Some(at) = find(&lines, "HI*ABK:")
                    && lines[at].len() > "HI*ABK:".len() + 4
                {
                    lines[at].insert("HI*ABK:".len() + 3, '.');
                }
            }
            _ => {}
        }
        let mut text = lines.join("\n");
        text.push('\n');
        text.into_bytes()
    }
}

/// Adds a payer before this one, with a decision about the first line that is a dollar short.
fn another_payer(claim: &mut Claim) -> Option<()> {
    let line = claim.lines.first_mut()?;
    let (id, day) = ("SYNOTHER", line.dates.from.or(claim.dates.statement_from)?);
    let paid = line.charge.value - Money::from_cents(100);
    line.adjudications.push(LineAdjudication {
        payer_id: id.into(),
        paid: Spanned::bare(paid),
        hcpcs: line.hcpcs.map(|code| code.value),
        modifiers: Vec::new(),
        revenue_code: line.revenue_code.map(|code| code.value),
        quantity: line.units.map(|units| units.value),
        bundled_into: None,
        adjustments: Vec::new(),
        date: Some(day),
        remaining_patient_liability: None,
        span: None,
    });
    let mut other = OtherPayer {
        subscriber: Subscriber::clone(&claim.subscriber),
        amounts: vec![("D".into(), Spanned::bare(paid))],
        benefits_assigned: "Y".into(),
        release_of_information: "Y".into(),
        ..OtherPayer::default()
    };
    other.subscriber.payer_responsibility = "P".into();
    (other.subscriber.birth_date, other.subscriber.sex) = (None, None);
    other.payer.name = "SYNTHETIC OTHER PLAN".into();
    other.payer.id = id.into();
    claim.other_payers.push(other);
    Arc::make_mut(&mut claim.subscriber).payer_responsibility = "S".into();
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for fault in InjectedFault::ALL {
            assert_eq!(InjectedFault::from_name(fault.name()), Some(*fault));
        }
    }
}
