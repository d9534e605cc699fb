//! Tokens of programs: made by their owner, shown once, ended by him.

use jiff::Timestamp;

use super::acts::Act;
use super::{Access, AccessError, Credential, Login};
use crate::account::check_name;
use crate::audit::{NewEntry, Outcome};
use crate::role::Role;
use crate::session::SessionId;
use crate::store::{StoreError, journal, sessions};
use crate::token::{Token, TokenKind};

/// The most tokens of one account.
const MOST: usize = 100;

/// A token as its owner sees it in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenInfo {
    pub(crate) id: SessionId,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) created_at: Timestamp,
    pub(crate) last_used_at: Option<Timestamp>,
    pub(crate) expires_at: Option<Timestamp>,
}

/// A token that was just made. Its text is never told again.
#[derive(Debug)]
pub(crate) struct NewApiToken {
    pub(crate) info: TokenInfo,
    pub(crate) token: Token,
}

impl Access {
    /// Makes a token. A token makes none: whoever finds one must not be able to stay.
    pub(crate) async fn make_token(
        &self,
        login: &Login,
        name: String,
        role: Option<Role>,
        expires_at: Option<Timestamp>,
    ) -> Result<NewApiToken, AccessError> {
        if login.credential != Credential::Session {
            return Err(AccessError::NeedsSession);
        }
        check_name(&name)?;
        let now = self.now();
        if expires_at.is_some_and(|end| end <= now) {
            return Err(AccessError::TokenInThePast);
        }
        let role = role.unwrap_or(login.role);
        if role > login.role {
            return Err(AccessError::TokenRoleTooHigh { has: login.role });
        }
        let token = Token::new(TokenKind::Api)?;
        let stored = sessions::NewSession {
            hash: token.hash(),
            account: login.account.id,
            token_name: Some(name.clone()),
            role,
            created_at: now,
            expires_at,
        };
        let (actor, act_name) = (login.actor(), name.clone());
        let write = move |transaction: &rusqlite::Transaction<'_>| {
            let count = sessions::tokens_of(transaction, stored.account)?.len();
            if count >= MOST {
                return Ok(Err(AccessError::TooManyTokens(count)));
            }
            let id = sessions::add(transaction, &stored)?;
            let act = Act::MakeToken { id, name: act_name, role, expires_at };
            journal::append(transaction, &NewEntry::new(now, actor, &act, Outcome::Done))?;
            Ok(Ok(id))
        };
        let id = self.0.store.write("making a token", write).await??;
        let info = TokenInfo { id, name, role, created_at: now, last_used_at: None, expires_at };
        Ok(NewApiToken { info, token })
    }

    /// The tokens of whoever is logged in, the newest first.
    pub(crate) async fn tokens(&self, login: &Login) -> Result<Vec<TokenInfo>, StoreError> {
        let account = login.account.id;
        let read = move |connection: &_| sessions::tokens_of(connection, account);
        let stored = self.0.store.read("listing tokens", read).await?;
        let infos = stored.into_iter().filter_map(|session| {
            Some(TokenInfo {
                id: session.id,
                name: session.token_name?,
                role: session.role,
                created_at: session.times.created_at,
                last_used_at: session.times.last_used_at,
                expires_at: session.times.expires_at,
            })
        });
        Ok(infos.collect())
    }

    /// Ends a token of whoever is logged in.
    pub(crate) async fn end_token(&self, login: &Login, number: &str) -> Result<(), AccessError> {
        if login.credential != Credential::Session {
            return Err(AccessError::NeedsSession);
        }
        let none = || AccessError::NoSuchToken(number.escape_default().to_string());
        let wanted = SessionId(number.parse().map_err(|_| none())?);
        let (now, actor, account) = (self.now(), login.actor(), login.account.id);
        let write = move |transaction: &rusqlite::Transaction<'_>| {
            let own = sessions::by_id(transaction, wanted)?
                .filter(|session| session.account.id == account);
            let Some(name) = own.and_then(|session| session.token_name) else { return Ok(false) };
            sessions::end(transaction, wanted)?;
            let act = Act::EndToken { id: wanted, name };
            journal::append(transaction, &NewEntry::new(now, actor, &act, Outcome::Done))?;
            Ok(true)
        };
        let was_there = self.0.store.write("ending a token", write).await?;
        if was_there { Ok(()) } else { Err(none()) }
    }
}
