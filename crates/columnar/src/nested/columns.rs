//! The columns of nested claims, found by name once and then read by row.

use crate::ColumnarError;
use crate::build::date_of;
use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, StringArray, StringViewArray, StructArray, UInt32Array,
};
use arrow_buffer::OffsetBuffer;
use arrow_cast::{CastOptions, can_cast_types, cast_with_options};
use arrow_schema::{ArrowError, DataType};
use openclaim_claim::{Date, Money, Spanned, Text};
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

/// Declares columns that are found by name once, when a batch is opened.
macro_rules! columns {
    ($(#[$about:meta])* $name:ident { $($field:ident: $kind:ident = $column:literal),* $(,)? }) => {
        $(#[$about])*
        #[derive(Debug)]
        pub(super) struct $name {
            $(pub(super) $field: $kind,)*
        }

        impl Columns for $name {
            fn find(found: &mut Found<'_>) -> Result<Self, ColumnarError> {
                Ok(Self { $($field: $kind::find($column, found)?,)* })
            }
        }
    };
}

columns!(
    /// The columns of a claim that are no lists.
    ClaimColumns {
        claim_id: Texts = "claim_id",
        claim_type: Texts = "claim_type",
        frequency: Texts = "claim_frequency_code",
        type_of_bill: Texts = "bill_type_code",
        place_of_service: Texts = "place_of_service_code",
        start: Dates = "claim_start_date",
        end: Dates = "claim_end_date",
        admission: Dates = "admission_date",
        admission_type: Texts = "admit_type_code",
        admission_source: Texts = "admit_source_code",
        discharge_status: Texts = "discharge_disposition_code",
        ms_drg: Texts = "ms_drg_code",
        member_id: Texts = "member_id",
        payer_id: Texts = "payer_id",
        filing_indicator: Texts = "claim_filing_indicator_code",
        birth_date: Dates = "birth_date",
        sex: Texts = "sex",
        billing_npi: Texts = "billing_npi",
        billing_taxonomy: Texts = "billing_taxonomy_code",
        billing_state: Texts = "billing_state",
        billing_zip: Texts = "billing_zip_code",
        rendering_npi: Texts = "rendering_npi",
        rendering_taxonomy: Texts = "rendering_taxonomy_code",
        facility_npi: Texts = "facility_npi",
        charge: Decimals = "charge_amount",
        condition_codes: Texts = "condition_codes",
        as_subscriber: Texts = "patient_as_subscriber",
        rest_shared: Views = "rest_shared",
        rest: Views = "rest",
    }
);

columns!(DiagnosisColumns {
    code: Texts = "code",
    role: Texts = "role",
    poa: Texts = "present_on_admit_code",
    icd9: Flags = "icd9",
});

columns!(ProcedureColumns {
    code: Texts = "code",
    coding: Texts = "coding",
    principal: Flags = "principal",
    date: Dates = "date",
});

columns!(LineColumns {
    number: Numbers = "claim_line_number",
    start: Dates = "claim_line_start_date",
    end: Dates = "claim_line_end_date",
    revenue_code: Texts = "revenue_center_code",
    hcpcs: Texts = "hcpcs_code",
    qualifier: Texts = "hcpcs_qualifier",
    modifier_1: Texts = "hcpcs_modifier_1",
    modifier_2: Texts = "hcpcs_modifier_2",
    modifier_3: Texts = "hcpcs_modifier_3",
    modifier_4: Texts = "hcpcs_modifier_4",
    units: Decimals = "service_unit_quantity",
    unit: Texts = "service_unit_code",
    charge: Decimals = "charge_amount",
    place_of_service: Texts = "place_of_service_code",
    pointers: Texts = "diagnosis_pointers",
    rendering_npi: Texts = "rendering_npi",
});

/// Columns of claims, or of the elements of a list.
pub(super) trait Columns: Sized {
    fn find(found: &mut Found<'_>) -> Result<Self, ColumnarError>;
}

/// Arrays by the names of the schema, in its types.
pub(super) struct Found<'a>(pub(super) Vec<(&'a str, ArrayRef)>);

impl Found<'_> {
    pub(super) fn take(&mut self, name: &str) -> Option<ArrayRef> {
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        Some(self.0.swap_remove(at).1)
    }
}

/// A column that is read in one type; without array where the table lacks it.
#[derive(Debug)]
pub(super) struct Typed<A> {
    column: &'static str,
    array: Option<A>,
}

pub(super) type Texts = Typed<StringArray>;
pub(super) type Views = Typed<StringViewArray>;
pub(super) type Dates = Typed<Date32Array>;
pub(super) type Decimals = Typed<Decimal128Array>;
pub(super) type Numbers = Typed<UInt32Array>;
pub(super) type Flags = Typed<BooleanArray>;

impl<A: Array + Clone + 'static> Typed<A> {
    fn find(column: &'static str, found: &mut Found<'_>) -> Result<Self, ColumnarError> {
        let Some(array) = found.take(column) else { return Ok(Self { column, array: None }) };
        let Some(typed) = array.as_any().downcast_ref::<A>() else {
            // Every array was converted to the type of the schema, which is the type read here.
            let problem = format!("`{column}` is read in another type than {}", array.data_type());
            return Err(ColumnarError::Arrow(ArrowError::SchemaError(problem)));
        };
        Ok(Self { column, array: Some(typed.clone()) })
    }

    /// The array, where it has a value for the row.
    pub(super) fn valid(&self, row: usize) -> Option<&A> {
        self.array.as_ref().filter(|array| array.is_valid(row))
    }
}

