//! The lists of the Definitions Manual, line by line.

use super::Version;
use super::lines::{first_word, is_diagnosis, is_drgs, is_mdc, is_procedure, procedure};
use crate::error::{ImportError, Place};
use openclaim_tables::relation::{ColumnSpec, Schema};
use std::collections::BTreeMap;

/// A list of the manual, and the table that it becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    /// Appendix A: the groups.
    Groups,
    /// Appendix B: diagnoses, and the groups whose logic names them.
    Diagnoses,
    /// Appendix C part 1: complications and comorbidities.
    Complications,
    /// Appendix C part 1: principal diagnoses that exclude them.
    Exclusions,
    /// Appendix C part 2: those that count only when the patient is discharged alive.
    Alive,
    /// Appendix C part 3: those that do not count in some groups.
    Suppressed,
    /// Appendix D: surgical classes of each MDC in their order.
    Hierarchy,
    /// Appendix E: procedures, and the groups whose logic names them.
    Procedures,
    /// Appendix E: procedures that count together.
    ClusterMembers,
    /// Appendix E: the groups of clusters.
    ClusterGroups,
    /// Appendix E part 3: procedures that need no operating room when together.
    NonOperating,
    /// Appendix E part 4: procedures of any surgical group of MDC 14.
    Delivery,
    /// Appendix F: the operating room procedures of DRGs 987 to 989.
    Unrelated,
    /// Appendices G and H: severity of diagnoses. Those that count only when the patient is discharged alive are listed
    /// twice, the second time with that mark.
    Severity,
    /// Appendix I: hospital-acquired conditions.
    Acquired,
    /// Chapters: the diagnoses of each MDC.
    Assignment,
}

impl Section {
    pub(super) const ALL: [Self; 16] = [
        Self::Groups,
        Self::Diagnoses,
        Self::Complications,
        Self::Exclusions,
        Self::Alive,
        Self::Suppressed,
        Self::Hierarchy,
        Self::Procedures,
        Self::ClusterMembers,
        Self::ClusterGroups,
        Self::NonOperating,
        Self::Delivery,
        Self::Unrelated,
        Self::Severity,
        Self::Acquired,
        Self::Assignment,
    ];

    pub(super) fn schema(self) -> Schema {
        let (code, text, int, flag) = (ColumnSpec::code, ColumnSpec::text, ColumnSpec::int, ColumnSpec::flag);
        let (table, key, columns) = match self {
            Self::Groups => ("drg", 1, vec![code("drg"), code("mdc"), flag("kind"), text("title")]),
            Self::Diagnoses => ("dx-drg", 3, vec![code("diagnosis"), code("mdc"), text("drgs")]),
            Self::Complications => ("cc", 2, vec![code("diagnosis"), code("hac"), code("level"), code("exclusions")]),
            Self::Exclusions => ("cc-exclusion", 2, vec![code("exclusions"), code("diagnosis")]),
            Self::Alive => ("cc-alive", 1, vec![code("diagnosis")]),
            Self::Suppressed => ("cc-drg", 3, vec![code("diagnosis"), code("mdc"), text("drgs")]),
            Self::Hierarchy => ("hierarchy", 2, vec![code("mdc"), int("rank"), text("drgs"), text("title")]),
            Self::Procedures => (
                "procedure-drg",
                4,
                vec![code("procedure"), code("mdc"), text("drgs"), text("class"), flag("non_or"), flag("cluster")],
            ),
            Self::ClusterMembers => ("cluster-member", 3, vec![int("cluster"), int("choice"), code("procedure")]),
            Self::ClusterGroups => ("cluster-drg", 4, vec![int("cluster"), code("mdc"), text("drgs"), text("class")]),
            Self::NonOperating => ("non-or-member", 3, vec![int("cluster"), int("choice"), code("procedure")]),
            Self::Delivery => ("mdc14-procedure", 1, vec![code("procedure"), flag("non_or")]),
            Self::Unrelated => ("unrelated-procedure", 1, vec![code("procedure")]),
            Self::Severity => ("severity", 2, vec![code("diagnosis"), flag("alive"), code("level")]),
            Self::Acquired => ("hac", 3, vec![code("hac"), text("role"), code("code"), code("level")]),
            Self::Assignment => ("dx-mdc", 2, vec![code("diagnosis"), code("mdc")]),
        };
        Schema::new(&format!("manual/{table}"), key, columns)
    }
}

