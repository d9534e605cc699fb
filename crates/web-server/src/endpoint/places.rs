//! How many connections there are, in all and from one source.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Places for connections. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most: usize,
    most_of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_source: HashMap<IpAddr, usize>,
}

/// A place that is taken until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    source: IpAddr,
}

impl Places {
    pub(super) fn new(most: usize, most_of_one: usize) -> Self {
        Self(Arc::new(Inner { most, most_of_one, taken: Mutex::default() }))
    }

    /// A place for a peer, where there is one left.
    pub(super) fn take(&self, peer: IpAddr) -> Option<Place> {
        let source = source(peer);
        let mut taken = self.taken();
        let of_source = taken.by_source.get(&source).copied().unwrap_or_default();
        let is_crowded = of_source >= self.0.most_of_one && !source.is_loopback();
        if taken.all >= self.0.most || is_crowded {
            return None;
        }
        taken.all += 1;
        taken.by_source.insert(source, of_source + 1);
        Some(Place { places: self.clone(), source })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all = taken.all.saturating_sub(1);
        if let Some(count) = taken.by_source.get_mut(&self.source) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.by_source.remove(&self.source);
            }
        }
    }
}

/// An address of IPv4, or the 64 bits of IPv6 that one customer has at least.
fn source(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_source_that_has_its_share_leaves_room_for_others() {
        let places = Places::new(5, 2);
        let first = places.take(ip("192.0.2.1")).unwrap();
        let _second = places.take(ip("::ffff:192.0.2.1")).unwrap();
        assert!(places.take(ip("192.0.2.1")).is_none());
        let _one = places.take(ip("2001:db8::1")).unwrap();
        let _two = places.take(ip("2001:db8::2")).unwrap();
        assert!(places.take(ip("2001:db8::3")).is_none(), "the same customer");
        drop(first);
        let _again = places.take(ip("192.0.2.1")).unwrap();
        let _last = places.take(ip("192.0.2.2")).unwrap();
        assert!(places.take(ip("192.0.2.3")).is_none(), "there are five");
    }

    #[test]
    fn this_machine_has_no_share_of_its_own_and_nothing_is_left_behind() {
        let places = Places::new(100, 1);
        for address in ["127.0.0.1", "::1"] {
            let taken: Vec<_> = (0..50).map(|_| places.take(ip(address)).unwrap()).collect();
            drop(taken);
        }
        assert!(places.taken().by_source.is_empty());
        assert_eq!(places.taken().all, 0);
    }
}
