//! Pulling from a server on this machine: cut connections, wrong content, absent files, terms.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use openclaim_pull::{Address, Download, Event, Outcome, PullError, PullOptions, Puller, Terms};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One answer of the server.
#[derive(Clone)]
enum Answer {
    /// The file, from where the request asks for it.
    Whole,
    /// The promised length, but the connection ends after so many bytes.
    CutAfter(usize),
    /// A status and a body.
    Status(u16, &'static str),
    /// A page that calls itself a zip.
    PageAsZip,
}

struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves `content` under `tag`; the answers are given in turn, the last one again and again.
    fn start(content: Vec<u8>, tag: &'static str, answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for (turn, stream) in listener.incoming().enumerate() {
                let answer = answers[turn.min(answers.len() - 1)].clone();
                serve(stream.unwrap(), &content, tag, &answer, &seen);
            }
        });
        Self { address, requests }
    }

    fn download(&self, file_name: &str) -> Download {
        Download {
            publication: "p".into(),
            title: "Made-up edits".into(),
            family: "family".into(),
            page: "https://example.gov/terms".into(),
            release: "2026Q4".into(),
            addresses: vec![self.address(file_name)],
            sha256: None,
            terms: Vec::new(),
            acceptance: None,
            rolling: false,
        }
    }

    fn address(&self, file_name: &str) -> Address {
        Address { address: format!("{}/{file_name}", self.address), file_name: file_name.into() }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, content: &[u8], tag: &str, answer: &Answer, seen: &Mutex<Vec<String>>) {
    let mut request = String::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while reader.read_line(&mut request).unwrap_or(0) > 2 {}
    seen.lock().unwrap().push(request.clone());
    let header = |name: &str| {
        request.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    };
    let head = |status: &str, more: &str, length: usize| {
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n")
    };
    let tagged = format!("ETag: {tag}\r\nContent-Type: application/zip\r\n");
    let from: usize = header("range")
        .filter(|_| header("if-range").as_deref() == Some(tag))
        .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok())
        .unwrap_or(0);
    let (status, range) = match from {
        0 => ("200 OK", String::new()),
        _ => {
            let last = content.len() - 1;
            ("206 Partial Content", format!("Content-Range: bytes {from}-{last}/{}\r\n", content.len()))
        }
    };
    let rest = &content[from..];
    let response = match answer {
        Answer::Whole if header("if-none-match").as_deref() == Some(tag) => {
            head("304 Not Modified", "", 0).into_bytes()
        }
        Answer::Whole => [head(status, &(tagged + &range), rest.len()).as_bytes(), rest].concat(),
        Answer::CutAfter(bytes) => [head(status, &(tagged + &range), rest.len()).as_bytes(), &rest[..*bytes]].concat(),
        Answer::Status(code, body) => format!("{}{body}", head(&code.to_string(), "", body.len())).into_bytes(),
        Answer::PageAsZip => format!("{}{}", head("200 OK", &tagged, 13), "<html></html>").into_bytes(),
    };
    let _ = stream.write_all(&response);
}

fn options() -> PullOptions {
    PullOptions { first_pause: Duration::from_millis(1), attempts: 3, ..PullOptions::default() }
}

fn content() -> Vec<u8> {
    let mut bytes = b"PK".to_vec();
    bytes.extend((0..300_000_u32).map(|number| (number % 251) as u8));
    bytes
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_file_is_fetched_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(content(), "\"1\"", vec![Answer::Whole]);
    let mut puller = Puller::open(folder.path(), options()).unwrap();
    let mut received = 0;
    let mut watch = |event| match event {
        Event::Received(bytes) => received += bytes,
        Event::Start { at, total } => assert_eq!((at, total), (0, Some(300_002))),
        Event::Waiting(_) => panic!("nothing went wrong"),
    };
    let first = puller.fetch(&server.download("a.zip"), &mut watch).unwrap();
    assert_eq!(first.outcome, Outcome::Fetched { resumed_from: 0 });
    assert_eq!((received, first.bytes), (300_002, 300_002));
    assert_eq!(first.sha256, sha256(&content()));
    assert_eq!(std::fs::read(&first.path).unwrap(), content());
    let again = puller.fetch(&server.download("a.zip"), &mut |_| {}).unwrap();
    assert_eq!(again.outcome, Outcome::AlreadyHere);
    assert_eq!(server.requests().len(), 1);

    std::fs::write(&first.path, b"PK damaged").unwrap();
    let mended = puller.fetch(&server.download("a.zip"), &mut |_| {}).unwrap();
    assert_eq!(mended.outcome, Outcome::Fetched { resumed_from: 0 }, "a damaged copy is fetched again");
}

