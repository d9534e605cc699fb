//! What gateway and portal are as web servers: a directory that is theirs, a certificate, and
//! connections that nobody can hold open for nothing.
//!
//! Who may reach what is not decided here: see the crate `web-access`.
//!
//! | module | holds |
//! |---|---|
//! | [`data_dir`] | the directory with everything a server keeps, locked |
//! | [`certificate`] | the certificate it shows under HTTPS: given, or made at the first start |
//! | [`endpoint`] | the address it listens on, and its connections with their limits |
//! | [`web_settings`] | how it is reached, as whoever runs it says |
//! | [`site`] | all of that in one: the server as browsers and gateways reach it |
#![forbid(unsafe_code)]

pub mod certificate;
pub mod data_dir;
pub mod endpoint;
pub mod site;
pub mod web_settings;

pub use certificate::{Certificate, CertificateError};
pub use data_dir::{DataDir, DataDirError};
pub use endpoint::{Endpoint, Limits, ListenError};
pub use site::{Site, SiteError};
pub use web_settings::{PublicHost, SettingsFault, WebSettings, parse_listen};
