//! The openclaim command line: reads arguments, calls the engine, prints.

mod claims;
mod commands;
mod data_folder;
mod input;
mod render;

use clap::{Args, Parser, Subcommand, ValueEnum};
use openclaim_engine::Policy;
use openclaim_grouper::HospitalStatus;
use std::io::{ErrorKind, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

/// Reading claims is bound by small allocations; see the workspace's `Cargo.toml` for what this gains.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Reads US medical claims, applies the rules CMS publishes as of the date of service, and says what was decided and why.
#[derive(Debug, Parser)]
#[command(name = "openclaim", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to use colour.
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true)]
    color: Color,
    /// Folder of imported releases [default: OPENCLAIM_DATA, else openclaim in the user's data folder].
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read claims, edit, group and explain them.
    ///
    /// Exit code: 0 when nothing is at error level, 1 when something is, 2 for usage or input/output errors.
    Check(CheckArguments),
    /// Acknowledge a file of claims: TA1, 999 or 277CA on standard output.
    ///
    /// Exit code: 0 when everything is accepted, 1 when something is rejected, 2 for usage or input/output errors.
    Ack(AckArguments),
    /// Write made-up claims as 837: the same for the same seed, clean or with one named fault.
    Synth(SynthArguments),
    /// Group inpatient stays to MS-DRGs: JSON Lines in, JSON Lines out.
    ///
    /// Every line is an object with `id`, `version` or `discharge_date`, `age`, `sex` (M, F, U), `discharge_status`,
    /// `hospital_status`, `principal` {code, poa}, `secondary` [{code, poa}], `procedures` [code] and, for --mce,
    /// `length_of_stay`. A line that cannot be answered gives {"id", "error": {"code", "message"}}; the exit code is
    /// then 1.
    Group(GroupArguments),
    /// Document an edit, a code or an MS-DRG.
    Explain(ExplainArguments),
    /// Find codes by code, prefix or words, and what the loaded tables say about them.
    Code(CodeArguments),
    /// Import, list, compare, verify and export official publications.
    Data(commands::data::DataArguments),
}

#[derive(Debug, Args)]
struct CheckArguments {
    /// 837 files, folders of them, or - for standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    format: CheckFormat,
    /// Give the reasons of every grouping in JSON Lines too; text always has them.
    #[arg(long)]
    explain: bool,
    /// Rules of one payer, TOML: edits switched off or on, and elements that claims must have.
    #[arg(long, value_name = "FILE")]
    companion: Option<PathBuf>,
    /// List of the CPT and HCPCS codes that exist, one at the start of each line.
    #[arg(long, value_name = "FILE")]
    hcpcs: Option<PathBuf>,
    /// Earlier claims of the same patients: files or folders that are remembered and not judged.
    #[arg(long, value_name = "FILE")]
    history: Vec<PathBuf>,
    /// How many services of earlier claims are remembered at the most.
    #[arg(long, value_name = "SERVICES")]
    remember: Option<usize>,
    /// Run only these families or edits: ncci, mce/age-conflict. May be repeated or separated by commas.
    #[arg(long, value_name = "FAMILY|EDIT", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these families or edits.
    #[arg(long, value_name = "FAMILY|EDIT", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Whose rules bind, where the claim filing indicator should not decide.
    #[arg(long, value_enum)]
    program: Option<ProgramName>,
    /// Whose coverage articles decide: those of the contractor that follows from the claim, `all` to show as well where
    /// others would decide otherwise, or the number of one contractor, 10212.
    #[arg(long, value_name = "claim|all|NUMBER", default_value = "claim", value_parser = mac_choice)]
    mac: openclaim_engine::MacChoice,
    /// Decide by what was published by this day.
    #[arg(long)]
    known_at: Option<jiff::civil::Date>,
    /// Look for the smallest sets of changes that would clear the error findings of claim edits.
    #[arg(long)]
    what_if: bool,
    #[command(flatten)]
    hospital: HospitalArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProgramName {
    Medicare,
    Medicaid,
}

impl From<ProgramName> for openclaim_engine::Program {
    fn from(name: ProgramName) -> Self {
        match name {
            ProgramName::Medicare => Self::Medicare,
            ProgramName::Medicaid => Self::Medicaid,
        }
    }
}

/// `claim`, `all`, or the five digits of a contractor.
fn mac_choice(text: &str) -> Result<openclaim_engine::MacChoice, String> {
    use openclaim_engine::MacChoice;
    match text {
        "claim" => Ok(MacChoice::OfClaim),
        "all" => Ok(MacChoice::All),
        number if number.len() == 5 && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(MacChoice::Number(number.into()))
        }
        _ => Err("`claim`, `all` or the five digits of a contractor's number are expected".to_owned()),
    }
}

impl CheckArguments {
    fn policy(&self) -> anyhow::Result<Policy> {
        let explain = self.explain || self.format == CheckFormat::Text;
        let mut policy = self.hospital.policy(explain);
        policy.what_if = self.what_if;
        policy.switches = openclaim_engine::Switches {
            program: self.program.map(Into::into),
            known_at: self.known_at,
            mac: self.mac.clone(),
            selection: openclaim_engine::Selection::new(&self.select, &self.ignore)?,
        };
        Ok(policy)
    }
}

