//! Why a stay grouped as it did, as text.

use openclaim_grouper::{
    Explanation, HacResult, LackingFormula, PassExplanation, RouteResult, SeverityLevel, SeverityLoss,
};
use std::io::{Result, Write};

/// Formulas of other MS-DRG families that are shown of those tried before the one that held: the last ones.
const OTHER_FAMILIES: usize = 3;

/// Prints the reasons, indented below the MS-DRG.
pub(crate) fn explanation(explanation: &Explanation, output: &mut dyn Write) -> Result<()> {
    let outcome = explanation.outcome.as_ref().unwrap_or(&explanation.initial);
    pass(outcome, output)?;
    for hac in &explanation.hacs {
        let name = hac.name.as_deref().unwrap_or_default();
        let poa = hac.poa.map_or("without POA indicator".to_owned(), |poa| format!("POA {poa}"));
        let result = match &hac.result {
            HacResult::Met => "is met".to_owned(),
            HacResult::PresentOnAdmission => "was present on admission".to_owned(),
            HacResult::CriteriaNotMet { lacks } => format!("is not met: lacks {}", lacks.join(" and ")),
            HacResult::ExcludedByPrincipal => "is excluded as CC or MCC by the principal diagnosis".to_owned(),
            HacResult::NotLookedAt(status) => format!("is not looked at: hospital status {}", words(status)),
        };
        writeln!(output, "  hospital-acquired condition {}: {} {poa}, {result} ({name})", hac.hac, hac.code)?;
    }
    for cluster in &explanation.clusters {
        writeln!(output, "  procedure cluster {}: {}", cluster.name, cluster.procedures.join(" + "))?;
    }
    for (kind, codes) in
        [("diagnoses", &explanation.unknown_diagnoses), ("procedures", &explanation.unknown_procedures)]
    {
        if !codes.is_empty() {
            writeln!(output, "  {kind} this version does not know, passed over: {}", codes.join(", "))?;
        }
    }
    Ok(())
}

fn pass(pass: &PassExplanation, output: &mut dyn Write) -> Result<()> {
    for step in &pass.route {
        let what = match &step.result {
            RouteResult::Assigned(drg) => format!("assigns MS-DRG {drg:03}"),
            RouteResult::Rerouted(list) => format!("hands the case to list {list}"),
            RouteResult::Failed(code) => format!("fails: {}", words(code)),
            RouteResult::NothingHeld => "no formula held".to_owned(),
        };
        match (step.rank, &step.formula) {
            (Some(rank), Some(formula)) => {
                writeln!(output, "  {}, rank {rank}: `{formula}` {what}", step.name)?;
            }
            _ => writeln!(output, "  {}: {what}", step.name)?,
        }
    }
    if let Some(winner) = &pass.winner {
        for attribute in &winner.attributes {
            writeln!(output, "    {} from {}", attribute.attribute, attribute.sources.join(", "))?;
        }
        if !winner.absent.is_empty() {
            writeln!(output, "    and without {}", winner.absent.join(", "))?;
        }
    }
    if let Some(sole) = &pass.sole {
        let level = level(sole.level);
        writeln!(
            output,
            "  {} is the only {level} that counts: without it the MS-DRG would rest on a lower level",
            sole.code
        )?;
    }
    for lost in &pass.not_counting {
        let why = match &lost.why {
            SeverityLoss::PrincipalExcludes { principal, group } => {
                format!("excluded by principal diagnosis {principal} (exclusion group {group})")
            }
            SeverityLoss::PatientDied => {
                "the patient died, and it counts only for patients discharged alive".to_owned()
            }
            SeverityLoss::UsedByFormula { attributes } => {
                format!("the formula uses it already as {}", attributes.join(", "))
            }
            SeverityLoss::HospitalAcquired { hacs } => {
                let hacs: Vec<String> = hacs.iter().map(u8::to_string).collect();
                format!("it belongs to hospital-acquired condition {}", hacs.join(", "))
            }
        };
        writeln!(output, "  {} ({}) does not count: {why}", lost.code, level(lost.listed))?;
    }
    lacking(&pass.lacking, output)
}

/// All formulas of the same family, and the last few of others.
fn lacking(formulas: &[LackingFormula], output: &mut dyn Write) -> Result<()> {
    let (family, others): (Vec<_>, Vec<_>) =
        formulas.iter().filter(|formula| formula.drg != 0).partition(|formula| formula.same_base);
    let shown = others.iter().rev().take(OTHER_FAMILIES).rev().chain(&family);
    for formula in shown {
        let name = formula.drg_name.as_deref().unwrap_or_default();
        writeln!(output, "  not MS-DRG {:03} {name}: lacks {}", formula.drg, formula.lacks.join(" and "))?;
    }
    Ok(())
}

fn level(level: SeverityLevel) -> &'static str {
    match level {
        SeverityLevel::NonCc => "non-CC",
        SeverityLevel::Cc => "CC",
        SeverityLevel::Mcc => "MCC",
    }
}

/// An enumeration in words, by its name in JSON: `FINAL_DRG_CHANGES` is "final drg changes".
pub(crate) fn words(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name.replace('_', " ").to_lowercase(),
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}
