//! What each bench must reach.

/// A measured rate or time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Rate {
    /// Elements a second: at least so many.
    PerSecond(f64),
    /// Millions of bytes a second: at least so many.
    Megabytes(f64),
    /// Milliseconds: at the most so many.
    Milliseconds(f64),
}

/// Beginning and end of a bench's name, and what it must reach. Benches that are not named here show what a part costs.
const BUDGETS: [(&str, &str, Rate); 13] = [
    ("ms-drg/initial and final", "", Rate::PerSecond(200_000.0)),
    ("837 to claims/", "", Rate::Megabytes(300.0)),
    ("837 fully validated/", "guide and claim", Rate::Megabytes(100.0)),
    ("claim-edits/ncci+modifier+code", "", Rate::PerSecond(100_000.0)),
    ("library/pair look-ups", "", Rate::PerSecond(5_000_000.0)),
    ("library/open 21 releases", "", Rate::Milliseconds(5.0)),
    ("score/CMS-HCC", "", Rate::PerSecond(300_000.0)),
    ("hhs-hcc V07/score", "score", Rate::PerSecond(300_000.0)),
    ("mpfs/lines", "lines", Rate::PerSecond(1_000_000.0)),
    ("mpfs/lines, five together", "", Rate::PerSecond(1_000_000.0)),
    ("adjudication/837 to adjudication", "to adjudication", Rate::PerSecond(50_000.0)),
    ("nested Parquet/bytes to claims", "", Rate::PerSecond(250_000.0)),
    ("batch/nested Parquet, one thread", "", Rate::PerSecond(50_000.0)),
];

/// The budget of a bench, and whether a rate meets it.
fn verdict(name: &str, rate: Rate) -> Option<(Rate, bool)> {
    let named = |(beginning, end, _): &&(&str, &str, Rate)| name.starts_with(beginning) && name.ends_with(end);
    let budget = BUDGETS.iter().find(named)?.2;
    let met = match (rate, budget) {
        (Rate::PerSecond(rate), Rate::PerSecond(least)) | (Rate::Megabytes(rate), Rate::Megabytes(least)) => {
            rate >= least
        }
        (Rate::Milliseconds(time), Rate::Milliseconds(most)) => time <= most,
        _ => false,
    };
    Some((budget, met))
}

fn show(rate: Rate) -> String {
    match rate {
        Rate::PerSecond(rate) => format!("{rate:.0}/s"),
        Rate::Megabytes(rate) => format!("{rate:.0} MB/s"),
        Rate::Milliseconds(time) => format!("{time:.3} ms"),
    }
}

/// A bench, its rate, and what it should be.
pub(super) fn line(name: &str, rate: Rate) -> String {
    match verdict(name, rate) {
        Some((budget, met)) => format!("{name}: {} (budget {}: {})", show(rate), show(budget), word(met)),
        None => format!("{name}: {}", show(rate)),
    }
}

/// `met` or `MISSED`, for figures that are no rate.
pub(super) fn word(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_least_rates_and_longest_times() {
        assert!(line("ms-drg/initial and final", Rate::PerSecond(200_001.0)).ends_with("(budget 200000/s: met)"));
        assert!(line("837 to claims/x.837, stream", Rate::Megabytes(299.0)).ends_with("(budget 300 MB/s: MISSED)"));
        assert!(line("library/open 21 releases", Rate::Milliseconds(0.4)).ends_with("(budget 5.000 ms: met)"));
        assert_eq!(
            line("837 fully validated/x.837, guide alone", Rate::Megabytes(1.0)),
            "837 fully validated/x.837, guide alone: 1 MB/s"
        );
        assert_eq!(
            line("adjudication/837 to adjudication, with explanation", Rate::PerSecond(1.0)),
            "adjudication/837 to adjudication, with explanation: 1/s"
        );
    }
}
