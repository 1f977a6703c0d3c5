//! CMS's Claim and Claim Line Feed (CCLF), which accountable care organizations receive. Its files are recognised, and it
//! is said why they are not read: no column names stand in them, the columns of a file change with the version of the
//! feed, and one claim is spread over several files.
//!
//! Source: CMS, CCLF Information Packet; the summary file CCLF0 names the files and their record lengths.

/// The files by record length, as summaries of the feed give it.
const FILES: &[(usize, &str)] = &[
    (292, "CCLF1, headers of Part A claims"),
    (179, "CCLF2, revenue centers of Part A claims"),
    (199, "CCLF2, revenue centers of Part A claims"),
    (94, "CCLF3, procedures of Part A claims"),
    (92, "CCLF4, diagnoses of Part A claims"),
    (363, "CCLF5, Part B physicians' claim lines"),
    (227, "CCLF6, Part B equipment claim lines"),
    (195, "CCLF7, Part D drug events"),
    (549, "CCLF8, beneficiaries"),
    (55, "CCLF9, beneficiaries' former identifiers"),
    (101, "CCLFA, demonstration codes of Part A claims"),
    (93, "CCLFB, demonstration codes of Part B claims"),
];

/// Why a file is not read, when its first bytes are those of a CCLF file.
pub(crate) fn recognise(head: &[u8]) -> Option<String> {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let what = if has_column_names(line) {
        "a file of the feed with a line of column names".to_owned()
    } else if is_fixed_width(line) {
        let known = FILES.iter().find(|(length, _)| *length == line.len()).map(|(_, name)| (*name).to_owned());
        known.unwrap_or_else(|| format!("records of {} characters", line.len()))
    } else {
        return None;
    };
    Some(format!(
        "this is CMS's Claim and Claim Line Feed ({what}), which is not read: a claim is spread over several of its files, \
         and their columns change with the version of the feed. Needed are the files CCLF1 to CCLF6 of one delivery and \
         the column positions of its Information Packet; claims can be given as X12 837, as FHIR ExplanationOfBenefit \
         (BCDA) or as RIF files with column names"
    ))
}

/// `CUR_CLM_UNIQ_ID` begins every claim file of the feed.
fn has_column_names(line: &[u8]) -> bool {
    line.split(|byte| matches!(byte, b',' | b'|' | b'\t'))
        .any(|name| name.trim_ascii().trim_ascii_end().eq_ignore_ascii_case(b"CUR_CLM_UNIQ_ID"))
}

/// A record without separators that begins with a claim number of thirteen characters and holds dates with dashes.
fn is_fixed_width(line: &[u8]) -> bool {
    let Some((id, rest)) = line.split_at_checked(13) else { return false };
    let digits = id.trim_ascii();
    let dated = |part: &[u8]| {
        part.iter()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() })
    };
    !digits.is_empty()
        && digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-')
        && !line.iter().any(|byte| matches!(byte, b'|' | b'*' | b',' | b'~' | b'{' | b'\t'))
        && rest.windows(10).any(dated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_feed_are_named() {
        let record = format!("{:<92}", "0000000012345         60  11234567890 2026-01-012026-01-31");
        assert!(recognise(record.as_bytes()).unwrap().contains("(CCLF4, diagnoses of Part A claims)"));
        let record = "00000000123450000000001 2026-01-012026-01-31\r\n";
        assert!(recognise(record.as_bytes()).unwrap().contains("(records of 44 characters)"));
        for header in ["cur_clm_uniq_id,prvdr_oscar_num\n1,2", "A|CUR_CLM_UNIQ_ID|B"] {
            assert!(recognise(header.as_bytes()).unwrap().contains("column names"), "{header}");
        }
    }

    #[test]
    fn other_files_are_left_alone() {
        for text in [
            "",
            "ISA*00*          *00*",
            "{\"resourceType\":\"Claim\"}",
            "1234567890123",
            "DML_IND|BENE_ID|CLM_ID",
            "2026-01-01 2026-01-02 a log",
        ] {
            assert_eq!(recognise(text.as_bytes()), None, "{text}");
        }
    }
}
