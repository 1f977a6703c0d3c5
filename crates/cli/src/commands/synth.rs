//! `openclaim synth`.

use crate::{Outcome, SynthArguments};
use anyhow::{Context, Result, bail};
use openclaim_reference::Library;
use openclaim_synth::{Batch, InjectedFault};
use std::io::{BufWriter, Write, stdout};

/// Writes made-up claims as 837.
pub(crate) fn run(arguments: &SynthArguments) -> Result<Outcome> {
    let fault = match &arguments.fault {
        None => None,
        Some(name) => match InjectedFault::from_name(name) {
            Some(fault) => Some(fault),
            None => {
                let known: Vec<&str> = InjectedFault::ALL.iter().map(|fault| fault.name()).collect();
                bail!("no fault is called `{name}`; known are {}", known.join(", "));
            }
        },
    };
    let library = Library::embedded()?;
    let batch = Batch { seed: arguments.seed, count: arguments.count, kind: arguments.kind.into(), fault };
    let mut output = BufWriter::with_capacity(1 << 16, stdout().lock());
    batch.write(&library, &mut output).and_then(|()| Ok(output.flush()?)).context("cannot write")?;
    Ok(Outcome::Clean)
}
