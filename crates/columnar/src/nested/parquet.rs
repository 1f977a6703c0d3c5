//! Nested claims in Parquet: what of a file is unpacked, and as what.

use super::{VIEWED, schema};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::ChunkReader;
use std::sync::Arc;

/// The rows of a file of nested claims, from the `first` on, so many together, for a [`NestedReader`](super::NestedReader) to
/// read.
///
/// Columns that it would pass over are not unpacked: those that the schema does not know, and those that are null in every row,
/// by the file's own statistics. Long texts are looked at where they were unpacked.
///
/// # Errors
/// [`ParquetError`] when the file cannot be read.
pub fn rows<R: ChunkReader + 'static>(
    file: R,
    metadata: &ArrowReaderMetadata,
    first: usize,
    together: usize,
) -> Result<ParquetRecordBatchReader, ParquetError> {
    let parquet = Arc::clone(metadata.metadata());
    let mask = ProjectionMask::leaves(parquet.file_metadata().schema_descr(), leaves(&parquet));
    let options = ArrowReaderOptions::new().with_schema(Arc::new(viewed(metadata.schema())));
    let metadata = ArrowReaderMetadata::try_new(parquet, options)?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
    builder.with_projection(mask).with_offset(first).with_batch_size(together).build()
}

/// The schema of a file, with long texts as views.
fn viewed(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|field| {
        let viewed = VIEWED.contains(&field.name().as_str()) && field.data_type() == &DataType::Utf8;
        if viewed { Arc::new(Field::clone(field).with_data_type(DataType::Utf8View)) } else { Arc::clone(field) }
    });
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone())
}

/// The columns that say anything.
fn leaves(parquet: &ParquetMetaData) -> Vec<usize> {
    let schema = schema();
    let columns = parquet.file_metadata().schema_descr().columns().iter().enumerate();
    let said = columns.filter(|(leaf, column)| {
        let path = column.path().parts();
        let field = path.first().and_then(|name| schema.field_with_name(name).ok());
        match field.map(Field::data_type) {
            None => false,
            Some(DataType::List(item)) => match item.data_type() {
                DataType::Struct(fields) => path
                    .last()
                    .and_then(|name| fields.find(name))
                    .is_some_and(|(_, field)| !field.is_nullable() || !is_null_throughout(parquet, *leaf)),
                _ => true,
            },
            Some(_) => !field.is_some_and(Field::is_nullable) || !is_null_throughout(parquet, *leaf),
        }
    });
    said.map(|(leaf, _)| leaf).collect()
}

fn is_null_throughout(parquet: &ParquetMetaData, leaf: usize) -> bool {
    parquet.row_groups().iter().all(|rows| {
        let column = rows.column(leaf);
        let nulls = column.statistics().and_then(|statistics| statistics.null_count_opt());
        nulls.is_some_and(|nulls| i64::try_from(nulls) == Ok(column.num_values()))
    })
}
