//! From the plain tables under `data/ms-drg` to sections.

use super::rows::{
    ATTRIBUTE_WORDS, Attributes, ChoiceRow, ClusterRow, DescriptionRow, DiagnosisPattern, DiagnosisRow, FormulaRow,
    HacFormulaRow, ProcedurePattern, ProcedureRow, StatusRow, VersionRow,
};
use crate::plain::{PlainTables, day, number};
use crate::{FlatError, FlatWriter, KeyIndex, StringPool, text_key};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Compiles the MS-DRG tables.
///
/// # Errors
/// [`FlatError::Source`] naming the file and line at fault.
pub fn compile(data: &PlainTables, writer: &mut FlatWriter) -> Result<(), FlatError> {
    let mut texts = StringPool::new();
    let versions = versions(data)?;
    let diagnoses = Diagnoses::read(data, &versions)?;
    diagnoses.write(writer, &mut texts)?;
    exclusion_groups(data, &diagnoses, writer)?;
    procedures(data, writer, &mut texts)?;
    formulas(data, writer, &mut texts)?;
    names(data, writer, &mut texts)?;
    statuses(data, writer)?;
    writer.put("msdrg.versions", &versions)?;
    texts.write(writer, "msdrg.texts")
}

fn versions(data: &PlainTables) -> Result<Vec<VersionRow>, FlatError> {
    let mut rows: Vec<VersionRow> = Vec::new();
    data.rows("ms-drg/version.csv", ["version", "from", "to"], |[version, from, to]| {
        let row = VersionRow { version: number::<u16>(version)?.into(), from: day(from)?, to: day(to)? };
        if rows.last().is_some_and(|last| last.version >= row.version || last.to >= row.from) || row.from > row.to {
            return Err("versions must follow one another".to_owned());
        }
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

/// Ids of attribute names, given out as they come.
#[derive(Default)]
struct AttributeIds {
    names: Vec<String>,
    ids: HashMap<String, usize>,
}

impl AttributeIds {
    fn add(&mut self, name: &str, set: &mut Attributes) -> Result<(), String> {
        let id = match self.ids.get(name) {
            Some(&id) => id,
            None => {
                let id = self.names.len();
                self.names.push(name.to_owned());
                self.ids.insert(name.to_owned(), id);
                id
            }
        };
        let word = set.get_mut(id / 64).ok_or_else(|| format!("more than {} attributes", ATTRIBUTE_WORDS * 64))?;
        *word |= 1 << (id % 64);
        Ok(())
    }

    fn set(&mut self, lists: &[&str]) -> Result<Attributes, String> {
        let mut set = Attributes::default();
        lists.iter().flat_map(|list| list.split_ascii_whitespace()).try_for_each(|name| self.add(name, &mut set))?;
        Ok(set)
    }

    fn write(&self, writer: &mut FlatWriter, texts: &mut StringPool, section: &str) -> Result<(), FlatError> {
        let names: Vec<_> = self.names.iter().map(|name| texts.add(name)).collect();
        writer.put(section, &names)
    }
}

/// Distinct patterns by order of appearance.
#[derive(Default)]
struct Patterns<P> {
    rows: Vec<P>,
    known: BTreeMap<P, u16>,
}

impl<P: Copy + Ord> Patterns<P> {
    fn add(&mut self, pattern: P) -> Result<u16, String> {
        if let Some(&known) = self.known.get(&pattern) {
            return Ok(known);
        }
        let id = u16::try_from(self.rows.len()).map_err(|_| "more than 65,536 attribute sets".to_owned())?;
        self.rows.push(pattern);
        self.known.insert(pattern, id);
        Ok(id)
    }
}

/// Rows of many keys, to be written as keys, offsets and rows.
fn write_keyed<R: bytemuck::Pod>(
    writer: &mut FlatWriter,
    name: &str,
    keyed: &BTreeMap<u64, Vec<R>>,
) -> Result<(), FlatError> {
    let keys: Vec<u64> = keyed.keys().copied().collect();
    let mut first = Vec::with_capacity(keys.len() + 1);
    let mut rows = Vec::with_capacity(keys.len());
    for group in keyed.values() {
        first.push(rows.len() as u32);
        rows.extend_from_slice(group);
    }
    first.push(rows.len() as u32);
    KeyIndex::write(writer, name, &keys)?;
    writer.put(&format!("{name}.first"), &first)?;
    writer.put(&format!("{name}.rows"), &rows)
}

fn code_key(code: &str) -> Result<u64, String> {
    let usable = (1..=8).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    if usable { Ok(text_key(code.as_bytes())) } else { Err(format!("`{code}` is no code")) }
}

/// Inclusive version bounds.
type Span = (u16, u16);

fn versions_between(from: &str, to: &str) -> Result<Span, String> {
    let span = (number(from)?, number(to)?);
    if span.0 <= span.1 { Ok(span) } else { Err(format!("version {from} is after {to}")) }
}

struct Diagnoses {
    rows: BTreeMap<u64, Vec<DiagnosisRow>>,
    patterns: Patterns<DiagnosisPattern>,
    attributes: AttributeIds,
}

impl Diagnoses {
    fn read(data: &PlainTables, versions: &[VersionRow]) -> Result<Self, FlatError> {
        let versions: Vec<u16> = versions.iter().map(|row| row.version as u16).collect();
        let mut all =
            Self { rows: BTreeMap::new(), patterns: Patterns::default(), attributes: AttributeIds::default() };
        let mut groups: HashMap<u64, Vec<(Span, u16)>> = HashMap::new();
        let columns = ["principal", "from_version", "to_version", "group"];
        data.rows("ms-drg/exclusion.csv", columns, |[code, from, to, group]| {
            groups.entry(code_key(code)?).or_default().push((versions_between(from, to)?, number(group)?));
            Ok(())
        })?;
        let mut by_sex: HashMap<u64, Vec<(Span, [u8; 2])>> = HashMap::new();
        let columns = ["code", "from_version", "to_version", "male_mdc", "female_mdc"];
        data.rows("ms-drg/sex_mdc.csv", columns, |[code, from, to, male, female]| {
            let mdcs = [number(male)?, number(female)?];
            by_sex.entry(code_key(code)?).or_default().push((versions_between(from, to)?, mdcs));
            Ok(())
        })?;
        let columns =
            ["code", "from_version", "to_version", "mdc", "severity", "attributes", "hac_attributes", "categories"];
        data.rows("ms-drg/diagnosis.csv", columns, |[code, from, to, mdc, severity, attributes, hacs, categories]| {
            let key = code_key(code)?;
            let span = versions_between(from, to)?;
            let pattern = DiagnosisPattern {
                attributes: all.attributes.set(&[attributes, categories, hacs])?,
                hacs: hac_numbers(hacs)?,
            };
            let pattern = all.patterns.add(pattern)?;
            let (mdc, severity) = (number(mdc)?, severity_level(severity)?);
            let rows = all.rows.entry(key).or_default();
            // A row of the plain table may hold where the exclusion group changes: cut it there.
            for &version in versions.iter().filter(|&&version| span.0 <= version && version <= span.1) {
                let [male_mdc, female_mdc] = holding(by_sex.get(&key), version).unwrap_or_default();
                let exclusion_group = holding(groups.get(&key), version).unwrap_or_default();
                let row = DiagnosisRow {
                    from_version: version,
                    to_version: version,
                    pattern,
                    exclusion_group,
                    mdc,
                    male_mdc,
                    female_mdc,
                    severity,
                };
                push_merged(rows, row);
            }
            Ok(())
        })?;
        Ok(all)
    }

    fn write(&self, writer: &mut FlatWriter, texts: &mut StringPool) -> Result<(), FlatError> {
        write_keyed(writer, "msdrg.dx", &self.rows)?;
        writer.put("msdrg.dx.patterns", &self.patterns.rows)?;
        self.attributes.write(writer, texts, "msdrg.dx.attributes")
    }
}

fn holding<T: Copy>(rows: Option<&Vec<(Span, T)>>, version: u16) -> Option<T> {
    let rows = rows?.iter();
    rows.filter(|((from, to), _)| *from <= version && version <= *to).map(|&(_, value)| value).next()
}

/// Appends a row of one version, or stretches the last row when nothing but the version differs.
fn push_merged(rows: &mut Vec<DiagnosisRow>, row: DiagnosisRow) {
    if let Some(last) = rows.last_mut() {
        let stretched = DiagnosisRow { from_version: last.from_version, to_version: row.to_version, ..*last };
        if stretched == (DiagnosisRow { from_version: last.from_version, ..row }) && last.to_version < row.from_version
        {
            *last = stretched;
            return;
        }
    }
    rows.push(row);
}

fn severity_level(text: &str) -> Result<u8, String> {
    match text {
        "NCC" => Ok(0),
        "CC" => Ok(1),
        "MCC" => Ok(2),
        other => Err(format!("`{other}` is no CC level")),
    }
}

/// The HAC numbers in attribute names: `HAC05`, `hac11_sdx` and `hac11_13_common` are 5, 11 and 11.
fn hac_numbers(attributes: &str) -> Result<u64, String> {
    attributes.split_ascii_whitespace().try_fold(0_u64, |set, name| {
        let digits = name.get(3..5).filter(|_| name.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("hac")));
        match digits.and_then(|digits| digits.parse::<u32>().ok()) {
            Some(hac) if hac < 64 => Ok(set | 1 << hac),
            _ => Err(format!("`{name}` names no hospital-acquired condition")),
        }
    })
}

fn exclusion_groups(data: &PlainTables, diagnoses: &Diagnoses, writer: &mut FlatWriter) -> Result<(), FlatError> {
    let ids: HashMap<u64, u32> = diagnoses.rows.keys().enumerate().map(|(id, &key)| (key, id as u32)).collect();
    let mut groups: BTreeMap<u16, BTreeSet<u32>> = BTreeMap::new();
    data.rows("ms-drg/exclusion_group.csv", ["group", "secondaries"], |[group, codes]| {
        let group = groups.entry(number(group)?).or_default();
        for code in codes.split_ascii_whitespace() {
            group.insert(*ids.get(&code_key(code)?).ok_or_else(|| format!("`{code}` is no diagnosis of any version"))?);
        }
        Ok(())
    })?;
    let (mut first, mut codes) = (Vec::new(), Vec::new());
    let last = groups.keys().next_back().copied().unwrap_or(0);
    for group in 0..=last {
        first.push(codes.len() as u32);
        codes.extend(groups.get(&group).into_iter().flatten().copied());
    }
    first.push(codes.len() as u32);
    writer.put("msdrg.exclusion.first", &first)?;
    writer.put("msdrg.exclusion.codes", &codes)
}

/// One cluster while it is read: its choices in order, and the lists it suppresses.
type Choices = BTreeMap<u16, BTreeSet<u64>>;

fn procedures(data: &PlainTables, writer: &mut FlatWriter, texts: &mut StringPool) -> Result<(), FlatError> {
    let mut attributes = AttributeIds::default();
    let mut patterns = Patterns::default();
    let mut rows: BTreeMap<u64, Vec<ProcedureRow>> = BTreeMap::new();
    let mut cluster_patterns: HashMap<String, Vec<(Span, u16)>> = HashMap::new();
    for file in data.files("ms-drg/procedure")? {
        data.rows(&file, ["code", "from_version", "to_version", "attributes"], |[code, from, to, list]| {
            let (from_version, to_version) = versions_between(from, to)?;
            let pattern = patterns.add(ProcedurePattern { attributes: attributes.set(&[list])? })?;
            if code.starts_with("Z@") {
                cluster_patterns.entry(code.to_owned()).or_default().push(((from_version, to_version), pattern));
            } else {
                let row = ProcedureRow { from_version, to_version, pattern, opens_cluster: 0 };
                rows.entry(code_key(code)?).or_default().push(row);
            }
            Ok(())
        })?;
    }
    for group in rows.values_mut() {
        group.sort_unstable_by_key(|row| row.from_version);
    }

    let mut clusters: BTreeMap<(String, Span), (u32, Choices)> = BTreeMap::new();
    let columns = ["cluster", "from_version", "to_version", "suppressed_lists", "choice", "codes"];
    data.rows("ms-drg/cluster.csv", columns, |[cluster, from, to, lists, choice, codes]| {
        let entry = clusters.entry((cluster.to_owned(), versions_between(from, to)?)).or_default();
        for list in lists.split_ascii_whitespace() {
            // List 99 stands for none.
            entry.0 |= 1_u32.checked_shl(number(list)?).unwrap_or(0);
        }
        let choice = entry.1.entry(number(choice)?).or_default();
        codes.split_ascii_whitespace().try_for_each(|code| {
            let key = code_key(code)?;
            choice.insert(key);
            if rows.contains_key(&key) { Ok(()) } else { Err(format!("`{code}` is no procedure of any version")) }
        })
    })?;

    let ids: HashMap<u64, u32> = rows.keys().enumerate().map(|(id, &key)| (key, id as u32)).collect();
    let id_of = |key: &u64| ids.get(key).copied().unwrap_or(u32::MAX);
    let (mut cluster_rows, mut choice_rows, mut codes, mut openers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ((name, (from, to)), (suppressed_lists, choices)) in &clusters {
        let fault = |problem: &str| FlatError::Source {
            file: "ms-drg/cluster.csv".to_owned(),
            line: 0,
            problem: format!("{name}: {problem}"),
        };
        let named = cluster_patterns.get(name).map(Vec::as_slice).unwrap_or_default();
        // Attributes of a cluster may change while its choices stay.
        let parts: Vec<_> = named.iter().filter(|((first, last), _)| first <= to && from <= last).collect();
        if parts.is_empty() {
            return Err(fault("no attributes in the versions it is defined for"));
        }
        let first_choice = choice_rows.len() as u32;
        for choice in choices.values() {
            choice_rows.push(ChoiceRow { first_code: codes.len() as u32, code_count: choice.len() as u32 });
            codes.extend(choice.iter().map(id_of));
        }
        for ((first, last), pattern) in parts {
            let position = cluster_rows.len() as u32;
            let opening = choices.values().next().ok_or_else(|| fault("no choice"))?;
            openers.extend(opening.iter().map(|key| [id_of(key), position]));
            cluster_rows.push(ClusterRow {
                name: texts.add(name),
                from_version: *first.max(from),
                to_version: *last.min(to),
                pattern: *pattern,
                choice_count: choices.len() as u16,
                first_choice,
                suppressed_lists: *suppressed_lists,
            });
            for key in opening {
                rows.get_mut(key).into_iter().flatten().for_each(|row| row.opens_cluster = 1);
            }
        }
    }
    openers.sort_unstable();

    write_keyed(writer, "msdrg.px", &rows)?;
    writer.put("msdrg.px.patterns", &patterns.rows)?;
    attributes.write(writer, texts, "msdrg.px.attributes")?;
    writer.put("msdrg.cluster.rows", &cluster_rows)?;
    writer.put("msdrg.cluster.choices", &choice_rows)?;
    writer.put("msdrg.cluster.codes", &codes)?;
    writer.put("msdrg.cluster.openers", &openers)
}

fn formulas(data: &PlainTables, writer: &mut FlatWriter, texts: &mut StringPool) -> Result<(), FlatError> {
    let mut rows: Vec<FormulaRow> = Vec::new();
    let columns = ["version", "list", "rank", "base_drg", "drg", "type", "reroute", "formula", "suppressed"];
    data.rows(
        "ms-drg/formula.csv",
        columns,
        |[version, list, rank, base, drg, kind, reroute, formula, suppressed]| {
            let row = FormulaRow {
                formula: texts.add(formula),
                suppressed: texts.add(suppressed),
                version: number(version)?,
                rank: number(rank)?,
                base_drg: number(base)?,
                drg: number(drg)?,
                list: number(list)?,
                reroute: number(reroute)?,
                medical_surgical: match kind {
                    "SURGICAL" => 2,
                    "MEDICAL" => 1,
                    "NA" => 0,
                    other => return Err(format!("`{other}` is neither SURGICAL nor MEDICAL nor NA")),
                },
                reserved: [0; 5],
            };
            let place = |row: &FormulaRow| (row.version, row.list, row.rank);
            if rows.last().is_some_and(|last| place(last) > place(&row)) {
                return Err("formulas must be sorted by version, list and rank".to_owned());
            }
            rows.push(row);
            Ok(())
        },
    )?;
    writer.put("msdrg.formulas", &rows)?;

    let mut hacs: Vec<HacFormulaRow> = Vec::new();
    let columns = ["hac", "from_version", "to_version", "formula"];
    data.rows("ms-drg/hac_formula.csv", columns, |[hac, from, to, formula]| {
        let (from_version, to_version) = versions_between(from, to)?;
        hacs.push(HacFormulaRow {
            formula: texts.add(formula),
            from_version,
            to_version,
            hac: number::<u8>(hac)?.into(),
        });
        Ok(())
    })?;
    writer.put("msdrg.hac.formulas", &hacs)
}

fn names(data: &PlainTables, writer: &mut FlatWriter, texts: &mut StringPool) -> Result<(), FlatError> {
    for (table, section) in [("drg", "msdrg.drg.names"), ("mdc", "msdrg.mdc.names"), ("hac", "msdrg.hac.names")] {
        let mut rows = Vec::new();
        let columns = [table, "from_version", "to_version", "description"];
        data.rows(&format!("ms-drg/{table}.csv"), columns, |[of, from, to, text]| {
            let (from_version, to_version) = versions_between(from, to)?;
            let row =
                DescriptionRow { number: number::<u16>(of)?.into(), from_version, to_version, text: texts.add(text) };
            rows.push(row);
            Ok(())
        })?;
        rows.sort_by_key(|row| (row.number, row.from_version));
        writer.put(section, &rows)?;
    }
    Ok(())
}

fn statuses(data: &PlainTables, writer: &mut FlatWriter) -> Result<(), FlatError> {
    let mut rows = Vec::new();
    let columns = ["discharge_status", "from_version", "to_version"];
    data.rows("ms-drg/discharge_status.csv", columns, |[status, from, to]| {
        let (from_version, to_version) = versions_between(from, to)?;
        rows.push(StatusRow { status: number(status)?, from_version, to_version });
        Ok(())
    })?;
    writer.put("msdrg.statuses", &rows)
}
