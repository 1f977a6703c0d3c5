//! One transfer: request, continuation, patience.

use crate::ledger::write_json;
use crate::{Event, PullError, PullOptions};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use ureq::http::{Response, StatusCode, header};
use ureq::{Agent, Body};

/// The longest pause between two attempts, also when the server asks for more.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What an unfinished transfer is a part of. Without the validator, the rest could be of another file.
#[derive(Debug, Serialize, Deserialize)]
struct PartOf {
    address: String,
    validator: Option<String>,
}

/// How a transfer ended.
#[derive(Debug)]
pub(crate) enum Transferred {
    /// The part file holds everything.
    Complete { resumed_from: u64, validator: Option<String> },
    /// The content is as it was.
    NotModified,
    /// Nothing at this address.
    NotThere,
}

/// How one attempt ended.
enum Attempt {
    Done(Transferred),
    /// Worth another attempt, after the pause that the server asked for.
    Again {
        problem: String,
        pause: Option<Duration>,
    },
}

/// A transfer into `<file>.part`, with `<file>.part.json` saying what it is a part of.
pub(crate) struct Transfer<'a> {
    file: PathBuf,
    part: PathBuf,
    about: PathBuf,
    options: &'a PullOptions,
}

impl<'a> Transfer<'a> {
    pub(crate) fn new(file: &Path, options: &'a PullOptions) -> Self {
        let with = |suffix: &str| {
            let mut name = OsString::from(file);
            name.push(suffix);
            PathBuf::from(name)
        };
        Self { file: file.to_owned(), part: with(".part"), about: with(".part.json"), options }
    }

    /// Where the content gathers.
    pub(crate) fn part(&self) -> &Path {
        &self.part
    }

    /// Forgets what came.
    pub(crate) fn discard(&self) {
        // Whether or not they were there, they are not to be used.
        let _ = std::fs::remove_file(&self.part);
        let _ = std::fs::remove_file(&self.about);
    }

    /// Puts the content in its place.
    pub(crate) fn finish(&self) -> Result<(), PullError> {
        std::fs::rename(&self.part, &self.file).map_err(PullError::io(&self.file))?;
        let _ = std::fs::remove_file(&self.about);
        Ok(())
    }

    /// Fetches an address, trying again after failures as long as there is progress.
    pub(crate) fn run(
        &self,
        address: &str,
        acceptance: Option<&str>,
        unchanged: Option<&str>,
        watch: &mut dyn FnMut(Event),
    ) -> Result<Transferred, PullError> {
        let agent = agent(address);
        let resumed_from = self.continue_at(address).map_or(0, |(at, _)| at);
        let (mut failures, mut pause) = (0, self.options.first_pause);
        loop {
            let before = self.part_len();
            let (problem, asked) = match self.attempt(&agent, address, acceptance, unchanged, watch)? {
                Attempt::Done(Transferred::Complete { validator, .. }) => {
                    return Ok(Transferred::Complete { resumed_from, validator });
                }
                Attempt::Done(end) => return Ok(end),
                Attempt::Again { problem, pause } => (problem, pause),
            };
            if self.part_len() > before {
                (failures, pause) = (0, self.options.first_pause);
            }
            failures += 1;
            if failures >= self.options.attempts {
                return Err(PullError::Network { address: address.to_owned(), attempts: failures, problem });
            }
            let wait = asked.unwrap_or(pause).min(LONGEST_PAUSE);
            watch(Event::Waiting(wait));
            std::thread::sleep(wait);
            pause = pause.saturating_mul(2);
        }
    }

    fn part_len(&self) -> u64 {
        std::fs::metadata(&self.part).map_or(0, |data| data.len())
    }

    /// Where an interrupted transfer of the same content can go on, and what the server called the content.
    fn continue_at(&self, address: &str) -> Option<(u64, String)> {
        let about: PartOf = serde_json::from_slice(&std::fs::read(&self.about).ok()?).ok()?;
        let at = self.part_len();
        let validator = about.validator.filter(|_| about.address == address && at > 0)?;
        Some((at, validator))
    }

