//! A price and its steps, as a table.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use openclaim_engine::door::Door;
use serde_json::Value;
use std::io::{Result, Write};

/// Width where the output is no terminal.
const WIDTH: u16 = 140;

/// Prints a price, given as it is serialised: what it comes to, then its steps.
pub(crate) fn table(price: &Value, output: &mut dyn Write) -> Result<()> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let system = price["system"].as_str().unwrap_or("price");
    let total = match &price["total"] {
        Value::Null => "not evaluated".to_owned(),
        total => format!("${}", text(total)),
    };
    write!(output, "{system}  {total}")?;
    if let Some(code) = price["return_code"].as_str() {
        write!(output, "  (return code {code}{})", meaning(price))?;
    }
    writeln!(output)?;
    let steps = price["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !steps.is_empty() {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
        if table.width().is_none() {
            table.set_width(WIDTH);
        }
        table.set_header(["step", "amount", "subtotal", "from", "source"]);
        for step in steps {
            let (sign, subtotal) = match step["effect"].as_str() {
                Some("add") => ("", text(&step["subtotal"])),
                Some("multiply") => ("× ", text(&step["subtotal"])),
                Some("at_most") => ("≤ ", text(&step["subtotal"])),
                Some("at_least") => ("≥ ", text(&step["subtotal"])),
                _ => ("= ", String::new()),
            };
            let name = step["name"].as_str().unwrap_or_default();
            table.add_row([
                name.to_owned(),
                format!("{sign}{}", text(&step["factor"])),
                subtotal,
                inputs(step),
                sources(step),
            ]);
        }
        for column in [1, 2] {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        writeln!(output, "{table}")?;
    }
    for missing in price["not_evaluated"].as_array().into_iter().flatten() {
        writeln!(output, "  not evaluated: {}", text(&missing["detail"]))?;
    }
    writeln!(output)
}

fn meaning(price: &Value) -> String {
    price["meaning"].as_str().map(|meaning| format!(": {meaning}")).unwrap_or_default()
}

/// `weight 1.2345; wage index 0.9` and the formula.
fn inputs(step: &Value) -> String {
    let input = |input: &Value| {
        format!("{} {}", input["name"].as_str().unwrap_or_default(), input["value"].as_str().unwrap_or_default())
    };
    let list: Vec<String> = step["inputs"].as_array().into_iter().flatten().map(input).collect();
    match step["formula"].as_str() {
        Some(formula) if list.is_empty() => formula.to_owned(),
        Some(formula) => format!("{formula}: {}", list.join("; ")),
        None => list.join("; "),
    }
}

/// Table, key and value of the rows; JSON names the releases too.
fn sources(step: &Value) -> String {
    let row = |row: &Value| {
        let part = |name: &str| row[name].as_str().unwrap_or_default();
        format!("{} [{}] {}", part("table"), part("key"), part("value"))
    };
    let list: Vec<String> = step["source"].as_array().into_iter().flatten().map(row).collect();
    list.join("\n")
}

/// A door whose answers are printed as tables.
pub(crate) struct Tables<D>(pub(crate) D);

impl<D: Door> Door for Tables<D> {
    fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) -> bool {
        let mut json = Vec::new();
        let answered = self.0.answer(line, &mut json);
        let Ok(mut answer) = serde_json::from_slice::<Value>(&json) else { return false };
        let id = answer["id"].clone();
        let printed = match answer["error"]["message"].as_str() {
            Some(problem) => writeln!(out, "{id}: {problem}"),
            None => {
                answer["system"] = format!("{id}").into();
                table(&answer, out)
            }
        };
        answered && printed.is_ok()
    }
}
