//! Every payment file beside the project is imported, or refused with a reason that is right.

use crate::run::{FileOutcome, ImportOptions, Prepared, prepare};
use crate::test_support;
use openclaim_tables::release::BuiltRelease;
use openclaim_testkit::shared;

fn import(test: &str, path: &str, options: ImportOptions) -> Option<Prepared> {
    let path = shared(test, path)?;
    Some(prepare(&[path], &ImportOptions { keep_going: true, ..options }).unwrap())
}

/// Per release and table: `family version first-day last-day table rows`.
fn contents(prepared: &Prepared) -> Vec<String> {
    let of = |release: &BuiltRelease| {
        let meta = release.meta.clone();
        let to = meta.to.map_or_else(|| "-".to_owned(), |to| to.to_string());
        let (family, version, from) = (meta.family, meta.version, meta.from);
        meta.tables
            .into_iter()
            .map(move |table| format!("{family} {version} {from} {to} {} {}", table.table, table.rows))
            .collect::<Vec<_>>()
    };
    prepared.releases.iter().flat_map(of).collect()
}

fn refusals(prepared: &Prepared) -> Vec<String> {
    prepared.refused().map(|(_, error)| error.to_string()).collect()
}

/// Members that were no tables: documents.
fn passed_over(prepared: &Prepared) -> Vec<String> {
    let passed = |file: &crate::FileReport| match &file.outcome {
        FileOutcome::PassedOver { reason } => Some(format!("{}: {reason}", file.file)),
        _ => None,
    };
    prepared.files.iter().filter_map(passed).collect()
}

fn row(prepared: &Prepared, family: &str, version: &str, table: &str, key: &[&str]) -> String {
    let release = prepared.releases.iter().find(|r| r.meta.family == family && r.meta.version == version).unwrap();
    let table = test_support::open(release).table(table).unwrap();
    let cells = |at: usize| table.cells(at).iter().map(ToString::to_string).collect::<Vec<_>>();
    let found = (0..table.len()).map(cells).find(|cells| cells.iter().zip(key).all(|(cell, key)| cell == key));
    found.map_or_else(|| "no such row".to_owned(), |cells| cells.join("|"))
}

#[test]
fn physician_fee_schedule() {
    let Some(prepared) = import("physician_fee_schedule", "cms/mpfs/RVU25D.zip", ImportOptions::default()) else {
        return;
    };
    assert_eq!(refusals(&prepared), [""; 0]);
    assert_eq!(passed_over(&prepared).len(), 1, "the pdf: {:?}", passed_over(&prepared));
    assert_eq!(
        contents(&prepared),
        [
            "mpfs 2025-10 2025-10-01 2025-12-31 mpfs/oppscap 16100",
            "mpfs 2025-10 2025-10-01 2025-12-31 mpfs/pprrvu 19090",
            "mpfs-anesthesia 2025 2025-01-01 2025-12-31 mpfs/anesthesia 109",
            "mpfs-gpci 2025 2025-01-01 2025-12-31 mpfs/gpci 109",
            "mpfs-localities 2025 2025-01-01 2025-12-31 mpfs/localities 109",
        ]
    );
    // The text and the workbook of the relative values and of the OPPS cap say what the csv says.
    let differing: Vec<_> =
        prepared.releases[0].meta.warnings.iter().filter(|w| w.message.contains("differs")).collect();
    assert!(differing.is_empty(), "{differing:?}");
    assert_eq!(prepared.releases[0].meta.published, Some(jiff::civil::date(2025, 9, 11)), "as its title says");
    let values = row(&prepared, "mpfs", "2025-10", "mpfs/pprrvu", &["G0105", ""]);
    let values: Vec<&str> = values.split('|').collect();
    assert_eq!(values[3..13], ["A", "", "3.26", "6.44", "", "1.79", "", "0.43", "10.13", "5.48"]);
    assert_eq!((values[25], values[14]), ("32.3465", "000"));
    assert_eq!(
        row(&prepared, "mpfs", "2025-10", "mpfs/oppscap", &["93990", "TC", "15202", "00"]),
        "93990|TC|15202|00|A|97.07|97.07"
    );
    assert_eq!(
        row(&prepared, "mpfs-gpci", "2025", "mpfs/gpci", &["02102", "01"]),
        "02102|01|AK|ALASKA*|1.500|1.081|0.592"
    );
    assert_eq!(
        row(&prepared, "mpfs-anesthesia", "2025", "mpfs/anesthesia", &["10112", "00"]),
        "10112|00|ALABAMA||||20.3178|19.31"
    );
    assert_eq!(
        row(&prepared, "mpfs-localities", "2025", "mpfs/localities", &["01112", "56"]),
        "01112|56|CALIFORNIA|FRESNO|FRESNO"
    );
}

