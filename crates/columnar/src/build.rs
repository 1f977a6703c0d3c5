//! Builders in the terms of claims: text that is null when empty, dates, money.

use crate::SCHEMA_VERSION;
use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, StringBuilder, UInt32Builder, UInt64Builder,
};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array, ListArray, StructArray};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};
use jiff::civil::Date;
use openclaim_claim::{Decimal, Money};
use std::collections::HashMap;
use std::fmt::{Display, Write};
use std::sync::Arc;

/// Digits and places of money.
pub(crate) const MONEY: DataType = DataType::Decimal128(12, 2);
/// Digits and places of quantities.
pub(crate) const QUANTITY: DataType = DataType::Decimal128(15, 3);

/// Text of which much comes again: kept once in a batch, and written to files as text.
pub(crate) fn words() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// The schema of a table in a file, where words are text.
pub(crate) fn in_files(schema: &Schema) -> SchemaRef {
    let plain = |field: &Arc<Field>| match field.data_type() {
        DataType::Dictionary(_, values) => Arc::new(field.as_ref().clone().with_data_type(values.as_ref().clone())),
        _ => Arc::clone(field),
    };
    let fields: Vec<Arc<Field>> = schema.fields().iter().map(plain).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// The schema of a table, with its name and version as metadata.
pub(crate) fn described(table: &str, fields: impl Into<Fields>) -> SchemaRef {
    let metadata = HashMap::from([
        ("openclaim.table".to_owned(), table.to_owned()),
        ("openclaim.schema_version".to_owned(), SCHEMA_VERSION.to_owned()),
    ]);
    Arc::new(Schema::new_with_metadata(fields, metadata))
}

/// Days from 1 March of the year 0 to 1970-01-01. Years are counted from March, so that the leap day is their last.
const TO_EPOCH: i32 = 719_468;
const DAYS_OF_400_YEARS: i32 = 146_097;

/// Days since 1970-01-01.
pub(crate) fn days(date: Date) -> i32 {
    let (year, month, day) = (i32::from(date.year()), i32::from(date.month()), i32::from(date.day()));
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * DAYS_OF_400_YEARS + year * 365 + year / 4 - year / 100 + day_of_year - TO_EPOCH
}

/// The date so many days after 1970-01-01; `None` outside the years that dates have.
pub(crate) fn date_of(days: i32) -> Option<Date> {
    let days = days.checked_add(TO_EPOCH)?;
    let (era, day) = (days.div_euclid(DAYS_OF_400_YEARS), days.rem_euclid(DAYS_OF_400_YEARS));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (era * 400 + year, month + 3) } else { (era * 400 + year + 1, month - 9) };
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// A column that is filled value by value. What is absent is null.
#[derive(Debug)]
pub(crate) enum Column {
    Text(StringBuilder),
    Words(Words),
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
            DataType::Dictionary(..) => Self::Words(Words::default()),
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
        match self {
            Self::Text(builder) if value.is_empty() => builder.append_null(),
            Self::Text(builder) => builder.append_value(value),
            Self::Words(words) => words.add(value),
            _ => {}
        }
    }

    /// The text of an earlier row of the batch.
    pub(crate) fn again(&mut self, row: usize) {
        if let Self::Words(words) = self {
            words.again(row);
        }
    }

    pub(crate) fn text_or_null(&mut self, value: Option<&str>) {
        self.text(value.unwrap_or_default());
    }

    /// The text of a value, formatted into the column itself.
    pub(crate) fn shown(&mut self, value: impl Display) {
        self.joined([value], "");
    }

    /// A list of values with a separator between them; null when there is none.
    pub(crate) fn joined(&mut self, values: impl IntoIterator<Item: Display>, separator: &str) {
        let Self::Text(builder) = self else { return };
        let before = builder.values_slice().len();
        let mut written = Ok(());
        for (at, value) in values.into_iter().enumerate() {
            let between = if at > 0 { separator } else { "" };
            written = written.and_then(|()| write!(builder, "{between}{value}"));
        }
        // A value that cannot be shown leaves the cell null; no value of this project refuses.
        if written.is_ok() && builder.values_slice().len() > before {
            builder.append_value("");
        } else {
            builder.append_null();
        }
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

    /// The values so far. What follows gets room for as many again, so that columns do not grow by copying.
    fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Words(words) => Arc::new(words.finish()?),
            Self::Text(builder) => {
                let array = builder.finish();
                *builder = StringBuilder::with_capacity(room(array.len()), room(array.values().len()));
                Arc::new(array)
            }
            Self::Date(builder) => {
                let array = builder.finish();
                *builder = Date32Builder::with_capacity(room(array.len()));
                Arc::new(array)
            }
            Self::Money(builder) | Self::Quantity(builder) => {
                let array = builder.finish();
                let kind = array.data_type().clone();
                *builder = Decimal128Builder::with_capacity(room(array.len())).with_data_type(kind);
                Arc::new(array)
            }
            Self::Number(builder) => {
                let array = builder.finish();
                *builder = UInt32Builder::with_capacity(room(array.len()));
                Arc::new(array)
            }
            Self::Position(builder) => {
                let array = builder.finish();
                *builder = UInt64Builder::with_capacity(room(array.len()));
                Arc::new(array)
            }
            Self::Flag(builder) => {
                let array = builder.finish();
                *builder = BooleanBuilder::with_capacity(room(array.len()));
                Arc::new(array)
            }
        })
    }
}

