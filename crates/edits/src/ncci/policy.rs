//! The project's own plain tables under `data/ncci/`: what the Policy Manual and CMS's pages say in prose. Each row names
//! its source.

use openclaim_claim::Modifier;
use openclaim_reference::{Day, text_key};

const MODIFIERS: &str = include_str!("../../../../data/ncci/bypass_modifiers.csv");
const VISITS: &str = include_str!("../../../../data/ncci/evaluation_and_management.csv");
const EXCEPTIONS: &str = include_str!("../../../../data/ncci/add_on_exceptions.csv");

/// The rows of a plain table of `N` columns behind its header; the last column may hold commas.
pub(super) fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().skip(1).filter(|line| !line.is_empty()).map(|line| {
        let mut cells = line.splitn(N, ',');
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    })
}

fn day(text: &str) -> Option<Day> {
    Day::parse_iso(text)
}

/// What a modifier that may bypass a procedure pair says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// Where the procedure was done: `LT`, `T5`, `LC`.
    Site,
    /// That a visit was apart from a procedure: `24`, `25`, `57`.
    Visit,
    /// Anything else: another session, stage, specimen or practitioner.
    Apart,
}

/// A modifier that bypasses procedure pairs of modifier indicator 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bypass {
    pub(super) modifier: Modifier,
    pub(super) says: Says,
    /// Whether it bypasses although both codes name the same site.
    pub(super) separates_one_site: bool,
    /// First day on which it bypasses.
    from: Option<Day>,
    /// First day on which it bypasses on the column-1 code.
    on_column1_from: Option<Day>,
}

/// A primary code that another practitioner may have billed.
#[derive(Debug, Clone, Copy)]
struct Exception {
    add_on: u64,
    primary: u64,
    from: Option<Day>,
    to: Option<Day>,
}

/// The plain tables, read.
#[derive(Debug)]
pub(super) struct Policy {
    bypasses: Vec<Bypass>,
    /// First and last code of each range of evaluation and management codes.
    visits: Vec<(u64, u64)>,
    exceptions: Vec<Exception>,
}

impl Policy {
    /// Reads the tables. That every row is understood is tested.
    pub(super) fn read() -> Self {
        let key = |code: &str| text_key(code.as_bytes());
        let bypasses = rows::<6>(MODIFIERS).filter_map(|[modifier, kind, separates, from, on_column1_from, _]| {
            Some(Bypass {
                modifier: Modifier::parse(modifier).ok()?,
                says: match kind {
                    "anatomic" => Says::Site,
                    "visit" => Says::Visit,
                    _ => Says::Apart,
                },
                separates_one_site: separates == "Y",
                from: day(from),
                on_column1_from: day(on_column1_from),
            })
        });
        let exceptions = rows::<6>(EXCEPTIONS).filter(|row| row[2] == "group-and-specialty").map(
            |[add_on, primary, _, from, to, _]| Exception {
                add_on: key(add_on),
                primary: key(primary),
                from: day(from),
                to: day(to),
            },
        );
        Self {
            bypasses: bypasses.collect(),
            visits: rows::<3>(VISITS).map(|[first, last, _]| (key(first), key(last))).collect(),
            exceptions: exceptions.collect(),
        }
    }

    /// What a modifier on the column-1 or column-2 code bypasses by on the day; `None` when it bypasses nothing.
    pub(super) fn bypass(&self, modifier: Modifier, on_column1: bool, day: Day) -> Option<&Bypass> {
        let known = self.bypasses.iter().find(|known| known.modifier == modifier)?;
        let begun = known.from.is_none_or(|from| from <= day);
        let counts_here = !on_column1 || known.on_column1_from.is_none_or(|from| from <= day);
        (begun && counts_here).then_some(known)
    }

    /// Whether a modifier names a site of the body.
    pub(super) fn names_site(&self, modifier: Modifier) -> bool {
        self.bypasses.iter().any(|known| known.modifier == modifier && known.says == Says::Site)
    }

    /// Whether a code is an evaluation and management service.
    pub(super) fn is_visit(&self, key: u64) -> bool {
        self.visits.iter().any(|&(first, last)| first <= key && key <= last)
    }

    /// Whether another practitioner of the same group and specialty may have billed the primary code.
    pub(super) fn shared_by_group(&self, add_on: u64, primary: u64, day: Day) -> bool {
        self.exceptions.iter().any(|row| {
            row.add_on == add_on
                && row.primary == primary
                && row.from.is_none_or(|from| from <= day)
                && row.to.is_none_or(|to| day <= to)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_understood() {
        let policy = Policy::read();
        let lines = |table: &str| table.lines().count() - 1;
        assert_eq!(
            (policy.bypasses.len(), policy.visits.len(), policy.exceptions.len()),
            (lines(MODIFIERS), lines(VISITS), lines(EXCEPTIONS))
        );
        for [.., from, on_column1_from, source] in rows::<6>(MODIFIERS) {
            assert!(!source.is_empty());
            assert!([from, on_column1_from].into_iter().all(|text| text.is_empty() || day(text).is_some()));
        }
        for [_, _, _, from, to, source] in rows::<6>(EXCEPTIONS) {
            assert!(!source.is_empty());
            assert!([from, to].into_iter().all(|text| text.is_empty() || day(text).is_some()));
        }
        assert!(policy.visits.iter().all(|(first, last)| first <= last));
    }

    #[test]
    fn repeats_bypass_no_pair_and_59_counts_on_either_code_since_july_2019() {
        let policy = Policy::read();
        let bypasses = |modifier: &str, on_column1, day| {
            policy.bypass(Modifier::parse(modifier).unwrap(), on_column1, Day(day)).is_some()
        };
        assert!(["22", "50", "76", "77", "GA"].iter().all(|modifier| !bypasses(modifier, false, 20_240_701)));
        assert!(bypasses("59", false, 20_190_630) && !bypasses("59", true, 20_190_630));
        assert!(bypasses("59", true, 20_190_701) && bypasses("LT", true, 20_190_630));
        assert!(!bypasses("XS", false, 20_141_231) && bypasses("XS", false, 20_150_101));
    }
}
