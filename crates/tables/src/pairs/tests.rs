//! Building and reading pair tables.

use super::*;
use crate::test_support::reopen;
use crate::text_key;

const TERMS: Terms<'_> = Terms {
    from: Some(Day(20_220_101)),
    to: None,
    modifier_indicator: b'1',
    before_1996: false,
    rationale: "Misuse of Column Two code with Column One code",
};

fn key(code: &str) -> u64 {
    text_key(code.as_bytes())
}

fn writer(order: [usize; 5]) -> (Built, FlatWriter) {
    let rows = [
        ("0001A", "0591T", Terms { to: Some(Day(20_231_231)), ..TERMS }),
        ("0001A", "0591T", Terms { from: Some(Day(20_250_101)), ..TERMS }),
        ("0001A", "36591", Terms { from: None, modifier_indicator: b'0', rationale: "", ..TERMS }),
        ("G0008", "0001A", TERMS),
        ("G0008", "0001A", TERMS),
    ];
    let mut builder = PairTableBuilder::new("ncci/ptp").unwrap();
    for at in order {
        let (one, two, terms) = rows[at];
        builder.push(at as u64, one, two, terms).unwrap();
    }
    let mut writer = FlatWriter::new();
    (builder.write(&mut writer).unwrap(), writer)
}

#[test]
fn pairs_are_found_on_their_days_and_in_their_direction() {
    let (built, writer) = writer([0, 1, 2, 3, 4]);
    assert_eq!((built.rows, built.repeated), (4, 1));
    let table = PairTable::open(&reopen(writer), "ncci/ptp").unwrap();
    let at = |one, two, day| table.at(key(one), key(two), Day(day)).map(|pair| pair.terms().from);
    assert_eq!(at("0001A", "0591T", 20_231_231), Some(Some(Day(20_220_101))));
    assert_eq!(at("0001A", "0591T", 20_240_101), None);
    assert_eq!(at("0001A", "0591T", 20_250_101), Some(Some(Day(20_250_101))));
    assert_eq!(at("0001A", "36591", 19_900_101), Some(None));
    assert_eq!(at("0591T", "0001A", 20_231_231), None);
    assert_eq!(at("ZZZZZ", "0001A", 20_231_231), None);
    let ids = (table.code(key("0001A")).unwrap(), table.code(key("0591T")).unwrap());
    assert_eq!(table.holding(ids.0, ids.1, Day(20_231_231)).count(), 1);
    assert_eq!(table.holding(ids.0, ids.1, Day(20_240_101)).count(), 0);
    assert_eq!(table.holding(ids.1, ids.0, Day(20_231_231)).count(), 0);
    for pair in table.rows() {
        let days = [19_900_101, 20_220_101, 20_231_231, 20_240_101, 20_250_101].map(Day);
        assert!(days.into_iter().all(|day| pair.holds(day) == pair.terms().hold(day)));
        assert_eq!(pair.modifier_indicator(), pair.terms().modifier_indicator);
        let id = |code: Option<ShortCode>| table.code(code.unwrap().key()).unwrap();
        assert!(table.may_hold(id(pair.column1()), id(pair.column2())));
    }
    assert_eq!(table.code(key("ZZZZZ")), None);
    assert_eq!((table.of_column1(key("0001A")).len(), table.of_column2(key("0001A")).count()), (3, 1));
    let lines: Vec<String> = table.rows().map(|pair| pair.cells().map(|cell| cell.to_string()).join("|")).collect();
    assert_eq!(lines[2], "0001A|36591|||0||");
    assert_eq!(lines[3], "G0008|0001A|2022-01-01||1||Misuse of Column Two code with Column One code");
}

#[test]
fn the_order_of_pushing_does_not_matter() {
    assert_eq!(writer([0, 1, 2, 3, 4]).1.finish(), writer([4, 2, 3, 1, 0]).1.finish());
}

#[test]
fn a_pair_with_two_indicators_in_one_period_is_refused() {
    let mut builder = PairTableBuilder::new("ncci/ptp").unwrap();
    builder.origin("f1.txt");
    builder.push(7, "0001A", "0591T", TERMS).unwrap();
    // Without effective dates a pair that was revived differs by its last day only; and rationales may differ.
    builder.push(8, "0001A", "0591T", Terms { to: Some(Day(20_231_231)), ..TERMS }).unwrap();
    builder.push(8, "0001A", "0591T", Terms { rationale: "Mutually exclusive procedures", ..TERMS }).unwrap();
    builder.push(9, "0001A", "0591T", Terms { modifier_indicator: b'0', ..TERMS }).unwrap();
    let error = builder.write(&mut FlatWriter::new()).unwrap_err().to_string();
    assert!(error.contains("f1.txt, row 7") && error.contains("f1.txt, row 9"), "{error}");
}

#[test]
fn impossible_pairs_are_refused_and_cost_one_row() {
    let mut builder = PairTableBuilder::new("ncci/ptp").unwrap();
    builder.origin("f1.txt");
    let mut refused = |one, two, terms| builder.push(7, one, two, terms).unwrap_err().to_string();
    assert!(refused("", "0591T", TERMS).starts_with("f1.txt, row 7, column column1: "));
    assert!(refused("0001A", "too-long-code", TERMS).contains("column2"));
    assert!(refused("0001A", "0591T", Terms { to: Some(Day(20_211_231)), ..TERMS }).contains("before it begins"));
    assert!(refused("0001A", "0591T", Terms { from: Some(Day(20_221_301)), ..TERMS }).contains("not a date"));
    assert!(builder.is_empty());
}
