//! NCCI medically unlikely edits: units of service beyond which a line is unlikely, for each of three services.

use super::{Origin, ptp};
use crate::error::ImportError;
use crate::header::{self, Column, HeaderStyle};
use crate::importer::Importer;
use crate::layout;
use crate::release::{Completeness, Imported};
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::{Cell, ColumnSpec, Schema};

/// NCCI medically unlikely edits.
pub(crate) struct UnlikelyUnits;

const HCPCS: usize = 0;
const UNITS: usize = 1;
const INDICATOR: usize = 2;
const RATIONALE: usize = 3;

const COLUMNS: [Column; 5] = [
    Column::required("hcpcs", &["hcpcs cpt code", "hcpcs_code", "cpt hcpcs code"]),
    Column::required(
        "units",
        &[
            "mue_units",
            "mue values",
            "practitioner services mue values",
            "outpatient hospital services mue values",
            "facility outpatient hospital services mue values",
            "facility outpatient services mue values",
            "dme supplier services mue values",
        ],
    ),
    Column::required("adjudication_indicator", &["mue_mai", "mue adjudication indicator"]),
    Column::optional("rationale", &["mue_rationale"]),
    Column::optional("service", &["mue_service"]),
];

impl Importer for UnlikelyUnits {
    fn name(&self) -> &str {
        "NCCI medically unlikely edits"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        sniff.columns(&COLUMNS)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let sniff = Sniff::new(file);
        // The copyright notice that begins the file speaks of practitioners too; the header names the service.
        let mut titles = ptp::titles(&sniff);
        titles.retain(|title| !title.contains("American Medical Association"));
        let origin = Origin::of(file, &titles, true)?;
        let release = out.release(origin.identity("ncci-mue", "NCCI Medically Unlikely Edits", None))?;
        origin.warn(file, release);
        let columns = [
            ColumnSpec::code("hcpcs"),
            ColumnSpec::int("units"),
            ColumnSpec::flag("adjudication_indicator"),
            ColumnSpec::text("rationale"),
        ];
        let schema = Schema::new(&format!("ncci/mue-{}", origin.program), 1, columns);
        let table = release.table(schema, Completeness::Whole)?;
        layout::each_row(file, &header::wanted(&COLUMNS), HeaderStyle::Single, &mut |row| {
            // "3 Date of Service Edit: Clinical" or "3".
            let indicator = row.text(INDICATOR).bytes().next();
            let Some(indicator @ b'1'..=b'3') = indicator else {
                return Err(row.bad(INDICATOR, "is no MUE adjudication indicator; 1, 2 and 3 are"));
            };
            let units = row.int(UNITS)?.filter(|units| *units >= 0);
            let units = units.ok_or_else(|| row.bad(UNITS, "is no number of units"))?;
            let rationale = match row.text(RATIONALE) {
                "" => Cell::Blank,
                text => Cell::Text(text),
            };
            table.push(
                &row,
                &[Cell::Code(row.required_code(HCPCS)?), Cell::Int(units), Cell::Flag(indicator), rationale],
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn csv_as_published() {
        let text = "\"Copyright of the American Medical Association. Practitioner\n\nNo liability.\",,,\n\
            \"HCPCS/\nCPT Code\",Outpatient Hospital Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n\
            X0001,1,2 Date of Service Edit: Policy,Made-up\nX0002,30,1 Line Edit,\n";
        let built = read("MCR_MUE_Eff_07-01-2026.csv", text).unwrap();
        assert_eq!((built[0].meta.family.as_str(), built[0].meta.version.as_str()), ("ncci-mue-outpatient", "2026Q3"));
        assert_eq!(rows(&built, "ncci/mue-outpatient"), [["X0001", "1", "2", "Made-up"], ["X0002", "30", "1", ""]]);
    }

    #[test]
    fn tidy_copies_name_the_service_in_their_rows() {
        let text = "hcpcs_code,mue_units,mue_mai,mue_rationale,mue_service\nX0001,0,3,Made-up,DME Supplier\n";
        let built = read("mue-2024q3.csv", text).unwrap();
        assert_eq!(rows(&built, "ncci/mue-dme"), [["X0001", "0", "3", "Made-up"]]);
    }

    #[test]
    fn faults_are_placed() {
        let text = "hcpcs_code,mue_units,mue_mai,mue_rationale,mue_service\nX0001,many,3,x,DME Supplier\n";
        let error = read("mue-2024q3.csv", text).unwrap_err().to_string();
        assert!(error.contains("row 2, column `units`: `many`"), "{error}");
        let error = read("mue-2024q3.csv", &text.replace("many,3", "1,4")).unwrap_err().to_string();
        assert!(error.contains("`4` is no MUE adjudication indicator"), "{error}");
    }
}