#[test]
fn physician_fee_schedule_other_files() {
    let test = "physician_fee_schedule_other_files";
    for (path, expected) in [
        (
            "cms/mpfs/PPRRVU22_JAN.zip",
            &[
                "mpfs 2022-01 2022-01-01 2022-03-31 mpfs/pprrvu 17600",
                "mpfs-gpci 2022 2022-01-01 2022-12-31 mpfs/gpci 112",
            ] as &[&str],
        ),
        (
            "cms/mpfs/PFREV25.zip",
            &[
                "mpfs-payment 2025-07 2025-07-01 2025-09-30 mpfs/payment 109",
                "mpfs-payment 2025-10 2025-10-01 2025-12-31 mpfs/payment 763",
            ],
        ),
        (
            "cms/mpfs/anesthesia-2025.zip",
            &[
                "mpfs-anesthesia 2022 2022-01-01 2022-12-31 mpfs/anesthesia-base 276",
                "mpfs-anesthesia 2025 2025-01-01 2025-12-31 mpfs/anesthesia 109",
                "mpfs-anesthesia 2025 2025-01-01 2025-12-31 mpfs/anesthesia-shares 1",
            ],
        ),
        (
            "cms/mpfs/pprrvu-2024-all-releases-tidy.zip",
            &[
                "mpfs 2024-01 2024-01-01 2024-03-08 mpfs/pprrvu 18499",
                "mpfs 2024-03-09 2024-03-09 2024-03-31 mpfs/pprrvu 18499",
                "mpfs 2024-04 2024-04-01 2024-06-30 mpfs/pprrvu 18534",
                "mpfs 2024-07 2024-07-01 2024-09-30 mpfs/pprrvu 18664",
            ],
        ),
        ("cms/layouts/GPCI2026.csv", &["mpfs-gpci 2026 2026-01-01 2026-12-31 mpfs/gpci 109"]),
        ("reference/mpfs/GPCI2026.csv", &["mpfs-gpci 2026 2026-01-01 2026-12-31 mpfs/gpci 109"]),
        ("cms/layouts/PPRRVU2026_Jul_nonQPP.head.redacted.csv", &["mpfs 2026-07 2026-07-01 2026-09-30 mpfs/pprrvu 2"]),
    ] {
        let Some(prepared) = import(test, path, ImportOptions::default()) else { return };
        assert_eq!(refusals(&prepared), [""; 0], "{path}");
        assert_eq!(contents(&prepared), expected, "{path}");
    }
    let Some(prepared) = import(test, "cms/mpfs/pprrvu-2024-all-releases-tidy.zip", ImportOptions::default()) else {
        return;
    };
    // The conversion factor rose on 9 March 2024; the copy's 32.744200000000006 is 32.7442.
    let factor =
        |version| row(&prepared, "mpfs", version, "mpfs/pprrvu", &["A0021", ""]).split('|').nth(25).unwrap().to_owned();
    assert_eq!((factor("2024-01").as_str(), factor("2024-03-09").as_str()), ("32.7442", "33.2875"));
}

