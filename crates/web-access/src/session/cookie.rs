//! The cookie of a session.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

use crate::guards::Scheme;
use crate::token::Token;

/// What the cookie is called, without its prefix. Cookies do not know of ports: two servers on
/// one host need two names, or a login at one ends that at the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieName(&'static str);

impl CookieName {
    /// The usual name.
    pub const SESSION: Self = Self("session");
    /// The name of the portal's.
    pub const SESSION_PORTAL: Self = Self("session_portal");

    /// A name of its own: letters, digits, `-` and `_`, or it is `None`.
    pub fn new(name: &'static str) -> Option<Self> {
        let is_good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (!name.is_empty() && name.bytes().all(is_good)).then_some(Self(name))
    }

    /// Under HTTPS the name begins with `__Host-`: browsers then take it only from this very
    /// host, over HTTPS and for all paths, so that no neighbour can plant one.
    fn full(self, scheme: Scheme) -> String {
        match scheme {
            Scheme::Http => self.0.to_owned(),
            Scheme::Https => format!("__Host-{}", self.0),
        }
    }
}

impl Default for CookieName {
    fn default() -> Self {
        Self::SESSION
    }
}

/// The value of the session's cookie. Where there are several, somebody else may have planted
/// one, and none counts.
pub(crate) fn read(headers: &HeaderMap, name: CookieName, scheme: Scheme) -> Option<&str> {
    let full = name.full(scheme);
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| name.trim() == full)
        .map(|(_, value)| value.trim());
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

/// For `Set-Cookie`: the browser keeps the session, shows it to no script, and sends it along
/// only from our own pages or when a link leads here.
pub(crate) fn keep(
    name: CookieName,
    scheme: Scheme,
    token: &Token,
    lifetime: Duration,
) -> Option<HeaderValue> {
    line(name, scheme, token.reveal(), lifetime)
}

/// For `Set-Cookie`: the browser forgets the session.
pub(crate) fn forget(name: CookieName, scheme: Scheme) -> Option<HeaderValue> {
    line(name, scheme, "", Duration::ZERO)
}

fn line(name: CookieName, scheme: Scheme, value: &str, lifetime: Duration) -> Option<HeaderValue> {
    let secure = match scheme {
        Scheme::Http => "",
        Scheme::Https => "; Secure",
    };
    let line = format!(
        "{}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
        name.full(scheme),
        lifetime.as_secs()
    );
    let mut line = HeaderValue::from_str(&line).ok()?;
    // Keeps it out of what shows headers for debugging.
    line.set_sensitive(true);
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::TokenKind;

    fn cookies(lines: &[&'static str]) -> HeaderMap {
        let values = lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line)));
        values.collect()
    }

    #[test]
    fn flags_are_those_the_scheme_allows() {
        let token = Token::new(TokenKind::Session).unwrap();
        let week = Duration::from_secs(604_800);
        let text = |scheme| {
            let line = keep(CookieName::SESSION, scheme, &token, week).unwrap();
            assert!(line.is_sensitive() && !format!("{line:?}").contains(token.reveal()));
            line.to_str().unwrap().replace(token.reveal(), "TOKEN")
        };
        assert_eq!(
            text(Scheme::Http),
            "session=TOKEN; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            text(Scheme::Https),
            "__Host-session=TOKEN; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure"
        );
        let forgotten = forget(CookieName::SESSION, Scheme::Http).unwrap();
        assert_eq!(forgotten, "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn it_is_found_among_others_and_only_by_its_full_name() {
        let headers = cookies(&["a=b; session=one; c=d", "xsession=two; session_portal=three"]);
        assert_eq!(read(&headers, CookieName::SESSION, Scheme::Http), Some("one"));
        assert_eq!(read(&headers, CookieName::SESSION, Scheme::Https), None);
        let portal = CookieName::new("session_portal").unwrap();
        assert_eq!(read(&headers, portal, Scheme::Http), Some("three"));
        let secure = cookies(&["__Host-session=four; session=planted"]);
        assert_eq!(read(&secure, CookieName::SESSION, Scheme::Https), Some("four"));
    }

    #[test]
    fn of_two_with_the_same_name_none_counts() {
        for headers in [cookies(&["session=a; session=b"]), cookies(&["session=a", "session=a"])] {
            assert_eq!(read(&headers, CookieName::SESSION, Scheme::Http), None);
        }
    }

    #[test]
    fn a_name_cannot_carry_anything_else() {
        for name in ["", "a b", "a;b", "a=b", "ä"] {
            assert_eq!(CookieName::new(name), None, "{name}");
        }
    }
}
