//! Passwords: which are taken, and how they are kept.
//!
//! A password has at least ten characters and no rules beyond that: length is what resists
//! guessing, and rules about kinds of characters make people choose worse ones (NIST SP 800-63B,
//! 5.1.1.2).
//!
//! Kept is an argon2id hash (RFC 9106) with a salt of its own. [`PasswordCost::default`] says how
//! hard it is to make. Hashes are made away from the runtime's threads, two at a time, so that a
//! flood of logins takes neither the memory of a small machine nor the answers of others.

use std::sync::Arc;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::random::{self, NoRandomness};
use crate::secret::Secret;

/// The shortest password, in characters.
pub const SHORTEST: usize = 10;
/// The longest password, in bytes: room for 128 characters of any language, and more.
pub const LONGEST: usize = 1024;

/// Hashes made at once; each takes the memory of [`PasswordCost`].
const AT_ONCE: usize = 2;
/// Hashes being made and waiting for it. Whoever comes then is asked to come again.
const ROOM: usize = 16;

/// A password that may be set.
#[derive(Clone, Debug)]
pub struct NewPassword(Secret);

/// Why a password may not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// It is too short.
    #[error("the password has {0} characters and needs at least {SHORTEST}; a few words do well")]
    TooShort(usize),
    /// It is too long.
    #[error("the password has more than {LONGEST} bytes; choose a shorter one")]
    TooLong,
}

/// How hard a hash is to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// The memory it takes, in KiB.
    pub memory_kib: u32,
    /// How often it goes over that memory.
    pub passes: u32,
}

impl Default for PasswordCost {
    /// 46 MiB, two passes, one lane: twice what OWASP names as the least for that memory.
    ///
    /// Measured with an optimized build on one core of a virtual server of 2026: 75 ms; 19 MiB
    /// and two passes take 25 ms there, 64 MiB and two passes 115 ms. A gateway's small board
    /// takes five to ten times as long, which is why it is not more: a person waits for it at
    /// each login, and two at once must fit into 256 MB.
    fn default() -> Self {
        Self { memory_kib: 46 * 1024, passes: 2 }
    }
}

/// The hash of a password in the form of the PHC: it names its own cost and salt.
#[derive(Clone, Debug)]
pub(crate) struct PasswordHash(pub(crate) Secret);

/// Why no hash was made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum HashError {
    /// Too many are waiting.
    #[error("too many logins are being checked at the moment; try again in a few seconds")]
    Busy,
    /// There is no salt.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The cost is none that argon2 can have.
    #[error("passwords cannot be hashed with {memory_kib} KiB and {passes} passes: {cause}")]
    BadCost {
        /// The memory.
        memory_kib: u32,
        /// The passes.
        passes: u32,
        /// What argon2 says.
        cause: argon2::Error,
    },
    /// A hash could not be made or read.
    #[error("a password could not be hashed: {0}")]
    Argon(argon2::password_hash::Error),
    /// The thread that made it ended.
    #[error("a password was not hashed because the program stops")]
    Stopped,
}

/// Whether a password is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) is_right: bool,
    /// Its hash was made with another cost than new ones are.
    pub(crate) is_outdated: bool,
}