#[test]
fn outpatient_addenda() {
    let Some(prepared) = import("outpatient_addenda", "cms/opps", ImportOptions::default()) else { return };
    assert_eq!(refusals(&prepared), [""; 0]);
    assert_eq!(passed_over(&prepared), [""; 0]);
    let of_2025 = |table: &str, rows: u32| format!("opps-addenda 2025 2025-01-01 2025-12-31 opps/{table} {rows}");
    assert_eq!(
        contents(&prepared),
        [
            "opps-addenda 2022-10 2022-10-01 2022-12-31 opps/addendum-b 17347".to_owned(),
            "opps-addenda 2023-01 2023-01-01 2023-03-31 opps/addendum-b 17559".to_owned(),
            of_2025("addendum-a", 994),
            of_2025("addendum-b", 18_682),
            of_2025("addendum-c", 7535),
            of_2025("addendum-d1", 28),
            of_2025("addendum-d2", 4),
            of_2025("addendum-e", 1731),
            of_2025("addendum-j-complexity", 432),
            of_2025("addendum-j-evaluation", 34_745),
            of_2025("addendum-j-exclusions", 14),
            of_2025("addendum-j-rank", 3236),
            of_2025("addendum-l", 431),
            of_2025("addendum-m", 183),
            of_2025("addendum-n", 173),
            of_2025("addendum-o", 128),
            of_2025("addendum-p-devices", 535),
            of_2025("addendum-p-offsets", 5121),
            of_2025("addendum-q", 368),
            of_2025("data-addendum-b", 19_869),
            // Copies by others, read by their mappings.
            "opps-status-tidy 2026-04 2026-04-01 2026-06-30 opps/code-status 19059".to_owned(),
            "opps-status-tidy 2026-04 2026-04-01 2026-06-30 opps/status-indicators 31".to_owned(),
        ]
    );
    let row = |table: &str, key: &[&str]| row(&prepared, "opps-addenda", "2025", table, key);
    assert_eq!(
        row("opps/addendum-a", &["1829"]),
        "1829|Penicillin g benzathine inj|K||24.3680||4.8800|14.948|3.6500||Inflation-Adjusted Coinsurance|"
    );
    assert_eq!(row("opps/addendum-a", &["9539"]), "9539|Cryo fib comp path redu each|R|3.5188|313.7700||62.7600|||||");
    assert!(row("opps/addendum-j-rank", &["38240", "1"]).ends_with("|J1|5244|63470.81|62|62|63470.81|"));
    assert_eq!(row("opps/addendum-l", &["010022"]), "010022|01|Y|0.1017|CHEROKEE|01019");
    assert!(row("opps/addendum-p-devices", &["0234T"]).ends_with("|J1|5193|36.72|11340.57|47.29|5362.96"));
    // A no-break space in an old code page stands after this code.
    assert!(row("opps/addendum-b", &["A4341"]).starts_with("A4341|"));
    // What goes on below belongs to the indicator.
    let bill_types = row("opps/addendum-d1", &["B"]);
    assert!(bill_types.contains("May be paid by MACs") && bill_types.contains("An alternate code"), "{bill_types}");
    assert!(!row("opps/addendum-d1", &["Y"]).contains("* Note"));
}

#[test]
fn surgical_center_addenda() {
    let Some(prepared) = import("surgical_center_addenda", "cms/asc", ImportOptions::default()) else { return };
    assert_eq!(refusals(&prepared), [""; 0]);
    assert_eq!(passed_over(&prepared), [""; 0]);
    let mut expected = Vec::new();
    for (version, days, rows) in [
        ("2025-01", "2025-01-01 2025-03-31", [4183, 2454, 2108, 4183]),
        ("2025-04", "2025-04-01 2025-06-30", [4184, 2479, 2109, 4184]),
        ("2025-07", "2025-07-01 2025-09-30", [4200, 2504, 2109, 4200]),
        ("2025-10", "2025-10-01 2025-12-31", [4201, 2534, 2109, 4201]),
        ("2026-01", "2026-01-01 2026-03-31", [4821, 2504, 1557, 4821]),
    ] {
        for (table, rows) in ["aa", "bb", "ee", "ff"].iter().zip(rows) {
            expected.push(format!("asc-addenda {version} {days} asc/addendum-{table} {rows}"));
        }
    }
    for (version, days, rows) in [
        ("2022", "2022-01-01 2022-12-31", 88),
        ("2022-2026", "2022-01-01 2026-12-31", 616),
        ("2023", "2023-01-01 2023-12-31", 184),
        ("2024", "2024-01-01 2024-12-31", 109),
        ("2025", "2025-01-01 2025-12-31", 109),
        ("2026", "2026-01-01 2026-12-31", 126),
    ] {
        expected.push(format!("asc-code-pairs {version} {days} asc/code-pairs {rows}"));
    }
    expected.push("asc-wage-index 2025 2025-01-01 2025-12-31 asc/wage-index 503".to_owned());
    expected.push("asc-wage-index 2026 2026-01-01 2026-12-31 asc/wage-index 486".to_owned());
    assert_eq!(contents(&prepared), expected);
    assert!(
        row(&prepared, "asc-addenda", "2025-01", "asc/addendum-aa", &["0102T"]).ends_with("|Y|G2|28.7670|1579.160")
    );
    assert!(row(&prepared, "asc-wage-index", "2025", "asc/wage-index", &["32420"]).contains("Mayag\u{fc}ez"));
}

