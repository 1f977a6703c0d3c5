//! AHRQ's reference file of the Elixhauser comorbidity software: measures, and the diagnoses that indicate them.

use crate::error::{ImportError, Place};
use crate::header::Column;
use crate::importer::Importer;
use crate::release::{Completeness, Identity, Imported};
use crate::sheet::SheetTable;
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use jiff::civil::Date;
use openclaim_tables::Day;
use openclaim_tables::relation::{Cell, ColumnSpec, Schema};

/// The reference file.
pub(crate) struct Comorbidities;

const MEASURES: [Column; 3] = [
    Column::required("measure", &["abbreviation sas data element name"]),
    Column::required("description", &["comorbidity description"]),
    Column::required("uses_poa", &["uses present on admission poa indicators for assignment"]),
];

const DIAGNOSES: [Column; 3] = [
    Column::required("diagnosis", &["icd 10 cm diagnosis"]),
    Column::required("description", &["icd 10 cm code description"]),
    Column::required("comorbidities", &["comorbidities"]),
];

impl Importer for Comorbidities {
    fn name(&self) -> &str {
        "Elixhauser comorbidity reference file"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        sniff.mentions("Elixhauser Comorbidity Software").then(|| sniff.columns(&DIAGNOSES)).flatten()
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let book = file.workbook()?;
        let version = book.sheets.iter().flat_map(|sheet| sheet.rows.iter().take(2).flatten()).find_map(|title| {
            let version = title.rsplit_once(", v")?.1.trim();
            let (year, _) = version.split_once('.')?;
            Some((version.to_owned(), year.parse::<i16>().ok()?))
        });
        let (version, year) = version.ok_or_else(|| {
            ImportError::content(Place::file(file.path()), "no title gives the version, as `v2026.1`")
        })?;
        // The software's versions are for federal fiscal years.
        let day = |year, month, day| Date::new(year, month, day).ok().map(Day::from);
        let mut identity = Identity::new(
            "comorbidity-elixhauser",
            "AHRQ",
            "Elixhauser Comorbidity Software Refined, reference file",
            &version,
        );
        (identity.from, identity.to) = (day(year - 1, 10, 1), day(year, 9, 30));
        let release = out.release(identity)?;
        let mut found = (false, false);
        for sheet in &book.sheets {
            if let Ok(table) = SheetTable::open(sheet, file.path(), &MEASURES) {
                let columns =
                    [ColumnSpec::text("measure"), ColumnSpec::text("description"), ColumnSpec::text("uses_poa")];
                let target = release.table(Schema::new("comorbidity/measures", 1, columns), Completeness::Whole)?;
                found.0 = true;
                table.each(|row| {
                    // Below the table stands "End of Content".
                    if row.text(1).is_empty() {
                        return Ok(());
                    }
                    let cells = [Cell::Text(row.text(0)), Cell::Text(row.text(1)), Cell::Text(row.text(2))];
                    target.push(&row, &cells)
                })?;
            } else if let Ok(table) = SheetTable::open(sheet, file.path(), &DIAGNOSES) {
                let columns =
                    [ColumnSpec::code("diagnosis"), ColumnSpec::text("measure"), ColumnSpec::text("description")];
                let target = release.table(Schema::new("comorbidity/diagnoses", 2, columns), Completeness::Whole)?;
                found.1 = true;
                let header = &table.header().cells;
                table.each(|row| {
                    if row.text(1).is_empty() {
                        return Ok(());
                    }
                    let marked = |(measure, cell): &(&String, &str)| !measure.trim().is_empty() && cell.trim() == "1";
                    let all = row.all();
                    let measures = header.iter().zip(all).skip(DIAGNOSES.len()).filter(marked);
                    let mut count = 0;
                    for (measure, _) in measures {
                        count += 1;
                        target.push(
                            &row,
                            &[Cell::Text(row.text(0)), Cell::Text(measure.trim()), Cell::Text(row.text(1))],
                        )?;
                    }
                    match row.int(2)? {
                        Some(stated) if stated == count => Ok(()),
                        _ => Err(row.bad(2, format!("is not the number of measures marked, {count}"))),
                    }
                })?;
            }
        }
        if found == (true, true) {
            return Ok(());
        }
        Err(ImportError::content(Place::file(file.path()), "a sheet is missing: measures or diagnoses"))
    }
}
