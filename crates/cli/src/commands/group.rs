//! `openclaim group`.

use crate::{GroupArguments, Outcome};
use anyhow::{Context, Result};
use openclaim_engine::Engine;
use openclaim_engine::door::{GroupDoor, MceDoor, serve};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, stdin, stdout};

/// Answers every line.
pub(crate) fn run(arguments: &GroupArguments) -> Result<Outcome> {
    let engine = Engine::embedded(arguments.hospital.policy(arguments.explain))?;
    let input: Box<dyn BufRead> = if arguments.file.as_os_str() == "-" {
        Box::new(BufReader::with_capacity(1 << 16, stdin().lock()))
    } else {
        let file = File::open(&arguments.file).with_context(|| format!("cannot read {}", arguments.file.display()))?;
        Box::new(BufReader::with_capacity(1 << 16, file))
    };
    let output = BufWriter::with_capacity(1 << 16, stdout().lock());
    let any_error = if arguments.mce {
        serve(&mut MceDoor::new(&engine), input, output)?
    } else {
        serve(&mut GroupDoor::new(&engine), input, output)?
    };
    Ok(if any_error { Outcome::Findings } else { Outcome::Clean })
}
