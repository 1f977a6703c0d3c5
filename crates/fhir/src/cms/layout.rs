//! Which column holds what.

use super::FileKind;
use crate::fault::FaultKind;

/// A column: its position and name, or neither when the file lacks it.
pub(super) type Column = Option<usize>;

/// Diagnosis, its ICD version and its present-on-admission indicator.
#[derive(Debug, Clone, Copy)]
pub(super) struct DiagnosisColumns {
    pub(super) code: Column,
    pub(super) version: Column,
    pub(super) poa: Column,
}

/// Procedure, its ICD version and its date.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProcedureColumns {
    pub(super) code: Column,
    pub(super) version: Column,
    pub(super) date: Column,
}

macro_rules! layout {
    ($($(#[doc = $doc:literal])* $field:ident: $($name:literal)|+;)+) => {
        /// Positions of the columns that are read.
        #[derive(Debug)]
        pub(super) struct Layout {
            /// Every name, in order.
            pub(super) names: Vec<Box<str>>,
            pub(super) kind: FileKind,
            pub(super) diagnoses: Vec<DiagnosisColumns>,
            pub(super) external_causes: Vec<DiagnosisColumns>,
            pub(super) reasons: Vec<DiagnosisColumns>,
            pub(super) procedures: Vec<ProcedureColumns>,
            pub(super) modifiers: Vec<Column>,
            $($(#[doc = $doc])* pub(super) $field: Column,)+
        }

        impl Layout {
            fn columns(names: Vec<Box<str>>, kind: FileKind) -> Self {
                let find = |name: &str| names.iter().position(|known| **known == *name);
                let numbered = |prefix: &str, number: usize| find(&format!("{prefix}{number}"));
                let diagnoses = |code: &str, version: &str, poa: &str, last: usize| {
                    (1..=last)
                        .map(|number| DiagnosisColumns {
                            code: numbered(code, number),
                            version: numbered(version, number),
                            poa: numbered(poa, number),
                        })
                        .filter(|columns| columns.code.is_some())
                        .collect()
                };
                let procedures = (1..=25)
                    .map(|number| ProcedureColumns {
                        code: numbered("ICD_PRCDR_CD", number),
                        version: numbered("ICD_PRCDR_VRSN_CD", number),
                        date: numbered("PRCDR_DT", number),
                    })
                    .filter(|columns| columns.code.is_some())
                    .collect();
                Self {
                    kind,
                    diagnoses: diagnoses("ICD_DGNS_CD", "ICD_DGNS_VRSN_CD", "CLM_POA_IND_SW", 25),
                    external_causes: diagnoses("ICD_DGNS_E_CD", "ICD_DGNS_E_VRSN_CD", "CLM_E_POA_IND_SW", 12),
                    reasons: diagnoses("RSN_VISIT_CD", "RSN_VISIT_VRSN_CD", "", 3),
                    procedures,
                    modifiers: ["HCPCS_1ST_MDFR_CD", "HCPCS_2ND_MDFR_CD", "HCPCS_3RD_MDFR_CD", "HCPCS_4TH_MDFR_CD"]
                        .iter()
                        .map(|name| find(name))
                        .collect(),
                    $($field: [$($name),+].iter().find_map(|name| find(name)),)+
                    names,
                }
            }
        }
    };
}

layout! {
    // The claim.
    claim_id: "CLM_ID";
    beneficiary: "BENE_ID";
    /// Medicare Beneficiary Identifier, where the file has it.
    mbi: "MBI_NUM" | "BENE_MBI_ID";
    claim_type: "NCH_CLM_TYPE_CD";
    from: "CLM_FROM_DT";
    through: "CLM_THRU_DT";
    facility_type: "CLM_FAC_TYPE_CD";
    classification: "CLM_SRVC_CLSFCTN_TYPE_CD";
    frequency: "CLM_FREQ_CD";
    total_charge: "CLM_TOT_CHRG_AMT" | "NCH_CARR_CLM_SBMTD_CHRG_AMT";
    control_number: "FI_DOC_CLM_CNTL_NUM" | "CARR_CLM_CNTL_NUM";
    original_control_number: "FI_ORIG_CLM_CNTL_NUM";
    assignment: "CARR_CLM_PRVDR_ASGNMT_IND_SW";
    drg: "CLM_DRG_CD";
    // Admission.
    admission_date: "CLM_ADMSN_DT";
    admission_type: "CLM_IP_ADMSN_TYPE_CD";
    admission_source: "CLM_SRC_IP_ADMSN_CD";
    discharge_status: "PTNT_DSCHRG_STUS_CD";
    // Diagnoses that stand outside of the numbered ones.
    admitting: "ADMTG_DGNS_CD";
    admitting_version: "ADMTG_DGNS_VRSN_CD";
    principal: "PRNCPAL_DGNS_CD";
    principal_version: "PRNCPAL_DGNS_VRSN_CD";
    first_external_cause: "FST_DGNS_E_CD";
    first_external_cause_version: "FST_DGNS_E_VRSN_CD";
    // Providers.
    provider_number: "PRVDR_NUM";
    organization_npi: "ORG_NPI_NUM";
    billing_npi: "CARR_CLM_BLG_NPI_NUM";
    attending_npi: "AT_PHYSN_NPI";
    operating_npi: "OP_PHYSN_NPI";
    other_operating_npi: "OT_PHYSN_NPI";
    referring_npi: "RFR_PHYSN_NPI";
    /// Contractor that processed the claim.
    contractor: "FI_NUM" | "CARR_NUM";
    // The line.
    line_number: "LINE_NUM" | "CLM_LINE_NUM";
    revenue_code: "REV_CNTR";
    revenue_date: "REV_CNTR_DT";
    hipps: "REV_CNTR_APC_HIPPS_CD";
    hcpcs: "HCPCS_CD";
    units: "REV_CNTR_UNIT_CNT" | "LINE_SRVC_CNT";
    charge: "REV_CNTR_TOT_CHRG_AMT" | "LINE_SBMTD_CHRG_AMT";
    non_covered: "REV_CNTR_NCVRD_CHRG_AMT";
    first_day: "LINE_1ST_EXPNS_DT";
    last_day: "LINE_LAST_EXPNS_DT";
    place: "LINE_PLACE_OF_SRVC_CD";
    line_diagnosis: "LINE_ICD_DGNS_CD";
    line_diagnosis_version: "LINE_ICD_DGNS_VRSN_CD";
    ndc: "LINE_NDC_CD" | "REV_CNTR_IDE_NDC_UPC_NUM";
    ndc_quantity: "REV_CNTR_NDC_QTY";
    ndc_unit: "REV_CNTR_NDC_QTY_QLFR_CD";
    rendering_npi: "PRF_PHYSN_NPI" | "RNDRNG_PHYSN_NPI" | "PRVDR_NPI";
    tax_number: "TAX_NUM";
    clia: "CARR_LINE_CLIA_LAB_NUM";
}

impl Layout {
    /// Reads the line of column names, or says why the file holds no claims.
    pub(super) fn read(text: &str) -> Result<Self, (FaultKind, String)> {
        let text = text.trim_start_matches('\u{feff}');
        let names: Vec<Box<str>> = text.split('|').map(|name| name.trim().trim_matches('"').into()).collect();
        let has = |name: &str| names.iter().any(|known| **known == *name);
        let refuse = |what: &str| Err((FaultKind::NotAClaimFile, format!("the file holds {what}, no claims")));
        if has("File Number") {
            return refuse("the summary of a CCLF delivery");
        }
        if has("PDE_ID") {
            return refuse("prescription drug events");
        }
        if !has("CLM_ID") && has("BENE_ID") {
            return refuse("beneficiaries");
        }
        for name in ["CLM_ID", "BENE_ID", "CLM_FROM_DT", "CLM_THRU_DT"] {
            if !has(name) {
                return Err((FaultKind::MissingColumn, format!("a claim file needs a column {name}")));
            }
        }
        let kind = if has("REV_CNTR") {
            if has("CLM_DRG_CD") { FileKind::Inpatient } else { FileKind::Outpatient }
        } else if has("LINE_NUM") {
            if has("CARR_NUM") && !has("DMERC_LINE_SUPPLR_TYPE_CD") { FileKind::Carrier } else { FileKind::Dme }
        } else {
            return Err((FaultKind::MissingColumn, "a claim file needs a column REV_CNTR or LINE_NUM".to_owned()));
        };
        Ok(Self::columns(names, kind))
    }
}
