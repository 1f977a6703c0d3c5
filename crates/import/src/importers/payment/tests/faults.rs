//! Bad input: the error names file, row and column.

use crate::test_support::read;

fn error(name: &str, text: &str) -> String {
    read(name, text).unwrap_err().to_string()
}

const ADDENDUM_A: &str = "Addendum A.- OPPS APCs for CY 2025\n\
    APC,Group Title,SI,Relative Weight,Payment Rate,National Unadjusted Copayment,Minimum Unadjusted Copayment,Note\n\
    5071,Made-up group,T,6.8756,$613.10,.,$122.62,\n";

#[test]
fn a_renamed_column() {
    let text = ADDENDUM_A.replace("Payment Rate", "Amount");
    assert_eq!(error("a.csv", &text), "a.csv, row 2: no column `payment_rate`; found `Amount`");
}

#[test]
fn impossible_numbers() {
    let wrong = |from: &str, to: &str| error("a.csv", &ADDENDUM_A.replace(from, to));
    assert_eq!(wrong("6.8756", "six"), "a.csv, row 3, column `relative_weight`: `six` is not a number");
    assert_eq!(wrong("6.8756", "-6.8756"), "a.csv, row 3, column `relative_weight`: `-6.8756` is negative");
    assert_eq!(
        wrong("$613.10", "$613.12345"),
        "a.csv, row 3, column `payment_rate`: `$613.12345` has more than 4 decimals"
    );
    assert_eq!(wrong("5071", "50711"), "a.csv, row 3, column `apc`: `50711` is not a number of 4 digits");
    assert_eq!(wrong("5071", ""), "a.csv, row 3, column `apc`: must not be blank");
}

#[test]
fn rows_that_contradict() {
    let text = format!("{ADDENDUM_A}5071,Made-up group,T,6.8756,$999.99,.,$122.62,\n");
    let error = error("a.csv", &text);
    assert!(error.contains("a.csv, row 4: key 5071 is also in a.csv, row 3, with another payment_rate"), "{error}");
}

#[test]
fn a_table_without_rows() {
    let text = ADDENDUM_A.lines().take(2).collect::<Vec<_>>().join("\n");
    assert_eq!(error("a.csv", &text), "a.csv, row 2: the table has no rows");
}

#[test]
fn a_file_without_a_date() {
    let text = "HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON-FACILTY PRICE\nX0001,TC,A,01112,05,1.00,1.00\n";
    let error = error("prices.csv", text);
    assert!(
        error.starts_with("prices.csv: OPPS cap amounts by locality (OPPSCAP): neither the content nor the name"),
        "{error}"
    );
}

#[test]
fn impossible_dates() {
    let text = "apc,statusIndicator,effectiveDate,paymentRate,nationalCoinsurance,minimumCoinsurance\n\
                05071,T,20250230,000613.10,00000.00,00122.62\n";
    assert_eq!(error("rates.csv", text), "rates.csv, row 2, column `from`: `20250230` is not a date");
}

#[test]
fn cut_and_shifted_lines() {
    let line = |price: &str| format!("X0001TC A 01112  05   {price}    150.69\n");
    let good: String = (0..30).map(|at| line("150.69").replace("01112", &format!("{:05}", 1112 + at))).collect();
    let name = "RVU25D/OPPSCAP_Oct.txt";
    assert_eq!(crate::test_support::rows(&read(name, &good).unwrap(), "mpfs/oppscap").len(), 30);
    let cut = format!("{good}X0002TC A 01112  05   150.69\n");
    assert_eq!(error(name, &cut), "RVU25D/OPPSCAP_Oct.txt, row 31, column `nonfacility_price`: must not be blank");
    let wrong = format!("{good}{}", line("15O.69").replace("X0001", "X0002"));
    assert_eq!(
        error(name, &wrong),
        "RVU25D/OPPSCAP_Oct.txt, row 31, column `facility_price`: `15O.69` is not a number"
    );
}

#[test]
fn a_cut_list_of_exclusions() {
    let text = "TABLE 6K - COMPLETE LIST OF CC EXCLUSIONS\n\n I10 Dx  Lev PDX Exclusions   ICD-10-CM Description\n \
                A000    CC  0002:2 codes     Made up\n\nPDX collection 0002\n  A001    One\n";
    assert_eq!(
        error("fy2026/6k.txt", text),
        "fy2026/6k.txt, row 4, column `collection`: says that collection 0002 has 2 codes, but the file lists 1"
    );
    let wrong = text.replace(" CC ", " CX ");
    assert_eq!(error("fy2026/6k.txt", &wrong), "fy2026/6k.txt, row 4, column `level`: `CX` is neither CC nor MCC");
}
