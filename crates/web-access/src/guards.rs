//! What stands before every route: host, origin, headers, limits.
//!
//! Whether somebody is logged in is asked later. These guards keep out what a login cannot: other
//! web pages in the browser of somebody who is logged in. A page of another site can send
//! requests here, and by DNS rebinding even read the answers. So each request must name this
//! server as its host, and what changes anything must come from its own pages or from a program
//! that is no browser.

mod headers;
mod hosts;
mod limits;
mod origin;
mod source;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

pub use hosts::{Hosts, Scheme};

/// The largest body that is read, where a route does not say otherwise.
const MAX_BODY: usize = 64 * 1024;
/// The longest a request may take, where a route does not say otherwise.
const USUAL_TIME: Duration = Duration::from_secs(10);

/// What stands before every route.
#[derive(Clone, Debug)]
pub struct Guards {
    server: &'static str,
    hosts: Hosts,
    proxies: source::Proxies,
    limits: limits::TimeLimits,
}

/// A request passed the guards: what they found out about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// How the browser speaks to the server.
    pub scheme: Scheme,
    /// Where the request comes from, where that is known.
    pub source: Option<IpAddr>,
}

impl Guards {
    /// Guards for a server, which is called `server` in a sentence ("gateway", "portal"), that
    /// answers under `hosts`. A body may have 64 KiB, a request may take 10 s.
    pub const fn new(server: &'static str, hosts: Hosts) -> Self {
        let limits = limits::TimeLimits { usual: USUAL_TIME, slow: Vec::new() };
        Self { server, hosts, proxies: source::Proxies::None, limits }
    }

    /// Requests whose path ends with `path_end` may take `limit`.
    #[must_use]
    pub fn slow(mut self, path_end: &'static str, limit: Duration) -> Self {
        self.limits.slow.push((path_end, limit));
        self
    }

    /// Whoever connects is a proxy, and its word counts about where a request comes from.
    #[must_use]
    pub fn behind_proxy(mut self) -> Self {
        self.proxies = source::Proxies::One;
        self
    }

    /// Puts the guards in front of a router.
    pub fn protect(self, router: Router) -> Router {
        let after_panic = limits::AfterPanic { server: self.server };
        let limits = Arc::new(self.limits.clone());
        router
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .layer(middleware::from_fn_with_state(limits, limits::limit_time))
            .layer(middleware::from_fn_with_state(Arc::new(self), guard))
            .layer(tower_http::catch_panic::CatchPanicLayer::custom(after_panic))
            .layer(middleware::from_fn(headers::add))
    }
}

async fn guard(State(guards): State<Arc<Guards>>, mut request: Request, next: Next) -> Response {
    let host = match guards.hosts.check(&request, guards.server) {
        Ok(host) => host,
        Err(refusal) => return refuse(StatusCode::MISDIRECTED_REQUEST, "wrong_host", refusal),
    };
    let scheme = guards.hosts.scheme();
    if let Err(refusal) = origin::check(&request, scheme, &host) {
        return refuse(StatusCode::FORBIDDEN, "wrong_origin", refusal);
    }
    let source = source::find(&request, guards.proxies);
    request.extensions_mut().insert(Guarded { scheme, source });
    next.run(request).await
}

fn refuse(status: StatusCode, code: &str, detail: String) -> Response {
    tracing::warn!(code, detail, "request refused");
    Problem::new(status, code, "This request is not let in", detail).into_response()
}
