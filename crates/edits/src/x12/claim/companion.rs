//! SNIP level 7: what one payer demands beyond the guides, as a companion guide says it and a file repeats it.

use crate::claim_edit::{Element, Findings, at, claim_edits, position};
use openclaim_claim::{Claim, ClaimType, Disposition, Finding, Provider, ProviderRole, ServiceLine, Span, Subject};
use serde::Deserialize;

claim_edits! {
    X12 "x12" level 7
    shared {
        ///
        /// ## Why
        /// Payers may ask for elements that the guides leave to the situation, and reject claims without them.
        ///
        /// ## Source
        /// The payer's companion guide, as the file given with `--companion` repeats it; WEDI SNIP type 7.
        ///
        /// ## Action
        /// The payer rejects the claim, or as the file says.
        ///
        /// ## Bypass
        /// The companion file itself.
    }

    /// A claim lacks an element that the payer's companion rules require, or has one in another form.
    ///
    /// ## What it checks
    /// Every `[[require]]` of the companion file whose conditions the claim meets.
    ///
    /// ## Example
    /// `element = "billing.taxonomy"` and a billing provider without `PRV*BI`.
    REQUIREMENT: "companion-requirement", "Companion rule not met", RejectClaim;
}

/// The rules of one payer, read from a TOML file.
///
/// ```toml
/// name = "Demo plan"
/// off = ["x12/duplicate-service"]          # edits that the payer does not apply
/// warn = ["x12/missing-admission-source"]  # edits that do not stop a claim
/// error = ["x12/missing-discharge-hour"]   # warnings that do
///
/// [[require]]
/// element = "billing.taxonomy"
///
/// [[require]]
/// element = "line.ndc"
/// codes = ["J"]                            # lines whose procedure code begins so
///
/// [[require]]
/// element = "subscriber.member_id"
/// min_length = 9
/// max_length = 11
/// claim_type = "institutional"
/// bill_types = ["11", "13"]
/// level = "warn"
/// message = "member identifiers of this plan have nine to eleven characters"
///
/// [[require]]
/// element = "claim.external_cause"
/// diagnoses = ["S", "T0", "T1", "T2"]      # claims with an injury
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Companion {
    /// Name of the payer or guide, for messages.
    #[serde(default)]
    pub name: String,
    /// Ids of edits that are not applied.
    #[serde(default)]
    pub off: Vec<String>,
    /// Ids of edits whose findings are warnings.
    #[serde(default)]
    pub warn: Vec<String>,
    /// Ids of edits whose findings reject the claim.
    #[serde(default)]
    pub error: Vec<String>,
    /// Elements that claims must have.
    #[serde(default)]
    pub require: Vec<Requirement>,
}

/// An element that a claim must have, and when.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// The element.
    pub element: RequiredElement,
    /// Only for claims of this type.
    #[serde(default)]
    pub claim_type: Option<ClaimType>,
    /// Only for bills whose facility type begins so: `11`, `7`.
    #[serde(default)]
    pub bill_types: Vec<String>,
    /// For elements of lines, only where the procedure code begins so.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Only for claims with an ICD-10-CM diagnosis that begins so, without a dot: `S`, `T2`.
    #[serde(default)]
    pub diagnoses: Vec<String>,
    /// Fewest characters.
    #[serde(default)]
    pub min_length: Option<usize>,
    /// Most characters.
    #[serde(default)]
    pub max_length: Option<usize>,
    /// Values allowed, when not empty.
    #[serde(default)]
    pub values: Vec<String>,
    /// Whether it stops the claim.
    #[serde(default)]
    pub level: Level,
    /// What to say instead of the usual sentence.
    #[serde(default)]
    pub message: Option<String>,
}

/// What a requirement that is not met does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The claim is rejected.
    #[default]
    Error,
    /// Somebody should look.
    Warn,
}

macro_rules! elements {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal at $within:literal $segment:literal $element:literal;)+) => {
        /// Elements that a companion file can ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        pub enum RequiredElement {
            $($(#[doc = $doc])+ #[serde(rename = $text)] $name,)+
        }

        impl RequiredElement {
            /// The name as the file writes it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            const fn place(self) -> Element {
                match self { $(Self::$name => at($within, $segment, $element),)+ }
            }
        }
    };
}

