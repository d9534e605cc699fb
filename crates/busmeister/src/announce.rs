//! Lines on standard output that programs wait for: addresses, codes, that something is ready.

use std::fmt::Display;
use std::io::{Write, stdout};

/// Prints a line. Where nobody reads any more, the command goes on all the same.
pub(crate) fn announce(line: impl Display) {
    let mut out = stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
