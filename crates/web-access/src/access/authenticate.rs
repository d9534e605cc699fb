//! Who made a request: by a token in its header, or by the cookie of a session.

use std::time::Duration;

use axum::http::{HeaderMap, header};

use super::{Access, AccessError, Credential, Login};
use crate::guards::Guarded;
use crate::session::cookie;
use crate::store::sessions::{self, StoredSession};
use crate::token::{TokenHash, TokenKind};

impl Access {
    /// Who made a request. It was guarded, so a cookie was not sent by the page of another site.
    pub(crate) async fn authenticate(
        &self,
        headers: &HeaderMap,
        guarded: &Guarded,
    ) -> Result<Login, AccessError> {
        let nobody = || self.nobody();
        let (kind, hash) = self.presented(headers, guarded).ok_or_else(nobody)?;
        let (lifetimes, now) = (self.0.settings.lifetimes, self.now());
        let look = move |connection: &rusqlite::Connection| {
            let live = sessions::by_hash(connection, hash)?
                .filter(|session| session.times.kind == kind)
                .filter(|session| lifetimes.is_live(&session.times, now));
            if let Some(session) = &live
                && lifetimes.is_use_kept(&session.times, now)
                && let Err(error) = sessions::touch(connection, session.id, now)
            {
                // On a full disk people still want to look, and to make room.
                tracing::warn!(%error, "the use of a session could not be written down");
            }
            Ok(live)
        };
        let found = self.0.store.read("looking up a session", look).await?;
        let found = found.ok_or_else(nobody)?;
        Ok(Login {
            role: found.role.min(found.account.role),
            session: found.id,
            expires_at: found.times.expires_at,
            source: guarded.source,
            credential: credential(&found),
            account: found.account,
        })
    }

    /// Whether a login still holds: for answers that go on, such as streams of events. It does
    /// not count as a use.
    pub async fn still_holds(&self, login: &Login) -> Result<bool, AccessError> {
        let (lifetimes, now, id) = (self.0.settings.lifetimes, self.now(), login.session);
        let found = self
            .0
            .store
            .read("looking up a session", move |connection| sessions::by_id(connection, id))
            .await?;
        Ok(found.is_some_and(|session| lifetimes.is_live(&session.times, now)))
    }

    /// Waits until a login holds no more, and hears of it `period` later at most: for answers that
    /// go on. Where looking needs no login, or a token has no end, that can be never.
    pub async fn until_ended(self, login: Option<Login>, period: Duration) {
        let Some(login) = login.filter(|_| !self.is_looking_open()) else {
            return std::future::pending().await;
        };
        loop {
            tokio::time::sleep(period).await;
            // Where that cannot be found out, whoever listens asks again, and hears why.
            if !matches!(self.still_holds(&login).await, Ok(true)) {
                return;
            }
        }
    }

    /// The hash of the session's token a browser sent, whether or not there is such a session.
    pub(crate) fn presented_session(
        &self,
        headers: &HeaderMap,
        guarded: &Guarded,
    ) -> Option<TokenHash> {
        let text = cookie::read(headers, self.0.settings.cookie, guarded.scheme)?;
        TokenHash::of(TokenKind::Session, text)
    }

    /// A token in the header goes before a cookie, even where it is none.
    fn presented(&self, headers: &HeaderMap, guarded: &Guarded) -> Option<(TokenKind, TokenHash)> {
        let mut lines = headers.get_all(header::AUTHORIZATION).iter();
        match (lines.next(), lines.next()) {
            (None, _) => {
                let hash = self.presented_session(headers, guarded)?;
                Some((TokenKind::Session, hash))
            }
            (Some(line), None) => {
                let (scheme, token) = line.to_str().ok()?.split_once(' ')?;
                let is_bearer = scheme.eq_ignore_ascii_case("bearer");
                let hash = TokenHash::of(TokenKind::Api, token.trim()).filter(|_| is_bearer)?;
                Some((TokenKind::Api, hash))
            }
            (Some(_), Some(_)) => None,
        }
    }
}

fn credential(session: &StoredSession) -> Credential {
    match &session.token_name {
        Some(name) => Credential::Token(name.clone()),
        None => Credential::Session,
    }
}
