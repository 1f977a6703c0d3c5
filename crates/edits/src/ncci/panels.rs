//! Laboratory panels with their components, as the table of procedure pairs tells them.

use super::scope;
use crate::service::{Context, Report};
use jiff::civil::Date;
use openclaim_reference::pairs::{PairRow, PairTable};
use openclaim_reference::{Day, Source};
use std::sync::OnceLock;

/// The rationale of the pairs of a panel and its components.
const RATIONALE: &str = "Laboratory panel";

/// Components that make a panel worth naming: two tests are often ordered together without being a panel.
pub(crate) const FEWEST: usize = 3;

/// The panels of one release.
#[derive(Debug)]
pub(crate) struct Panels {
    name: &'static str,
    table: PairTable,
    /// Read when first asked for: it takes a pass over the whole table.
    listed: OnceLock<Listed>,
}

#[derive(Debug)]
struct Listed {
    /// Positions of the pairs of each panel.
    panels: Vec<Vec<usize>>,
    /// Keys of all components, in order.
    components: Vec<u64>,
}

impl Panels {
    pub(super) fn new(name: &'static str, table: PairTable) -> Self {
        Self { name, table, listed: OnceLock::new() }
    }

    fn listed(&self) -> &Listed {
        self.listed.get_or_init(|| {
            let pairs = self.table.rows().filter(|pair| pair.terms().rationale.eq_ignore_ascii_case(RATIONALE));
            let pairs: Vec<PairRow<'_>> = pairs.collect();
            let panels = pairs.chunk_by(|one, next| one.column1() == next.column1());
            let panels = panels.map(|pairs| pairs.iter().map(PairRow::index).collect()).collect();
            let mut components: Vec<u64> =
                pairs.iter().filter_map(PairRow::column2).map(|component| component.key()).collect();
            components.sort_unstable();
            components.dedup();
            Listed { panels, components }
        })
    }

    /// Whether a code, given by its key, is a component of any panel on any day.
    #[inline]
    pub(crate) fn lists(&self, key: u64) -> bool {
        self.listed().components.binary_search(&key).is_ok()
    }

    /// The pairs of every panel that hold on the day, where they are enough to make a panel.
    pub(crate) fn on(&self, day: Day) -> impl Iterator<Item = Vec<PairRow<'_>>> {
        let holding = move |pairs: &Vec<usize>| -> Vec<PairRow<'_>> {
            pairs.iter().map(|&at| self.table.row(at)).filter(|pair| pair.terms().hold(day)).collect()
        };
        self.listed().panels.iter().map(holding).filter(|pairs| pairs.len() >= FEWEST)
    }

    /// Name of the table of pairs.
    pub(crate) fn table(&self) -> &'static str {
        self.name
    }
}

/// The panels of the release that speaks for a day, for bills like the claim's; `None` where no table of pairs is for such
/// bills, and where none speaks for the day, with a note.
pub(crate) fn panels<'a>(context: &Context<'a>, date: Date, report: &mut Report) -> Option<Source<'a, Panels>> {
    context.tables.ncci.panels(scope(context))?.on(date, context.switches.known_at, report)
}