elements! {
    /// Taxonomy of the billing provider.
    BillingTaxonomy = "billing.taxonomy" at "2000A" "PRV" "PRV03";
    /// NPI of the billing provider.
    BillingNpi = "billing.npi" at "2010AA" "NM1" "NM109";
    /// Rendering provider of the claim.
    RenderingNpi = "rendering.npi" at "2310B" "NM1" "NM109";
    /// Taxonomy of the rendering provider.
    RenderingTaxonomy = "rendering.taxonomy" at "2310B" "PRV" "PRV03";
    /// Referring provider.
    ReferringNpi = "referring.npi" at "2310A" "NM1" "NM109";
    /// Attending provider.
    AttendingNpi = "attending.npi" at "2310A" "NM1" "NM109";
    /// Taxonomy of the attending provider.
    AttendingTaxonomy = "attending.taxonomy" at "2310A" "PRV" "PRV03";
    /// Service facility.
    FacilityNpi = "facility.npi" at "2310C" "NM1" "NM109";
    /// Member identifier of the subscriber.
    MemberId = "subscriber.member_id" at "2010BA" "NM1" "NM109";
    /// Group or policy number of the subscriber.
    GroupNumber = "subscriber.group_number" at "2000B" "SBR" "SBR03";
    /// Claim filing indicator.
    FilingIndicator = "subscriber.claim_filing_indicator" at "2000B" "SBR" "SBR09";
    /// Identifier of the payer.
    PayerId = "payer.id" at "2010BB" "NM1" "NM109";
    /// Claim identifier of the submitter.
    ClaimId = "claim.id" at "2300" "CLM" "CLM01";
    /// Prior authorisation number (REF*G1).
    PriorAuthorization = "claim.prior_authorization" at "2300" "REF" "REF02";
    /// Referral number (REF*9F).
    Referral = "claim.referral" at "2300" "REF" "REF02";
    /// Medical record number (REF*EA).
    MedicalRecord = "claim.medical_record_number" at "2300" "REF" "REF02";
    /// CLIA number (REF*X4).
    Clia = "claim.clia" at "2300" "REF" "REF02";
    /// Identifier of the clearinghouse (REF*D9).
    ClearinghouseId = "claim.clearinghouse_id" at "2300" "REF" "REF02";
    /// An external cause of morbidity (ICD-10-CM V00 to Y99), which states and payers may require though no national rule does.
    ExternalCause = "claim.external_cause" at "2300" "HI" "";
    /// NDC of a line.
    Ndc = "line.ndc" at "2410" "LIN" "LIN03";
    /// Procedure code of a line.
    ProcedureCode = "line.procedure" at "2400" "SV1" "";
    /// Control number of a line (REF*6R).
    LineControlNumber = "line.control_number" at "2400" "REF" "REF02";
    /// Date of service of a line.
    LineDate = "line.date" at "2400" "DTP" "DTP03";
    /// First modifier of a line.
    Modifier = "line.modifier" at "2400" "SV1" "";
}

/// A value found, and where.
type Found<'c> = Option<(std::borrow::Cow<'c, str>, Option<Span>)>;

impl RequiredElement {
    const fn of_line(self) -> bool {
        matches!(self, Self::Ndc | Self::ProcedureCode | Self::LineControlNumber | Self::LineDate | Self::Modifier)
    }

    fn of_claim(self, claim: &Claim) -> Found<'_> {
        let npi = |provider: Option<&Provider>| {
            provider?.npi.map(|npi| (std::borrow::Cow::Owned(npi.as_str().to_owned()), npi.span))
        };
        let taxonomy = |provider: Option<&Provider>| {
            let code = provider?.specialty.as_ref()?.taxonomy;
            Some((std::borrow::Cow::Owned(code.as_str().to_owned()), code.span))
        };
        let text = |text: &openclaim_claim::Text, span| {
            (!text.is_empty()).then(|| (std::borrow::Cow::Owned(text.to_string()), span))
        };
        let reference = |qualifier: &str| {
            let found = claim.references.iter().find(|reference| reference.qualifier == qualifier)?;
            text(&found.value.value, found.value.span)
        };
        let billing = Some(&*claim.billing_provider);
        let role = |role| claim.provider(role);
        match self {
            Self::BillingTaxonomy => taxonomy(billing),
            Self::BillingNpi => npi(billing),
            Self::RenderingNpi => npi(role(ProviderRole::Rendering)),
            Self::RenderingTaxonomy => taxonomy(role(ProviderRole::Rendering)),
            Self::ReferringNpi => npi(role(ProviderRole::Referring)),
            Self::AttendingNpi => npi(role(ProviderRole::Attending)),
            Self::AttendingTaxonomy => taxonomy(role(ProviderRole::Attending)),
            Self::FacilityNpi => npi(role(ProviderRole::ServiceFacility)),
            Self::MemberId => text(&claim.subscriber.member_id.value, claim.subscriber.member_id.span),
            Self::GroupNumber => text(&claim.subscriber.group_number, claim.subscriber.span),
            Self::FilingIndicator => text(&claim.subscriber.claim_filing_indicator, claim.subscriber.span),
            Self::PayerId => text(&claim.payer.id, claim.payer.span),
            Self::ClaimId => text(&claim.claim_id.value, claim.claim_id.span),
            Self::PriorAuthorization => reference("G1"),
            Self::Referral => reference("9F"),
            Self::MedicalRecord => reference("EA"),
            Self::Clia => reference("X4"),
            Self::ClearinghouseId => reference("D9"),
            Self::ExternalCause => claim.diagnoses.iter().filter(|it| !it.icd9).find_map(|it| {
                let code = it.code;
                let external = code.as_str().starts_with(['V', 'W', 'X', 'Y']);
                external.then(|| (std::borrow::Cow::Owned(code.as_str().to_owned()), code.span))
            }),
            Self::Ndc | Self::ProcedureCode | Self::LineControlNumber | Self::LineDate | Self::Modifier => None,
        }
    }

    fn of_service(self, line: &ServiceLine) -> Found<'_> {
        let owned = |text: &str, span| Some((std::borrow::Cow::Owned(text.to_owned()), span));
        match self {
            Self::Ndc => line.drug.as_ref()?.ndc.and_then(|code| owned(code.as_str(), code.span)),
            Self::ProcedureCode => line.hcpcs.and_then(|code| owned(code.as_str(), code.span)),
            Self::LineControlNumber => {
                (!line.control_number.is_empty()).then(|| ((&*line.control_number).into(), line.span))
            }
            Self::LineDate => line.dates.from.and_then(|date| owned(&date.value.to_string(), date.span)),
            Self::Modifier => line.modifiers.first().and_then(|code| owned(code.as_str(), code.span)),
            _ => None,
        }
    }
}