#[derive(Debug, Args)]
struct AckArguments {
    /// 837 file, or - for standard input.
    file: PathBuf,
    /// Which acknowledgment.
    #[arg(long = "type", value_enum)]
    kind: Acknowledgment,
    /// Day of writing, 2026-10-01; today when absent.
    #[arg(long)]
    date: Option<jiff::civil::Date>,
    /// Time of writing, HHMM in UTC; now when absent.
    #[arg(long, value_parser = time_of_day)]
    time: Option<String>,
    /// Control number of the interchange that is written; further ones count on.
    #[arg(long, default_value_t = 1)]
    control_number: u32,
}

/// `HHMM`.
fn time_of_day(text: &str) -> Result<String, String> {
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u8>().ok());
    match (text.len(), number(0..2), number(2..4)) {
        (4, Some(0..24), Some(0..60)) => Ok(text.to_owned()),
        _ => Err("four digits HHMM are expected".to_owned()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Acknowledgment {
    /// Of interchanges.
    Ta1,
    /// Of transactions: do they follow their guide, and where not.
    #[value(name = "999")]
    Transactions,
    /// Of claims: accepted, or rejected and why.
    #[value(name = "277ca")]
    Claims,
}

#[derive(Debug, Args)]
struct SynthArguments {
    /// How many claims.
    #[arg(long, default_value_t = 10)]
    count: u64,
    /// The same seed gives the same claims.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Which claims.
    #[arg(long = "type", value_enum, default_value_t = SynthKind::Mixed)]
    kind: SynthKind,
    /// A fault to put into the file, e.g. total-charge; a wrong name lists them all.
    #[arg(long)]
    fault: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SynthKind {
    /// 837P.
    Professional,
    /// 837I, inpatient and outpatient.
    Institutional,
    /// Both, in groups of their own.
    Mixed,
}

impl From<SynthKind> for openclaim_synth::Kind {
    fn from(kind: SynthKind) -> Self {
        match kind {
            SynthKind::Professional => Self::Professional,
            SynthKind::Institutional => Self::Institutional,
            SynthKind::Mixed => Self::Mixed,
        }
    }
}

#[derive(Debug, Args)]
struct GroupArguments {
    /// JSON Lines file, or - for standard input.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// Run the Medicare Code Editor instead of the grouper.
    ///
    /// The editor reads its tables at `discharge_date`, or at the first day of `version` when only that is given.
    #[arg(long)]
    mce: bool,
    /// Add the reasons to every answer.
    #[arg(long, conflicts_with = "mce")]
    explain: bool,
    #[command(flatten)]
    hospital: HospitalArguments,
}

#[derive(Debug, Args)]
struct HospitalArguments {
    /// Whether the hospital must report present-on-admission indicators, where the input does not say.
    #[arg(long, value_enum, default_value_t = HospitalReporting::NotExempt)]
    hospital_status: HospitalReporting,
}

#[derive(Debug, Args)]
struct ExplainArguments {
    /// Edit (mce/age-conflict), ICD-10 code (I50.20), or MS-DRG (291, "DRG 291").
    #[arg(required_unless_present = "list")]
    subject: Option<String>,
    /// List all edits.
    #[arg(long, conflicts_with = "subject")]
    list: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Args)]
struct CodeArguments {
    /// A code, the beginning of one, or words.
    #[arg(required = true)]
    query: Vec<String>,
    /// Date at which codes should be valid, 2026-10-01.
    #[arg(long)]
    at: Option<jiff::civil::Date>,
    /// Only what was published by this day.
    #[arg(long)]
    known_at: Option<jiff::civil::Date>,
    /// Every release that mentions the code, not only the one that answers.
    #[arg(long)]
    history: bool,
    /// How many codes to show at the most.
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal.
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// Diagnostics for people.
    Text,
    /// One adjudication per claim and line.
    #[value(alias = "json")]
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum HospitalReporting {
    /// Must report, as hospitals under the inpatient prospective payment system must.
    NotExempt,
    /// Need not report: critical access, cancer, children's, psychiatric hospitals …
    Exempt,
    /// Not known.
    Unknown,
}

impl From<HospitalReporting> for HospitalStatus {
    fn from(reporting: HospitalReporting) -> Self {
        match reporting {
            HospitalReporting::NotExempt => Self::NotExempt,
            HospitalReporting::Exempt => Self::Exempt,
            HospitalReporting::Unknown => Self::Unknown,
        }
    }
}

impl HospitalArguments {
    fn policy(&self, explain: bool) -> Policy {
        Policy { hospital_status: self.hospital_status.into(), explain, ..Policy::default() }
    }
}

/// What the exit code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Clean,
    Findings,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let color = match arguments.color {
        Color::Auto => std::io::stdout().is_terminal(),
        Color::Always => true,
        Color::Never => false,
    };
    let outcome = match &arguments.command {
        Command::Check(check) => commands::check::run(check, arguments.data.as_deref(), color),
        Command::Ack(ack) => commands::ack::run(ack),
        Command::Synth(synth) => commands::synth::run(synth),
        Command::Group(group) => commands::group::run(group),
        Command::Explain(explain) => commands::explain::run(explain),
        Command::Code(code) => commands::code::run(code, arguments.data.as_deref()),
        Command::Data(data) => commands::data::run(data, arguments.data.as_deref()),
    };
    match outcome {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        // The reader of a pipe has seen enough; that is no error of ours.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("openclaim: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let of_io = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let of_json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        of_io.or(of_json) == Some(ErrorKind::BrokenPipe)
    })
}
