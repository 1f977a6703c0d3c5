//! empty for now
fn main() {}