/// A row with its line.
type Row<'a> = (u64, Vec<&'a str>);

/// What a file of the manual holds.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    pub(super) version: Option<Version>,
    /// Whether there is logic in prose.
    pub(super) has_chapters: bool,
    rows: BTreeMap<Section, Vec<Row<'a>>>,
}

impl<'a> Found<'a> {
    pub(super) fn rows(&self, section: Section) -> &[Row<'a>] {
        self.rows.get(&section).map_or(&[], Vec::as_slice)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Where in the manual a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Elsewhere,
    In(Section),
    /// Appendix C after the list: collections of principal diagnoses.
    Collection,
    /// The index of clusters.
    Clusters,
    AppendixG,
    AppendixH,
    /// The second part of appendix H.
    OnlyAlive,
}

struct Reader<'a> {
    file: &'a str,
    at: At,
    found: Found<'a>,
    /// The number of the line, as text where a row keeps it.
    number: u64,
    mdc: &'a str,
    drgs: &'a str,
    collection: &'a str,
    code: (&'a str, bool, bool),
    rank: usize,
    cluster: usize,
    choice: usize,
    one_of: bool,
    hac: &'a str,
    role: &'static str,
}

/// Small numbers as text, so that rows can borrow them.
const NUMBERS: usize = 20_000;

/// Reads the lists of a file.
pub(super) fn read<'a>(content: &'a str, file: &'a str) -> Result<Found<'a>, ImportError> {
    let mut reader = Reader {
        file,
        at: At::Elsewhere,
        found: Found::default(),
        number: 0,
        mdc: "",
        drgs: "",
        collection: "",
        code: ("", false, false),
        rank: 0,
        cluster: 0,
        choice: 0,
        one_of: false,
        hac: "",
        role: "",
    };
    for line in content.lines() {
        reader.number += 1;
        let line = line.trim_end();
        if !reader.heading(line) {
            reader.line(line)?;
        }
    }
    Ok(reader.found)
}

impl<'a> Reader<'a> {
    fn push(&mut self, section: Section, cells: Vec<&'a str>) {
        self.found.rows.entry(section).or_default().push((self.number, cells));
    }

    fn small(&self, number: usize) -> Result<&'static str, ImportError> {
        small(number).ok_or_else(|| {
            let place = Place { row: self.number, ..Place::file(self.file) };
            ImportError::content(place, format!("the list is longer than {NUMBERS}, which no edition of the manual is"))
        })
    }

    fn unclear(&self, line: &str, what: &str) -> ImportError {
        let place = Place { row: self.number, ..Place::file(self.file) };
        let shown: String = line.trim().chars().take(80).collect();
        ImportError::content(place, format!("`{shown}` is no line of {what}"))
    }

