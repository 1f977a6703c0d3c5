use super::*;
use crate::pairs::{PairTableBuilder, Terms};
use crate::relation::{BuildError, ColumnSpec, RelationBuilder, Schema};
use jiff::civil::date;

fn built(warnings: usize) -> BuiltRelease {
    let mut meta = ReleaseMeta::new("pos", "CMS", "Place of service codes", "May 2024/1", date(2024, 5, 1));
    meta.sources.push(SourceFile { file: "pos.csv".into(), sha256: "00".into() });
    let mut release = ReleaseWriter::new(meta);
    let schema = Schema::new("pos", 1, [ColumnSpec::code("pos"), ColumnSpec::text("name")]);
    let mut table = RelationBuilder::new(schema).unwrap();
    table.push_texts(2, &["11", "Office"]).unwrap();
    table.push_texts(3, &["02", "Telehealth"]).unwrap();
    release.relation(table).unwrap();
    let mut pairs = PairTableBuilder::new("pairs").unwrap();
    let terms = Terms { from: None, to: None, modifier_indicator: b'1', before_1996: false, rationale: "" };
    pairs.push(2, "A", "B", terms).unwrap();
    release.pairs(pairs).unwrap();
    for row in 0..warnings {
        release.warn(Warning::new("pos.csv", "odd").row(row as u64).column("name"));
    }
    release.finish().unwrap()
}

fn kept(bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.flat");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

#[test]
fn a_release_describes_itself_and_verifies() {
    let built = built(1002);
    assert!(built.file_name().starts_with("pos-May-2024-1-"), "{}", built.file_name());
    let (_folder, path) = kept(&built.bytes);
    let release = Release::open(&path).unwrap();
    assert_eq!(release.meta(), &built.meta);
    assert_eq!((release.meta().warnings.len(), release.meta().more_warnings), (1000, 2));
    assert_eq!(release.meta().warnings[3].to_string(), "pos.csv, row 3, column name: odd");
    assert_eq!(
        release.meta().tables.iter().map(|t| (t.table.as_str(), t.rows)).collect::<Vec<_>>(),
        [("pairs", 1), ("pos", 2)]
    );
    assert_eq!(release.sha256().unwrap(), built.sha256);
    release.verify().unwrap();
    let table = release.table("pos").unwrap();
    assert_eq!(table.cells(table.rows_of("11")[0])[1].to_string(), "Office");
    assert_eq!(release.table("pairs").unwrap().rows_of("A"), [0]);
    assert!(release.table("absent").is_err());
}

#[test]
fn the_same_tables_give_the_same_bytes() {
    assert_eq!(built(3).bytes, built(3).bytes);
    assert_ne!(built(3).file_name(), built(4).file_name());
}

#[test]
fn a_flipped_bit_is_found() {
    let whole = built(0).bytes;
    let mut unnoticed: Vec<usize> = Vec::new();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        let (_folder, path) = kept(&bytes);
        if Release::open(&path).and_then(|release| release.verify()).is_ok() {
            unnoticed.push(at);
        }
    }
    assert!(unnoticed.is_empty(), "{unnoticed:?}");
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let refused = |meta: ReleaseMeta| matches!(ReleaseWriter::new(meta).finish(), Err(BuildError::Schema(_)));
    let meta = |family, version| ReleaseMeta::new(family, "CMS", "x", version, date(2024, 5, 1));
    assert!(refused(meta("a/b", "1")) && refused(meta("", "1")) && refused(meta("a", " ")));
    assert!(refused(meta("a", "1")), "no table");
    assert!(refused(ReleaseMeta { to: Some(date(2024, 4, 1)), ..meta("a", "1") }));
}
