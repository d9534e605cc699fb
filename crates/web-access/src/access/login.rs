//! Somebody who is logged in.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::account::Account;
use crate::audit::{Actor, Via};
use crate::role::Role;
use crate::session::SessionId;

/// Somebody who is logged in: what a handler knows of whoever made the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub(super) account: Account,
    pub(super) role: Role,
    pub(super) session: SessionId,
    pub(super) credential: Credential,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) source: Option<IpAddr>,
}

/// By what somebody is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A session of a browser, begun with a password.
    Session,
    /// The token of that name.
    Token(String),
}

impl Login {
    /// Whose login it is.
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// What he may do now: no more than his account, and no more than his token.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// By what he is known.
    pub const fn credential(&self) -> &Credential {
        &self.credential
    }

    /// When the login ends in any case; `None` for a token that lasts until it is revoked.
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// For the audit log.
    pub fn actor(&self) -> Actor {
        let via = match &self.credential {
            Credential::Session => Via::Session,
            Credential::Token(name) => Via::Token(name.clone()),
        };
        Actor { who: Some(self.account.name.to_string()), via, source: self.source }
    }
}