#[test]
fn a_cut_transfer_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(content(), "\"1\"", vec![Answer::CutAfter(100_000), Answer::Whole]);
    let mut puller = Puller::open(folder.path(), options()).unwrap();
    let pulled = puller.fetch(&server.download("a.zip"), &mut |_| {}).unwrap();
    assert_eq!(pulled.sha256, sha256(&content()));
    let requests = server.requests();
    assert!(requests[1].to_ascii_lowercase().contains("range: bytes=100000-"), "{}", requests[1]);
}

#[test]
fn the_next_pull_goes_on_too() {
    let folder = tempfile::tempdir().unwrap();
    let gone = Answer::Status(503, "busy");
    let cut = [Answer::CutAfter(70_000), gone.clone(), gone.clone(), gone, Answer::Whole];
    let server = Server::start(content(), "\"1\"", cut.to_vec());
    let error = Puller::open(folder.path(), options()).unwrap().fetch(&server.download("a.zip"), &mut |_| {});
    assert!(matches!(error, Err(PullError::Network { .. })), "{error:?}");
    let mut options = options();
    options.attempts = 5;
    let pulled = Puller::open(folder.path(), options).unwrap().fetch(&server.download("a.zip"), &mut |_| {}).unwrap();
    assert_eq!(pulled.outcome, Outcome::Fetched { resumed_from: 70_000 });
    assert_eq!(pulled.sha256, sha256(&content()));
}

#[test]
fn a_file_that_changed_meanwhile_is_taken_from_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let gone = Answer::Status(503, "busy");
    let old = Server::start(vec![b'x'; 5_000], "\"old\"", vec![Answer::CutAfter(4_000), gone]);
    let mut puller = Puller::open(folder.path(), options()).unwrap();
    let mut download = old.download("a.bin");
    puller.fetch(&download, &mut |_| {}).unwrap_err();
    // The same address now answers with another content: simulated by telling the part file its new address.
    let new = Server::start(content(), "\"new\"", vec![Answer::Whole]);
    let about = folder.path().join("family/2026Q4/a.bin.part.json");
    let text = std::fs::read_to_string(&about).unwrap().replace(&old.address, &new.address);
    std::fs::write(&about, text).unwrap();
    download.addresses = vec![new.address("a.bin")];
    assert_eq!(puller.fetch(&download, &mut |_| {}).unwrap().sha256, sha256(&content()));
}

