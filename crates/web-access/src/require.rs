//! Every route says who may use it, and none can forget to.
//!
//! An [`AccessRouter`] takes routes only together with the role they need, or with the word
//! that they are public. What was said stands in the OpenAPI document too, and
//! [`proof`] tries each operation of a document without a login.

mod extract;
pub mod proof;
mod router;

pub use router::AccessRouter;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::access::{Access, AccessError, Login};
use crate::guards::Guarded;
use crate::problem::Problem;
use crate::role::Role;

/// What a route needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// At least this role. Where looking is open for all, a viewer need not be logged in.
    Role(Role),
    /// Somebody who is logged in, whoever it is, and everywhere.
    Login,
}

impl Need {
    const fn role(self) -> Role {
        match self {
            Self::Role(role) => role,
            Self::Login => Role::Viewer,
        }
    }
}

/// Lets only those in who may; the handler finds who is logged in as [`Login`].
async fn check(State(needed): State<Need>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match find(&parts, needed).await {
        Ok(login) => {
            if let Some(login) = login {
                parts.extensions.insert(login);
            }
            next.run(Request::from_parts(parts, body)).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn find(parts: &Parts, needed: Need) -> Result<Option<Login>, Problem> {
    let extensions = &parts.extensions;
    let (Some(access), Some(guarded)) = (extensions.get::<Access>(), extensions.get::<Guarded>())
    else {
        return Err(unguarded());
    };
    let login = match access.authenticate(&parts.headers, guarded).await {
        Ok(login) => login,
        // Whoever has a login that has ended may look all the same.
        Err(AccessError::NotLoggedIn | AccessError::SetupNeeded)
            if needed == Need::Role(Role::Viewer) && access.is_looking_open() =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let needed = needed.role();
    if login.role() < needed {
        return Err(AccessError::RoleTooLow { has: login.role(), needed }.into());
    }
    Ok(Some(login))
}

/// The server was put together wrongly: closed, rather than open for all.
fn unguarded() -> Problem {
    tracing::error!("a route is served without its guards, and answers nobody");
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "unguarded",
        "This route is not guarded",
        "This is a fault of the program, not of the request: it cannot know who asks.",
    )
}
