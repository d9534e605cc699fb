//! Another password: every session of before ends.

use super::acts::Act;
use super::{Access, AccessError, Credential, Login, NewLogin};
use crate::audit::{NewEntry, Outcome};
use crate::password::NewPassword;
use crate::secret::Secret;
use crate::store::{accounts, journal, sessions};
use crate::throttle::Target;
use crate::token::TokenKind;

impl Access {
    /// Sets another password. All sessions of the account end, this one too; the answer is a new
    /// one. Its tokens end only where that is wished: programs go on working.
    pub(crate) async fn change_password(
        &self,
        login: &Login,
        current: &Secret,
        new: Secret,
        end_tokens: bool,
    ) -> Result<NewLogin, AccessError> {
        if login.credential != Credential::Session {
            return Err(AccessError::NeedsSession);
        }
        let new = NewPassword::new(new)?;
        let account = login.account.clone();
        let attempt = self.begin_try(Target::account(account.name.as_str()), login.source)?;
        let id = account.id;
        let found = self
            .0
            .store
            .read("looking up an account", move |connection| accounts::by_id(connection, id))
            .await;
        let found = self.or_withdraw(attempt, found)?;
        let looked_at = found.map(|found| found.password);
        let verdict = self.0.passwords.verify(current, looked_at.as_ref()).await;
        let verdict = self.or_withdraw(attempt, verdict)?;
        let Some(looked_at) = looked_at.filter(|_| verdict.is_right) else {
            return Err(self.refuse_change(login).await?);
        };
        let hash = self.or_withdraw(attempt, self.0.passwords.hash(&new).await)?;

        let (token, stored) = self.new_session(id, account.role)?;
        let (actor, session) = (login.actor(), stored.clone());
        let write = move |transaction: &rusqlite::Transaction<'_>| {
            // Another one may have been set while this one was looked at.
            if !accounts::has_password(transaction, id, &looked_at)? {
                return Ok(None);
            }
            let now = session.created_at;
            accounts::set_password(transaction, id, &hash, Some(now))?;
            let sessions_ended = sessions::end_all_of(transaction, id, TokenKind::Session)?;
            let tokens_ended =
                if end_tokens { sessions::end_all_of(transaction, id, TokenKind::Api)? } else { 0 };
            let new = sessions::add(transaction, &session)?;
            let act = Act::ChangePassword { sessions_ended, tokens_ended };
            journal::append(transaction, &NewEntry::new(now, actor, &act, Outcome::Done))?;
            Ok(Some(new))
        };
        match self.0.store.write("setting a password", write).await? {
            Some(new) => {
                self.try_succeeded(attempt);
                Ok(NewLogin::new(new, account, token, &stored, login.source))
            }
            None => Err(self.refuse_change(login).await?),
        }
    }

    async fn refuse_change(&self, login: &Login) -> Result<AccessError, AccessError> {
        let act = Act::ChangePassword { sessions_ended: 0, tokens_ended: 0 };
        let refused = Outcome::Refused("wrong current password".to_owned());
        self.record(login.actor(), &act, refused).await?;
        Ok(AccessError::WrongPassword)
    }
}
