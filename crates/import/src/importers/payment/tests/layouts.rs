//! Small files made up to published layouts of which there is no sample, or to show what a layout allows.

use crate::test_support::{read, rows};

fn joined(rows: Vec<Vec<String>>) -> Vec<String> {
    rows.into_iter().map(|row| row.join("|")).collect()
}

#[test]
fn laboratory_fee_schedule() {
    let text = "2026 Clinical Diagnostic Laboratory Fee Schedule\n\
                Made-up codes only\nSecond note\nApril 2026 release\n\
                YEAR,HCPCS,MOD,EFF_DATE,INDICATOR,RATE,SHORTDESC,LONGDESC,EXTENDEDLONGDESC\n\
                2026,X0001,,20260101,N,12.34,Short one,Long one,\"Longer, one\"\n\
                2026,X0001,QW,20260401,L,0.00,Short two,Long two,\n";
    let built = read("clfs.csv", text).unwrap();
    assert_eq!((built[0].meta.family.as_str(), built[0].meta.version.as_str()), ("clfs", "2026-04"));
    assert_eq!(
        joined(rows(&built, "clfs/fees")),
        [
            "X0001||2026-01-01|2026|N|12.34|Short one|Long one|Longer, one",
            "X0001|QW|2026-04-01|2026|L|0.00|Short two|Long two|",
        ]
    );
}

#[test]
fn equipment_fee_schedule() {
    let text = "CY2026 DMEPOS Fee Schedule,,,,,,,,,,,\nJanuary 2026 release,,,,,,,,,,,\n\
                HCPCS,Mod,Mod2,JURIS,CATG,Ceiling,Floor,AL (NR),AL (R),PA (NR),PA (R),Description\n\
                X0601,RR,,D,CR,0.00,0.00,45.00,80.00,50.04,91.18,Made-up device\n\
                X1399,,,L,IN,\"1,200.50\",900.00,0.00,0.00,7.10,0.00,Another\n";
    let built = read("dmepos.csv", text).unwrap();
    assert_eq!((built[0].meta.version.as_str(), built[0].meta.warnings.len()), ("2026-01", 0));
    assert_eq!(
        joined(rows(&built, "dmepos/items")),
        ["X0601|RR||D|CR|0.00|0.00|Made-up device", "X1399|||L|IN|1200.50|900.00|Another"]
    );
    assert_eq!(
        joined(rows(&built, "dmepos/fees")),
        ["X0601|RR||AL|45.00|80.00", "X0601|RR||PA|50.04|91.18", "X1399|||PA|7.10|"]
    );
}

#[test]
fn drug_payment_limits() {
    let text = "Payment Allowance Limits for Medicare Part B Drugs,,,,,,,,,,\n\
                \"Effective July 1, 2026 through September 30, 2026\",,,,,,,,,,\n\
                Note 1: made up,,,,,,,,,,\n\
                HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Co-insurance Percentage,Vaccine AWP%,\
                Vaccine Limit,Blood AWP%,Blood limit,Clotting Factor,Notes\n\
                X3301,Made-up drug,10 MG,0.787,20.000,,,,,,\nX3304,Another,1 MG,,,,,,,,see note\n";
    let built = read("asp.csv", text).unwrap();
    let meta = &built[0].meta;
    assert_eq!(
        (meta.from.to_string(), meta.to.unwrap().to_string()),
        ("2026-07-01".to_owned(), "2026-09-30".to_owned())
    );
    assert_eq!(
        joined(rows(&built, "asp/payment-limits")),
        ["X3301|Made-up drug|10 MG|0.787|20.000||||||", "X3304|Another|1 MG||||||||see note"]
    );
}

#[test]
fn provider_specific_files() {
    let text = "providerCcn,effectiveDate,fiscalYearBeginDate,exportDate,terminationDate,waiverIndicator,intermediaryNumber,\
                providerType,censusDivision,operatingCostToChargeRatio,cbsaActualGeographicLocation,cbsaWageIndexLocation,\
                vbpParticipantIndicator,vbpAdjustment\n\
                1001,20251001,20251001,20251015,,N,10101,00,6,0.245,20020,20020,Y,1.0043218765432\n\
                010001,20241001,20241001,20251015,,N,10101,00,6,0.251,20020,20020,Y,1.001\n";
    let error = read("psf.csv", text).unwrap_err().to_string();
    assert_eq!(error, "psf.csv, row 2, column `vbp_adjustment`: `1.0043218765432` has more than 11 decimals");
    let built =
        read("psf.csv", &text.replace("1.0043218765432", "1.00432187654").replace("\n1001,", "\n010001,")).unwrap();
    let found = joined(rows(&built, "psf/inpatient"));
    assert_eq!((built[0].meta.version.as_str(), found.len()), ("2024-2025", 2));
    assert!(
        found[1].starts_with("010001|2025-10-01|2025-10-01|2025-10-15||N|10101|00|6|")
            && found[1].contains("|0.245000|")
            && found[1].contains("|1.00432187654|")
    );

    let text = "providerCcn,effectiveDate,exportDate,intermediaryNumber,providerType,cbsaActualGeographicLocation,\
                cbsaWageIndexLocation,deviceCostToChargeRatio\n010001,20260101,20260115,10101,00,20020,,0.3\n";
    let built = read("opsf.csv", text).unwrap();
    assert_eq!(rows(&built, "psf/outpatient").len(), 1);
}

