//! The MS-DRG Definitions Manual, text edition.
//!
//! Its appendices are lists and are imported. Its chapters by MDC are prose, boxes and code lists that spell out the same
//! logic as the grouper's tables; of them the diagnoses of each MDC are imported, and the release says that the rest is
//! not.

use super::Version;
use super::appendices::{self, Found, Section};
use crate::error::{ImportError, Place};
use crate::importer::Importer;
use crate::release::{Completeness, Identity, Imported};
use crate::sniff::{Confidence, Shape, Sniff};
use crate::source::SourceFile;
use openclaim_tables::relation::Cell;

/// The Definitions Manual.
pub(crate) struct DefinitionsManual;

impl Importer for DefinitionsManual {
    fn name(&self) -> &str {
        "MS-DRG Definitions Manual"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        // The first lines are a box or a rule around the title of an appendix or a chapter.
        let mut lines = sniff.lines();
        let rule = lines.next().is_some_and(|line| line.trim_start_matches(':').starts_with("====="));
        let title = lines.next().map(|line| line.trim_matches(['|', ' '])).unwrap_or_default();
        let known = ["Appendix ", "MDC ", "Pre-MDC"].iter().any(|word| title.starts_with(word));
        (sniff.shape() == Shape::Text && rule && known).then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let content = file.text();
        let found = appendices::read(&content, file.path())?;
        let place = || Place::file(file.path());
        let (version, named) = match (found.version, Version::of_text(file.path())) {
            (Some(version), _) => (version, false),
            (None, Some(version)) => (version, true),
            (None, None) => {
                let problem = "neither its title nor its folder says of which version it is, as `defmanual_v43.1`";
                return Err(ImportError::content(place(), problem));
            }
        };
        let identity = Identity::new("ms-drg-definitions", "CMS", "MS-DRG Definitions Manual", &version.name());
        let release = out.release(identity.period(version.first(), Some(version.last())))?;
        if named {
            release.warn(
                place(),
                format!("the content does not give the version; {} is taken from the name", version.name()),
            );
        }
        if found.has_chapters {
            let message = "of the chapters by MDC only the lists of their diagnoses are imported: the logic of the \
                           groups is prose there, and a table in the grouper's own files";
            release.warn(place(), message);
        }
        for section in Section::ALL {
            let rows = found.rows(section);
            if rows.is_empty() {
                continue;
            }
            // The chapters are spread over several files.
            let completeness = if section == Section::Assignment { Completeness::Part } else { Completeness::Whole };
            let table = release.table(section.schema(), completeness)?;
            for (line, cells) in rows {
                let cells: Vec<Cell<'_>> = cells.iter().map(|text| Cell::Text(text)).collect();
                table.push_numbered(*line, &cells)?;
            }
        }
        if Found::is_empty(&found) {
            return Err(ImportError::content(place(), "none of its lists was understood"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    #[test]
    fn the_list_of_groups_gives_the_version() {
        let text = ":====:\n| Appendix A List of MS-DRGs Version 43.1 |\n:====:\n\nWords about it.\n\n\
            DRG MDC MS Description\n001     P  Made-up transplant with MCC\n020 01  M  Made-up disorder\n";
        let text = text.replace(":====:", ":==========:");
        let built = read("appendix_A.txt", &text).unwrap();
        assert_eq!((built[0].meta.version.as_str(), built[0].meta.from.to_string().as_str()), ("43.1", "2026-04-01"));
        assert_eq!(
            rows(&built, "manual/drg"),
            [["001", "", "P", "Made-up transplant with MCC"], ["020", "01", "M", "Made-up disorder"]]
        );
    }

    #[test]
    fn exclusions_of_complications() {
        let text = ":======:\n| Appendix C Complications |\n:======:\n\nAppendix C Part 1: List of CC and Major CC Codes\n \
            I10 Dx  Lev HAC PDX Exclusions   ICD-10-CM Description\n X000    CC     0002:2 codes     One\n \
            X001    MCC 05 No Excl          Two\n\nPDX collection 0002\n  X000    One\n  X002    Three\n\n\
            Appendix C Part 2: Codes that are CC or Major CC only if patient discharged alive\n\n  X462    Made up\n\n\
            Appendix C Part 3: Secondary\n\nMDC 01 DRGs 082-084 Title\n\n  X061X3A Four\n";
        let text = text.replace(":======:", ":==========:");
        let built = read("defmanual_v42.1/appendix_C.txt", &text).unwrap();
        assert_eq!(rows(&built, "manual/cc"), [["X000", "", "CC", "0002"], ["X001", "05", "MCC", ""]]);
        assert_eq!(rows(&built, "manual/cc-exclusion"), [["0002", "X000"], ["0002", "X002"]]);
        assert_eq!(rows(&built, "manual/cc-alive"), [["X462"]]);
        assert_eq!(rows(&built, "manual/cc-drg"), [["X061X3A", "01", "082-084"]]);
    }

    #[test]
    fn procedures_and_clusters() {
        let text = ":==========:\n| Appendix D MS-DRG Surgical Hierarchy |\n:==========:\n\nMDC 01 Title\n  020-022 First\n  \
            023     Second\n\nAppendix E Operating Room Procedures\nProcedure Code/MS-DRG Index\n    CODE    MDC MS-DRG  SURGICAL\n  \
            0016070   01  031-033 One\n            17  820-822 Two\n  XW033J7*  Pre 018     Three\n  0JD63ZZ*+             Code only used in clusters\n\n\
            Procedure Cluster/MS-DRG Index\n CODE COMBINATION  MDC\n  02HK0KZ          05  275     Four\n  and 0JH609Z      05  276-277 Five\n\n  \
            one of           03  140     Six\n    0RG7070        \n    0RG7071        \n  with one of      \n    0SG1070        \n\n\
            Appendix E Part 3: Procedure Combinations\n\n  0FHB7DZ       A\n   and 0FPB7DZ  B\n\n\
            Appendix E Part 4: Procedures\n\n  0U570ZZ  C\n\nNON-OPERATING ROOM PROCEDURES\n10D07Z8* D\n";
        let built = read("defmanual_v43/appendix_D_E.txt", text).unwrap();
        assert_eq!(rows(&built, "manual/hierarchy"), [["01", "1", "020-022", "First"], ["01", "2", "023", "Second"]]);
        let index = rows(&built, "manual/procedure-drg");
        assert_eq!(index[0], ["0016070", "01", "031-033", "One", "", ""]);
        assert_eq!(index[1], ["0016070", "17", "820-822", "Two", "", ""]);
        assert_eq!(index[2], ["0JD63ZZ", "", "", "Code only used in clusters", "*", "+"]);
        assert_eq!(index[3], ["XW033J7", "Pre", "018", "Three", "*", ""]);
        assert_eq!(
            rows(&built, "manual/cluster-member"),
            [
                ["1", "1", "02HK0KZ"],
                ["1", "2", "0JH609Z"],
                ["2", "1", "0RG7070"],
                ["2", "1", "0RG7071"],
                ["2", "2", "0SG1070"],
            ]
        );
        assert_eq!(rows(&built, "manual/cluster-drg").len(), 3);
        assert_eq!(rows(&built, "manual/non-or-member"), [["1", "1", "0FHB7DZ"], ["1", "2", "0FPB7DZ"]]);
        assert_eq!(rows(&built, "manual/mdc14-procedure"), [["0U570ZZ", ""], ["10D07Z8", "*"]]);
    }

    #[test]
    fn a_chapter_gives_its_diagnoses_and_says_what_it_does_not() {
        let text = "=========\nMDC 08 Made up\n=========\n\nMDC 08 Assignment of Diagnosis Codes\n\n  X0223   One\n  X0224   Two\n\n\
            DRG 453 Title\n\nPRINCIPAL DIAGNOSIS\n\n  X999    Other\n";
        let built = read("defmanual_v43.1/mdcs_08_11.txt", text).unwrap();
        assert_eq!(rows(&built, "manual/dx-mdc"), [["X0223", "08"], ["X0224", "08"]]);
        assert!(built[0].meta.warnings.iter().any(|warning| warning.message.contains("prose")));
    }

    #[test]
    fn acquired_conditions() {
        let text = ":==========:\n| Appendix F Unrelated |\n:==========:\n\nONLY OPERATING ROOM PROCEDURES\n\n  00503Z3 A\n\n\
            | Appendix H Major |\n\n  X021    B\n\nAppendix H Part 2: Codes\n\n  X462    C\n\n| Appendix I Hospital |\n\n\
            HAC 08: Title\nPROCEDURES\n\n  0210083 D\n\nNON-OPERATING ROOM PROCEDURES\n0RQEXZZ* E\n\nAND\nSECONDARY DIAGNOSIS\n\n  X6811   CC  F\n";
        let built = read("defmanual_v43.1/appendix_F_I.txt", text).unwrap();
        assert_eq!(rows(&built, "manual/unrelated-procedure"), [["00503Z3"]]);
        assert_eq!(rows(&built, "manual/severity"), [["X021", "", "MCC"], ["X462", "A", "MCC"]]);
        assert_eq!(
            rows(&built, "manual/hac"),
            [
                ["08", "procedures", "0210083", ""],
                ["08", "procedures", "0RQEXZZ", ""],
                ["08", "secondary diagnosis", "X6811", "CC"],
            ]
        );
    }
}