/// Makes hashes and compares with them.
#[derive(Debug)]
pub(crate) struct Passwords {
    argon: Argon2<'static>,
    /// The hash of a password nobody knows. Whoever names an account that does not exist is
    /// compared with it, so that the answer takes as long as for a wrong password.
    nobodys: PasswordHash,
    room: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

impl NewPassword {
    /// Checks a password.
    pub fn new(password: Secret) -> Result<Self, BadPassword> {
        let characters = password.expose().chars().count();
        if characters < SHORTEST {
            return Err(BadPassword::TooShort(characters));
        }
        if password.expose().len() > LONGEST {
            return Err(BadPassword::TooLong);
        }
        Ok(Self(password))
    }
}

impl Passwords {
    /// Takes as long as one hash.
    pub(crate) fn new(cost: PasswordCost) -> Result<Self, HashError> {
        let PasswordCost { memory_kib, passes } = cost;
        let params = Params::new(memory_kib, passes, 1, None)
            .map_err(|cause| HashError::BadCost { memory_kib, passes, cause })?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobodys = hash(&argon, &random::bytes::<32>()?)?;
        let room = Arc::new(Semaphore::new(ROOM));
        Ok(Self { argon, nobodys, room, turn: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// The hash to keep.
    pub(crate) async fn hash(&self, password: &NewPassword) -> Result<PasswordHash, HashError> {
        let (argon, NewPassword(password)) = (self.argon.clone(), password.clone());
        self.work(move || hash(&argon, password.expose().as_bytes())).await
    }

    /// The hash to keep of a password that is right but was hashed with another cost.
    pub(crate) async fn hash_again(&self, password: &Secret) -> Result<PasswordHash, HashError> {
        self.hash(&NewPassword(password.clone())).await
    }

    /// Whether a password is that of the hash. Without a hash it is not, which takes as long to
    /// find out.
    pub(crate) async fn verify(
        &self,
        password: &Secret,
        hash: Option<&PasswordHash>,
    ) -> Result<Verdict, HashError> {
        let (argon, password) = (self.argon.clone(), password.clone());
        let exists = hash.is_some();
        let hash = hash.unwrap_or(&self.nobodys).clone();
        let verdict = self.work(move || verify(&argon, &password, &hash)).await?;
        Ok(Verdict { is_right: verdict.is_right && exists, ..verdict })
    }

    /// Holds every turn until it is dropped: for tests of what happens meanwhile.
    #[cfg(test)]
    pub(crate) async fn hold_all(&self) -> tokio::sync::OwnedSemaphorePermit {
        let all = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        Arc::clone(&self.turn).acquire_many_owned(all).await.expect("it is never closed")
    }

    /// How many wait for a turn or have one.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        ROOM - self.room.available_permits()
    }

    async fn work<T: Send + 'static>(
        &self,
        make: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let place = Arc::clone(&self.room).try_acquire_owned().map_err(|_| HashError::Busy)?;
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        let turn = turn.map_err(|_| HashError::Stopped)?;
        let made = tokio::task::spawn_blocking(move || {
            // Where nobody waits for it any more, it keeps its place until it is done.
            let (_place, _turn) = (place, turn);
            make()
        });
        made.await.map_err(|_| HashError::Stopped)?
    }
}

fn hash(argon: &Argon2<'_>, password: &[u8]) -> Result<PasswordHash, HashError> {
    let salt = random::bytes::<16>()?;
    let hash = argon.hash_password_with_salt(password, &salt).map_err(HashError::Argon)?;
    Ok(PasswordHash(Secret::new(hash.to_string())))
}

fn verify(
    argon: &Argon2<'_>,
    password: &Secret,
    hash: &PasswordHash,
) -> Result<Verdict, HashError> {
    let hash =
        phc::PasswordHash::new(hash.0.expose()).map_err(|error| HashError::Argon(error.into()))?;
    let params = Params::try_from(&hash).map_err(HashError::Argon)?;
    let ours = argon.params();
    let is_outdated = (params.m_cost(), params.t_cost(), params.p_cost())
        != (ours.m_cost(), ours.t_cost(), ours.p_cost());
    // The comparison inside takes the same time wherever two hashes differ.
    match argon.verify_password(password.expose().as_bytes(), &hash) {
        Ok(()) => Ok(Verdict { is_right: true, is_outdated }),
        Err(argon2::password_hash::Error::PasswordInvalid) => {
            Ok(Verdict { is_right: false, is_outdated })
        }
        Err(error) => Err(HashError::Argon(error)),
    }
}

#[cfg(test)]
mod tests;
