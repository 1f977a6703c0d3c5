//! Service lines.

use crate::{
    ContractInfo, Date, Decimal, ExternalReference, HcpcsCode, List, Modifier, Money, Ndc, PlaceOfService, Provider,
    RevenueCode, Span, Spanned, Text, ToothCode,
};
use serde::{Deserialize, Serialize};

/// Unit of a service quantity (SV103, SV204).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Unit {
    /// `UN`: units of service.
    #[default]
    #[serde(rename = "UN")]
    Units,
    /// `MJ`: minutes (anaesthesia).
    #[serde(rename = "MJ")]
    Minutes,
    /// `DA`: days (accommodation).
    #[serde(rename = "DA")]
    Days,
    /// Any other unit.
    #[serde(rename = "other")]
    Other,
}

/// Dates of a line (DTP of loop 2400).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LineDates {
    /// First date of service (DTP*472).
    pub from: Option<Spanned<Date>>,
    /// Last date of service; equal to `from` for a single day.
    pub through: Option<Spanned<Date>>,
    /// All other dates by qualifier: `471` prescription, `461` last certification, `463` begin therapy …
    pub other: List<(Text, Spanned<Date>)>,
}

/// Why an amount was not paid, by group (CAS01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AdjustmentGroup {
    /// `CO`: contractual obligation.
    #[serde(rename = "CO")]
    Contractual,
    /// `PR`: patient responsibility.
    #[serde(rename = "PR")]
    Patient,
    /// `OA`: other adjustment.
    #[serde(rename = "OA")]
    Other,
    /// `PI`: payer initiated reduction.
    #[serde(rename = "PI")]
    PayerInitiated,
    /// `CR`: correction and reversal.
    #[serde(rename = "CR")]
    Correction,
}

/// One adjustment of a CAS segment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Adjustment {
    /// Group.
    pub group: AdjustmentGroup,
    /// Claim adjustment reason code (CARC).
    #[serde(default)]
    pub reason: Text,
    /// Amount taken off.
    pub amount: Spanned<Money>,
    /// Units taken off, when stated.
    pub quantity: Option<Decimal>,
}

/// What another payer decided about a line (SVD of loop 2430).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LineAdjudication {
    /// Identifier of the other payer (SVD01).
    #[serde(default)]
    pub payer_id: Text,
    /// Paid amount (SVD02).
    pub paid: Spanned<Money>,
    /// Procedure code as adjudicated (SVD03-2).
    pub hcpcs: Option<HcpcsCode>,
    /// Modifiers as adjudicated.
    #[serde(default)]
    pub modifiers: Vec<Modifier>,
    /// Revenue code as adjudicated (SVD04).
    pub revenue_code: Option<RevenueCode>,
    /// Paid units (SVD05).
    pub quantity: Option<Decimal>,
    /// Line this one was bundled into (SVD06).
    pub bundled_into: Option<u32>,
    /// Adjustments (CAS).
    #[serde(default)]
    pub adjustments: Vec<Adjustment>,
    /// Date of the decision (DTP*573).
    pub date: Option<Spanned<Date>>,
    /// Remaining patient liability (AMT*EAF).
    pub remaining_patient_liability: Option<Money>,
    /// The SVD segment.
    pub span: Option<Span>,
}

/// Drug of a line (LIN, CTP of loop 2410).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DrugDetail {
    /// National Drug Code (LIN03); `None` when the text is no eleven-digit NDC.
    pub ndc: Option<Spanned<Ndc>>,
    /// Quantity (CTP04).
    pub quantity: Option<Decimal>,
    /// Unit of the quantity (CTP05): `F2` international unit, `GR`, `ME`, `ML`, `UN`.
    #[serde(default)]
    pub unit: Text,
    /// Prescription or compound number (REF*XZ, REF*VY).
    #[serde(default)]
    pub prescription_number: Text,
}

/// A measurement (MEA), e.g. a test result.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Measurement {
    /// Reference (MEA01): `TR` test result, `OG` original.
    #[serde(default)]
    pub reference: Text,
    /// Qualifier (MEA02): `HT` height, `R1` haemoglobin, `R2` haematocrit, `R3` epoetin dose …
    #[serde(default)]
    pub qualifier: Text,
    /// Value (MEA03).
    pub value: Decimal,
}

/// What only a dental line carries (SV3, TOO).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DentalDetail {
    /// Oral cavity areas (SV304).
    pub oral_cavity: Vec<Text>,
    /// Prosthesis, crown or inlay: `I` initial, `R` replacement (SV305).
    pub prosthesis: Text,
    /// Teeth with their surfaces (TOO02, TOO03).
    pub teeth: Vec<(ToothCode, Text)>,
}

/// Rental or purchase of durable medical equipment (SV5).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EquipmentService {
    /// The code rented or bought (SV501-2).
    pub hcpcs: Option<Spanned<HcpcsCode>>,
    /// Days of medical necessity (SV503).
    pub days: Option<Decimal>,
    /// Rental price (SV504).
    pub rental_price: Option<Money>,
    /// Purchase price (SV505).
    pub purchase_price: Option<Money>,
    /// Rental unit (SV506): `1` weekly, `4` monthly, `6` daily.
    pub rental_unit: Text,
}

/// Certification of durable medical equipment (CR3).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EquipmentCertification {
    /// Certification type (CR301): `I` initial, `R` renewal, `S` revised.
    pub certification_type: Text,
    /// Months the equipment is needed (CR303).
    pub months: Option<Decimal>,
}

