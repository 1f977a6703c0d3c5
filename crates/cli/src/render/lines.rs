//! What is allowed for the lines of a claim, step by step.

use openclaim_claim::{Claim, Evidence, Money};
use openclaim_engine::{ClaimLines, LineDetermination};
use openclaim_pricer::{Effect, Step};
use std::io::{Result, Write};

/// Prints every line with its amount, its steps, or why there is none.
pub(crate) fn lines(claim: &Claim, decided: &ClaimLines, output: &mut dyn Write) -> Result<()> {
    writeln!(output, "lines: charged {}, {}", decided.charge, total(decided))?;
    for line in &decided.lines {
        let code = code(claim, line);
        writeln!(output, "  {:>3}  {code:<18} charged {:>10}  {}", line.number, line.charge, outcome(decided, line))?;
        if let Some(why) = &line.not_payable {
            writeln!(output, "       {}", why.detail)?;
        }
        if let Some(missing) = &line.not_evaluated {
            writeln!(output, "       {}", missing.detail)?;
        }
        for step in line.pricing.iter().flat_map(|pricing| pricing.steps()) {
            self::step(step, output)?;
        }
    }
    if decided.lines.iter().any(|line| line.priced.is_some()) && !decided.assumptions.is_empty() {
        writeln!(output, "  taken for granted: {}", decided.assumptions.join("; "))?;
    }
    writeln!(output)
}

fn total(decided: &ClaimLines) -> String {
    match (decided.stopped_by, decided.allowed) {
        (Some(edit), _) => format!("not decided because of {edit}"),
        (None, Some(allowed)) => format!("allowed {allowed} before deductible and coinsurance"),
        (None, None) => {
            let open = decided.lines.iter().filter(|line| line.allowed.is_none()).count();
            format!("{open} of {} not evaluated", decided.lines.len())
        }
    }
}

fn code(claim: &Claim, line: &LineDetermination) -> String {
    let Some(sent) = claim.lines.get(line.line as usize) else { return String::new() };
    let mut code = sent.hcpcs.map_or("no code".to_owned(), |hcpcs| hcpcs.value.to_string());
    for modifier in &sent.modifiers {
        code.push(' ');
        code.push_str(modifier.value.as_str());
    }
    code
}

fn outcome(decided: &ClaimLines, line: &LineDetermination) -> String {
    let priced = |amount: Money| format!("priced  {amount:>10}");
    match (line.denied_by, line.allowed, line.priced) {
        (Some(edit), _, Some(amount)) => format!("{}  not paid: {edit}", priced(amount)),
        (Some(edit), _, None) => format!("not paid: {edit}"),
        (None, Some(allowed), _) => format!("allowed {allowed:>10}"),
        (None, None, Some(amount)) if decided.stopped_by.is_some() => priced(amount),
        (None, None, _) => "not evaluated".to_owned(),
    }
}

/// One step: what it did, the subtotal, and the numbers it read.
fn step(step: &Step, output: &mut dyn Write) -> Result<()> {
    let did = match step.effect {
        Effect::Derive(value) => format!("= {value}"),
        Effect::Add(amount) => format!("{}{amount}", if amount.is_sign_negative() { "" } else { "+" }),
        Effect::Multiply(factor) => format!("× {factor}"),
        Effect::AtMost(limit) => format!("at most {limit}"),
        Effect::AtLeast(limit) => format!("at least {limit}"),
    };
    let inputs: Vec<String> = step.inputs.iter().map(|input| format!("{} {}", input.name, input.value)).collect();
    writeln!(output, "       {:<46} {did:>16} {:>12}", step.name, step.subtotal.round_dp(2).to_string())?;
    if !inputs.is_empty() {
        writeln!(output, "         {}", inputs.join(", "))?;
    }
    for row in &step.source {
        if let Evidence::Row { release, table, key, value } = row {
            let key = if key.is_empty() { String::new() } else { format!(" [{key}]") };
            writeln!(output, "         from {release}, {table}{key}: {value}")?;
        }
    }
    Ok(())
}
