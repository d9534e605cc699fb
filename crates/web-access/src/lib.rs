//! Who may reach the pages and the API of a Busmeister server: gateway and portal share it.
//!
//! A request comes through three doors. The [`Guards`] look at where it comes from. The
//! [`AccessRouter`] looks at who sends it, and whether his role suffices for the route; a route
//! cannot be added without saying so. What is done is in the audit log before it is answered.
//!
//! | module | holds |
//! |---|---|
//! | [`guards`] | host, origin, headers for browsers, limits: before everything |
//! | [`require`] | routes with the role they need, and proof that none forgot it |
//! | [`routes`] | logging in and out, passwords, tokens, the audit log, over HTTP |
//! | `access` | the door itself: what the routes do |
//! | [`account`], [`role`] | who can log in, and what he may do |
//! | [`password`], `setup_code` | the password and how it is kept; the code for the first one |
//! | [`session`], `token` | sessions of browsers, tokens of programs |
//! | [`throttle`] | how often somebody may try; pure |
//! | [`audit`] | who did what, when, from where |
//! | `store` | one SQLite file of its own |
//!
//! A server is put together like this:
//!
//! ```
//! # use axum::Json;
//! # use web_access::{Access, AccessRouter, Clock, Guards, Hosts, Login, Role, Settings, routes};
//! /// The name of whoever asks
//! #[utoipa::path(get, path = "/api/v1/name", responses((status = OK, body = String)))]
//! async fn name(login: Login) -> Json<String> {
//!     Json(login.account().name.to_string())
//! }
//!
//! # fn build(path: &std::path::Path) -> Result<axum::Router, Box<dyn std::error::Error>> {
//! let (access, setup_code) = Access::open(path, Settings::default(), Clock::system())?;
//! if let Some(code) = setup_code {
//!     println!("No password is set yet. Set one with this code: {}", code.reveal());
//! }
//! let router = AccessRouter::new(utoipa::openapi::OpenApi::default())
//!     .needs(Role::Viewer, utoipa_axum::routes!(name));
//! let (router, document) = routes::add(router).behind(access);
//! let service = Guards::new("gateway", Hosts::loopback(8080)).protect(router);
//! # Ok(service)
//! # }
//! ```
//!
//! Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that the throttle and
//! the audit log know where a request comes from.
#![forbid(unsafe_code)]

mod access;
pub mod account;
pub mod audit;
mod body;
mod clock;
pub mod guards;
mod id;
pub mod password;
mod problem;
mod random;
pub mod require;
pub mod role;
pub mod routes;
mod secret;
pub mod session;
mod setup_code;
mod store;
pub mod throttle;
mod token;

pub use access::{
    Access, AccessError, AuditPage, Begun, Credential, Login, OpenAccessError, PasswordReset,
    Settings,
};
pub use audit::{Action, Actor, Outcome};
pub use body::Body;
pub use clock::Clock;
pub use guards::{Guarded, Guards, Hosts, Scheme};
pub use id::Id;
pub use password::PasswordCost;
pub use problem::{Problem, ProblemView};
pub use random::NoRandomness;
pub use require::AccessRouter;
pub use role::Role;
pub use secret::Secret;
pub use session::CookieName;
pub use setup_code::SetupCode;
pub use store::StoreError;
