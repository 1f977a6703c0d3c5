use super::*;
use crate::test_support::reopen;
use crate::{Day, FlatWriter};

fn schema() -> Schema {
    Schema::new(
        "t/rates",
        2,
        [
            ColumnSpec::code("hcpcs"),
            ColumnSpec::code("modifier"),
            ColumnSpec::day("from"),
            ColumnSpec::day("to"),
            ColumnSpec::int("units"),
            ColumnSpec::decimal("rate", 2),
            ColumnSpec::flag("status"),
            ColumnSpec::text("note"),
        ],
    )
}

const ROWS: [[&str; 8]; 5] = [
    ["G0008", "", "2025-01-01", "2025-06-30", "1", "10.50", "A", "first half"],
    ["G0008", "", "2025-07-01", "", "0", "11.00", "A", "second half"],
    ["G0008", "26", "2025-01-01", "", "", "", "", ""],
    ["A0428", "", "20250101", "", "-3", "-0.05", "B", "second half"],
    ["G0008", "", "2025-01-01", "2025-06-30", "1", "10.5", "A", "first half"],
];

fn bytes(order: &[usize]) -> (Built, FlatWriter) {
    let mut builder = RelationBuilder::new(schema()).unwrap();
    builder.origin("rates.csv");
    for &at in order {
        builder.push_texts(at as u64 + 2, &ROWS[at]).unwrap();
    }
    let mut writer = FlatWriter::new();
    (builder.write(&mut writer).unwrap(), writer)
}

fn opened() -> Relation {
    Relation::open(&reopen(bytes(&[0, 1, 2, 3, 4]).1), "t/rates").unwrap()
}

#[test]
fn rows_come_back_by_code_and_day() {
    let relation = opened();
    assert_eq!(relation.len(), 4);
    let column = |name| relation.column(name).unwrap();
    let on = |day| relation.at("G0008", Day(day)).map(|row| row.decimal(column("rate"))).collect::<Vec<_>>();
    assert_eq!(on(20_250_630), [Some(Fixed { unscaled: 1050, scale: 2 }), None]);
    assert_eq!(on(20_250_701), [Some(Fixed { unscaled: 1100, scale: 2 }), None]);
    assert_eq!(on(20_241_231), []);
    assert_eq!(relation.rows_of("G0009").len() + relation.rows_of("").len() + relation.rows_of("G00080000").len(), 0);
    let blank_and_zero: Vec<_> = relation.rows_of("G0008").map(|row| row.int(column("units"))).collect();
    assert_eq!(blank_and_zero, [Some(1), Some(0), None], "blank differs from 0");
    assert_eq!(relation.codes().map(|code| code.to_string()).collect::<Vec<_>>(), ["A0428", "G0008"]);
}

#[test]
fn cells_print_as_published() {
    let relation = opened();
    let lines: Vec<String> =
        relation.rows().map(|row| row.cells().map(|cell| cell.to_string()).collect::<Vec<_>>().join("|")).collect();
    assert_eq!(
        lines,
        [
            "A0428||2025-01-01||-3|-0.05|B|second half",
            "G0008||2025-01-01|2025-06-30|1|10.50|A|first half",
            "G0008||2025-07-01||0|11.00|A|second half",
            "G0008|26|2025-01-01|||||",
        ]
    );
}

#[test]
fn the_key_is_found_by_bisection() {
    let relation = opened();
    let code = |text| Cell::Code(ShortCode::new(text).unwrap());
    assert_eq!(relation.find(&[code("G0008"), code("26")]).len(), 1);
    assert_eq!(relation.find(&[code("G0008"), Cell::Blank]).len(), 2);
    assert_eq!(relation.find(&[code("G0008")]).len(), 3);
    assert_eq!(relation.find(&[]).len(), 4);
    assert_eq!(relation.find(&[code("ZZZZZ")]).len(), 0);
    assert_eq!(relation.find(&[code("G0008"), Cell::Blank, Cell::Blank]).len(), 0, "more values than key columns");
}

#[test]
fn the_order_of_pushing_does_not_matter() {
    let (built, one) = bytes(&[0, 1, 2, 3, 4]);
    assert_eq!((built.rows, built.repeated), (4, 1));
    assert_eq!(one.finish(), bytes(&[3, 4, 2, 1, 0]).1.finish());
}

#[test]
fn a_key_with_two_meanings_is_refused_with_both_rows() {
    let mut builder = RelationBuilder::new(schema()).unwrap();
    builder.origin("a.csv");
    builder.push_texts(2, &ROWS[0]).unwrap();
    builder.origin("b.csv");
    let mut other = ROWS[0];
    other[5] = "10.51";
    builder.push_texts(7, &other).unwrap();
    let error = builder.write(&mut FlatWriter::new()).unwrap_err().to_string();
    assert_eq!(
        error,
        "table t/rates: 1 rows repeat a key and differ; b.csv, row 7: key G0008 /  / 2025-01-01 is also in a.csv, \
         row 2, with another rate (`10.51` and `10.50`)"
    );
}

#[test]
fn faults_name_file_row_and_column_and_cost_one_row() {
    let mut builder = RelationBuilder::new(schema()).unwrap();
    builder.origin("rates.csv");
    let mut push = |row, at: usize, text: &'static str| {
        let mut texts = ROWS[0];
        texts[at] = text;
        builder.push_texts(row, &texts).unwrap_err().to_string()
    };
    assert_eq!(
        push(3, 5, "10.555"),
        "rates.csv, row 3, column rate: `10.555` is not a number with at most 2 decimal places"
    );
    assert_eq!(
        push(4, 3, "2024-01-01"),
        "rates.csv, row 4, column to: the period ends on 2024-01-01 before it begins on 2025-01-01"
    );
    assert_eq!(push(5, 2, "2025-02-30"), "rates.csv, row 5, column from: `2025-02-30` is not a date");
    assert_eq!(push(6, 0, ""), "rates.csv, row 6, column hcpcs: the key is blank");
    assert!(builder.push_texts(7, &["G0008"]).is_err());
    builder.push_texts(8, &ROWS[0]).unwrap();
    assert_eq!(builder.len(), 1);
}

#[test]
fn without_a_key_rows_keep_their_order() {
    let mut builder = RelationBuilder::new(Schema::new("t/lines", 0, [ColumnSpec::text("line")])).unwrap();
    for line in ["b", "a", "b"] {
        builder.push_texts(1, &[line]).unwrap();
    }
    let mut writer = FlatWriter::new();
    builder.write(&mut writer).unwrap();
    let relation = Relation::open(&reopen(writer), "t/lines").unwrap();
    assert_eq!(relation.rows().filter_map(|row| row.text(0)).collect::<Vec<_>>(), ["b", "a", "b"]);
    assert_eq!(relation.rows_of("b").len(), 0);
}

#[test]
fn schemas_that_cannot_be_stored_are_refused() {
    let refused = |schema| RelationBuilder::new(schema).is_err();
    assert!(refused(Schema::new("", 0, [ColumnSpec::text("a")])));
    assert!(refused(Schema::new("a-name-that-is-longer-than-thirty", 0, [ColumnSpec::text("a")])));
    assert!(refused(Schema::new("t", 2, [ColumnSpec::text("a")])));
    assert!(refused(Schema::new("t", 1, [ColumnSpec::text("a"), ColumnSpec::day("a")])));
    assert!(refused(Schema::new("t", 1, [])));
    assert!(Relation::open(&reopen(FlatWriter::new()), "t").is_err());
}
