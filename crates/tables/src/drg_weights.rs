//! IPPS Table 5: relative weights and lengths of stay by MS-DRG.

use crate::plain::{PlainTables, day, number};
use crate::{Day, FlatError, FlatFile, FlatWriter, Period, Section, StrRef, StringPool, Strings};
use bytemuck::{Pod, Zeroable};
use jiff::civil::Date;

const FILE: &str = "ipps/drg_weights.csv";
/// Stands for a weight or length of stay that the table leaves blank.
const BLANK: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct WeightRow {
    drg: u32,
    period: Period,
    weight: u32,
    weight_before_cap: u32,
    gmlos: u32,
    amlos: u32,
    title: StrRef,
    mdc: StrRef,
    kind: u32,
    post_acute_transfer: u32,
    special_pay: u32,
}

/// Whether a DRG is surgical or medical, column TYPE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrgType {
    /// `SURG`.
    Surgical,
    /// `MED`.
    Medical,
    /// `**`: DRGs 998 and 999.
    Neither,
}

/// A row of Table 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrgWeight<'t> {
    /// The MS-DRG.
    pub drg: u16,
    /// Discharges the row holds for.
    pub period: Period,
    /// Relative weight that pays, after the 10% cap on decreases, in ten-thousandths; `None` for 998 and 999.
    pub weight_e4: Option<u32>,
    /// Relative weight before the cap, in ten-thousandths.
    pub weight_before_cap_e4: Option<u32>,
    /// Geometric mean length of stay, in tenths of a day.
    pub gmlos_e1: Option<u32>,
    /// Arithmetic mean length of stay, in tenths of a day.
    pub amlos_e1: Option<u32>,
    /// Title as printed in Table 5.
    pub title: &'t str,
    /// `01` to `25`, `PRE`, or empty for DRGs of no MDC.
    pub mdc: &'t str,
    /// Surgical or medical.
    pub kind: DrgType,
    /// Post-acute care transfer policy DRG.
    pub post_acute_transfer: bool,
    /// Special payment methodology within the transfer policy.
    pub special_pay: bool,
}

impl DrgWeight<'_> {
    /// The paying weight as Table 5 prints it, `1.2345`; `None` for 998 and 999.
    #[must_use]
    pub fn weight_text(&self) -> Option<String> {
        self.weight_e4.map(|weight| format!("{}.{:04}", weight / 10_000, weight % 10_000))
    }

    /// The geometric mean length of stay as Table 5 prints it, `4.5`.
    #[must_use]
    pub fn gmlos_text(&self) -> Option<String> {
        self.gmlos_e1.map(|days| format!("{}.{}", days / 10, days % 10))
    }

    /// The arithmetic mean length of stay as Table 5 prints it.
    #[must_use]
    pub fn amlos_text(&self) -> Option<String> {
        self.amlos_e1.map(|days| format!("{}.{}", days / 10, days % 10))
    }
}

/// What Table 5 says of an MS-DRG on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightLookup<'t> {
    /// The row.
    Found(DrgWeight<'t>),
    /// Table 5 of that year has no such DRG.
    NoSuchDrg,
    /// No Table 5 at hand speaks for the day: nothing can be said.
    OutsideTables {
        /// What the tables speak of.
        coverage: Period,
    },
}

impl<'t> WeightLookup<'t> {
    /// The row, when there is one.
    #[must_use]
    pub fn found(self) -> Option<DrgWeight<'t>> {
        match self {
            Self::Found(row) => Some(row),
            _ => None,
        }
    }
}

/// Table 5.
#[derive(Debug, Clone)]
pub struct DrgWeights {
    rows: Section<WeightRow>,
    /// By number of an MS-DRG, the first of its rows; one entry more says where the last one's end.
    starts: Section<u32>,
    coverage: Period,
    strings: Strings,
}

impl DrgWeights {
    /// Locates the table's sections.
    ///
    /// # Errors
    /// [`FlatError`] when a section is missing or of another width.
    pub fn open(file: &FlatFile) -> Result<Self, FlatError> {
        let coverage = file.section::<Period>("drg-weights.coverage")?;
        let coverage = *coverage
            .first()
            .ok_or_else(|| FlatError::Damaged("`drg-weights` does not say what span of time it covers".to_owned()))?;
        Ok(Self {
            rows: file.section("drg-weights.rows")?,
            starts: file.section("drg-weights.starts")?,
            coverage,
            strings: Strings::open(file, "drg-weights.strings")?,
        })
    }

    /// Discharges the tables speak of.
    #[must_use]
    pub fn coverage(&self) -> Period {
        self.coverage
    }

