//! What keeps strangers out as long as there is no login.
//!
//! The gateway listens on loopback only, which the configuration sees to. That alone does not
//! keep out other web pages in a browser of this machine: a page of another site can send
//! requests here, and by DNS rebinding even read the answers. So each request must name this
//! gateway as its host, and what changes anything must come from its own pages or from a program
//! that is no browser.

mod headers;
mod host;
mod limits;
mod origin;

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

use crate::api::Problem;

/// The largest body that is read.
const MAX_BODY: usize = 64 * 1024;

/// Puts everything in front of a router that protects it.
pub(crate) fn protect(router: Router, local_addr: SocketAddr) -> Router {
    router
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(limits::limit_time))
        .layer(middleware::from_fn_with_state(local_addr.port(), guard))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(limits::after_panic))
        .layer(middleware::from_fn(headers::add))
}

async fn guard(State(port): State<u16>, request: Request, next: Next) -> Response {
    let host = match host::check(&request, port) {
        Ok(host) => host,
        Err(refusal) => return refuse(StatusCode::MISDIRECTED_REQUEST, "wrong_host", refusal),
    };
    if let Err(refusal) = origin::check(&request, &host) {
        return refuse(StatusCode::FORBIDDEN, "wrong_origin", refusal);
    }
    next.run(request).await
}

fn refuse(status: StatusCode, code: &str, detail: String) -> Response {
    tracing::warn!(code, detail, "request refused");
    Problem::new(status, code, "This request is not let in", detail).into_response()
}
