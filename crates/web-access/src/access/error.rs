//! Why somebody is not let in, or something is not done for him.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};

use crate::account::BadName;
use crate::password::{BadPassword, HashError};
use crate::problem::Problem;
use crate::random::NoRandomness;
use crate::role::Role;
use crate::store::StoreError;

/// Why somebody is not let in, or something is not done for him.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// Nobody is logged in.
    #[error("log in, or send a token that is still good")]
    NotLoggedIn,
    /// Nobody can be logged in yet.
    #[error(
        "no password is set yet; set one with the setup code that was shown on the console when \
         the program started"
    )]
    SetupNeeded,
    /// His role may not do it.
    #[error("this needs the role {needed}, and you are logged in as {has}")]
    RoleTooLow {
        /// The role he has.
        has: Role,
        /// The least role that may.
        needed: Role,
    },
    /// A program has come with a token.
    #[error("a token cannot do this; log in with a password")]
    NeedsSession,
    /// The account or the password is wrong.
    #[error("the name or the password is wrong; both count")]
    WrongLogin,
    /// The password he has is not the one he typed.
    #[error("the current password is not the one that was typed")]
    WrongPassword,
    /// The code for the first start is wrong.
    #[error(
        "the setup code is wrong; it was shown on the console at the last start, and each start \
         makes a new one"
    )]
    WrongSetupCode,
    /// The first account was made already.
    #[error("a password is set already; log in with it")]
    AlreadySetUp,
    /// Too many tries were wrong.
    #[error("too many tries were wrong; wait {} s before the next one", wait_in_seconds(*wait))]
    TooManyTries {
        /// How long to wait.
        wait: Duration,
    },
    /// A password may not be set.
    #[error(transparent)]
    BadPassword(#[from] BadPassword),
    /// A name may not be given.
    #[error(transparent)]
    BadName(#[from] BadName),
    /// The name belongs to another account.
    #[error("there is an account {0} already; choose another name")]
    NameTaken(String),
    /// There is no such account.
    #[error("there is no account with the number {0}")]
    NoSuchAccount(String),
    /// Nobody could keep accounts any more.
    #[error("{0} is the only admin; make another one first")]
    LastAdmin(String),
    /// It is the account of whoever asks.
    #[error(
        "{0} is your own account; another admin can remove it, and you change your password with \
         the current one"
    )]
    OwnAccount(String),
    /// There are too many accounts.
    #[error("there are {0} accounts already; remove one that is no longer needed")]
    TooManyAccounts(usize),
    /// A token would end before it begins.
    #[error("the token would have ended already; give a time to come, or none")]
    TokenInThePast,
    /// A token would be able to do more than who makes it.
    #[error("a token may do no more than its owner, who is {has}")]
    TokenRoleTooHigh {
        /// The role of its owner.
        has: Role,
    },
    /// There are too many tokens.
    #[error("there are {0} tokens already; end one that is no longer needed")]
    TooManyTokens(usize),
    /// There is no such token.
    #[error("you have no token with the number {0}")]
    NoSuchToken(String),
    /// No hash was made.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// No token was made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// At least one, and never less than the wait.
fn wait_in_seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX).max(1)
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        use AccessError as E;
        use StatusCode as S;

        let (status, code, title) = match &error {
            E::NotLoggedIn => (S::UNAUTHORIZED, "not_logged_in", "Nobody is logged in"),
            E::SetupNeeded => (S::UNAUTHORIZED, "setup_needed", "No password is set yet"),
            E::WrongLogin => (S::UNAUTHORIZED, "wrong_login", "This login is not right"),
            E::RoleTooLow { .. } => (S::FORBIDDEN, "role_too_low", "You may not do this"),
            E::NeedsSession => (S::FORBIDDEN, "needs_session", "You may not do this"),
            E::WrongPassword => (S::FORBIDDEN, "wrong_password", "The password is wrong"),
            E::WrongSetupCode => (S::FORBIDDEN, "wrong_setup_code", "The setup code is wrong"),
            E::AlreadySetUp => (S::CONFLICT, "already_set_up", "A password is set already"),
            E::TooManyTries { .. } => {
                (S::TOO_MANY_REQUESTS, "too_many_tries", "Too many tries were wrong")
            }
            E::BadPassword(_) => {
                (S::UNPROCESSABLE_ENTITY, "bad_password", "This password cannot be set")
            }
            E::BadName(_) => (S::UNPROCESSABLE_ENTITY, "bad_name", "This name cannot be given"),
            E::NameTaken(_) => (S::CONFLICT, "name_taken", "There is such an account"),
            E::NoSuchAccount(_) => (S::NOT_FOUND, "unknown_account", "There is no such account"),
            E::LastAdmin(_) => (S::CONFLICT, "last_admin", "There would be no admin"),
            E::OwnAccount(_) => (S::CONFLICT, "own_account", "This is your own account"),
            E::TooManyAccounts(_) => {
                (S::CONFLICT, "too_many_accounts", "There are too many accounts")
            }
            E::TokenInThePast => {
                (S::UNPROCESSABLE_ENTITY, "token_in_the_past", "This token would have ended")
            }
            E::TokenRoleTooHigh { .. } => {
                (S::UNPROCESSABLE_ENTITY, "token_role_too_high", "This token could do too much")
            }
            E::TooManyTokens(_) => (S::CONFLICT, "too_many_tokens", "There are too many tokens"),
            E::NoSuchToken(_) => (S::NOT_FOUND, "unknown_token", "There is no such token"),
            E::Hash(HashError::Busy) => {
                (S::SERVICE_UNAVAILABLE, "logins_crowded", "Too many log in at the moment")
            }
            E::Store(StoreError::Closed) => {
                (S::SERVICE_UNAVAILABLE, "stopping", "The program is stopping")
            }
            E::Hash(_) | E::NoRandomness(_) | E::Store(_) => {
                tracing::error!(%error, "a login could not be handled");
                (S::INTERNAL_SERVER_ERROR, "access_failed", "Accounts cannot be used")
            }
        };
        let problem = Self::new(status, code, title, sentence(&error.to_string()));
        match error {
            E::TooManyTries { wait } => {
                problem.with_header(header::RETRY_AFTER, wait_in_seconds(wait).into())
            }
            E::Hash(HashError::Busy) => {
                problem.with_header(header::RETRY_AFTER, HeaderValue::from_static("2"))
            }
            _ => problem,
        }
    }
}

/// An error's words as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    let mut sentence: String = first.into_iter().flatten().chain(letters).collect();
    sentence.push('.');
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_whole_seconds_that_suffice() {
        for (milliseconds, seconds) in [(1, 1), (999, 1), (1000, 1), (1001, 2), (60_000, 60)] {
            assert_eq!(wait_in_seconds(Duration::from_millis(milliseconds)), seconds);
        }
        let wait = Duration::from_millis(1500);
        let problem = Problem::from(AccessError::TooManyTries { wait });
        assert_eq!((problem.status().as_u16(), problem.code()), (429, "too_many_tries"));
    }
}