/// An answer on a supporting form (FRM of loop 2440).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FormAnswer {
    /// Question number (FRM01).
    pub question: Text,
    /// Yes or no (FRM02): `Y`, `N`, `W` not applicable.
    pub yes_no: Text,
    /// Answer in words (FRM03).
    pub text: Text,
    /// Answer as a date (FRM04).
    pub date: Option<Date>,
    /// Answer as a percentage (FRM05).
    pub percent: Option<Decimal>,
}

/// A supporting form of a line (loop 2440), e.g. a certificate of medical necessity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SupportingForm {
    /// Kind of form code (LQ01): `AS` form type, `UT` CMS durable medical equipment form.
    pub qualifier: Text,
    /// The form (LQ02).
    pub code: Text,
    /// Its answers.
    pub answers: Vec<FormAnswer>,
}

/// One service line (loop 2400).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceLine {
    /// Line number as sent (LX01).
    pub number: u32,
    /// Revenue code, institutional lines.
    pub revenue_code: Option<Spanned<RevenueCode>>,
    /// HCPCS, CPT, CDT or HIPPS code.
    pub hcpcs: Option<Spanned<HcpcsCode>>,
    /// Qualifier of the code: `HC` HCPCS, `HP` HIPPS, `AD` dental, `ER`, `IV`, `WK` others.
    pub code_qualifier: Text,
    /// Up to four modifiers, in order.
    pub modifiers: List<Spanned<Modifier>>,
    /// Free description (SV101-7).
    pub description: Text,
    /// Charge.
    pub charge: Spanned<Money>,
    /// Non-covered charge (SV207), institutional lines.
    pub non_covered: Option<Spanned<Money>>,
    /// Quantity.
    pub units: Option<Spanned<Decimal>>,
    /// Unit of the quantity.
    pub unit: Unit,
    /// Place of service where it differs from the claim's (SV105).
    pub place_of_service: Option<Spanned<PlaceOfService>>,
    /// Diagnosis pointers, 1-based into [`Claim::diagnoses`](crate::Claim::diagnoses) in the order sent.
    pub diagnosis_pointers: List<Spanned<u8>>,
    /// Emergency indicator (SV109 = `Y`).
    pub emergency: bool,
    /// EPSDT indicator (SV111 = `Y`).
    pub epsdt: bool,
    /// Family-planning indicator (SV112 = `Y`).
    pub family_planning: bool,
    /// Dates.
    pub dates: LineDates,
    /// Line item control number (REF*6R).
    pub control_number: Text,
    /// All other references (REF): prior authorisation `G1`, CLIA `X4`, mammography `EW` …
    pub references: List<ExternalReference>,
    /// Amounts by qualifier (AMT): `T` sales tax, `F4` postage, `GT` goods and services tax, `N8` miscellaneous taxes.
    pub amounts: List<(Text, Money)>,
    /// Quantities by qualifier (QTY): `PT` ambulance patients, `FL` obstetric anaesthesia units.
    pub quantities: List<(Text, Decimal)>,
    /// Measurements.
    pub measurements: List<Measurement>,
    /// Contract (CN1).
    pub contract: Option<Box<ContractInfo>>,
    /// Notes (NTE): reference code and text.
    pub notes: List<(Text, Text)>,
    /// Drug.
    pub drug: Option<Box<DrugDetail>>,
    /// Dental details.
    pub dental: Option<Box<DentalDetail>>,
    /// Ambulance transport (CR1).
    pub ambulance: Option<Box<crate::Ambulance>>,
    /// Condition indicators (CRC).
    pub conditions: List<crate::ConditionIndicator>,
    /// Durable medical equipment rented or bought (SV5).
    pub equipment: Option<Box<EquipmentService>>,
    /// Certification of durable medical equipment (CR3).
    pub equipment_certification: Option<Box<EquipmentCertification>>,
    /// Supporting forms (LQ, FRM).
    pub forms: List<SupportingForm>,
    /// Purchased service: identifier of its provider and what was paid for it (PS1).
    pub purchased_service: Option<Box<(Text, Option<Money>)>>,
    /// Paperwork: report type, transmission, control number (PWK).
    pub attachments: List<(Text, Text, Text)>,
    /// File information (K3).
    pub file_information: List<Text>,
    /// Repricing (HCP): pricing method, allowed amount, saving.
    pub repricing: Option<Box<crate::Repricing>>,
    /// Providers of this line where they differ from the claim's.
    pub providers: List<Provider>,
    /// Decisions of other payers.
    pub adjudications: List<LineAdjudication>,
    /// Span from LX to the last segment of the line.
    pub span: Option<Span>,
}

impl Default for ServiceLine {
    /// An empty line without a number.
    fn default() -> Self {
        Self::new(0)
    }
}

impl ServiceLine {
    /// An empty line with its number.
    #[must_use]
    #[inline]
    pub fn new(number: u32) -> Self {
        Self {
            number,
            revenue_code: None,
            hcpcs: None,
            code_qualifier: Text::default(),
            modifiers: List::new(),
            description: Text::default(),
            charge: Spanned::default(),
            non_covered: None,
            units: None,
            unit: Unit::default(),
            place_of_service: None,
            diagnosis_pointers: List::new(),
            emergency: false,
            epsdt: false,
            family_planning: false,
            dates: LineDates::default(),
            control_number: Text::default(),
            references: List::new(),
            amounts: List::new(),
            quantities: List::new(),
            measurements: List::new(),
            contract: None,
            notes: List::new(),
            drug: None,
            dental: None,
            ambulance: None,
            conditions: List::new(),
            equipment: None,
            equipment_certification: None,
            forms: List::new(),
            purchased_service: None,
            attachments: List::new(),
            file_information: List::new(),
            repricing: None,
            providers: List::new(),
            adjudications: List::new(),
            span: None,
        }
    }
}