impl Companion {
    /// Looks at a claim by every requirement.
    pub(crate) fn check(&self, claim: &Claim, report: &mut Findings) {
        for rule in &self.require {
            let bill = claim.type_of_bill.as_ref().map_or("", |bill| bill.facility());
            let begins_as = |code: &str, wanted: &[String]| wanted.iter().any(|start| code.starts_with(start.as_str()));
            let coded =
                |wanted: &[String]| claim.diagnoses.iter().any(|it| !it.icd9 && begins_as(it.code.as_str(), wanted));
            if rule.claim_type.is_some_and(|kind| kind != claim.claim_type)
                || (!rule.bill_types.is_empty() && !begins_as(bill, &rule.bill_types))
                || (!rule.diagnoses.is_empty() && !coded(&rule.diagnoses))
            {
                continue;
            }
            if !rule.element.of_line() {
                self.judge(
                    rule,
                    rule.element.of_claim(claim),
                    Subject::Claim,
                    claim.claim_id.span.or(claim.span),
                    report,
                );
                continue;
            }
            for (index, line) in claim.lines.iter().enumerate() {
                let asked = rule.codes.is_empty()
                    || line
                        .hcpcs
                        .is_some_and(|code| rule.codes.iter().any(|start| code.as_str().starts_with(start.as_str())));
                if asked {
                    let span = line.hcpcs.and_then(|code| code.span).or(line.span);
                    self.judge(rule, rule.element.of_service(line), Subject::Line(position(index)), span, report);
                }
            }
        }
    }

    fn judge(
        &self,
        rule: &Requirement,
        found: Found<'_>,
        subject: Subject,
        otherwise: Option<Span>,
        report: &mut Findings,
    ) {
        let name = rule.element.name();
        let (problem, span) = match &found {
            None => (format!("`{name}` is missing"), otherwise),
            Some((value, span)) => {
                let length = value.chars().count();
                let fits = rule.min_length.is_none_or(|min| length >= min)
                    && rule.max_length.is_none_or(|max| length <= max)
                    && (rule.values.is_empty() || rule.values.iter().any(|allowed| allowed.as_str() == &**value));
                if fits {
                    return;
                }
                (format!("`{name}` is `{value}`, which is not as required"), span.or(otherwise))
            }
        };
        let problem = rule.message.as_ref().map_or(problem.clone(), |message| format!("{problem}: {message}"));
        let message = if self.name.is_empty() { problem } else { format!("{}: {problem}", self.name) };
        let disposition = match rule.level {
            Level::Error => Disposition::RejectClaim,
            Level::Warn => Disposition::Warn,
        };
        report.fire_as(&REQUIREMENT, disposition, subject, span, rule.element.place(), message);
    }

    /// Applies the switches to findings of any edit.
    pub fn apply(&self, findings: &mut Vec<Finding>) {
        if self.off.is_empty() && self.warn.is_empty() && self.error.is_empty() {
            return;
        }
        let named = |list: &[String], edit: &str| list.iter().any(|id| id == edit);
        findings.retain(|finding| !named(&self.off, finding.edit));
        for finding in findings {
            if named(&self.warn, finding.edit) {
                finding.disposition = Disposition::Warn;
            } else if named(&self.error, finding.edit) {
                finding.disposition = Disposition::RejectClaim;
            }
        }
    }

    /// Ids among the switches that no edit has.
    #[must_use]
    pub fn unknown_edits(&self) -> Vec<&str> {
        let switches = self.off.iter().chain(&self.warn).chain(&self.error);
        switches.map(String::as_str).filter(|id| crate::registry::find(id).is_none()).collect()
    }
}
