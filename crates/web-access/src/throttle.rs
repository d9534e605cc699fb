//! How often somebody may try to log in. Pure: the time is passed in.
//!
//! Each try is charged before the password is looked at, to the account it names and to the
//! address it comes from, and the charge is taken back where it was right. So a hundred tries at
//! once are no way around it. After a few free ones each further try has to wait, twice as long
//! each time.
//!
//! Who has logged in from an address before need not wait there for what strangers did to the
//! account: otherwise anybody could lock anybody out.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// After this long without a try, those before it are forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(24 * 3600);
/// How long an address is known to be one of an account.
const KNOWN_FOR: Duration = Duration::from_secs(30 * 24 * 3600);
/// How many accounts, addresses and pairs of both are remembered.
const ROOM: usize = 4096;

/// How long to wait after how many tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// So many tries need not wait.
    pub free: u32,
    /// The first wait; each further one is twice as long.
    pub first_wait: Duration,
    /// No wait is longer.
    pub longest_wait: Duration,
}

/// What a try names: an account, existing or not, or the setup of the first one. A hash, so that
/// it is short whatever was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Target([u8; 32]);

/// A try that was charged.
#[derive(Clone, Copy, Debug)]
#[must_use = "a right try takes its charge back"]
pub struct Attempt {
    target: Target,
    source: Option<Network>,
}

/// Who comes from there is taken for one: an address of IPv4, or the 64 bits of IPv6 that one
/// customer has at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Network(IpAddr);

/// The tries of late.
#[derive(Debug)]
pub struct Throttle {
    targets: Ledger<Target>,
    sources: Ledger<Option<Network>>,
    known: HashMap<(Target, Network), Timestamp>,
}

impl Rule {
    /// For an account: five free tries, then 1 s up to 1 min. A password of ten characters
    /// stands against that; a longer wait would mostly hit its owner.
    pub const ACCOUNT: Self =
        Self { free: 5, first_wait: Duration::from_secs(1), longest_wait: Duration::from_secs(60) };
    /// For an address, from which many people may come: ten free tries, then 1 s up to 15 min.
    pub const SOURCE: Self = Self {
        free: 10,
        first_wait: Duration::from_secs(1),
        longest_wait: Duration::from_secs(15 * 60),
    };

    /// The wait after so many tries.
    fn wait(&self, tries: u32) -> Duration {
        match tries.checked_sub(self.free) {
            Some(beyond) => {
                let factor = 2_u32.saturating_pow(beyond);
                self.first_wait.saturating_mul(factor).min(self.longest_wait)
            }
            None => Duration::ZERO,
        }
    }
}

impl Target {
    /// The account of that name, in whatever case.
    pub fn account(name: &str) -> Self {
        Self::hash(b"account ", &name.to_lowercase())
    }

    /// The setup of the first account.
    pub fn setup() -> Self {
        Self::hash(b"setup", "")
    }

    fn hash(kind: &[u8], name: &str) -> Self {
        Self(Sha256::new().chain_update(kind).chain_update(name).finalize().into())
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

impl Throttle {
    /// With nothing tried yet.
    pub fn new(account: Rule, source: Rule) -> Self {
        Self { targets: Ledger::new(account), sources: Ledger::new(source), known: HashMap::new() }
    }

    /// Charges a try, or says how long to wait before the next one. A try that has to wait is
    /// not charged: waiting ends, however often somebody asks.
    pub fn begin(
        &mut self,
        target: Target,
        source: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Attempt, Duration> {
        let source = source.map(Network::from);
        let target_wait =
            if self.is_known(target, source, now) { None } else { self.targets.wait(&target, now) };
        let wait = target_wait.max(self.sources.wait(&source, now));
        if let Some(wait) = wait {
            return Err(wait);
        }
        self.targets.charge(target, now);
        self.sources.charge(source, now);
        Ok(Attempt { target, source })
    }

    /// The try was right. The account is as if nothing had been tried; of the address only this
    /// charge is taken back, so that an own account pays for no guesses at others.
    pub fn succeeded(&mut self, attempt: Attempt, now: Timestamp) {
        self.targets.forget(&attempt.target);
        self.sources.take_back(&attempt.source);
        if let Some(network) = attempt.source {
            make_room(&mut self.known, |last| *last);
            self.known.insert((attempt.target, network), now);
        }
    }

    /// The password was not looked at after all.
    pub fn withdrawn(&mut self, attempt: Attempt) {
        self.targets.take_back(&attempt.target);
        self.sources.take_back(&attempt.source);
    }

    fn is_known(&self, target: Target, source: Option<Network>, now: Timestamp) -> bool {
        let last = source.and_then(|network| self.known.get(&(target, network)));
        last.is_some_and(|last| elapsed(*last, now) < KNOWN_FOR)
    }
}

#[derive(Debug)]
struct Ledger<K> {
    rule: Rule,
    tries: HashMap<K, Tries>,
}

#[derive(Clone, Copy, Debug)]
struct Tries {
    count: u32,
    last: Timestamp,
}

impl<K: Copy + Eq + Hash> Ledger<K> {
    fn new(rule: Rule) -> Self {
        Self { rule, tries: HashMap::new() }
    }

    fn wait(&self, key: &K, now: Timestamp) -> Option<Duration> {
        let tries = self.tries.get(key)?;
        let wait = self.rule.wait(tries.count);
        wait.checked_sub(elapsed(tries.last, now)).filter(|wait| !wait.is_zero())
    }

    fn charge(&mut self, key: K, now: Timestamp) {
        if !self.tries.contains_key(&key) {
            // Whoever was tried most is forgotten last.
            make_room(&mut self.tries, |tries| (tries.count, tries.last));
        }
        let tries = self.tries.entry(key).or_insert(Tries { count: 0, last: now });
        if elapsed(tries.last, now) >= FORGOTTEN_AFTER {
            tries.count = 0;
        }
        *tries = Tries { count: tries.count.saturating_add(1), last: now };
    }

    fn take_back(&mut self, key: &K) {
        if let Some(tries) = self.tries.get_mut(key) {
            tries.count = tries.count.saturating_sub(1);
        }
    }

    fn forget(&mut self, key: &K) {
        self.tries.remove(key);
    }
}

/// Where the map is full, forgets the least of it.
fn make_room<K: Copy + Eq + Hash, V, O: Ord>(map: &mut HashMap<K, V>, order: impl Fn(&V) -> O) {
    if map.len() < ROOM {
        return;
    }
    let least = map.iter().min_by_key(|(_, value)| order(value)).map(|(key, _)| *key);
    if let Some(key) = least {
        map.remove(&key);
    }
}

/// The time since then; none where the clock was set back.
fn elapsed(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(then)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
