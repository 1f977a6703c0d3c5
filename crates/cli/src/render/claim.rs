//! A claim and its grouping, as text.

use super::explanation::{self, words};
use openclaim_claim::{Claim, ClaimType, Sex};
use openclaim_engine::{DrgWeightReport, GroupingReport};
use openclaim_grouper::HacStatus;
use std::io::{Result, Write};

/// Prints what kind of claim it is: no names, only what the rules read.
pub(crate) fn header(claim: &Claim, output: &mut dyn Write) -> Result<()> {
    let kind = match claim.claim_type {
        ClaimType::Professional => "professional",
        ClaimType::Institutional => "institutional",
        ClaimType::Dental => "dental",
    };
    write!(output, "claim {} ({kind}", claim.claim_id.value)?;
    if let Some(bill) = &claim.type_of_bill {
        write!(output, ", type of bill {}", bill.value)?;
    }
    if let Some(place) = &claim.place_of_service {
        write!(output, ", place of service {}", place.value)?;
    }
    write!(output, ")")?;
    if let Some(from) = claim.service_from() {
        let through = claim.service_through().filter(|through| *through != from);
        write!(output, ", {from}{}", through.map(|day| format!(" to {day}")).unwrap_or_default())?;
        if let Some(age) = claim.age_on(from) {
            write!(output, ", age {age}")?;
        }
    }
    match claim.sex() {
        Some(Sex::Male) => write!(output, ", male")?,
        Some(Sex::Female) => write!(output, ", female")?,
        Some(Sex::Unknown) | None => {}
    }
    if let Some(status) = &claim.admission.discharge_status {
        write!(output, ", discharge status {}", status.value)?;
    }
    writeln!(output)?;
    let principal = claim.principal_diagnosis().map_or("none".to_owned(), |diagnosis| diagnosis.code.dotted());
    writeln!(
        output,
        "  principal diagnosis {principal}; {} other diagnoses, {} procedures, {} lines, total charge {}\n",
        claim.secondary_diagnoses().count(),
        claim.procedures.len(),
        claim.lines.len(),
        claim.amounts.total_charge.value,
    )
}

/// Prints the MS-DRG with its weight and its reasons.
pub(crate) fn grouping(report: &GroupingReport, output: &mut dyn Write) -> Result<()> {
    let GroupingReport { version, grouping, drg_title, mdc_title, weight, explanation } = report;
    let last = &grouping.outcome;
    writeln!(output, "MS-DRG {:03}  {}", last.drg, drg_title.as_deref().unwrap_or_default())?;
    writeln!(
        output,
        "  MDC {:02} {}; {}; severity {}; return code {}; grouper v{version}",
        last.mdc,
        mdc_title.as_deref().unwrap_or_default(),
        words(&last.med_surg),
        words(&last.severity).replace("non cc", "without CC").replace("mcc", "MCC").replace("cc", "CC"),
        words(&last.return_code).to_uppercase(),
    )?;
    if let Some(row) = weight {
        self::weight(row, output)?;
    }
    if grouping.initial != grouping.outcome || grouping.hac_count > 0 {
        writeln!(
            output,
            "  before hospital-acquired conditions: MS-DRG {:03}; {} met: {}",
            grouping.initial.drg,
            grouping.hac_count,
            hac_effect(grouping.hac_status),
        )?;
    }
    if let Some(reasons) = explanation {
        explanation::explanation(reasons, output)?;
    }
    writeln!(output)
}

fn hac_effect(status: HacStatus) -> &'static str {
    match status {
        HacStatus::NotApplicable => "without effect on the MS-DRG",
        HacStatus::FinalDrgNoChange => "the MS-DRG is the same without them",
        HacStatus::FinalDrgChanges => "the MS-DRG differs without them",
        HacStatus::FinalDrgUngroupable => "the case cannot be grouped, see the return code",
    }
}

/// Prints a row of IPPS Table 5.
pub(crate) fn weight(row: &DrgWeightReport, output: &mut dyn Write) -> Result<()> {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
    write!(
        output,
        "  relative weight {}; mean stay {} days geometric, {} arithmetic",
        or_none(&row.relative_weight),
        or_none(&row.geometric_mean_stay),
        or_none(&row.arithmetic_mean_stay),
    )?;
    if row.post_acute_transfer {
        write!(output, "; post-acute transfer policy{}", if row.special_pay { " with special pay" } else { "" })?;
    }
    writeln!(output, " (IPPS Table 5, discharges {})", row.period)
}
