//! Relative values, geographic indices and the fee formula, in integers of fixed scale.

use openclaim_tables::relation::Row;

/// Geographic practice cost indices of a locality, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gpci {
    /// Physician work.
    pub work: i32,
    /// Practice expense.
    pub pe: i32,
    /// Malpractice.
    pub mp: i32,
}

/// A payment locality of a [`FeeSchedule`](super::FeeSchedule), found by contractor and locality number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Locality(pub(super) u16);

/// Relative values of one row at one rate, in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Rvus {
    pub(super) work: i32,
    pub(super) pe: i32,
    pub(super) mp: i32,
}

impl Rvus {
    /// Cents that these relative values are worth, with `pe` of the practice expense left; rounded once, halves up.
    #[inline]
    pub(super) fn fee(self, gpci: Gpci, factor: i64, pe_share: i64) -> i64 {
        let whole = |rvu: i32, index: i32| i64::from(rvu) * i64::from(index);
        // Hundredths of RVUs × thousandths of indices × ten-thousandths of dollars × ten-thousandths of the share. Reading
        // bounds each figure; the wide product cannot overflow.
        let units = i128::from(whole(self.work, gpci.work) + whole(self.mp, gpci.mp)) * 10_000
            + i128::from(whole(self.pe, gpci.pe)) * i128::from(pe_share);
        let scaled = units * i128::from(factor);
        i64::try_from((scaled + 50_000_000_000) / 100_000_000_000).unwrap_or(i64::MAX)
    }

    /// The same with all of the practice expense.
    #[inline]
    pub(super) fn whole_fee(self, gpci: Gpci, factor: i64) -> i64 {
        let part = |rvu: i32, index: i32| i64::from(rvu) * i64::from(index);
        let scaled =
            (part(self.work, gpci.work) + part(self.pe, gpci.pe) + part(self.mp, gpci.mp)).saturating_mul(factor);
        (scaled / 10_000_000) + i64::from(scaled % 10_000_000 >= 5_000_000)
    }

    pub(super) fn is_zero(self) -> bool {
        self == Self::default()
    }
}

/// Largest relative value that is believed: ten thousand units.
const MOST_RVU: i64 = 1_000_000;
/// Largest index: ten.
const MOST_INDEX: i64 = 10_000;
/// Largest conversion factor: a thousand dollars.
const MOST_FACTOR: i64 = 10_000_000;

/// Reads a decimal of a row as hundredths; a blank is 0. `None` when it is out of bounds.
#[inline]
fn decimal(row: Row<'_>, column: usize, most: i64) -> Option<i32> {
    let value = row.decimal(column).map_or(0, |number| number.unscaled);
    if (0..=most).contains(&value) { i32::try_from(value).ok() } else { None }
}

pub(super) fn rvu(row: Row<'_>, column: usize) -> Option<i32> {
    decimal(row, column, MOST_RVU)
}

pub(super) fn index(row: Row<'_>, column: usize) -> Option<i32> {
    decimal(row, column, MOST_INDEX)
}

pub(super) fn factor(row: Row<'_>, column: usize) -> Option<i64> {
    decimal(row, column, MOST_FACTOR).map(i64::from)
}

/// A part of the global package, in hundredths.
pub(super) fn share(row: Row<'_>, column: usize) -> Option<i32> {
    decimal(row, column, 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fee_is_rounded_once_and_halves_go_up() {
        let one = Gpci { work: 1_000, pe: 1_000, mp: 1_000 };
        // 1.00 × 32.3450 = 32.345
        assert_eq!(Rvus { work: 100, pe: 0, mp: 0 }.whole_fee(one, 323_450), 3_235);
        // Three parts of 10.7817 are 32.345, where parts rounded alone would give 32.34.
        let parts = Rvus { work: 33, pe: 33, mp: 34 };
        assert_eq!(parts.whole_fee(one, 323_450), 3_235);
        assert_eq!(parts.fee(one, 323_450, 10_000), 3_235);
        assert_eq!(parts.fee(one, 323_450, 5_000), 2_701);
    }

    #[test]
    fn the_largest_figures_do_not_overflow() {
        let most = Rvus { work: 1_000_000, pe: 1_000_000, mp: 1_000_000 };
        let gpci = Gpci { work: 10_000, pe: 10_000, mp: 10_000 };
        assert_eq!(most.whole_fee(gpci, 10_000_000), most.fee(gpci, 10_000_000, 10_000));
    }
}