    /// Whether the line is a heading, and where it leads.
    fn heading(&mut self, line: &'a str) -> bool {
        let title = line.trim_matches(['|', ' ']);
        let next = if let Some(rest) = title.strip_prefix("Appendix ") {
            if self.found.version.is_none() {
                self.found.version = title.contains("Version").then(|| Version::of_text(title)).flatten();
            }
            let boxed = line.starts_with('|');
            match rest.split_once(' ').map(|(letter, rest)| (letter, rest, boxed)) {
                Some(("C", rest, false)) if rest.starts_with("Part 1") => At::In(Section::Complications),
                Some(("C", rest, false)) if rest.starts_with("Part 2") => At::In(Section::Alive),
                Some(("C", rest, false)) if rest.starts_with("Part 3") => At::In(Section::Suppressed),
                Some(("E", rest, false)) if rest.starts_with("Part 3") => {
                    (self.cluster, self.choice) = (0, 0);
                    At::In(Section::NonOperating)
                }
                Some(("E", rest, false)) if rest.starts_with("Part 4") => At::In(Section::Delivery),
                Some(("H", rest, false)) if rest.starts_with("Part 2") => At::OnlyAlive,
                Some(("D", _, true)) => At::In(Section::Hierarchy),
                Some(("G", _, true)) => At::AppendixG,
                Some(("H", _, true)) => At::AppendixH,
                Some(("I", _, true)) => At::In(Section::Acquired),
                Some(("A" | "B" | "C" | "F", _, true)) | Some(("E", _, _)) => At::Elsewhere,
                // Prose that begins with the word.
                _ => return false,
            }
        } else if title == "DRG MDC MS Description" {
            At::In(Section::Groups)
        } else if title.starts_with("I10 Dx  MDC DRG") {
            At::In(Section::Diagnoses)
        } else if let Some(number) = title.strip_prefix("PDX collection ") {
            self.collection = number;
            At::Collection
        } else if title == "Procedure Code/MS-DRG Index" {
            At::In(Section::Procedures)
        } else if title == "Procedure Cluster/MS-DRG Index" {
            At::Clusters
        } else if title == "ONLY OPERATING ROOM PROCEDURES" && self.at == At::Elsewhere && !self.found.has_chapters {
            At::In(Section::Unrelated)
        } else if let Some(mdc) = title.strip_suffix(" Assignment of Diagnosis Codes") {
            self.mdc = mdc.strip_prefix("MDC ").unwrap_or(mdc);
            At::In(Section::Assignment)
        } else {
            let chapter = title.starts_with("MDC ") || title == "Pre-MDC";
            if chapter && (line.starts_with('|') || self.number == 2) {
                self.found.has_chapters = true;
            }
            return false;
        };
        self.found.has_chapters |= next == At::In(Section::Assignment);
        self.at = next;
        true
    }

    fn line(&mut self, line: &'a str) -> Result<(), ImportError> {
        match self.at {
            At::Elsewhere => {}
            At::In(Section::Groups) => self.group(line)?,
            At::In(Section::Diagnoses) => self.diagnosis(line)?,
            At::In(Section::Complications) => self.complication(line)?,
            At::In(Section::Suppressed) => self.suppressed(line),
            At::In(Section::Hierarchy) => self.hierarchy(line)?,
            At::In(Section::Procedures) => self.procedure(line)?,
            At::Clusters => self.cluster(line)?,
            At::In(Section::NonOperating) => self.non_operating(line)?,
            At::In(Section::Acquired) => self.acquired(line),
            At::In(section @ (Section::Delivery | Section::Unrelated)) => {
                if let Some((code, non_operating, _)) = procedure(first_word(line).0) {
                    let marks: &[&str] = if section == Section::Unrelated { &[] } else { &[flag(non_operating, "*")] };
                    self.push(section, [&[code], marks].concat());
                }
            }
            At::In(Section::Assignment) => match first_word(line) {
                (code, title) if line.starts_with("  ") && is_diagnosis(code) && !title.is_empty() => {
                    self.push(Section::Assignment, vec![code, self.mdc]);
                }
                ("", _) => {}
                // The list ends where the logic of the groups begins.
                _ => self.at = At::Elsewhere,
            },
            At::In(_) | At::Collection | At::AppendixG | At::AppendixH | At::OnlyAlive => self.list(line),
        }
        Ok(())
    }

    /// Lines of a code and its title.
    fn list(&mut self, line: &'a str) {
        let (code, title) = first_word(line);
        if !line.starts_with("  ") || !is_diagnosis(code) || title.is_empty() {
            return;
        }
        match self.at {
            At::Collection => self.push(Section::Exclusions, vec![self.collection, code]),
            At::AppendixG => self.push(Section::Severity, vec![code, "", "CC"]),
            At::AppendixH => self.push(Section::Severity, vec![code, "", "MCC"]),
            At::OnlyAlive => self.push(Section::Severity, vec![code, "A", "MCC"]),
            At::In(section) => self.push(section, vec![code]),
            _ => {}
        }
    }

