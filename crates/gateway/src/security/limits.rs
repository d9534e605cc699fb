//! How long a request may take, and what happens when its handler breaks.

use std::any::Any;
use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api::Problem;

/// Everything but a readout is answered from memory.
const QUICK: Duration = Duration::from_secs(10);
/// A readout has a limit of its own; this one only catches what that misses.
const READOUT: Duration = Duration::from_secs(150);

/// Ends what takes too long. A stream of events counts until it begins.
pub(super) async fn limit_time(request: Request, next: Next) -> Response {
    let limit = if request.uri().path().ends_with("/readouts") { READOUT } else { QUICK };
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

/// A handler panicked: the request fails, the gateway goes on.
#[allow(clippy::needless_pass_by_value, reason = "the layer asks for this signature")]
pub(super) fn after_panic(panic: Box<dyn Any + Send>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    tracing::error!(words, "a request handler panicked");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "The gateway made a mistake",
        "This is a fault of the program, not of the request; its log has the details.",
    )
    .into_response()
}
