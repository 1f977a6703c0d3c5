//! Reading Parquet that may be damaged.

use std::any::Any;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a step of reading Parquet gives, or what is wrong with the file.
///
/// The library that reads the format answers most damage with an error and some with a panic, which must cost no other
/// input. What it was reading with is not to be used again behind one.
pub(super) fn guarded<T, E: Display>(read: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(read) => read.map_err(|error| error.to_string()),
        Err(panic) => Err(format!("the file is damaged: {}", words(&*panic))),
    }
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it cannot be unpacked")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_are_damage() {
        let failed = |read: fn() -> Result<(), &'static str>| guarded(read).unwrap_err();
        assert_eq!(guarded(|| Ok::<_, String>(7)), Ok(7));
        assert_eq!(failed(|| Err("short")), "short");
        assert_eq!(failed(|| panic!("overflow")), "the file is damaged: overflow");
        assert_eq!(failed(|| panic!("byte {}", 7)), "the file is damaged: byte 7");
        assert_eq!(failed(|| std::panic::panic_any(7)), "the file is damaged: it cannot be unpacked");
    }
}