    fn attempt(
        &self,
        agent: &Agent,
        address: &str,
        acceptance: Option<&str>,
        unchanged: Option<&str>,
        watch: &mut dyn FnMut(Event),
    ) -> Result<Attempt, PullError> {
        let separator = if address.contains('?') { '&' } else { '?' };
        let asked = acceptance.map_or_else(|| address.to_owned(), |query| format!("{address}{separator}{query}"));
        let going_on = self.continue_at(address);
        let mut request = agent.get(&asked);
        if let Some((at, validator)) = &going_on {
            request = request.header(header::RANGE, format!("bytes={at}-")).header(header::IF_RANGE, validator);
        } else if let Some(validator) = unchanged {
            let asks = if is_tag(validator) { header::IF_NONE_MATCH } else { header::IF_MODIFIED_SINCE };
            request = request.header(asks, validator);
        }
        let response = match request.call() {
            Ok(response) => response,
            Err(error) => return Ok(Attempt::Again { problem: error.to_string(), pause: None }),
        };
        let at = match (response.status(), &going_on) {
            (StatusCode::NOT_MODIFIED, _) => return Ok(Attempt::Done(Transferred::NotModified)),
            (StatusCode::NOT_FOUND | StatusCode::GONE, _) => return Ok(Attempt::Done(Transferred::NotThere)),
            (StatusCode::OK, _) => 0,
            (StatusCode::PARTIAL_CONTENT, Some((at, _))) if range_start(&response) == Some(*at) => *at,
            (StatusCode::RANGE_NOT_SATISFIABLE, Some((at, validator))) => {
                if range_total(&response) == Some(*at) {
                    let end = Transferred::Complete { resumed_from: 0, validator: Some(validator.clone()) };
                    return Ok(Attempt::Done(end));
                }
                self.discard();
                return Ok(Attempt::Again { problem: "the file became shorter".to_owned(), pause: None });
            }
            (StatusCode::PARTIAL_CONTENT, _) => {
                self.discard();
                return Ok(Attempt::Again { problem: "another part came than was asked for".to_owned(), pause: None });
            }
            (status, _) if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                let pause = text(&response, header::RETRY_AFTER).and_then(|seconds| seconds.parse().ok());
                let problem = format!("the server answered with status {}", status.as_u16());
                return Ok(Attempt::Again { problem, pause: pause.map(Duration::from_secs) });
            }
            (status, _) => return Err(PullError::Status { address: asked, status: status.as_u16() }),
        };
        self.receive(response, address, at, watch)
    }

    /// Takes the body into the part file, from `at` on.
    fn receive(
        &self,
        response: Response<Body>,
        address: &str,
        at: u64,
        watch: &mut dyn FnMut(Event),
    ) -> Result<Attempt, PullError> {
        if let Some(kind) = text(&response, header::CONTENT_TYPE).filter(|kind| kind.starts_with("text/html")) {
            return Err(PullError::NotAFile { address: address.to_owned(), found: format!("a page ({kind})") });
        }
        let rest: Option<u64> = text(&response, header::CONTENT_LENGTH).and_then(|len| len.parse().ok());
        let total = rest.map(|rest| at + rest);
        let too_large = || PullError::TooLarge { address: address.to_owned(), limit: self.options.largest };
        if total.is_some_and(|total| total > self.options.largest) {
            return Err(too_large());
        }
        // A weak tag says that two contents mean the same, not that their bytes are the same.
        let validator = [header::ETAG, header::LAST_MODIFIED]
            .into_iter()
            .find_map(|name| text(&response, name).filter(|value| !value.starts_with("W/")).map(str::to_owned));
        if at == 0 {
            self.discard();
            write_json(&self.about, &PartOf { address: address.to_owned(), validator: validator.clone() })?;
        }
        let io = || PullError::io(&self.part);
        let mut part = OpenOptions::new().create(true).append(true).open(&self.part).map_err(io())?;
        watch(Event::Start { at, total });
        let mut body = response.into_body().into_with_config().limit(u64::MAX).reader();
        let mut buffer = vec![0; 1 << 16];
        let mut have = at;
        loop {
            let read = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) => {
                    part.sync_all().map_err(io())?;
                    return Ok(Attempt::Again { problem: error.to_string(), pause: None });
                }
            };
            have += read as u64;
            if have > self.options.largest {
                self.discard();
                return Err(too_large());
            }
            part.write_all(&buffer[..read]).map_err(io())?;
            watch(Event::Received(read as u64));
        }
        part.sync_all().map_err(io())?;
        if total.is_some_and(|total| total != have) {
            return Ok(Attempt::Again { problem: "the connection ended early".to_owned(), pause: None });
        }
        self.refuse_page(address)?;
        Ok(Attempt::Done(Transferred::Complete { resumed_from: 0, validator }))
    }

    /// Some servers send their pages without saying so; an archive tells itself by its first bytes.
    fn refuse_page(&self, address: &str) -> Result<(), PullError> {
        let archive = self.file.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
        let mut head = [0; 2];
        let read = File::open(&self.part).and_then(|mut file| file.read_exact(&mut head));
        if archive && (read.is_err() || &head != b"PK") {
            self.discard();
            return Err(PullError::NotAFile { address: address.to_owned(), found: "something else than a zip".into() });
        }
        Ok(())
    }
}

fn agent(address: &str) -> Agent {
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .user_agent(concat!("openclaim/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(Duration::from_secs(30)))
        .timeout_recv_response(Some(Duration::from_secs(120)));
    if address.starts_with("http://127.0.0.1:") {
        config = config.proxy(None);
    }
    config.build().into()
}

fn is_tag(validator: &str) -> bool {
    validator.starts_with('"')
}

fn text(response: &Response<Body>, name: header::HeaderName) -> Option<&str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

/// `bytes 100-199/200` begins at 100.
fn range_start(response: &Response<Body>) -> Option<u64> {
    let range = text(response, header::CONTENT_RANGE)?.strip_prefix("bytes ")?;
    range.split('-').next()?.parse().ok()
}

/// `bytes */200` is of a file of 200 bytes.
fn range_total(response: &Response<Body>) -> Option<u64> {
    text(response, header::CONTENT_RANGE)?.rsplit('/').next()?.parse().ok()
}
