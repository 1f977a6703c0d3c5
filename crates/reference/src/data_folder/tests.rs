use super::*;
use crate::{Library, Lookup};
use jiff::civil::{Date, date};
use openclaim_tables::relation::{ColumnSpec, RelationBuilder, Schema};
use openclaim_tables::release::{BuiltRelease, ReleaseMeta, ReleaseWriter, SourceFile};

const PATIENCE: Duration = Duration::from_millis(20);

/// A release of one table with one row: what the fee of G0008 is.
fn built(version: &str, published: Date, from: Date, fee: &str) -> BuiltRelease {
    let mut meta = ReleaseMeta::new("fees", "CMS", "Fees", version, from);
    meta.published = Some(published);
    meta.to = Some(from.last_of_year());
    meta.sources.push(SourceFile { file: "fees.csv".into(), sha256: format!("{version}{published}{fee}") });
    write(meta, fee)
}

fn write(meta: ReleaseMeta, fee: &str) -> BuiltRelease {
    let schema = Schema::new("fees", 1, [ColumnSpec::code("hcpcs"), ColumnSpec::decimal("fee", 2)]);
    let mut table = RelationBuilder::new(schema).unwrap();
    table.push_texts(2, &["G0008", fee]).unwrap();
    let mut release = ReleaseWriter::new(meta);
    release.relation(table).unwrap();
    release.finish().unwrap()
}

fn install(folder: &DataFolder, releases: &[BuiltRelease]) -> Vec<Installed> {
    folder.write_access("a test", PATIENCE).unwrap().install(releases).unwrap()
}

fn fee(library: &Library, on: Date, known_at: Option<Date>) -> String {
    match library.relation("fees", on, known_at) {
        Lookup::Found { table, .. } => table.rows_of("G0008").next().unwrap().cell(1).to_string(),
        Lookup::NoRelease => "no release".into(),
        Lookup::OutsideCoverage { .. } => "outside".into(),
        Lookup::NotYetPublished { published } => format!("from {published}"),
        Lookup::Damaged { problem } => problem,
    }
}

fn contents(folder: &DataFolder) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder.releases())
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn a_correction_supersedes_and_the_day_of_knowledge_chooses() {
    let directory = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(directory.path());
    let first = built("2025A", date(2024, 12, 1), date(2025, 1, 1), "10.00");
    let corrected = built("2025A", date(2025, 2, 1), date(2025, 1, 1), "10.50");
    install(&folder, &[first]);
    let installed = install(&folder, &[corrected]);
    assert_eq!(installed[0].supersedes.len(), 1);
    let library = Library::open(Some(directory.path())).unwrap();
    let on = date(2025, 1, 15);
    assert_eq!(fee(&library, on, None), "10.50");
    assert_eq!(fee(&library, on, Some(date(2025, 2, 1))), "10.50");
    assert_eq!(fee(&library, on, Some(date(2025, 1, 31))), "10.00");
    assert_eq!(fee(&library, on, Some(date(2024, 11, 30))), "from 2024-12-01");
    assert_eq!(fee(&library, date(2026, 1, 1), None), "outside");
    assert!(matches!(library.pairs("fees", on, None), Lookup::Damaged { .. }), "it is no pair table");
    assert!(matches!(library.relation("absent", on, None), Lookup::NoRelease));
}

#[test]
fn importing_twice_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(directory.path());
    let release = built("2025A", date(2024, 12, 1), date(2025, 1, 1), "10.00");
    assert!(!install(&folder, std::slice::from_ref(&release))[0].already_there);
    let before = contents(&folder);
    assert!(install(&folder, &[release])[0].already_there);
    assert_eq!(contents(&folder), before);
}

#[test]
fn reading_the_same_files_anew_replaces() {
    let directory = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(directory.path());
    let release = built("2025A", date(2024, 12, 1), date(2025, 1, 1), "10.00");
    install(&folder, std::slice::from_ref(&release));
    let anew = write(ReleaseMeta { importer: "fees 2".into(), tables: Vec::new(), ..release.meta.clone() }, "10.01");
    assert_eq!(install(&folder, &[anew])[0].replaced.len(), 1);
    assert_eq!(fee(&Library::open(Some(directory.path())).unwrap(), date(2025, 1, 15), None), "10.01");
    assert_eq!(contents(&folder).len(), 1);
}

#[test]
fn a_full_disk_leaves_the_folder_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(directory.path());
    install(&folder, &[built("2025A", date(2024, 12, 1), date(2025, 1, 1), "10.00")]);
    let before = contents(&folder);
    let more = ["2025B", "2025C"].map(|version| built(version, date(2025, 3, 1), date(2025, 4, 1), "11.00"));
    let written = std::cell::Cell::new(0);
    // The first release fits, the disk fills in the midst of the second.
    let full = |path: &Path, bytes: &[u8]| {
        written.set(written.get() + 1);
        if written.get() == 1 {
            return std::fs::write(path, bytes);
        }
        std::fs::write(path, &bytes[..bytes.len() / 2])?;
        if Path::new("/dev/full").exists() {
            return std::fs::write("/dev/full", bytes);
        }
        Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
    };
    let error = folder.write_access("a test", PATIENCE).unwrap().install_with(&more, &full).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("fees-2025C-") && error.contains("o space") || error.contains("full"), "{error}");
    assert_eq!(contents(&folder), before);
}