    /// `020 01  P  Title`; the MDC is blank for groups of several.
    fn group(&mut self, line: &'a str) -> Result<(), ImportError> {
        let (drg, rest) = first_word(line);
        if !is_drgs(drg) {
            return if line.is_empty() { Ok(()) } else { Err(self.unclear(line, "the list of groups")) };
        }
        let (mdc, rest) = match first_word(rest) {
            (word, rest) if is_mdc(word) => (word, rest),
            _ => ("", rest),
        };
        match first_word(rest) {
            (kind @ ("M" | "P"), title) if !title.is_empty() => {
                self.push(Section::Groups, vec![drg, mdc, kind, title]);
                Ok(())
            }
            // 998 and 999 are no groups but say that there is none.
            _ if mdc.is_empty() && !rest.is_empty() => {
                self.push(Section::Groups, vec![drg, "", "", rest]);
                Ok(())
            }
            _ => Err(self.unclear(line, "the list of groups")),
        }
    }

    /// ` A000    06  371-373     Title`, and further groups of the same diagnosis on lines without code.
    fn diagnosis(&mut self, line: &'a str) -> Result<(), ImportError> {
        if line.is_empty() {
            return Ok(());
        }
        let (word, rest) = first_word(line);
        let rest = if is_diagnosis(word) {
            self.code.0 = word;
            rest
        } else {
            line.trim_start()
        };
        let (mdc, rest) = first_word(rest);
        let (drgs, _) = first_word(rest);
        if !is_mdc(mdc) || !is_drgs(drgs) || self.code.0.is_empty() {
            return Err(self.unclear(line, "the index of diagnoses"));
        }
        self.push(Section::Diagnoses, vec![self.code.0, mdc, drgs]);
        Ok(())
    }

    /// ` A000    CC  05 0002:3 codes     Title`; a code of several HACs stands on several lines.
    fn complication(&mut self, line: &'a str) -> Result<(), ImportError> {
        if line.is_empty() || line.trim_start().starts_with("I10 Dx") {
            return Ok(());
        }
        let (code, rest) = first_word(line);
        let (level, rest) = first_word(rest);
        if !is_diagnosis(code) || !matches!(level, "CC" | "MCC") {
            return Err(self.unclear(line, "the list of complications"));
        }
        // "0002:3 codes", "1989:1,021 codes" or "No Excl".
        let (hac, rest) = match first_word(rest) {
            (word, rest) if word.len() == 2 && is_mdc(word) => (word, rest),
            _ => ("", rest),
        };
        let collection = match first_word(rest).0 {
            "No" => "",
            word => word.split_once(':').ok_or_else(|| self.unclear(line, "the list of complications"))?.0,
        };
        self.push(Section::Complications, vec![code, hac, level, collection]);
        Ok(())
    }

    /// `MDC 01 DRGs 082-084 Title`, then codes.
    fn suppressed(&mut self, line: &'a str) {
        let (code, title) = first_word(line);
        if let Some(rest) = line.strip_prefix("MDC ") {
            let mut words = rest.split_whitespace();
            self.mdc = words.next().unwrap_or_default();
            self.drgs = words.nth(1).unwrap_or_default();
        } else if line.starts_with("  ") && is_diagnosis(code) && !title.is_empty() {
            self.push(Section::Suppressed, vec![code, self.mdc, self.drgs]);
        }
    }

    /// `MDC 01 Title`, then classes in their order.
    fn hierarchy(&mut self, line: &'a str) -> Result<(), ImportError> {
        let (drgs, title) = first_word(line);
        if let Some(rest) = line.strip_prefix("MDC ") {
            (self.mdc, self.rank) = (first_word(rest).0, 0);
        } else if line.starts_with("  ") && is_drgs(drgs) && !title.is_empty() {
            self.rank += 1;
            self.push(Section::Hierarchy, vec![self.mdc, self.small(self.rank)?, drgs, title]);
        }
        Ok(())
    }

    /// `  0016070   01  031-033 Class`, and further classes of the same procedure on lines without code.
    fn procedure(&mut self, line: &'a str) -> Result<(), ImportError> {
        let (word, after) = first_word(line);
        if word.is_empty() || word == "CODE" {
            return Ok(());
        }
        let rest = match procedure(word) {
            Some(code) => {
                self.code = code;
                after
            }
            None => line.trim_start(),
        };
        let (code, non_operating, cluster) = self.code;
        let marks = [flag(non_operating, "*"), flag(cluster, "+")];
        let (mdc, after) = first_word(rest);
        let (drgs, class) = first_word(after);
        let cells = if is_mdc(mdc) && is_drgs(drgs) && !code.is_empty() {
            [code, mdc, drgs, class]
        } else if rest == "Code only used in clusters" {
            [code, "", "", rest]
        } else {
            return Err(self.unclear(line, "the index of procedures"));
        };
        self.push(Section::Procedures, [&cells[..], &marks].concat());
        Ok(())
    }

