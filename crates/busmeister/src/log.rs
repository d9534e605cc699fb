//! The log of long-running commands, on standard error.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

/// Starts the log; `BUSMEISTER_LOG` sets its level, as in `info` or `warn,mbus_io=debug`.
pub(crate) fn start(default: &str) {
    let filter =
        EnvFilter::try_from_env("BUSMEISTER_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    // A second start, in tests, keeps the first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
        .with_target(false)
        .try_init();
}