#[test]
fn a_write_that_lies_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(directory.path());
    let short = |path: &Path, bytes: &[u8]| std::fs::write(path, &bytes[..bytes.len() - 8]);
    let release = built("2025A", date(2024, 12, 1), date(2025, 1, 1), "10.00");
    let error = folder.write_access("a test", PATIENCE).unwrap().install_with(&[release], &short).unwrap_err();
    assert!(matches!(error, FolderError::NotAsWritten { .. }), "{error}");
    assert_eq!(contents(&folder), []);
}

#[test]
fn what_an_interrupted_import_left_is_ignored_and_swept() {
    let directory = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(directory.path());
    let release = built("2025A", date(2024, 12, 1), date(2025, 1, 1), "10.00");
    install(&folder, std::slice::from_ref(&release));
    let before = contents(&folder);
    std::fs::write(folder.releases().join("fees-2025B-0123.flat.partial"), &release.bytes[..100]).unwrap();
    let library = Library::open(Some(directory.path())).unwrap();
    assert_eq!((library.releases().len(), library.warnings().len()), (1, 0));
    install(&folder, &[release]);
    assert_eq!(contents(&folder), before);
}

#[test]
fn two_imports_at_once_wait_or_say_who_is_there() {
    let directory = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(directory.path());
    let held = folder.write_access("process 4711 (data import)", PATIENCE).unwrap();
    let error = folder.write_access("process 4712", PATIENCE).unwrap_err().to_string();
    assert!(error.contains("locked by process 4711 (data import)"), "{error}");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| folder.write_access("process 4713", Duration::from_secs(20)).map(drop));
        std::thread::sleep(Duration::from_millis(60));
        drop(held);
        waiting.join().unwrap().unwrap();
    });
}

#[test]
fn a_damaged_release_is_a_warning_and_the_others_open() {
    let directory = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(directory.path());
    let good = built("2025A", date(2024, 12, 1), date(2025, 1, 1), "10.00");
    let bad = built("2025B", date(2025, 3, 1), date(2025, 1, 1), "11.00");
    let installed = install(&folder, &[good, bad.clone()]);
    std::fs::write(&installed[1].path, &bad.bytes[..bad.bytes.len() / 2]).unwrap();
    std::fs::write(folder.releases().join("notes.flat"), b"").unwrap();
    let library = Library::open(Some(directory.path())).unwrap();
    assert_eq!(fee(&library, date(2025, 1, 15), None), "10.00");
    let warnings: Vec<String> = library.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 2);
    assert!(warnings[0].contains("fees-2025B-"), "{warnings:?}");
    let sound = folder.verify().unwrap().into_iter().filter(|listed| listed.release.is_ok()).count();
    assert_eq!(sound, 1);
    // Importing the publication again heals it.
    assert!(!install(&folder, &[bad])[0].already_there);
    assert_eq!(fee(&Library::open(Some(directory.path())).unwrap(), date(2025, 1, 15), None), "11.00");
}

#[test]
fn content_that_changed_on_disk_fails_verification() {
    let directory = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(directory.path());
    let installed = install(&folder, &[built("2025A", date(2024, 12, 1), date(2025, 1, 1), "10.00")]);
    let mut bytes = std::fs::read(&installed[0].path).unwrap();
    let last = bytes.len() - 9;
    bytes[last] ^= 1;
    std::fs::remove_file(&installed[0].path).unwrap();
    std::fs::write(&installed[0].path, bytes).unwrap();
    let error = folder.verify().unwrap().remove(0).release.unwrap_err().to_string();
    assert!(error.contains("SHA-256"), "{error}");
}

#[test]
fn a_folder_that_cannot_be_written_says_so() {
    let directory = tempfile::tempdir().unwrap();
    // Where a file stands, no folder can be made; so it fails for every user, root included.
    let blocked = directory.path().join("file");
    std::fs::write(&blocked, b"").unwrap();
    let error = DataFolder::new(blocked.join("data")).write_access("a test", PATIENCE).unwrap_err().to_string();
    assert!(error.contains("cannot make the folder"), "{error}");

    let folder = DataFolder::new(directory.path().join("read-only"));
    install(&folder, &[built("2025A", date(2024, 12, 1), date(2025, 1, 1), "10.00")]);
    let before = contents(&folder);
    let read_only = |yes: bool| {
        for path in [folder.releases(), folder.path().join("lock")] {
            let mut permissions = std::fs::metadata(&path).unwrap().permissions();
            permissions.set_readonly(yes);
            std::fs::set_permissions(&path, permissions).unwrap();
        }
    };
    read_only(true);
    let outcome = folder.write_access("a test", PATIENCE);
    // Root may write everywhere.
    if let Err(error) = outcome {
        assert!(error.to_string().contains("cannot open for writing"), "{error}");
    }
    assert_eq!(contents(&folder), before);
    assert_eq!(Library::open(Some(folder.path())).unwrap().releases().len(), 1, "reading goes on");
}

#[test]
fn a_folder_that_does_not_exist_holds_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let absent = directory.path().join("absent");
    assert_eq!(DataFolder::new(&absent).list().unwrap().len(), 0);
    let library = Library::open(Some(&absent)).unwrap();
    assert_eq!((library.releases().len(), library.warnings().len()), (0, 0));
    assert!(!absent.exists(), "reading makes no folder");
}
