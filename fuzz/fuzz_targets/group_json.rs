//! The JSON Lines door of `openclaim group`, with and without the code editor, on arbitrary bytes: no panic, and every
//! answer is one JSON object with the request's id or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openclaim_engine::door::{GroupDoor, MceDoor, serve};
use openclaim_engine::{Engine, Policy};
use serde_json::Value;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    Engine::embedded(Policy { explain: true, ..Policy::default() }).expect("the embedded release opens")
});

fuzz_target!(|bytes: &[u8]| {
    let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
    let mut groups = Vec::new();
    serve(&mut GroupDoor::new(&ENGINE), bytes, &mut groups).expect("a vector takes every byte");
    let mut edits = Vec::new();
    serve(&mut MceDoor::new(&ENGINE), bytes, &mut edits).expect("a vector takes every byte");
    for answers in [groups, edits] {
        let text = std::str::from_utf8(&answers).expect("answers are text");
        assert_eq!(text.lines().count(), lines);
        for line in text.lines() {
            let answer: Value = serde_json::from_str(line).expect("answers are JSON");
            assert!(answer.get("id").is_some());
            assert!(answer.get("error").is_some() != answer.get("return_code").or(answer.get("edit_type")).is_some());
        }
    }
});
