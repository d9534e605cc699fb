//! The host a request names must be this server, by a name that nobody else can give out.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use axum::http::{Request, header, uri::Authority};

/// How browsers speak to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Plain HTTP: on loopback only.
    Http,
    /// HTTPS, by the server itself or by a proxy before it.
    Https,
}

impl Scheme {
    const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

/// The hosts under which a server answers, as browsers see them.
///
/// With DNS rebinding a page of `attacker.example` makes that name point to the address of this
/// server; the browser then takes the server for a part of that site. The name it sends gives it
/// away. An address written in digits cannot be rebound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    scheme: Scheme,
    port: u16,
    further_ports: Vec<u16>,
    reach: Reach,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    Loopback,
    Network { names: Vec<String> },
}

impl Hosts {
    /// `localhost` and the addresses of loopback, over plain HTTP.
    pub const fn loopback(port: u16) -> Self {
        Self { scheme: Scheme::Http, port, further_ports: Vec::new(), reach: Reach::Loopback }
    }

    /// The given names, `localhost`, and every address in digits. `port` is the one browsers
    /// see, which a proxy can make another than the one listened on.
    pub fn network(scheme: Scheme, port: u16, names: impl IntoIterator<Item = String>) -> Self {
        let names = names.into_iter().map(|name| name.to_ascii_lowercase()).collect();
        Self { scheme, port, further_ports: Vec::new(), reach: Reach::Network { names } }
    }

    /// The same under further ports: a router in between can make another one of the port that is
    /// listened on.
    #[must_use]
    pub fn at_ports(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.further_ports.extend(ports);
        self
    }

    /// How browsers speak to it.
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host and port the request names, in lower case, or why it is refused. `server` is
    /// what it is called in a sentence.
    pub(super) fn check<B>(&self, request: &Request<B>, server: &str) -> Result<String, String> {
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().unwrap_or_default(),
            (Some(_), Some(_)) => return Err("It names more than one host.".to_owned()),
            (None, _) => return Err("It names no host.".to_owned()),
        };
        // A request can name its target in full; then that goes before the header (RFC 9112,
        // 3.2.2).
        let in_full = request.uri().authority().map(Authority::as_str);
        for host in in_full.into_iter().chain([host]) {
            if !self.is_ours(host) {
                return Err(format!(
                    "It is for the host \"{}\"; the {server} answers only as {}.",
                    host.escape_default(),
                    self.own_names()
                ));
            }
        }
        Ok(host.to_ascii_lowercase())
    }

    fn is_ours(&self, host: &str) -> bool {
        let (name, given_port) = match host.rsplit_once(':') {
            // The colons of a bare IPv6 address are no port.
            Some((name, digits)) if !name.is_empty() && !digits.ends_with(']') => {
                match digits.parse::<u16>() {
                    Ok(given) => (name, given),
                    Err(_) => return false,
                }
            }
            _ => (host, self.scheme.default_port()),
        };
        if given_port != self.port && !self.further_ports.contains(&given_port) {
            return false;
        }
        let bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let address = match bracketed {
            Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
            None => name.parse::<IpAddr>().ok().filter(IpAddr::is_ipv4),
        };
        let is_localhost = name.eq_ignore_ascii_case("localhost");
        match (&self.reach, address) {
            (Reach::Loopback, Some(address)) => address.is_loopback(),
            (Reach::Loopback, None) => is_localhost,
            (Reach::Network { .. }, Some(_)) => true,
            (Reach::Network { names }, None) => {
                is_localhost || names.iter().any(|own| own.eq_ignore_ascii_case(name))
            }
        }
    }

    fn own_names(&self) -> String {
        let port = self.port;
        let names = match &self.reach {
            Reach::Loopback => return format!("localhost:{port} or 127.0.0.1:{port}"),
            Reach::Network { names } => names,
        };
        let port =
            if port == self.scheme.default_port() { String::new() } else { format!(":{port}") };
        let mut list: Vec<_> = names.iter().map(|name| format!("{name}{port}")).collect();
        list.push(format!("its address in digits{port}"));
        list.join(" or ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_with_our_port_are_ours() {
        let hosts = Hosts::loopback(8080);
        for host in
            ["127.0.0.1:8080", "localhost:8080", "LocalHost:8080", "[::1]:8080", "127.0.0.2:8080"]
        {
            assert!(hosts.is_ours(host), "{host}");
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
            assert!(!hosts.is_ours(host), "{host}");
        }
        let plain = Hosts::loopback(80);
        assert!(plain.is_ours("localhost") && plain.is_ours("[::1]"));
    }

    #[test]
    fn in_a_network_own_names_and_addresses_in_digits_are_ours() {
        let hosts = Hosts::network(Scheme::Https, 443, ["Portal.example".to_owned()]);
        let ours =
            ["portal.example", "PORTAL.example:443", "192.168.1.17", "[2001:db8::1]", "localhost"];
        for host in ours {
            assert!(hosts.is_ours(host), "{host}");
        }
        let others = [
            "attacker.example",
            "portal.example.attacker.example",
            "192.168.1.17.attacker.example",
            "portal.example:80",
            "portal.example:8443",
            "portal.example.",
            "",
        ];
        for host in others {
            assert!(!hosts.is_ours(host), "{host}");
        }
    }

    #[test]
    fn behind_a_router_the_port_can_be_another_one() {
        let hosts = Hosts::network(Scheme::Https, 443, ["portal.example".to_owned()]);
        let hosts = hosts.at_ports([8443]);
        assert!(hosts.is_ours("portal.example") && hosts.is_ours("portal.example:8443"));
        assert!(!hosts.is_ours("portal.example:8444") && !hosts.is_ours("portal.exampl:8443"));
    }

    #[test]
    fn a_refusal_says_under_which_names_it_answers() {
        let request = Request::get("/").header("host", "attacker.example").body(()).unwrap();
        let refusal = Hosts::loopback(8080).check(&request, "gateway").unwrap_err();
        assert_eq!(
            refusal,
            "It is for the host \"attacker.example\"; the gateway answers only as \
             localhost:8080 or 127.0.0.1:8080."
        );
        let hosts = Hosts::network(Scheme::Https, 8443, ["portal.example".to_owned()]);
        let refusal = hosts.check(&request, "portal").unwrap_err();
        assert!(
            refusal.ends_with(
                "the portal answers only as portal.example:8443 or its address in digits:8443."
            ),
            "{refusal}"
        );
    }
}