#[test]
fn inpatient_tables() {
    let test = "inpatient_tables";
    let Some(prepared) = import(test, "reference/ipps", ImportOptions::default()) else { return };
    assert_eq!(refusals(&prepared), [""; 0]);
    let of_2026 =
        |family: &str, table: &str, rows: u32| format!("{family} 2026 2025-10-01 2026-09-30 ipps/{table} {rows}");
    assert_eq!(
        contents(&prepared),
        [
            of_2026("ipps", "new-technology", 54),
            of_2026("ipps", "new-technology-codes", 967),
            of_2026("ipps", "standardized-amounts", 8),
            of_2026("ipps", "table-5", 772),
            of_2026("ipps", "table-6i", 3354),
            of_2026("ipps", "table-6j", 15_078),
            of_2026("ipps", "table-6k", 18_432),
            of_2026("ipps", "table-6k-alive", 8),
            of_2026("ipps", "table-6k-collections", 180_403),
            of_2026("ipps", "table-6k-drgs", 6188),
            of_2026("ipps-out-migration", "out-migration", 205),
            of_2026("ipps-wage-index", "wage-index", 471),
        ]
    );
    let row_of = |table: &str, key: &[&str]| row(&prepared, "ipps", "2026", table, key);
    assert_eq!(
        row_of("ipps/table-5", &["001"]),
        "001|No|No|PRE|SURG|HEART TRANSPLANT OR IMPLANT OF HEART ASSIST SYSTEM WITH MCC|28.0239|28.0239|25.8|36.2"
    );
    assert_eq!(row_of("ipps/table-5", &["999"]), "999|No|No||**|UNGROUPABLE||||");
    assert_eq!(row_of("ipps/table-6k", &["A021"]), "A021|MCC|0005|Salmonella sepsis");
    assert_eq!(row_of("ipps/table-6k-collections", &["0005", "A207"]), "0005|A207");
    assert_eq!(row_of("ipps/table-6k-alive", &["I462"]), "I462|Cardiac arrest due to underlying cardiac condition");
    assert_eq!(row_of("ipps/table-6k-drgs", &["A021", "974"]), "A021|974|976|25");
    assert_eq!(row_of("ipps/table-6i", &["A0221"]), "A0221|Salmonella meningitis");
    assert_eq!(row_of("ipps/standardized-amounts", &["1"]), "1|full update, wage index > 1||4456.72|2295.89");
    assert_eq!(row_of("ipps/new-technology", &["AEROPACE"]), "AEROPACE|23650.90|0.65");

    let Some(prepared) = import(test, "cms/ipps", ImportOptions::default()) else { return };
    assert_eq!(refusals(&prepared), [""; 0]);
    assert_eq!(
        contents(&prepared),
        [
            "ipps 2021 2020-10-01 2021-09-30 ipps/drg-weights 767",
            "ipps 2021 2020-10-01 2021-09-30 ipps/standardized-amounts 8",
            "ipps-out-migration 2018-2021 2017-10-01 2021-09-30 ipps/out-migration 1293",
            "ipps-rural-floor 2020 2019-10-01 2020-09-30 ipps/rural-floor 48",
            "ipps-wage-index 1991-2021 1991-01-01 2021-09-30 ipps/wage-index 7804",
        ]
    );
    // The pricer's table ends with a row of nines.
    let end =
        &prepared.releases.iter().find(|release| release.meta.family == "ipps-out-migration").unwrap().meta.warnings;
    assert_eq!((end[0].row, end[0].column.as_deref()), (Some(1295), Some("from")));
}

#[test]
fn outpatient_pricer() {
    let Some(prepared) = import("outpatient_pricer", "reference/opps", ImportOptions::default()) else { return };
    assert_eq!(
        contents(&prepared),
        [
            "opps-pricer 2025 2025-01-01 2025-12-31 opps/apc-rates 986",
            "opps-pricer 2025 2025-01-01 2025-12-31 opps/out-migration 229",
            "opps-pricer 2025 2025-01-01 2025-12-31 opps/wage-index 471",
            "opps-pricer 2026 2026-01-01 2026-12-31 opps/apc-rates 1030",
            "opps-pricer 2026 2026-01-01 2026-12-31 opps/blood-rank 13",
            "opps-pricer 2026 2026-01-01 2026-12-31 opps/out-migration 205",
            "opps-pricer 2026 2026-01-01 2026-12-31 opps/wage-index 471",
        ]
    );
    assert_eq!(
        refusals(&prepared),
        [
            "340b-provider-ccn.csv: list of 340B hospitals: neither the content nor the name says which year or quarter it is \
          for; give --from, --to and --version"
        ]
    );
    assert_eq!(
        row(&prepared, "opps-pricer", "2025", "opps/apc-rates", &["0701", "2025-01-01"]),
        "0701|2025-01-01|K|1740.72|348.15|348.15"
    );
    let options = ImportOptions {
        from: Some(jiff::civil::date(2026, 1, 1)),
        to: Some(jiff::civil::date(2026, 12, 31)),
        version: Some("2026".to_owned()),
        ..ImportOptions::default()
    };
    let Some(prepared) = import("outpatient_pricer", "reference/opps/340b-provider-ccn.csv", options) else { return };
    assert_eq!(contents(&prepared), ["opps-pricer 2026 2026-01-01 2026-12-31 opps/340b-providers 3929"]);
}
