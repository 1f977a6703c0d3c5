//! `openclaim price`.

use crate::render::pricing::Tables;
use crate::{Outcome, PriceArguments, PriceFormat, PriceSystem, data_folder};
use anyhow::{Context, Result};
use openclaim_engine::door::{IppsDoor, MpfsDoor, serve};
use openclaim_engine::{Engine, Policy};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, stdin, stdout};
use std::path::Path;

/// Answers every line.
pub(crate) fn run(arguments: &PriceArguments, data: Option<&Path>) -> Result<Outcome> {
    let engine = Engine::new(data_folder::library(data)?, Policy::default())?;
    let output = BufWriter::with_capacity(1 << 16, stdout().lock());
    let any_error = match &arguments.system {
        PriceSystem::Ipps(ipps) => {
            let mut door = IppsDoor::new(&engine, ipps.arithmetic.map(Into::into));
            match ipps.format {
                PriceFormat::Jsonl => serve(&mut door, open(&ipps.input.file)?, output)?,
                PriceFormat::Text => serve(&mut Tables(door), open(&ipps.input.file)?, output)?,
            }
        }
        PriceSystem::Mpfs(input) => serve(&mut MpfsDoor::new(&engine), open(&input.file)?, output)?,
    };
    Ok(if any_error { Outcome::Findings } else { Outcome::Clean })
}

fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(BufReader::with_capacity(1 << 16, stdin().lock())));
    }
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Box::new(BufReader::with_capacity(1 << 16, file)))
}
