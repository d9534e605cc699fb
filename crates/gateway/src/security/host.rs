//! The host a request names must be this gateway, by a name that nobody else can give out.

use std::net::IpAddr;

use axum::http::{Request, header};

/// The host and port the request names, or why it is refused.
///
/// With DNS rebinding a page of `attacker.example` makes that name point to 127.0.0.1; the
/// browser then takes this gateway for a part of that site. The name it sends gives it away.
pub(super) fn check<B>(request: &Request<B>, port: u16) -> Result<String, String> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().unwrap_or_default(),
        (Some(_), Some(_)) => return Err("It names more than one host.".to_owned()),
        (None, _) => return Err("It names no host.".to_owned()),
    };
    // A request can name its target in full; then that goes before the header (RFC 9112, 3.2.2).
    let in_full = request.uri().authority().map(axum::http::uri::Authority::as_str);
    for host in in_full.into_iter().chain([host]) {
        if !is_ours(host, port) {
            return Err(format!(
                "It is for the host \"{}\"; until the gateway has a login it answers only as localhost:{port} or 127.0.0.1:{port}.",
                host.escape_default()
            ));
        }
    }
    Ok(host.to_ascii_lowercase())
}

fn is_ours(host: &str, port: u16) -> bool {
    let (name, given_port) = match host.rsplit_once(':') {
        // The colons of a bare IPv6 address are no port.
        Some((name, digits)) if !name.is_empty() && !digits.ends_with(']') => {
            match digits.parse::<u16>() {
                Ok(given) => (name, given),
                Err(_) => return false,
            }
        }
        _ => (host, 80),
    };
    if given_port != port {
        return false;
    }
    let bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    match bracketed {
        Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok_and(|ip| ip.is_loopback()),
        None => {
            name.eq_ignore_ascii_case("localhost")
                || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv4() && ip.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_with_our_port_are_ours() {
        for host in
            ["127.0.0.1:8080", "localhost:8080", "LocalHost:8080", "[::1]:8080", "127.0.0.2:8080"]
        {
            assert!(is_ours(host, 8080), "{host}");
        }
        let others = [
            "attacker.example:8080",
            "127.0.0.1.attacker.example:8080",
            "localhost.attacker.example:8080",
            "localhost.:8080",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.0.0.1:8081",
            "localhost:",
            "localhost:8080:8080",
            "user@localhost:8080",
            "[::2]:8080",
            "::1:8080",
            "[127.0.0.1]:8080",
            "192.168.1.17:8080",
            "0.0.0.0:8080",
            "",
            ":8080",
        ];
        for host in others {
            assert!(!is_ours(host, 8080), "{host}");
        }
        assert!(is_ours("localhost", 80) && is_ours("[::1]", 80));
    }
}
