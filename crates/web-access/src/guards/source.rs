//! The address a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::Request;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// Whose word counts about where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proxies {
    /// Nobody's: whoever connects is the source.
    None,
    /// That of whoever connects.
    One,
}

/// The address of whoever made the request; `None` where the server was not told the peer
/// ([`ConnectInfo`]).
///
/// A proxy hands on the address in a header, which anybody can write: it adds the address it was
/// asked from at the end. What stands before that is what it was told.
pub(super) fn find<B>(request: &Request<B>, proxies: Proxies) -> Option<IpAddr> {
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    let peer = peer.ip().to_canonical();
    if proxies == Proxies::None {
        return Some(peer);
    }
    let last = request.headers().get_all(X_FORWARDED_FOR).iter().next_back();
    let last = last.and_then(|list| list.to_str().ok()?.rsplit(',').next());
    let source = last.and_then(|address| address.trim().parse::<IpAddr>().ok());
    Some(source.map_or(peer, |address| address.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(peer: &str, forwarded: &[&str], proxies: Proxies) -> String {
        let mut request = Request::get("/");
        for list in forwarded {
            request = request.header(X_FORWARDED_FOR, *list);
        }
        let peer: SocketAddr = peer.parse().unwrap();
        let request = request.extension(ConnectInfo(peer)).body(()).unwrap();
        find(&request, proxies).unwrap().to_string()
    }

    #[test]
    fn without_a_proxy_the_header_of_a_stranger_counts_nothing() {
        assert_eq!(source("203.0.113.9:4000", &["10.0.0.1"], Proxies::None), "203.0.113.9");
        assert_eq!(source("[::ffff:192.0.2.1]:4000", &[], Proxies::None), "192.0.2.1");
    }

    #[test]
    fn behind_a_proxy_its_own_word_counts_and_not_what_it_was_told() {
        let behind = |forwarded: &[&str]| source("10.0.0.2:1", forwarded, Proxies::One);
        assert_eq!(behind(&["203.0.113.9"]), "203.0.113.9");
        assert_eq!(behind(&["1.1.1.1, ::ffff:203.0.113.9"]), "203.0.113.9");
        assert_eq!(behind(&["1.1.1.1", "2.2.2.2, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(behind(&["nonsense"]), "10.0.0.2");
        assert_eq!(behind(&["1.1.1.1, nonsense"]), "10.0.0.2");
        assert_eq!(behind(&[]), "10.0.0.2");
    }
}
