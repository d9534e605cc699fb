//! The address a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::Request;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of whoever made the request; `None` where the server was not told the peer
/// (`into_make_service_with_connect_info`).
///
/// A proxy hands on the address in a header, which anybody can write. It counts only from a
/// proxy that is known; each proxy adds the address it was asked from at the end.
pub(super) fn find<B>(request: &Request<B>, proxies: &[IpAddr]) -> Option<IpAddr> {
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    let peer = peer.ip().to_canonical();
    let lists = request.headers().get_all(X_FORWARDED_FOR).iter();
    let named: Vec<&str> = lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(',').map(str::trim))
        .collect();
    let mut source = peer;
    for before in named.iter().rev() {
        if !proxies.contains(&source) {
            break;
        }
        match before.parse::<IpAddr>() {
            Ok(address) => source = address.to_canonical(),
            Err(_) => break,
        }
    }
    Some(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(peer: &str, forwarded: &[&str], proxies: &[&str]) -> String {
        let mut request = Request::get("/");
        for list in forwarded {
            request = request.header(X_FORWARDED_FOR, *list);
        }
        let peer: SocketAddr = peer.parse().unwrap();
        let request = request.extension(ConnectInfo(peer)).body(()).unwrap();
        let proxies: Vec<IpAddr> = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        find(&request, &proxies).unwrap().to_string()
    }

    #[test]
    fn without_a_proxy_the_header_of_a_stranger_counts_nothing() {
        assert_eq!(source("203.0.113.9:4000", &["10.0.0.1"], &[]), "203.0.113.9");
        assert_eq!(source("203.0.113.9:4000", &["10.0.0.1"], &["10.0.0.2"]), "203.0.113.9");
        assert_eq!(source("[::ffff:192.0.2.1]:4000", &[], &[]), "192.0.2.1");
    }

    #[test]
    fn behind_a_proxy_its_own_word_counts_and_not_what_it_was_told() {
        let proxies = ["10.0.0.2", "10.0.0.3"];
        assert_eq!(source("10.0.0.2:1", &["203.0.113.9"], &proxies), "203.0.113.9");
        assert_eq!(source("10.0.0.2:1", &["1.1.1.1, 203.0.113.9"], &proxies), "203.0.113.9");
        let chain = ["1.1.1.1", "203.0.113.9, 10.0.0.3"];
        assert_eq!(source("10.0.0.2:1", &chain, &proxies), "203.0.113.9");
        assert_eq!(source("10.0.0.2:1", &["nonsense"], &proxies), "10.0.0.2");
        assert_eq!(source("10.0.0.2:1", &[], &proxies), "10.0.0.2");
    }
}
