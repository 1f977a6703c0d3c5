//! Progress of long work, on standard error and only on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// A file below this size is read before a bar could be seen.
const WORTH_A_BAR: u64 = 32 << 20;

/// A bar for reading a file; hidden for small files, for those of unknown size, and when nobody watches.
pub(crate) fn for_file(name: &str, size: Option<u64>) -> ProgressBar {
    let bytes = size.unwrap_or_default();
    if bytes < WORTH_A_BAR || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(4));
    let template = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(name.to_owned());
    bar
}
