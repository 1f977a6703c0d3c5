//! Plain tables that are compiled as relations, with the columns an import of the same publication has, so that one
//! look-up reads either.

use crate::plain::PlainTables;
use crate::relation::{BuildError, ColumnSpec, RelationBuilder, Schema};
use crate::{FlatError, FlatWriter};
use ColumnSpec as C;

/// The tables: name, key, columns. Table `T` is the file `T.csv` or the csv files of the folder `T`.
fn schemas() -> Vec<Schema> {
    vec![
        Schema::new(
            "ipps/years",
            1,
            [
                C::code("year"),
                C::day("from"),
                C::day("to"),
                C::text("release"),
                C::text("arithmetic"),
                C::text("source"),
            ],
        ),
        Schema::new(
            "ipps/rates",
            1,
            [C::text("name"), C::day("from"), C::day("to"), C::decimal("value", 12), C::text("source")],
        ),
        Schema::new(
            "ipps/rule-codes",
            2,
            [C::text("rule"), C::code("code"), C::day("from"), C::day("to"), C::text("source")],
        ),
        Schema::new(
            "ipps/provider-types",
            1,
            [
                C::code("type"),
                C::text("name"),
                C::int("hospital_specific"),
                C::int("mdh"),
                C::int("dsh_uncapped"),
                C::int("rural_dsh_capped"),
                C::text("source"),
            ],
        ),
        Schema::new(
            "ipps/wage-index",
            1,
            [
                C::code("cbsa"),
                C::flag("size"),
                C::day("from"),
                C::day("to"),
                C::decimal("wage_index", 4),
                C::decimal("reclassified", 4),
                C::decimal("imputed_floor", 4),
                C::text("name"),
            ],
        ),
        Schema::new(
            "ipps/out-migration",
            1,
            [C::code("county_fips"), C::day("from"), C::day("to"), C::decimal("adjustment", 4)],
        ),
        Schema::new(
            "ipps/standardized-amounts",
            1,
            [
                C::int("number"),
                C::day("from"),
                C::day("to"),
                C::text("condition"),
                C::decimal("labor", 2),
                C::decimal("nonlabor", 2),
            ],
        ),
        Schema::new(
            "ipps/new-technology",
            1,
            [
                C::text("name"),
                C::day("from"),
                C::day("to"),
                C::decimal("amount", 2),
                C::decimal("share", 2),
                C::text("combination"),
            ],
        ),
        Schema::new(
            "ipps/new-technology-codes",
            3,
            [C::code("code"), C::text("technology"), C::int("part"), C::day("from"), C::day("to"), C::text("kind")],
        ),
        Schema::new(
            "mpfs/gpci",
            2,
            [
                C::code("contractor"),
                C::code("locality"),
                C::day("from"),
                C::day("to"),
                C::code("state"),
                C::text("locality_name"),
                C::decimal("work_gpci", 3),
                C::decimal("pe_gpci", 3),
                C::decimal("mp_gpci", 3),
            ],
        ),
    ]
}

/// Compiles them all.
///
/// # Errors
/// [`FlatError::Source`] naming the file and line that is at fault.
pub(crate) fn compile(data: &PlainTables, writer: &mut FlatWriter) -> Result<(), FlatError> {
    for schema in schemas() {
        relation(data, writer, schema)?;
    }
    Ok(())
}

fn relation(data: &PlainTables, writer: &mut FlatWriter, schema: Schema) -> Result<(), FlatError> {
    let plain = schema.table.replace('-', "_");
    let files = if data.folder().join(&plain).is_dir() { data.files(&plain)? } else { vec![format!("{plain}.csv")] };
    let fault = |file: &str, line, problem: String| FlatError::Source { file: file.to_owned(), line, problem };
    let built = |error: BuildError| fault(&plain, 0, error.to_string());
    let names: Vec<String> = schema.columns.iter().map(|column| column.name.clone()).collect();
    let mut builder = RelationBuilder::new(schema).map_err(built)?;
    for file in &files {
        builder.origin(file);
        let path = data.folder().join(file);
        let mut reader = csv::Reader::from_path(path).map_err(|error| fault(file, 0, error.to_string()))?;
        let header = reader.headers().map_err(|error| fault(file, 1, error.to_string()))?;
        if !header.iter().eq(names.iter().map(String::as_str)) {
            return Err(fault(file, 1, format!("the columns are not {}", names.join(","))));
        }
        for record in reader.records() {
            let record = record.map_err(|error| fault(file, 0, error.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let texts: Vec<&str> = record.iter().collect();
            builder.push_texts(line, &texts).map_err(|error| fault(file, line, error.to_string()))?;
        }
    }
    builder.write(writer).map_err(built)?;
    Ok(())
}