#[test]
fn a_wrong_checksum_is_refused_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(content(), "\"1\"", vec![Answer::Whole]);
    let mut download = server.download("a.zip");
    download.sha256 = Some("00".repeat(32));
    let mut puller = Puller::open(folder.path(), options()).unwrap();
    let error = puller.fetch(&download, &mut |_| {}).unwrap_err();
    assert!(matches!(error, PullError::Checksum { known_from: "the manifest", .. }), "{error}");
    let left: Vec<_> = std::fs::read_dir(folder.path().join("family/2026Q4")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_file_corrected_in_place_needs_consent() {
    let folder = tempfile::tempdir().unwrap();
    let first = Server::start(content(), "\"1\"", vec![Answer::Whole]);
    let download = first.download("a.zip");
    let path = Puller::open(folder.path(), options()).unwrap().fetch(&download, &mut |_| {}).unwrap().path;
    std::fs::remove_file(path).unwrap();
    let corrected = Server::start(b"PK corrected".to_vec(), "\"2\"", vec![Answer::Whole]);
    let ledger = folder.path().join("ledger.json");
    let text = std::fs::read_to_string(&ledger).unwrap().replace(&first.address, &corrected.address);
    std::fs::write(&ledger, text).unwrap();
    let download = corrected.download("a.zip");
    let error = Puller::open(folder.path(), options()).unwrap().fetch(&download, &mut |_| {}).unwrap_err();
    assert!(matches!(error, PullError::Checksum { known_from: "an earlier download", .. }), "{error}");
    let consenting = PullOptions { accept_changed: true, ..options() };
    let pulled = Puller::open(folder.path(), consenting).unwrap().fetch(&download, &mut |_| {}).unwrap();
    assert_eq!(pulled.sha256, sha256(b"PK corrected"));
}

#[test]
fn a_rolling_file_is_asked_for_and_not_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(content(), "\"1\"", vec![Answer::Whole]);
    let download = Download { rolling: true, ..server.download("a.zip") };
    let mut puller = Puller::open(folder.path(), options()).unwrap();
    puller.fetch(&download, &mut |_| {}).unwrap();
    let again = puller.fetch(&download, &mut |_| {}).unwrap();
    assert_eq!(again.outcome, Outcome::NotModified);
    assert_eq!(again.sha256, sha256(&content()));
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn an_absent_file_is_sought_at_its_other_address() {
    let folder = tempfile::tempdir().unwrap();
    let absent = Server::start(content(), "\"1\"", vec![Answer::Status(404, "no")]);
    let present = Server::start(content(), "\"1\"", vec![Answer::Whole]);
    let mut puller = Puller::open(folder.path(), options()).unwrap();
    let mut download = absent.download("a.zip");
    let error = puller.fetch(&download, &mut |_| {}).unwrap_err();
    assert!(matches!(&error, PullError::NotFound { addresses } if addresses.len() == 1), "{error}");
    assert_eq!(absent.requests().len(), 1, "an absent file is not asked for again");
    download.addresses.push(present.address("renamed.zip"));
    let pulled = puller.fetch(&download, &mut |_| {}).unwrap();
    assert_eq!(pulled.sha256, sha256(&content()));
    assert!(pulled.path.ends_with("family/2026Q4/renamed.zip"), "the name is that of the address that answered");
    assert_eq!(puller.fetch(&download, &mut |_| {}).unwrap().outcome, Outcome::AlreadyHere);
}

#[test]
fn terms_are_acknowledged_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(content(), "\"1\"", vec![Answer::Whole]);
    let terms = vec![Terms::Ama];
    let download = Download { terms, acceptance: Some("agree=yes".into()), ..server.download("a.zip") };
    let error = Puller::open(folder.path(), options()).unwrap().fetch(&download, &mut |_| {}).unwrap_err();
    assert!(matches!(error, PullError::TermsNotAcknowledged { .. }));
    assert!(error.to_string().contains("https://example.gov/terms"), "{error}");
    assert!(server.requests().is_empty());
    let agreed = PullOptions { acknowledged: vec![Terms::Ama], ..options() };
    Puller::open(folder.path(), agreed).unwrap().fetch(&download, &mut |_| {}).unwrap();
    assert!(server.requests()[0].starts_with("GET /a.zip?agree=yes HTTP/1.1"), "{}", server.requests()[0]);
}

#[test]
fn a_page_is_not_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(content(), "\"1\"", vec![Answer::PageAsZip]);
    let mut puller = Puller::open(folder.path(), options()).unwrap();
    let error = puller.fetch(&server.download("a.zip"), &mut |_| {}).unwrap_err();
    assert!(matches!(error, PullError::NotAFile { .. }), "{error}");
    let refused = Server::start(content(), "\"1\"", vec![Answer::Status(403, "no")]);
    let error = puller.fetch(&refused.download("b.zip"), &mut |_| {}).unwrap_err();
    assert!(matches!(error, PullError::Status { status: 403, .. }), "{error}");
}

#[test]
fn a_file_beyond_the_limit_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(content(), "\"1\"", vec![Answer::Whole]);
    let small = PullOptions { largest: 1_000, ..options() };
    let error = Puller::open(folder.path(), small).unwrap().fetch(&server.download("a.zip"), &mut |_| {}).unwrap_err();
    assert!(matches!(error, PullError::TooLarge { limit: 1_000, .. }), "{error}");
}

#[test]
fn two_pulls_do_not_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let _first = Puller::open(folder.path(), options()).unwrap();
    assert!(matches!(Puller::open(folder.path(), options()), Err(PullError::Busy { .. })));
}
