//! How long a request may take, and what happens when its handler breaks.

use std::any::Any;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::ResponseForPanic;

use crate::problem::Problem;

/// How long a request may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TimeLimits {
    /// What is answered from memory or a store.
    pub(super) usual: Duration,
    /// Ends of paths behind which something slow is, with its time.
    pub(super) slow: Vec<(&'static str, Duration)>,
}

impl TimeLimits {
    fn of(&self, path: &str) -> Duration {
        let slow = self.slow.iter().find(|(end, _)| path.ends_with(end));
        slow.map_or(self.usual, |(_, limit)| *limit)
    }
}

/// Ends what takes too long. A stream of events counts until it begins.
pub(super) async fn limit_time(
    State(limits): State<std::sync::Arc<TimeLimits>>,
    request: Request,
    next: Next,
) -> Response {
    let limit = limits.of(request.uri().path());
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "The request took too long",
            format!("It did not arrive, or was not answered, within {} s.", limit.as_secs()),
        )
        .into_response(),
    }
}

/// A handler panicked: the request fails, the server goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct AfterPanic {
    /// What the server is called in a sentence.
    pub(super) server: &'static str,
}

impl ResponseForPanic for AfterPanic {
    type ResponseBody = axum::body::Body;

    fn response_for_panic(&mut self, panic: Box<dyn Any + Send>) -> Response {
        let words = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no words");
        tracing::error!(words, "a request handler panicked");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            format!("The {} made a mistake", self.server),
            "This is a fault of the program, not of the request; its log has the details.",
        )
        .into_response()
    }
}
