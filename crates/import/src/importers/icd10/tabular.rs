//! The tabular list as XML: chapters, sections, categories and codes, their notes, and the meanings of seventh characters.

use super::edition;
use crate::error::{ImportError, Place};
use crate::importer::Importer;
use crate::release::{Completeness, Imported, ReleaseDraft};
use crate::sniff::{Confidence, Sniff};
use crate::source::SourceFile;
use crate::values;
use crate::xml::{self, Element};
use openclaim_tables::relation::{Cell, ColumnSpec, Schema, ShortCode};

/// Tabular list.
pub(crate) struct TabularList;

/// Elements that hold notes, and what the table calls them.
const NOTES: [(&str, &str); 9] = [
    ("inclusionTerm", "inclusion_term"),
    ("includes", "includes"),
    ("excludes1", "excludes1"),
    ("excludes2", "excludes2"),
    ("codeFirst", "code_first"),
    ("useAdditionalCode", "use_additional_code"),
    ("codeAlso", "code_also"),
    ("notes", "note"),
    ("sevenChrNote", "seventh_character_note"),
];

/// A section of one category has that category's name, so that the level belongs to the key.
fn nodes() -> Schema {
    let columns = [
        ColumnSpec::code("node"),
        ColumnSpec::text("level"),
        ColumnSpec::code("parent"),
        ColumnSpec::int("sequence"),
        ColumnSpec::text("title"),
    ];
    Schema::new("icd10cm/tabular", 2, columns)
}

fn notes() -> Schema {
    let columns = [
        ColumnSpec::code("node"),
        ColumnSpec::text("level"),
        ColumnSpec::text("kind"),
        ColumnSpec::int("sequence"),
        ColumnSpec::text("note"),
    ];
    Schema::new("icd10cm/notes", 4, columns)
}

fn sevenths() -> Schema {
    let columns = [ColumnSpec::code("node"), ColumnSpec::code("character"), ColumnSpec::text("meaning")];
    Schema::new("icd10cm/seventh-characters", 2, columns)
}

impl Importer for TabularList {
    fn name(&self) -> &str {
        "ICD-10-CM tabular list"
    }

    fn recognise(&self, sniff: &Sniff<'_>) -> Option<Confidence> {
        (sniff.root() == Some("ICD10CM.tabular")).then_some(Confidence::Certain)
    }

    fn import(&self, file: &SourceFile, out: &mut Imported<'_>) -> Result<(), ImportError> {
        let root = xml::parse(&file.text(), file.path())?;
        let year = root.child_text("version").trim().parse().ok();
        let release = edition::of_family("icd-10-cm-tabular", "NCHS", "ICD-10-CM Tabular List", file, out, year)?;
        for schema in [nodes(), notes(), sevenths()] {
            release.table(schema, Completeness::Whole)?;
        }
        let mut list = List { release, file: file.path(), sequence: 0 };
        for chapter in root.children("chapter") {
            list.chapter(chapter)?;
        }
        Ok(())
    }
}

struct List<'a> {
    release: &'a mut ReleaseDraft,
    file: &'a str,
    sequence: i64,
}

impl List<'_> {
    fn chapter(&mut self, chapter: &Element) -> Result<(), ImportError> {
        let name = self.code(chapter, chapter.child_text("name"))?;
        self.node(chapter, name, "chapter", None, chapter.child_text("desc"))?;
        for section in chapter.children("section") {
            let id = self.code(section, section.attribute("id").unwrap_or_default())?;
            self.node(section, id, "section", Some(name), section.child_text("desc"))?;
            for diagnosis in section.children("diag") {
                self.diagnosis(diagnosis, id)?;
            }
        }
        Ok(())
    }

    // The depth is bounded by that of the document, which the parser limits.
    fn diagnosis(&mut self, element: &Element, parent: ShortCode) -> Result<(), ImportError> {
        let code = self.code(element, element.child_text("name"))?;
        self.node(element, code, "code", Some(parent), element.child_text("desc"))?;
        for child in element.children("diag") {
            self.diagnosis(child, code)?;
        }
        Ok(())
    }

    fn code(&self, element: &Element, text: &str) -> Result<ShortCode, ImportError> {
        let place = || Place { row: element.line, column: Some("name".to_owned()), ..Place::file(self.file) };
        match values::code(text, true) {
            Ok(Some(code)) => Ok(code),
            Ok(None) => Err(ImportError::content(place(), format!("a `{}` has no name", element.name))),
            Err(problem) => Err(ImportError::Value { place: Box::new(place()), value: text.to_owned(), problem }),
        }
    }

    fn node(
        &mut self,
        element: &Element,
        node: ShortCode,
        level: &str,
        parent: Option<ShortCode>,
        title: &str,
    ) -> Result<(), ImportError> {
        self.sequence += 1;
        let parent = parent.map_or(Cell::Blank, Cell::Code);
        let cells = [Cell::Code(node), Cell::Text(level), parent, Cell::Int(self.sequence), Cell::Text(title)];
        self.release.table(nodes(), Completeness::Whole)?.push_numbered(element.line, &cells)?;
        for (name, kind) in NOTES {
            let texts = element.children(name).flat_map(|group| group.children("note"));
            for (at, note) in texts.enumerate() {
                let at = i64::try_from(at + 1).unwrap_or(i64::MAX);
                let text = note.all_text();
                let cells = [Cell::Code(node), Cell::Text(level), Cell::Text(kind), Cell::Int(at), Cell::Text(&text)];
                self.release.table(notes(), Completeness::Whole)?.push_numbered(note.line, &cells)?;
            }
        }
        for extension in element.children("sevenChrDef").flat_map(|group| group.children("extension")) {
            let character = self.code(extension, extension.attribute("char").unwrap_or_default())?;
            let cells = [Cell::Code(node), Cell::Code(character), Cell::Text(&extension.text)];
            self.release.table(sevenths(), Completeness::Whole)?.push_numbered(extension.line, &cells)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{read, rows};

    const SMALL: &str = "<?xml version=\"1.0\"?>\n<ICD10CM.tabular><version>2031</version>\n<chapter><name>99</name><desc>Odd things</desc>\n\
        <section id=\"Y98-Y99\"><desc>Odd</desc>\n<diag><name>Y99</name><desc>Odd event</desc>\n\
        <excludes1><note>odd &amp; even (Y98.-)</note><note>second</note></excludes1>\n\
        <sevenChrDef><extension char=\"A\">first</extension></sevenChrDef>\n\
        <diag><name>Y99.01</name><desc>Odd, first</desc></diag></diag></section></chapter></ICD10CM.tabular>";

    #[test]
    fn nodes_notes_and_seventh_characters() {
        let built = read("t.xml", SMALL).unwrap();
        let nodes = rows(&built, "icd10cm/tabular");
        assert_eq!(nodes.len(), 4);
        assert!(nodes.contains(&["Y9901", "code", "Y99", "4", "Odd, first"].map(str::to_owned).to_vec()));
        assert!(nodes.contains(&["Y98-Y99", "section", "99", "2", "Odd"].map(str::to_owned).to_vec()));
        assert_eq!(rows(&built, "icd10cm/notes")[0], ["Y99", "code", "excludes1", "1", "odd & even (Y98.-)"]);
        assert_eq!(rows(&built, "icd10cm/seventh-characters"), [["Y99", "A", "first"]]);
    }

    #[test]
    fn a_cut_document_is_refused() {
        let error = read("t.xml", &SMALL[..SMALL.len() - 40]).unwrap_err().to_string();
        assert!(error.starts_with("t.xml, row ") && error.contains("well-formed"), "{error}");
    }
}
