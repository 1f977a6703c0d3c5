//! A second implementation of HHS-HCC for the tests: it reads the files of HHS's software as they are, follows its
//! program line by line with strings and sets, and shares no code with the crate.

use std::collections::{HashMap, HashSet};
use std::path::Path;

/// One benefit year.
pub(crate) struct Naive {
    version: &'static str,
    factors: HashMap<(String, String), [i64; 5]>,
    categories: HashMap<String, Vec<String>>,
    hierarchy: Vec<(String, Vec<String>)>,
    drugs: HashMap<String, u32>,
    /// Lowest and highest age, and sex.
    edits: HashMap<String, Vec<(i64, i64, char)>>,
}

/// A member as the naive program takes it.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) age: i64,
    pub(crate) sex: char,
    pub(crate) metal: usize,
    pub(crate) months: i64,
    pub(crate) diagnoses: Vec<String>,
    pub(crate) drugs: Vec<String>,
}

fn text(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap()).replace('\r', "")
}

fn thousandths(text: &str) -> i64 {
    let negative = text.starts_with('-');
    let (whole, fraction) = text.trim_start_matches('-').split_once('.').unwrap_or((text.trim_start_matches('-'), ""));
    let value = whole.parse::<i64>().unwrap() * 1000 + format!("{fraction:0<3}").parse::<i64>().unwrap();
    if negative { -value } else { value }
}

/// `37.1` and `37_1` become `37_1`.
fn number(text: &str) -> String {
    text.trim().replace('.', "_")
}

impl Naive {
    pub(crate) fn v05(sas: &Path, mce: &Path) -> Self {
        Self::read(
            sas,
            mce,
            "V05",
            "HHS19hcccoefn.csv",
            "H0519F3.FY 2019 ICD10.TXT",
            "V05128H1.TXT",
            ["H0519F3_NDC.4_4.1812.TXT", "H0519F3_HCPCS.4_4.1812.TXT"],
        )
    }

    pub(crate) fn v07(sas: &Path, mce: &Path) -> Self {
        Self::read(
            sas,
            mce,
            "V07",
            "HHS22hcccoefn.csv",
            "CY22F07A_FY 2022 ICD10.TXT",
            "V07141H1.TXT",
            ["CY22F07A_NDC8_1_22_04.TXT", "CY22F07A_HCPCS8_1_22_04.TXT"],
        )
    }