/// Text of which much comes again.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// Row by row, which of the texts; `None` is null.
    keys: Vec<Option<i32>>,
    texts: StringBuilder,
}

impl Words {
    fn add(&mut self, text: &str) {
        // A batch of more texts than keys would be one of more rows than a batch can have.
        let key = i32::try_from(self.texts.len()).ok().filter(|_| !text.is_empty());
        if key.is_some() {
            self.texts.append_value(text);
        }
        self.keys.push(key);
    }

    fn again(&mut self, row: usize) {
        self.keys.push(self.keys.get(row).copied().flatten());
    }

    fn finish(&mut self) -> Result<DictionaryArray<Int32Type>, ArrowError> {
        let keys = Int32Array::from_iter(self.keys.drain(..));
        DictionaryArray::try_new(keys, Arc::new(self.texts.finish()))
    }
}

/// Room for the values of the next batch, by those of the last.
const fn room(last: usize) -> usize {
    last + last / 8
}

/// Fills the columns of one row, one after the other.
pub(crate) struct Row<'a>(std::slice::IterMut<'a, Column>);

impl<'a> Row<'a> {
    pub(crate) fn of(columns: &'a mut [Column]) -> Self {
        Self(columns.iter_mut())
    }

    pub(crate) fn next(&mut self, fill: impl FnOnce(&mut Column)) {
        if let Some(column) = self.0.next() {
            fill(column);
        }
    }

    /// Fills all columns that are left.
    pub(crate) fn rest(self, fill: impl FnMut(&mut Column)) {
        self.0.for_each(fill);
    }

    pub(crate) fn text(&mut self, value: &str) {
        self.next(|column| column.text(value));
    }

    pub(crate) fn text_or_null(&mut self, value: Option<&str>) {
        self.next(|column| column.text_or_null(value));
    }

    pub(crate) fn shown(&mut self, value: impl Display) {
        self.next(|column| column.shown(value));
    }

    pub(crate) fn joined(&mut self, values: impl IntoIterator<Item: Display>, separator: &str) {
        self.next(|column| column.joined(values, separator));
    }

    pub(crate) fn date(&mut self, value: Option<Date>) {
        self.next(|column| column.date(value));
    }

    pub(crate) fn money(&mut self, value: Option<Money>) {
        self.next(|column| column.money(value));
    }

    pub(crate) fn quantity(&mut self, value: Option<Decimal>) {
        self.next(|column| column.quantity(value));
    }

    pub(crate) fn number(&mut self, value: Option<u32>) {
        self.next(|column| column.number(value));
    }

    pub(crate) fn count(&mut self, number: usize) {
        self.number(u32::try_from(number).ok());
    }

    pub(crate) fn position(&mut self, value: u64) {
        self.next(|column| column.position(value));
    }

