//! Reference tables as Parquet, column by column in their own types.

use crate::ColumnarError;
use crate::build::days;
use arrow_array::builder::{Date32Builder, Decimal128Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use openclaim_reference::relation::{Cell, ColumnKind};
use openclaim_reference::release::Table;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::io::Write;
use std::sync::Arc;

/// Rows that are written together.
const BATCH: usize = 65_536;

fn kind(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Code | ColumnKind::Text | ColumnKind::Flag => DataType::Utf8,
        ColumnKind::Day => DataType::Date32,
        ColumnKind::Int => DataType::Int64,
        ColumnKind::Decimal { scale } => DataType::Decimal128(18, i8::try_from(scale).unwrap_or(i8::MAX)),
    }
}

/// The columns of a table: codes, texts and flags as strings, dates as `date32`, decimals with their own places.
#[must_use]
pub fn schema(table: &Table) -> SchemaRef {
    let columns = table.schema().columns.iter();
    Arc::new(Schema::new(columns.map(|column| Field::new(&column.name, kind(column.kind), true)).collect::<Vec<_>>()))
}

/// Writes a table as Parquet. Memory does not grow with it.
///
/// # Errors
/// [`ColumnarError`] when the output fails.
pub fn write_parquet(table: &Table, output: impl Write + Send) -> Result<(), ColumnarError> {
    let failed = |error: parquet::errors::ParquetError| {
        ColumnarError::Arrow(arrow_schema::ArrowError::ParquetError(error.to_string()))
    };
    let schema = schema(table);
    let level = ZstdLevel::try_new(3).map_err(failed)?;
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
    let mut writer = ArrowWriter::try_new(output, Arc::clone(&schema), Some(properties)).map_err(failed)?;
    let mut first = 0;
    while first < table.len() {
        let last = (first + BATCH).min(table.len());
        writer.write(&batch(table, &schema, first..last)?).map_err(failed)?;
        first = last;
    }
    writer.close().map_err(failed)?;
    Ok(())
}

enum Builder {
    Text(StringBuilder),
    Day(Date32Builder),
    Int(Int64Builder),
    Decimal(Decimal128Builder),
}

impl Builder {
    fn of(kind: &DataType) -> Self {
        match kind {
            DataType::Date32 => Self::Day(Date32Builder::new()),
            DataType::Int64 => Self::Int(Int64Builder::new()),
            DataType::Decimal128(..) => Self::Decimal(Decimal128Builder::new().with_data_type(kind.clone())),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    fn push(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Self::Day(builder), Cell::Day(day)) => builder.append_option(day.to_date().map(days)),
            (Self::Day(builder), _) => builder.append_null(),
            (Self::Int(builder), Cell::Int(number)) => builder.append_value(number),
            (Self::Int(builder), _) => builder.append_null(),
            (Self::Decimal(builder), Cell::Decimal(number)) => builder.append_value(i128::from(number.unscaled)),
            (Self::Decimal(builder), _) => builder.append_null(),
            (Self::Text(builder), cell) if cell.is_blank() => builder.append_null(),
            (Self::Text(builder), cell) => builder.append_value(cell.to_string()),
        }
    }

    fn finish(mut self) -> ArrayRef {
        match &mut self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Day(builder) => Arc::new(builder.finish()),
            Self::Int(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder) => Arc::new(builder.finish()),
        }
    }
}

fn batch(table: &Table, schema: &SchemaRef, rows: std::ops::Range<usize>) -> Result<RecordBatch, ColumnarError> {
    let mut builders: Vec<Builder> = schema.fields().iter().map(|field| Builder::of(field.data_type())).collect();
    for row in rows {
        for (builder, cell) in builders.iter_mut().zip(table.cells(row)) {
            builder.push(cell);
        }
    }
    let arrays = builders.into_iter().map(Builder::finish).collect();
    Ok(RecordBatch::try_new(Arc::clone(schema), arrays)?)
}