#[test]
fn wage_index_tables() {
    let text = "TABLE 3. WAGE INDEX TABLE BY CBSA - FY 2026 FINAL RULE\n\
                CBSA\tArea Name\tState\tState Code\tFY 2026 Average Hourly Wage\t3-Year Average Hourly Wage (2024, 2025, 2026)\t\
                Wage Index\tGAF\tReclassified Wage Index\tReclassified GAF\n\
                01\tALABAMA\tAL\t01\t34.1234\t33.1\t0.7393\t0.8132\t\t\n";
    let built = read("table3.txt", text).unwrap();
    assert_eq!(joined(rows(&built, "ipps/table-3")), ["01|01|ALABAMA|AL|34.1234|33.1000|0.7393|0.8132||||||"]);
    let text = "TABLE 2. CASE-MIX INDEX AND WAGE INDEX TABLE BY CCN - FY 2026\n\
                CCN,FY 2026 Wage Index,Geographic CBSA,Reclassified/ Redesignated CBSA,Out-Migration Adjustment\n\
                10001,0.7393,20020,,0.0065\n";
    let built = read("table2.csv", text).unwrap();
    assert_eq!(joined(rows(&built, "ipps/table-2")), ["010001|||0.7393||20020||0.0065"]);
}

#[test]
fn relative_values_of_both_layouts() {
    let header = "HCPCS,MOD,DESCRIPTION,STATUS CODE,NOT USED FOR MEDICARE PAYMENT,WORK RVU,NON-FAC PE RVU,NON-FAC NA \
                  INDICATOR,FACILITY PE RVU,FACILITY NA INDICATOR,MP RVU,NON-FACILITY TOTAL,FACILITY TOTAL,PCTC IND,GLOB \
                  DAYS,PRE OP,INTRA OP,POST OP,MULT PROC,BILAT SURG,ASST SURG,CO- SURG,TEAM SURG,PRIC IND,ENDO BASE,CONV \
                  FACTOR,PHYSICIAN SUPERVISION OF DIAGNOSTIC PROCEDURES,CALCULATION FLAG,DIAGNOSTIC IMAGING FAMILY \
                  INDICATOR,NON-FACILITY PE USED FOR OPPS PAYMENT AMOUNT,FACILITY PE USED FOR OPPS PAYMENT AMOUNT,MP USED \
                  FOR OPPS PAYMENT AMOUNT\n";
    let title = "2026 National Physician Fee Schedule Relative Value File January Release\nRELEASED 12/15/2025\n\n\n";
    let row = "X0001,26,Made up,A,+,1.5,0.25,NA,0.25,,0.1,1.85,1.85,0,XXX,0,0,0,0,0,0,0,0,09,,33.4009,09,0,99,0,0,0\n";
    let text = format!("{title}{header}{row}");
    let built = read("PPRRVU2026_Jan_nonQPP.csv", &text).unwrap();
    let expected = "X0001|26|Made up|A|+|1.50|0.25|NA|0.25||0.10|1.85|1.85|0|XXX|0.00|0.00|0.00|0|0|0|0|0|09||33.4009|09|0|99|0.00|0.00|0.00";
    assert_eq!(joined(rows(&built, "mpfs/pprrvu")), [expected]);
    assert_eq!(
        (built[0].meta.version.as_str(), built[0].meta.published),
        ("2026-01", Some(jiff::civil::date(2025, 12, 15)))
    );
    let built = read("PPRRVU2026_Jan_QPP.csv", &text).unwrap();
    assert_eq!(joined(rows(&built, "mpfs/pprrvu-qpp")), [expected]);
    let error = read("values.csv", &text).unwrap_err().to_string();
    assert!(error.contains("name it so that it holds `QPP` or `nonQPP`"), "{error}");
}
