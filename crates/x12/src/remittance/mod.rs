//! The 835 remittance advice: what a payer paid, for which claims and lines, and why not more.
//!
//! [`Remittances`] reads the payments of a file, [`write`] writes them, and [`Remittance::imbalances`] says where amounts
//! do not add up. Amounts are dollars and cents exactly; nothing is rounded.
//!
//! Source: X12 005010X221A1.

mod balance;
mod reader;
mod writer;

pub use balance::{Balance, Imbalance};
pub use reader::{RemittanceEvent, Remittances};
pub use writer::write;

use crate::envelope::{Group, Interchange};
use openclaim_claim::{
    Address, Adjustment, Contact, Date, Decimal, EntityKind, Identifier, Money, Span, Spanned, Text,
};
use std::sync::Arc;

/// An account: routing number qualifier and number, account qualifier and number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Qualifier of the bank's number: `01` ABA routing number.
    pub bank_qualifier: Text,
    /// The bank's number.
    pub bank: Text,
    /// Kind of account: `DA` demand deposit, `SG` savings.
    pub account_qualifier: Text,
    /// The account's number.
    pub account: Text,
}

/// The payment (BPR, TRN).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payment {
    /// BPR01: `I` remittance only, `C` payment with it, `H` notification only …
    pub handling: Text,
    /// BPR02: what is paid.
    pub amount: Spanned<Money>,
    /// BPR03: `C` credit, `D` debit.
    pub direction: Text,
    /// BPR04: `ACH`, `CHK`, `NON` …
    pub method: Text,
    /// BPR05: `CCP`, `CTX`.
    pub format: Text,
    /// BPR06 to BPR09: the payer's account.
    pub payer_account: Account,
    /// BPR10: the payer's identifier at its bank.
    pub originator: Text,
    /// BPR11: supplementary code of the originator.
    pub originator_supplement: Text,
    /// BPR12 to BPR15: the payee's account.
    pub payee_account: Account,
    /// BPR16: date of the payment.
    pub date: Option<Spanned<Date>>,
    /// TRN02: number of the check or transfer.
    pub trace: Text,
    /// TRN03: the payer's identifier.
    pub trace_originator: Text,
    /// TRN04.
    pub trace_supplement: Text,
}

/// Payer or payee (loops 1000A and 1000B).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    /// N102.
    pub name: Text,
    /// N103 and N104: qualifier and identifier; `XX` NPI, `FI` tax number, `XV` plan.
    pub id: Identifier,
    /// N3, N4.
    pub address: Option<Box<Address>>,
    /// REF.
    pub identifiers: Vec<Identifier>,
    /// PER, with the function of the contact (PER01): `CX` claims, `BL` technical, `IC` information.
    pub contacts: Vec<(Text, Contact)>,
    /// The N1 segment.
    pub span: Option<Span>,
}

/// Claims of one provider and kind that are listed together (LX, TS3, TS2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClaimGroup {
    /// LX01.
    pub number: Text,
    /// Elements of TS3 as sent, empty when absent: provider, facility type, fiscal year end, counts and totals.
    pub summary: Vec<Text>,
    /// Elements of TS2 as sent, empty when absent: totals of inpatient claims.
    pub inpatient_summary: Vec<Text>,
    /// The claims.
    pub claims: Vec<ClaimPayment>,
}

/// A person or organisation of a claim (NM1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entity {
    /// NM101: `QC` patient, `IL` insured, `74` corrected insured, `82` rendering provider, `TT` crossover carrier …
    pub role: Text,
    /// NM102.
    pub kind: EntityKind,
    /// NM103.
    pub name: Text,
    /// NM104.
    pub first_name: Text,
    /// NM105.
    pub middle_name: Text,
    /// NM107.
    pub name_suffix: Text,
    /// NM108 and NM109.
    pub id: Identifier,
}