    pub(crate) fn flag(&mut self, value: bool) {
        self.next(|column| column.flag(Some(value)));
    }
}

/// A quantity in thousandths, where it has no finer part and fits.
pub(crate) fn thousandths(value: Decimal) -> Option<i128> {
    if value.scale() == 0 {
        let whole = value.mantissa();
        return (whole.abs() < 10_i128.pow(12)).then_some(whole * 1000);
    }
    let scaled = value.checked_mul(Decimal::ONE_THOUSAND)?.normalize();
    (scaled.scale() == 0 && scaled.mantissa().abs() < 10_i128.pow(15)).then(|| scaled.mantissa())
}

/// The quantity of so many thousandths, without places that are zero.
pub(crate) fn quantity_of(thousandths: i128) -> Decimal {
    if let Ok(short) = i64::try_from(thousandths)
        && short % 1000 == 0
    {
        return Decimal::from(short / 1000);
    }
    Decimal::from_i128_with_scale(thousandths, 3).normalize()
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
        let arrays: Vec<ArrayRef> = self.columns.iter_mut().map(Column::finish).collect::<Result<_, _>>()?;
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

    pub(crate) fn finish(&mut self) -> Result<Vec<ArrayRef>, ArrowError> {
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
    fn quantities_come_back_without_zeros() {
        for (thousandths, text) in [(1000, "1"), (500, "0.5"), (12_340, "12.34"), (-3000, "-3"), (0, "0")] {
            assert_eq!(quantity_of(thousandths).to_string(), text);
        }
        assert_eq!(
            quantity_of(i128::from(i64::MAX) * 1000 + 1),
            Decimal::from_i128_with_scale(9_223_372_036_854_775_807_001, 3)
        );
    }

    #[test]
    fn days_count_from_1970() {
        use jiff::ToSpan;
        use jiff::civil::date;
        assert_eq!((days(date(1970, 1, 2)), date_of(-1)), (1, Some(date(1969, 12, 31))));
        assert_eq!((date_of(i32::MAX), date_of(i32::MIN), date_of(i32::MAX - 800_000)), (None, None, None));
        assert_eq!((date_of(days(Date::MAX)), date_of(days(Date::MAX) + 1)), (Some(Date::MAX), None));
        assert_eq!((date_of(days(Date::MIN)), date_of(days(Date::MIN) - 1)), (Some(Date::MIN), None));
        let (mut day, mut count) = (date(1599, 12, 30), days(date(1599, 12, 30)));
        assert_eq!(count, (date(1599, 12, 30) - date(1970, 1, 1)).get_days());
        while day.year() < 2402 {
            assert_eq!((days(day), date_of(count)), (count, Some(day)), "{day}");
            (day, count) = (day + 1.day(), count + 1);
        }
    }

    #[test]
    fn lists_of_words_are_null_when_there_is_none() {
        let mut column = Column::of(&DataType::Utf8);
        column.joined(["a", "b"], " ");
        column.joined([0_u8; 0], " ");
        column.shown(7);
        column.shown("");
        let array = column.finish().unwrap();
        let array = arrow_array::cast::AsArray::as_string::<i32>(&array);
        assert_eq!(array.iter().collect::<Vec<_>>(), [Some("a b"), None, Some("7"), None]);
    }

    #[test]
    fn words_are_kept_once() {
        let mut column = Column::of(&words());
        column.text("a");
        column.text("");
        column.again(0);
        column.again(1);
        column.text("b");
        let array = column.finish().unwrap();
        let text = arrow_cast::cast(&array, &DataType::Utf8).unwrap();
        let text = arrow_array::cast::AsArray::as_string::<i32>(&text);
        assert_eq!(text.iter().collect::<Vec<_>>(), [Some("a"), None, Some("a"), None, Some("b")]);
        assert_eq!(arrow_array::cast::AsArray::as_dictionary::<Int32Type>(&array).values().len(), 2);
        let schema = Schema::new(vec![Field::new("rule", words(), false)]);
        assert_eq!(*in_files(&schema).field(0), Field::new("rule", DataType::Utf8, false));
        assert_eq!(column.finish().unwrap().len(), 0);
    }
}