    fn read(
        sas: &Path,
        mce: &Path,
        version: &'static str,
        factors: &str,
        crosswalk: &str,
        hierarchy: &str,
        drugs: [&str; 2],
    ) -> Self {
        let mut naive = Self {
            version,
            factors: HashMap::new(),
            categories: HashMap::new(),
            hierarchy: Vec::new(),
            drugs: HashMap::new(),
            edits: HashMap::new(),
        };
        for line in text(&sas.join(factors)).lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            if fields[0].is_empty() {
                continue;
            }
            let values = [3, 4, 5, 6, 7].map(|at| thousandths(fields[at]));
            naive.factors.insert((fields[0].to_string(), fields[1].to_uppercase()), values);
        }
        for line in text(&sas.join(crosswalk)).lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            naive.categories.entry(fields[0].to_string()).or_default().push(number(fields[1]));
        }
        for line in text(&sas.join(hierarchy)).lines().filter(|line| line.contains("%SET0")) {
            let parent = line.split("CC=").nth(1).unwrap().split(',').next().unwrap();
            let children = line.split("%STR(").nth(1).unwrap().split(')').next().unwrap();
            naive.hierarchy.push((number(parent), children.split(',').map(number).collect()));
        }
        for file in drugs {
            for line in text(&sas.join(file)).lines() {
                let fields: Vec<&str> = line.split('\t').collect();
                naive.drugs.insert(fields[0].to_string(), fields[1].trim().parse().unwrap());
            }
        }
        if version == "V05" {
            for line in text(&sas.join("H0519F3_ICD10_MCE_AGE.TXT")).lines() {
                let (code, class) = line.split_once('\t').unwrap();
                let (low, high) = match &class[..1] {
                    "0" => (0, 0),
                    "1" => (0, 17),
                    "2" => (12, 55),
                    _ => (14, 9999),
                };
                naive.edits.entry(code.to_string()).or_default().push((low, high, '?'));
            }
            for line in text(&sas.join("H0519F3_ICD10_MCE_SEX.TXT")).lines() {
                let (code, class) = line.split_once('\t').unwrap();
                let sex = if class.starts_with('1') { 'M' } else { 'F' };
                naive.edits.entry(code.to_string()).or_default().push((0, 9999, sex));
            }
        } else {
            // The Medicare Code Editor on the first day of 2022.
            for line in text(mce).lines().skip(1) {
                let fields: Vec<&str> = line.split(',').collect();
                if !(fields[1] <= "20220101" && fields[2] >= "20220101") {
                    continue;
                }
                for flag in fields[3].split(' ') {
                    let edit = match flag {
                        "newborn" => (0, 0, '?'),
                        "pediatric" => (0, 17, '?'),
                        "maternity" => (9, 64, '?'),
                        "adult" => (15, 124, '?'),
                        "male" => (0, 9999, 'M'),
                        "female" => (0, 9999, 'F'),
                        _ => continue,
                    };
                    naive.edits.entry(fields[0].to_string()).or_default().push(edit);
                }
            }
        }
        naive
    }

    /// The groups that have a factor.
    pub(crate) fn groups(&self) -> Vec<String> {
        let names = self.factors.keys().map(|(_, name)| name.clone());
        names.filter(|name| name.len() <= 4 && name.starts_with('G')).collect()
    }

    /// The diagnoses that have a category, sorted.
    pub(crate) fn diagnoses(&self) -> Vec<String> {
        let mut codes: Vec<String> = self.categories.keys().cloned().collect();
        codes.sort();
        codes
    }

    /// The drugs that have a class, sorted.
    pub(crate) fn drug_codes(&self) -> Vec<String> {
        let mut codes: Vec<String> = self.drugs.keys().cloned().collect();
        codes.sort();
        codes
    }

    /// Categories of one diagnosis after the edits by age and sex.
    fn edited(&self, code: &str, age: i64, sex: char) -> Vec<String> {
        let Some(usual) = self.categories.get(code) else { return Vec::new() };
        let any = |prefixes: &str| prefixes.split(' ').any(|prefix| code == prefix);
        let begins = |prefixes: &str| prefixes.split(' ').any(|prefix| code.starts_with(prefix));
        let mut list = usual.clone();
        let out = vec![];
        let one = |number: &str| vec![number.to_string()];
        let breast = begins("C500 C501 C502 C503 C504 C505 C506 C508 C509")
            && ["1", "2"].contains(&&code[4..5])
            && code.len() == 6;
        if age < 18 && (any("C9100 C9101 C9102 C9500 C9501 C9502") || begins("C740 C741 C749")) {
            list = one("9");
        } else if age < 18 && any("J410 J411 J418 J42 J440 J441") {
            list = if self.version == "V05" { one("161") } else { out };
        } else if age < 2 && (begins("K550") || any("K5530 K5531 K5532 K5533")) {
            list = one("42");
        } else if age < 50 && breast {
            list = one("11");
        } else if (age < 2 && any("J430 J431 J432 J438 J439 J449 J982 J983"))
            || (age != 0 && begins("P05 P07 P080 P081 P082"))
        {
            list = out;
        } else if age >= 1 && code == "Q894" {
            list = one("97");
        } else if age >= 2
            && (any("K551 K558 K559 P041 P042 P043 P0440 P0441 P0442 P0449 P045 P046 P048 P0481 P0489 P049")
                || (code.len() == 5 && code.starts_with("P041"))
                || any("P930 P938 P961 P962 Q390 Q391 Q392 Q393 Q394 Q6410 Q6411 Q6412 Q6419 Q790 Q791 Q792 Q793")
                || any("Q794 Q7951"))
        {
            list = out;
        } else if age >= 2 && any("P270 P271 P278 P279") {
            list = one("162");
        } else if !(6..=18).contains(&age) && code == "F3481" {
            list = out;
        } else if sex == 'F' && any("D66 D67") {
            list = one("75");
        }
        for &(low, high, only) in self.edits.get(code).into_iter().flatten() {
            if age < low || age > high || (only != '?' && only != sex) {
                list = vec![];
            }
        }
        list
    }

    /// Score in thousandths, and the variables that hold.
    pub(crate) fn score(&self, person: &Person) -> (i64, Vec<String>) {
        let v05 = self.version == "V05";
        let mut hcc: HashSet<String> = HashSet::new();
        for code in &person.diagnoses {
            hcc.extend(self.edited(code, person.age, person.sex));
        }
        for (parent, children) in &self.hierarchy {
            if hcc.contains(parent) {
                for child in children {
                    hcc.remove(child);
                }
            }
        }
        let mut rxc: HashSet<u32> = HashSet::new();
        for code in &person.drugs {
            if let Some(&class) = self.drugs.get(code).filter(|&&class| class <= 10) {
                rxc.insert(class);
            }
        }
        if rxc.contains(&6) {
            rxc.remove(&7);
        }
        let any = |set: &HashSet<String>, list: &str| list.split(' ').any(|one| set.contains(one));
        let mut held: Vec<String> = Vec::new();
        let model;
        if person.age >= 21 {
            model = "Adult";
            let low = match person.age {
                21..=24 => "21_24".to_string(),
                60.. => "60_GT".to_string(),
                age => format!("{}_{}", age / 5 * 5, age / 5 * 5 + 4),
            };
            held.push(format!("{}AGE_LAST_{low}", person.sex));
            if person.months < 12 {
                held.push(format!("ED_{}", person.months));
            }
            let severe = any(&hcc, "2 42 120 122 125 126 127 156");
            let before = hcc.clone();
            let mut groups: HashSet<&str> = HashSet::new();
            let list: &[(&str, &str)] = if v05 {
                &[
                    ("G01", "19 20 21"),
                    ("G02A", "26 27 29 30"),
                    ("G03", "54 55"),
                    ("G04", "61 62"),
                    ("G06", "67 68"),
                    ("G07", "69 70 71"),
                    ("G08", "73 74"),
                    ("G09", "81 82"),
                    ("G10", "106 107"),
                    ("G11", "108 109"),
                    ("G12", "117 119"),
                    ("G13", "126 127"),
                    ("G14", "128 129"),
                    ("G15", "160 161"),
                    ("G16", "187 188"),
                    ("G17", "203 204 205"),
                    ("G18", "207 208 209"),
                ]
            } else {
                &[
                    ("G01", "19 20 21"),
                    ("G02B", "26 27"),
                    ("G04", "61 62"),
                    ("G06A", "67 68 69"),
                    ("G07A", "70 71"),
                    ("G08", "73 74"),
                    ("G09A", "81 82"),
                    ("G09C", "83 84"),
                    ("G10", "106 107"),
                    ("G11", "108 109"),
                    ("G12", "117 119"),
                    ("G13", "126 127"),
                    ("G14", "128 129"),
                    ("G21", "137 138 139"),
                    ("G15A", "160 161_1 161_2"),
                    ("G16", "187 188"),
                    ("G17A", "204 205"),
                    ("G18A", "207 208"),
                ]
            };
            for zero in "28 64 242 243 244 245 246 247 248 249".split(' ') {
                hcc.remove(zero);
            }
            if v05 {
                for zero in ["137", "138", "139"] {
                    hcc.remove(zero);
                }
            }
            collapse(&mut hcc, list, &mut groups);
            let high = any(&hcc, "6 8 9 10 115 135 145") || groups.contains("G06") || groups.contains("G06A");
            let high = severe && (high || groups.contains("G08"));
            if high {
                held.push("INT_GROUP_H".to_string());
            } else if v05 && severe && (any(&hcc, "35 38 153 154 163 253") || groups.contains("G03")) {
                held.push("INT_GROUP_M".to_string());
            }
            held.extend(groups.iter().map(|group| (*group).to_string()));
            held.extend(rxc.iter().map(|class| format!("RXC_{class:02}")));
            let mut cross = |class: u32, list: &str, name: &str| {
                if rxc.contains(&class) && any(&before, list) {
                    held.push(name.to_string());
                }
            };
            cross(1, "1", "RXC_01_X_HCC001");
            if v05 {
                cross(2, "37_1 34 35 36", "RXC_02_X_HCC037_1_036_035_034");
            } else {
                cross(2, "37_1 34 35_1 35_2 36", "RXC_02_X_HCC037_1_036_035_2_035_1_034");
            }
            cross(3, "142", "RXC_03_X_HCC142");
            cross(4, "183 184 187 188", "RXC_04_X_HCC184_183_187_188");
            cross(5, "41 48", "RXC_05_X_HCC048_041");
            cross(6, "18 19 20 21", "RXC_06_X_HCC018_019_020_021");
            cross(7, "18 19 20 21", "RXC_07_X_HCC018_019_020_021");
            cross(8, "118", "RXC_08_X_HCC118");
            cross(9, "56", "RXC_09_X_HCC056");
            cross(9, "57", "RXC_09_X_HCC057");
            cross(9, "41 48", "RXC_09_X_HCC048_041");
            if any(&before, "56 57") {
                cross(9, "41 48", "RXC_09_X_HCC056_057_AND_048_041");
            }
            cross(10, "158 159", "RXC_10_X_HCC159_158");
        } else if person.age >= 2 {
            model = "Child";
            let cell = match person.age {
                2..=4 => "2_4",
                5..=9 => "5_9",
                10..=14 => "10_14",
                _ => "15_20",
            };
            held.push(format!("{}AGE_LAST_{cell}", person.sex));
            for zero in "64 242 243 244 245 246 247 248 249".split(' ') {
                hcc.remove(zero);
            }
            let mut groups: HashSet<&str> = HashSet::new();
            let shared: &[(&str, &str)] = &[
                ("G01", "19 20 21"),
                ("G03", "54 55"),
                ("G04", "61 62"),
                ("G08", "73 74"),
                ("G10", "106 107"),
                ("G11", "108 109"),
                ("G12", "117 119"),
                ("G13", "126 127"),
                ("G14", "128 129"),
                ("G16", "187 188"),
            ];
            collapse(&mut hcc, shared, &mut groups);
            let own: &[(&str, &str)] = if v05 {
                &[
                    ("G02", "26 27 28 29 30"),
                    ("G06", "67 68"),
                    ("G07", "69 70 71"),
                    ("G09", "81 82"),
                    ("G15", "160 161"),
                    ("G17", "203 204 205"),
                    ("G18", "207 208 209"),
                ]
            } else {
                &[
                    ("G02B", "26 27"),
                    ("G02D", "28 29"),
                    ("G06A", "67 68 69"),
                    ("G07A", "70 71"),
                    ("G09A", "81 82"),
                    ("G09C", "83 84"),
                    ("G17A", "204 205"),
                    ("G18A", "207 208"),
                    ("G19B", "210 211"),
                    ("G22", "234 254"),
                    ("G23", "131 132"),
                ]
            };
            collapse(&mut hcc, own, &mut groups);
            held.extend(groups.iter().map(|group| (*group).to_string()));
        } else {
            return self.infant(person, &hcc);
        }
        for number in &hcc {
            let (whole, part) = number.split_once('_').unwrap_or((number, ""));
            let name = format!("HHS_HCC{:0>3}{}{part}", whole, if part.is_empty() { "" } else { "_" });
            held.push(name);
        }
        self.sum(model, person.metal, held)
    }

    fn infant(&self, person: &Person, hcc: &HashSet<String>) -> (i64, Vec<String>) {
        let any = |list: &str| list.split(' ').any(|one| hcc.contains(one));
        let levels = if self.version == "V05" {
            [
                "8 18 34 35 41 42 125 128 129 130 137 158 183 184 251",
                "2 9 26 64 67 68 73 106 107 111 112 115 122 126 127 131 135 138 145 146 154 156 163 187 226 253",
                "1 3 6 10 11 12 27 30 38 45 54 55 61 63 66 74 75 96 108 109 110 113 117 119 121 132 139 142 149 150 159 162 227",
                "4 13 19 20 21 23 28 29 36 46 48 56 57 62 69 70 81 82 97 114 120 151 153 160 217",
            ]
        } else {
            [
                "8 18 34 41 42 125 128 129 130 137 158 183 184 251",
                "2 9 26 30 35_1 35_2 64 67 68 73 106 107 111 112 115 122 126 127 131 135 138 145 146 154 156 163 187 253",
                "1 3 6 10 11 12 27 45 54 55 61 63 66 74 75 81 82 83 84 96 108 109 110 113 114 117 119 121 132 139 142 149 150 159 218 223 226 228",
                "4 13 19 20 21 23 28 29 36 46 47 48 56 57 62 69 70 97 120 151 153 160 161_1 162 188 217 219",
            ]
        };
        let severity = levels.iter().position(|level| any(level)).map_or(1, |at| 5 - at);
        let mut maturity = "AGE1";
        if person.age == 0 {
            if any("249") {
                maturity = "TERM";
            }
            if any("247 248") {
                maturity = "PREMATURE_MULTIPLES";
            }
            if any("245 246") {
                maturity = "IMMATURE";
            }
            if any("242 243 244") {
                maturity = "EXTREMELY_IMMATURE";
            }
        }
        let mut held = vec![format!("{maturity}_X_SEVERITY{severity}")];
        if person.sex == 'M' {
            held.push(if maturity == "AGE1" { "AGE1_MALE" } else { "AGE0_MALE" }.to_string());
        }
        self.sum("Infant", person.metal, held)
    }

    fn sum(&self, model: &str, metal: usize, mut held: Vec<String>) -> (i64, Vec<String>) {
        held.retain(|name| self.factors.contains_key(&(model.to_string(), name.clone())));
        held.sort();
        let total = held.iter().map(|name| self.factors[&(model.to_string(), name.clone())][metal]).sum();
        (total, held)
    }
}

fn collapse<'g>(hcc: &mut HashSet<String>, list: &[(&'g str, &str)], groups: &mut HashSet<&'g str>) {
    for (group, members) in list {
        let mut any = false;
        for member in members.split(' ') {
            any |= hcc.remove(member);
        }
        if any {
            groups.insert(group);
        }
    }
}
