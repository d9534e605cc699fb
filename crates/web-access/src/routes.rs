//! The routes of this crate, for the router of a server.

mod accounts;
mod audit;
mod password;
mod session;
mod setup;
mod tokens;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::routes;

use crate::problem::Problem;
use crate::require::AccessRouter;
use crate::role::Role;

/// Adds the routes to log in and out, to set passwords, to make tokens, to keep accounts, and to
/// read the audit log.
pub fn add<S: Clone + Send + Sync + 'static>(router: AccessRouter<S>) -> AccessRouter<S> {
    router
        .public(routes!(session::log_in))
        .needs_login(routes!(session::show, session::log_out))
        .public(routes!(setup::set_up))
        .needs_login(routes!(password::change))
        .needs_login(routes!(tokens::list, tokens::make))
        .needs_login(routes!(tokens::end))
        .needs(Role::Admin, routes!(accounts::list, accounts::add))
        .needs(Role::Admin, routes!(accounts::change, accounts::remove))
        .needs(Role::Admin, routes!(audit::list))
}

/// An answer that makes the browser keep or forget a session.
fn with_cookie(cookie: Option<HeaderValue>, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

impl From<crate::store::StoreError> for Problem {
    fn from(error: crate::store::StoreError) -> Self {
        crate::access::AccessError::from(error).into()
    }
}
