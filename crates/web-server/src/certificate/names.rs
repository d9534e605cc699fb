//! The names a certificate of our own is for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What people and gateways call this server: its host name, the machine itself, the address it
/// listens on where that is a certain one, and the hosts it is told it is reached under.
pub fn names_of_this_server(
    listen: IpAddr,
    others: impl IntoIterator<Item = String>,
) -> Vec<String> {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let listen = (!listen.is_unspecified()).then(|| listen.to_string());
    let always =
        ["localhost".to_owned(), Ipv4Addr::LOCALHOST.to_string(), Ipv6Addr::LOCALHOST.to_string()];
    let mut names: Vec<String> = Vec::new();
    for name in [host].into_iter().chain(always).chain(listen).chain(others) {
        let name = name.trim_matches(['[', ']']).to_ascii_lowercase();
        if is_name(&name) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A certificate takes no other text.
fn is_name(text: &str) -> bool {
    let is_host = !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    is_host || text.parse::<IpAddr>().is_ok()
}

/// The address with these bytes.
pub(super) fn address(bytes: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from).ok();
    four.or_else(|| <[u8; 16]>::try_from(bytes).map(IpAddr::from).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_once_and_what_is_no_name_not_at_all() {
        let others = ["Portal.example", "[2001:db8::1]", "portal.example", "no name", ""];
        let others = others.map(str::to_owned);
        let names = names_of_this_server("192.0.2.1".parse().unwrap(), others.clone());
        let tail: Vec<_> = names.iter().skip_while(|name| *name != "localhost").collect();
        let expected =
            ["localhost", "127.0.0.1", "::1", "192.0.2.1", "portal.example", "2001:db8::1"];
        assert_eq!(tail, expected);
        let anywhere = names_of_this_server("0.0.0.0".parse().unwrap(), others);
        assert!(!anywhere.contains(&"0.0.0.0".to_owned()));
    }
}