impl Texts {
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        self.valid(row).map(|array| array.value(row)).filter(|text| !text.is_empty())
    }

    pub(super) fn text(&self, row: usize) -> Option<Text> {
        self.get(row).map(Text::from)
    }

    pub(super) fn code<T: FromStr>(&self, row: usize) -> Result<Option<Spanned<T>>, String>
    where
        T::Err: Display,
    {
        let Some(text) = self.get(row) else { return Ok(None) };
        text.parse()
            .map(|code| Some(Spanned::bare(code)))
            .map_err(|error: T::Err| format!("`{}`: {error}", self.column))
    }
}

impl Views {
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        self.valid(row).map(|array| array.value(row)).filter(|text| !text.is_empty())
    }
}

impl Dates {
    pub(super) fn get(&self, row: usize) -> Result<Option<Spanned<Date>>, String> {
        let Some(days) = self.valid(row).map(|array| array.value(row)) else { return Ok(None) };
        let date = date_of(days).ok_or_else(|| format!("`{}`: day {days} is no date", self.column))?;
        Ok(Some(Spanned::bare(date)))
    }
}

impl Decimals {
    pub(super) fn get(&self, row: usize) -> Option<i128> {
        self.valid(row).map(|array| array.value(row))
    }

    pub(super) fn money(&self, row: usize) -> Option<Money> {
        self.get(row).and_then(|cents| i64::try_from(cents).ok()).map(Money::from_cents)
    }
}

impl Numbers {
    pub(super) fn get(&self, row: usize) -> Option<u32> {
        self.valid(row).map(|array| array.value(row))
    }
}

impl Flags {
    pub(super) fn get(&self, row: usize) -> bool {
        self.valid(row).is_some_and(|array| array.value(row))
    }
}

/// The elements of a list column.
#[derive(Debug)]
pub(super) struct Elements<C> {
    offsets: OffsetBuffer<i32>,
    pub(super) columns: C,
}

fn wrong_type(column: &str, found: &DataType, expected: &DataType) -> ColumnarError {
    ColumnarError::WrongType { column: column.to_owned(), found: found.to_string(), expected: expected.to_string() }
}

/// The array in the type of the schema. Values that do not convert are an error, never silently null.
pub(super) fn converted(column: &str, array: &ArrayRef, wanted: &DataType) -> Result<ArrayRef, ColumnarError> {
    if array.data_type() == wanted {
        return Ok(Arc::clone(array));
    }
    if !can_cast_types(array.data_type(), wanted) {
        return Err(wrong_type(column, array.data_type(), wanted));
    }
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, wanted, &options).map_err(|_| wrong_type(column, array.data_type(), wanted))
}

/// A text column as views.
pub(super) fn viewed(column: &str, array: &ArrayRef) -> Result<ArrayRef, ColumnarError> {
    if array.data_type() == &DataType::Utf8View {
        return Ok(Arc::clone(array));
    }
    converted(column, &converted(column, array, &DataType::Utf8)?, &DataType::Utf8View)
}

impl<C: Columns> Elements<C> {
    pub(super) fn of(column: &str, array: &ArrayRef, wanted: &DataType) -> Result<Self, ColumnarError> {
        let wrong = || wrong_type(column, array.data_type(), wanted);
        // Lists come in several layouts; the elements are converted one column at a time, by name.
        let list = match array.data_type() {
            DataType::List(_) => Arc::clone(array),
            DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                converted(column, array, &DataType::List(Arc::clone(item)))?
            }
            _ => return Err(wrong()),
        };
        let list = list.as_list::<i32>();
        let elements: &StructArray = list.values().as_struct_opt().ok_or_else(wrong)?;
        let DataType::List(item) = wanted else { return Err(wrong()) };
        let DataType::Struct(fields) = item.data_type() else { return Err(wrong()) };
        let mut found = Found(Vec::new());
        for field in fields {
            match elements.column_by_name(field.name()) {
                Some(array) => {
                    let name = format!("{column}.{}", field.name());
                    found.0.push((field.name(), converted(&name, array, field.data_type())?));
                }
                None if field.is_nullable() || matches!(field.data_type(), DataType::Boolean) => {}
                None => return Err(ColumnarError::MissingColumn(required_name(field.name()))),
            }
        }
        Ok(Self { offsets: list.offsets().clone(), columns: C::find(&mut found)? })
    }

    /// The elements of a row.
    pub(super) fn of_row(&self, row: usize) -> Range<usize> {
        let at = |row: usize| self.offsets.get(row).and_then(|&offset| usize::try_from(offset).ok()).unwrap_or(0);
        at(row)..at(row + 1)
    }
}

/// The columns of a list, and the elements of a row; none where the table has no such list.
pub(super) fn elements<C: Columns>(list: Option<&Elements<C>>, row: usize) -> impl Iterator<Item = (&C, usize)> {
    list.into_iter().flat_map(move |list| list.of_row(row).map(|at| (&list.columns, at)))
}

/// The name of a column that must be there, for errors.
pub(super) fn required_name(name: &str) -> &'static str {
    match name {
        "claim_line_number" => "lines.claim_line_number",
        "role" => "diagnoses.role",
        "coding" => "procedures.coding",
        "claim_type" => "claim_type",
        "claim_id" => "claim_id",
        _ => "code",
    }
}
