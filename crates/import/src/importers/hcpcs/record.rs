//! A code or modifier of the alpha-numeric file, by the CMS record layout of 320 characters. The csv and the workbook
//! have the same fields as columns.

use crate::fixed::Field;
use crate::header::Column;
use openclaim_tables::relation::{ColumnKind, ColumnSpec};

/// Position of the record identification in the list of fields: 3 and 7 begin a code or a modifier, 4 and 8 continue its
/// description.
pub(super) const RECORD: usize = 2;
/// Position of the long description.
pub(super) const LONG: usize = 3;

/// A field: name in the relation, header cells, first and last character, kind.
type Spec = (&'static str, &'static [&'static str], usize, usize, ColumnKind);

const TEXT: ColumnKind = ColumnKind::Text;
const CODE: ColumnKind = ColumnKind::Code;
const FLAG: ColumnKind = ColumnKind::Flag;
const DAY: ColumnKind = ColumnKind::Day;

/// The fields, in the order of the record.
pub(super) const SPECS: [Spec; 48] = [
    ("code", &["HCPC", "HCPCS", "HCPCS code"], 1, 5, CODE),
    ("sequence", &["SEQNUM"], 6, 10, TEXT),
    ("record", &["RECID"], 11, 11, FLAG),
    ("long_description", &["LONG DESCRIPTION", "LONG DESC"], 12, 91, TEXT),
    ("short_description", &["SHORT DESCRIPTION", "SHORT DESC"], 92, 119, TEXT),
    ("pricing_1", &["PRICE1"], 120, 121, CODE),
    ("pricing_2", &["PRICE2"], 122, 123, CODE),
    ("pricing_3", &["PRICE3"], 124, 125, CODE),
    ("pricing_4", &["PRICE4"], 126, 127, CODE),
    ("multiple_pricing", &["MULT_PI"], 128, 128, FLAG),
    ("coverage_manual_1", &["CIM1"], 129, 134, TEXT),
    ("coverage_manual_2", &["CIM2"], 135, 140, TEXT),
    ("coverage_manual_3", &["CIM3"], 141, 146, TEXT),
    ("carriers_manual_1", &["MCM1"], 147, 154, TEXT),
    ("carriers_manual_2", &["MCM2"], 155, 162, TEXT),
    ("carriers_manual_3", &["MCM3"], 163, 170, TEXT),
    ("statute", &["STATUTE"], 171, 180, TEXT),
    ("laboratory_1", &["LABCERT1"], 181, 183, CODE),
    ("laboratory_2", &["LABCERT2"], 184, 186, CODE),
    ("laboratory_3", &["LABCERT3"], 187, 189, CODE),
    ("laboratory_4", &["LABCERT4"], 190, 192, CODE),
    ("laboratory_5", &["LABCERT5"], 193, 195, CODE),
    ("laboratory_6", &["LABCERT6"], 196, 198, CODE),
    ("laboratory_7", &["LABCERT7"], 199, 201, CODE),
    ("laboratory_8", &["LABCERT8"], 202, 204, CODE),
    ("cross_reference_1", &["XREF1"], 205, 209, CODE),
    ("cross_reference_2", &["XREF2"], 210, 214, CODE),
    ("cross_reference_3", &["XREF3"], 215, 219, CODE),
    ("cross_reference_4", &["XREF4"], 220, 224, CODE),
    ("cross_reference_5", &["XREF5"], 225, 229, CODE),
    ("coverage", &["COV"], 230, 230, FLAG),
    ("asc_group", &["ASC_GRP", "ASCGRP"], 231, 232, CODE),
    ("asc_effective", &["ASC_DT", "ASC DATE"], 233, 240, DAY),
    ("outpatient_group", &["OPPS"], 241, 243, CODE),
    ("outpatient_indicator", &["OPPS_PI"], 244, 244, FLAG),
    ("outpatient_effective", &["OPPS_DT"], 245, 252, DAY),
    ("processing_note", &["PROCNOTE"], 253, 256, CODE),
    ("betos", &["BETOS"], 257, 259, CODE),
    ("type_of_service_1", &["TOS1"], 261, 261, FLAG),
    ("type_of_service_2", &["TOS2"], 262, 262, FLAG),
    ("type_of_service_3", &["TOS3"], 263, 263, FLAG),
    ("type_of_service_4", &["TOS4"], 264, 264, FLAG),
    ("type_of_service_5", &["TOS5"], 265, 265, FLAG),
    ("anesthesia_units", &["ANEST_BU"], 266, 268, ColumnKind::Int),
    ("added", &["ADD DT", "ADD DATE"], 269, 276, DAY),
    ("action_effective", &["ACT EFF DT"], 277, 284, DAY),
    ("terminated", &["TERM DT"], 285, 292, DAY),
    ("action", &["ACTION CD"], 293, 293, FLAG),
];

/// Fields whose faults leave them blank with a warning: the fee schedules of surgical centers and outpatient departments
/// are where these dates are looked up.
pub(super) const IMMATERIAL: [&str; 2] = ["asc_effective", "outpatient_effective"];

/// The fields by character positions.
pub(super) fn fields() -> Vec<Field> {
    SPECS.iter().map(|&(name, _, begin, end, _)| Field::at(name, begin, end)).collect()
}

/// The fields by header cells.
pub(super) fn columns() -> Vec<Column> {
    let needed = ["code", "record", "long_description", "added", "terminated", "action"];
    SPECS
        .iter()
        .map(
            |&(name, cells, ..)| {
                if needed.contains(&name) { Column::required(name, cells) } else { Column::optional(name, cells) }
            },
        )
        .collect()
}

/// The fields that a relation keeps: all but sequence and record identification, which only tell lines apart.
pub(super) fn kept() -> impl Iterator<Item = (usize, ColumnSpec)> {
    let keep = |(at, &(name, _, _, _, kind)): (usize, &Spec)| {
        (at != 1 && at != RECORD).then(|| (at, ColumnSpec::new(name, kind)))
    };
    SPECS.iter().enumerate().filter_map(keep)
}