    /// The row of an MS-DRG for a discharge.
    #[must_use]
    pub fn at(&self, drg: u16, discharge: Date) -> WeightLookup<'_> {
        let on = Day::from(discharge);
        if !self.coverage.contains(on) {
            return WeightLookup::OutsideTables { coverage: self.coverage };
        }
        let drg = usize::from(drg);
        let bounds = self.starts.get(drg).zip(self.starts.get(drg + 1));
        let rows = bounds.and_then(|(&start, &end)| self.rows.get(start as usize..end as usize));
        let row = rows.unwrap_or_default().iter().find(|row| row.period.contains(on));
        row.map_or(WeightLookup::NoSuchDrg, |row| WeightLookup::Found(self.view(row)))
    }

    /// All rows, by DRG and period.
    pub fn iter(&self) -> impl Iterator<Item = DrgWeight<'_>> {
        self.rows.iter().map(|row| self.view(row))
    }

    fn view(&self, row: &WeightRow) -> DrgWeight<'_> {
        let filled = |value: u32| Some(value).filter(|&value| value != BLANK);
        DrgWeight {
            drg: u16::try_from(row.drg).unwrap_or(u16::MAX),
            period: row.period,
            weight_e4: filled(row.weight),
            weight_before_cap_e4: filled(row.weight_before_cap),
            gmlos_e1: filled(row.gmlos),
            amlos_e1: filled(row.amlos),
            title: self.strings.get(row.title),
            mdc: self.strings.get(row.mdc),
            kind: match row.kind {
                1 => DrgType::Surgical,
                2 => DrgType::Medical,
                _ => DrgType::Neither,
            },
            post_acute_transfer: row.post_acute_transfer != 0,
            special_pay: row.special_pay != 0,
        }
    }
}

/// Compiles `ipps/drg_weights.csv`.
///
/// # Errors
/// [`FlatError::Source`] naming the file and line that is at fault.
pub fn compile(data: &PlainTables, writer: &mut FlatWriter) -> Result<(), FlatError> {
    let mut pool = StringPool::new();
    let mut rows: Vec<WeightRow> = Vec::new();
    let columns = [
        "drg",
        "from",
        "to",
        "mdc",
        "type",
        "post_acute_transfer",
        "special_pay",
        "weight_before_cap",
        "weight",
        "gmlos",
        "amlos",
        "title",
    ];
    data.rows(
        FILE,
        columns,
        |[drg, from, to, mdc, kind, post_acute, special, before, weight, gmlos, amlos, title]| {
            rows.push(WeightRow {
                drg: u32::from(number::<u16>(drg)?),
                period: Period { from: day(from)?, to: day(to)? },
                weight: scaled(weight, 4)?,
                weight_before_cap: scaled(before, 4)?,
                gmlos: scaled(gmlos, 1)?,
                amlos: scaled(amlos, 1)?,
                title: pool.add(title),
                mdc: pool.add(mdc),
                kind: match kind {
                    "surgical" => 1,
                    "medical" => 2,
                    "" => 0,
                    other => return Err(format!("`{other}` is not surgical or medical")),
                },
                post_acute_transfer: number(post_acute)?,
                special_pay: number(special)?,
            });
            Ok(())
        },
    )?;
    rows.sort_by_key(|row| (row.drg, row.period));
    let from = rows.iter().map(|row| row.period.from).min();
    let to = rows.iter().map(|row| row.period.to).max();
    let (Some(from), Some(to)) = (from, to) else {
        return Err(FlatError::Source { file: FILE.to_owned(), line: 0, problem: "it has no rows".to_owned() });
    };
    writer.put("drg-weights.coverage", &[Period { from, to }])?;
    let end = rows.last().map_or(0, |last| last.drg + 1);
    let starts: Vec<u32> = (0..=end).map(|drg| rows.partition_point(|row| row.drg < drg) as u32).collect();
    writer.put("drg-weights.starts", &starts)?;
    writer.put("drg-weights.rows", &rows)?;
    pool.write(writer, "drg-weights.strings")
}

/// `1.2345` with `places` 4 → 12345; blank stays blank.
fn scaled(text: &str, places: usize) -> Result<u32, String> {
    if text.is_empty() {
        return Ok(BLANK);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > places {
        return Err(format!("`{text}` has more than {places} places"));
    }
    number(&format!("{whole}{fraction:0<places$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_scaled_exactly() {
        assert_eq!(scaled("28.0239", 4), Ok(280_239));
        assert_eq!(scaled("5.9", 1), Ok(59));
        assert_eq!(scaled("7", 4), Ok(70_000));
        assert_eq!(scaled("", 4), Ok(BLANK));
        assert!(scaled("1.23456", 4).is_err());
        assert!(scaled("x", 1).is_err());
    }
}