/// What was paid for a claim (loop 2100).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClaimPayment {
    /// CLP01: the identifier the claim was sent with.
    pub claim_id: Spanned<Text>,
    /// CLP02: `1` primary, `2` secondary, `4` denied, `22` reversal …
    pub status: Spanned<Text>,
    /// CLP03.
    pub charge: Spanned<Money>,
    /// CLP04.
    pub paid: Spanned<Money>,
    /// CLP05.
    pub patient_responsibility: Option<Spanned<Money>>,
    /// CLP06: `MA`, `MB`, `12`, `HM` …
    pub filing_indicator: Text,
    /// CLP07: the payer's number of the claim.
    pub payer_claim_number: Text,
    /// CLP08: facility type.
    pub facility: Text,
    /// CLP09.
    pub frequency: Text,
    /// CLP11: the DRG paid.
    pub drg: Text,
    /// CLP12: its weight.
    pub drg_weight: Option<Decimal>,
    /// CLP13: discharge fraction.
    pub discharge_fraction: Option<Decimal>,
    /// CAS of the claim.
    pub adjustments: Vec<Adjustment>,
    /// NM1.
    pub entities: Vec<Entity>,
    /// Elements of MIA as sent, empty when absent.
    pub inpatient: Vec<Text>,
    /// Elements of MOA as sent, empty when absent.
    pub outpatient: Vec<Text>,
    /// REF.
    pub references: Vec<Identifier>,
    /// DTM by qualifier: `232` first day, `233` last day, `050` received …
    pub dates: Vec<(Text, Spanned<Date>)>,
    /// PER, with the function of the contact.
    pub contacts: Vec<(Text, Contact)>,
    /// AMT by qualifier: `AU` coverage, `I` interest …
    pub amounts: Vec<(Text, Money)>,
    /// QTY by qualifier.
    pub quantities: Vec<(Text, Decimal)>,
    /// Its lines.
    pub lines: Vec<ServicePayment>,
    /// The CLP segment.
    pub span: Option<Span>,
}

/// A procedure as a remittance names it (composite C003).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaidProcedure {
    /// `HC`, `NU` revenue code, `N4` drug, `AD` dental …
    pub qualifier: Text,
    /// The code.
    pub code: Text,
    /// Modifiers.
    pub modifiers: Vec<Text>,
    /// Description.
    pub description: Text,
}

/// What was paid for a line (loop 2110).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServicePayment {
    /// SVC01: as paid.
    pub procedure: PaidProcedure,
    /// SVC02.
    pub charge: Spanned<Money>,
    /// SVC03.
    pub paid: Spanned<Money>,
    /// SVC04: revenue code.
    pub revenue_code: Text,
    /// SVC05: units paid.
    pub units: Option<Decimal>,
    /// SVC06: as billed, where it differs.
    pub billed_procedure: PaidProcedure,
    /// SVC07: units billed, where they differ.
    pub billed_units: Option<Decimal>,
    /// DTM by qualifier: `472` day, `150` first day, `151` last day.
    pub dates: Vec<(Text, Spanned<Date>)>,
    /// CAS.
    pub adjustments: Vec<Adjustment>,
    /// REF: `6R` line control number, `LU` location …
    pub references: Vec<Identifier>,
    /// AMT by qualifier: `B6` allowed …
    pub amounts: Vec<(Text, Money)>,
    /// QTY by qualifier.
    pub quantities: Vec<(Text, Decimal)>,
    /// LQ: list and remark code; `HE` remittance advice remark codes, `RX` those of NCPDP.
    pub remarks: Vec<(Text, Text)>,
    /// The SVC segment.
    pub span: Option<Span>,
}

/// Adjustments of a provider's payment that belong to no claim (PLB).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProviderAdjustment {
    /// PLB01.
    pub provider: Text,
    /// PLB02: end of the fiscal year.
    pub fiscal_period: Option<Spanned<Date>>,
    /// Reason, reference and amount; an amount taken off the payment is positive.
    pub adjustments: Vec<(Text, Text, Spanned<Money>)>,
    /// The PLB segment.
    pub span: Option<Span>,
}

/// One payment with its claims: an 835 transaction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remittance {
    /// The interchange; `None` when its header is missing.
    pub interchange: Option<Arc<Interchange>>,
    /// The group; `None` when its header is missing.
    pub group: Option<Arc<Group>>,
    /// ST02.
    pub control_number: Text,
    /// ST03, which the 835 guide leaves out.
    pub version: Text,
    /// The payment.
    pub payment: Payment,
    /// CUR02, empty for US dollars.
    pub currency: Text,
    /// REF of the header: `EV` receiver, `F2` version …
    pub references: Vec<Identifier>,
    /// DTM of the header: `405` end of production.
    pub dates: Vec<(Text, Spanned<Date>)>,
    /// Payer.
    pub payer: Party,
    /// Payee.
    pub payee: Party,
    /// The claims, as they are grouped.
    pub groups: Vec<ClaimGroup>,
    /// Adjustments of the payment.
    pub provider_adjustments: Vec<ProviderAdjustment>,
    /// The ST segment.
    pub span: Option<Span>,
}

impl Remittance {
    /// All claims, in the order sent.
    pub fn claims(&self) -> impl Iterator<Item = &ClaimPayment> {
        self.groups.iter().flat_map(|group| &group.claims)
    }
}
