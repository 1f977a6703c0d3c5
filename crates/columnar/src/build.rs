//! Builders in the terms of claims: text that is null when empty, dates, money.

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, StringBuilder, UInt32Builder, UInt64Builder,
};
use arrow_array::{ArrayRef, ListArray, StructArray};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields};
use jiff::civil::{Date, date};
use openclaim_claim::{Decimal, Money};
use std::sync::Arc;

/// Digits and places of money.
pub(crate) const MONEY: DataType = DataType::Decimal128(12, 2);
/// Digits and places of quantities.
pub(crate) const QUANTITY: DataType = DataType::Decimal128(15, 3);

const EPOCH: Date = date(1970, 1, 1);

/// Days since 1970-01-01.
pub(crate) fn days(date: Date) -> i32 {
    (date - EPOCH).get_days()
}

/// The date so many days after 1970-01-01; `None` outside the years that dates have.
pub(crate) fn date_of(days: i32) -> Option<Date> {
    EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// A column that is filled value by value. What is absent is null.
#[derive(Debug)]
pub(crate) enum Column {
    Text(StringBuilder),
    Date(Date32Builder),
    Money(Decimal128Builder),
    Quantity(Decimal128Builder),
    Number(UInt32Builder),
    Position(UInt64Builder),
    Flag(BooleanBuilder),
}

impl Column {
    /// An empty column of a type that this crate writes.
    pub(crate) fn of(kind: &DataType) -> Self {
        match kind {
            DataType::Date32 => Self::Date(Date32Builder::new()),
            DataType::Decimal128(_, 2) => Self::Money(Decimal128Builder::new().with_data_type(MONEY)),
            DataType::Decimal128(..) => Self::Quantity(Decimal128Builder::new().with_data_type(QUANTITY)),
            DataType::UInt32 => Self::Number(UInt32Builder::new()),
            DataType::UInt64 => Self::Position(UInt64Builder::new()),
            DataType::Boolean => Self::Flag(BooleanBuilder::new()),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    pub(crate) fn text(&mut self, value: &str) {
        if let Self::Text(builder) = self {
            if value.is_empty() { builder.append_null() } else { builder.append_value(value) }
        }
    }

    pub(crate) fn text_or_null(&mut self, value: Option<&str>) {
        self.text(value.unwrap_or_default());
    }

    pub(crate) fn date(&mut self, value: Option<Date>) {
        if let Self::Date(builder) = self {
            builder.append_option(value.map(days));
        }
    }

    /// An amount; one of more than twelve digits does not fit and is null, for the caller to keep elsewhere.
    pub(crate) fn money(&mut self, value: Option<Money>) {
        if let Self::Money(builder) = self {
            builder.append_option(value.and_then(cents));
        }
    }

    /// A quantity; one with more than three places does not fit and is null, for the caller to keep elsewhere.
    pub(crate) fn quantity(&mut self, value: Option<Decimal>) {
        if let Self::Quantity(builder) = self {
            builder.append_option(value.and_then(thousandths));
        }
    }

    pub(crate) fn number(&mut self, value: Option<u32>) {
        if let Self::Number(builder) = self {
            builder.append_option(value);
        }
    }

    pub(crate) fn position(&mut self, value: u64) {
        self.position_or_null(Some(value));
    }

    pub(crate) fn position_or_null(&mut self, value: Option<u64>) {
        if let Self::Position(builder) = self {
            builder.append_option(value);
        }
    }

    pub(crate) fn flag(&mut self, value: Option<bool>) {
        if let Self::Flag(builder) = self {
            builder.append_option(value);
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Money(builder) | Self::Quantity(builder) => Arc::new(builder.finish()),
            Self::Number(builder) => Arc::new(builder.finish()),
            Self::Position(builder) => Arc::new(builder.finish()),
            Self::Flag(builder) => Arc::new(builder.finish()),
        }
    }
}

/// A quantity in thousandths, where it has no finer part and fits.
pub(crate) fn thousandths(value: Decimal) -> Option<i128> {
    let scaled = value.checked_mul(Decimal::ONE_THOUSAND)?.normalize();
    (scaled.scale() == 0 && scaled.mantissa().abs() < 10_i128.pow(15)).then(|| scaled.mantissa())
}

/// Cents, where the amount fits into twelve digits.
pub(crate) fn cents(money: Money) -> Option<i128> {
    let cents = i128::from(money.cents());
    (cents.abs() < 10_i128.pow(12)).then_some(cents)
}

/// A list of structs, or of single texts, per row.
#[derive(Debug)]
pub(crate) struct Lists {
    offsets: Vec<i32>,
    count: i32,
    fields: Fields,
    columns: Vec<Column>,
}

impl Lists {
    pub(crate) fn of(fields: Fields) -> Self {
        let columns = fields.iter().map(|field| Column::of(field.data_type())).collect();
        Self { offsets: vec![0], count: 0, fields, columns }
    }

    /// The columns of one more element; every one of them must be given a value.
    pub(crate) fn element(&mut self) -> &mut [Column] {
        self.count += 1;
        &mut self.columns
    }

    /// Ends the row.
    pub(crate) fn end_row(&mut self) {
        self.offsets.push(self.count);
    }

    pub(crate) fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let offsets = OffsetBuffer::new(ScalarBuffer::from(std::mem::replace(&mut self.offsets, vec![0])));
        self.count = 0;
        let arrays: Vec<ArrayRef> = self.columns.iter_mut().map(Column::finish).collect();
        let elements = StructArray::try_new(self.fields.clone(), arrays, None)?;
        let item = Field::new("item", DataType::Struct(self.fields.clone()), false);
        Ok(Arc::new(ListArray::try_new(Arc::new(item), offsets, Arc::new(elements), None)?))
    }
}

/// The columns of a flat table.
#[derive(Debug)]
pub(crate) struct Flat {
    columns: Vec<Column>,
    rows: usize,
}

impl Flat {
    pub(crate) fn of(fields: &Fields) -> Self {
        let columns = fields.iter().map(|field| Column::of(field.data_type())).collect();
        Self { columns, rows: 0 }
    }

    /// The columns of one more row; every one of them must be given a value.
    pub(crate) fn row(&mut self) -> &mut [Column] {
        self.rows += 1;
        &mut self.columns
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn finish(&mut self) -> Vec<ArrayRef> {
        self.rows = 0;
        self.columns.iter_mut().map(Column::finish).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_thousandths() {
        let of = |text: &str| thousandths(text.parse().unwrap());
        assert_eq!((of("1"), of("0.5"), of("12.345"), of("1.2345")), (Some(1000), Some(500), Some(12_345), None));
        assert_eq!((of("100"), of("-3"), of("999999999999999")), (Some(100_000), Some(-3000), None));
    }

    #[test]
    fn days_count_from_1970() {
        assert_eq!((days(date(1970, 1, 2)), date_of(-1)), (1, Some(date(1969, 12, 31))));
        assert_eq!(date_of(i32::MAX), None);
    }
}
