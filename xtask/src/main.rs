//! The developers' chores: `cargo xtask test`, `data`, `docs`, `bench`.

fn main() {}