    /// Members on the left, groups on the right; a blank line ends a cluster. `and` adds a member, `one of` and
    /// `with one of` a choice among several.
    fn cluster(&mut self, line: &'a str) -> Result<(), ImportError> {
        if line.trim_start().starts_with("CODE COMBINATION") {
            return Ok(());
        }
        if line.is_empty() {
            (self.choice, self.one_of) = (0, false);
            return Ok(());
        }
        let (left, right) =
            line.split_at_checked(18).map_or((line.trim(), ""), |(left, right)| (left.trim(), right.trim()));
        if self.choice == 0 && !left.is_empty() {
            self.cluster += 1;
        }
        let cluster = self.small(self.cluster)?;
        match left {
            "" => {}
            _ if left.to_ascii_lowercase().ends_with("one of") => {
                self.choice += 1;
                self.one_of = true;
            }
            _ => {
                let code = left.strip_prefix("and ").unwrap_or(left).trim();
                if !is_procedure(code) {
                    return Err(self.unclear(line, "the index of clusters"));
                }
                if !self.one_of || left.starts_with("and ") {
                    self.choice += 1;
                }
                self.push(Section::ClusterMembers, vec![cluster, self.small(self.choice)?, code]);
            }
        }
        if right.is_empty() {
            return Ok(());
        }
        let (mdc, rest) = first_word(right);
        let (drgs, class) = first_word(rest);
        if !is_mdc(mdc) || !is_drgs(drgs) {
            return Err(self.unclear(line, "the index of clusters"));
        }
        self.push(Section::ClusterGroups, vec![cluster, mdc, drgs, class]);
        Ok(())
    }

    /// `0FHB7DZ Title`, `and 0FPB7DZ Title`, blank line.
    fn non_operating(&mut self, line: &'a str) -> Result<(), ImportError> {
        let line = line.trim_start();
        if line.is_empty() {
            self.choice = 0;
            return Ok(());
        }
        let code = first_word(line.strip_prefix("and ").unwrap_or(line)).0;
        if !is_procedure(code) {
            return Ok(());
        }
        if self.choice == 0 {
            self.cluster += 1;
        }
        self.choice += 1;
        self.push(Section::NonOperating, vec![self.small(self.cluster)?, self.small(self.choice)?, code]);
        Ok(())
    }

    /// `HAC 08: Title`, then lists under the roles of their codes.
    fn acquired(&mut self, line: &'a str) {
        if let Some(rest) = line.strip_prefix("HAC ") {
            self.hac = rest.split(':').next().unwrap_or_default();
            self.role = "";
            return;
        }
        let (word, rest) = first_word(line);
        match line {
            "PROCEDURES" => self.role = "procedures",
            "SECONDARY DIAGNOSIS" | "SECONDARY DIAGNOSES" => self.role = "secondary diagnosis",
            "PRINCIPAL DIAGNOSIS" | "PRINCIPAL DIAGNOSES" => self.role = "principal diagnosis",
            _ if line.starts_with("IN ADDITION, MARK") => self.role = "also marked",
            _ if self.role == "procedures" => {
                if let Some((code, _, _)) = procedure(word) {
                    self.push(Section::Acquired, vec![self.hac, self.role, code, ""]);
                }
            }
            _ if line.starts_with("  ") && is_diagnosis(word) => {
                let level = Some(first_word(rest).0).filter(|level| matches!(*level, "CC" | "MCC")).unwrap_or_default();
                self.push(Section::Acquired, vec![self.hac, self.role, word, level]);
            }
            _ => {}
        }
    }
}

fn flag(set: bool, mark: &'static str) -> &'static str {
    if set { mark } else { "" }
}

/// A number as text that lives as long as the program.
fn small(number: usize) -> Option<&'static str> {
    use std::sync::OnceLock;
    static TEXTS: OnceLock<Vec<String>> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| (0..NUMBERS).map(|number| number.to_string()).collect());
    texts.get(number).map(String::as_str)
}
