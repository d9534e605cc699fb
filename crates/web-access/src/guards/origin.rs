//! Where a request comes from: the server's own pages, a program, or the page of another site.

use axum::http::{HeaderMap, Method, Request, header};

use super::Scheme;

const SEC_FETCH_SITE: &str = "sec-fetch-site";
const SEC_FETCH_MODE: &str = "sec-fetch-mode";

/// Refuses what another site's page makes a browser send. `host` is the host that was checked.
pub(super) fn check<B>(request: &Request<B>, scheme: Scheme, host: &str) -> Result<(), String> {
    let headers = request.headers();
    let site = text(headers, SEC_FETCH_SITE);
    if is_safe(request.method()) {
        // Other sites cannot read the answer, but they need not make the server work either.
        // Following a link is no harm.
        let navigates = text(headers, SEC_FETCH_MODE) == Some("navigate");
        return match site {
            Some("cross-site" | "same-site") if !navigates => {
                Err("It was made by the page of another site.".to_owned())
            }
            _ => Ok(()),
        };
    }
    match (headers.get(header::ORIGIN), site) {
        (Some(origin), _) => {
            let ours = format!("{scheme}://{host}");
            let same = origin.to_str().is_ok_and(|origin| origin.eq_ignore_ascii_case(&ours));
            if same {
                return Ok(());
            }
            let origin = String::from_utf8_lossy(origin.as_bytes());
            Err(format!("It comes from \"{}\" and not from {ours}.", origin.escape_default()))
        }
        // Programs send neither; every browser of today sends at least one.
        (None, None) => Ok(()),
        (None, Some(_)) => Err("A browser sent it without saying from where.".to_owned()),
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "127.0.0.1:8080";

    fn judge(method: Method, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method(method);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.body(()).unwrap(), Scheme::Http, HOST).is_ok()
    }

    #[test]
    fn own_pages_and_programs_may_change_things() {
        assert!(judge(Method::POST, &[]));
        assert!(judge(Method::POST, &[("origin", "http://127.0.0.1:8080")]));
        let own = [("origin", "http://127.0.0.1:8080"), ("sec-fetch-site", "same-origin")];
        assert!(judge(Method::POST, &own));
    }

    #[test]
    fn pages_of_other_sites_may_not() {
        let origins = [
            "http://attacker.example",
            "https://127.0.0.1:8080",
            "http://127.0.0.1",
            "http://127.0.0.1:8081",
            "http://localhost:8080",
            "http://127.0.0.1:8080.attacker.example",
            "null",
            "",
        ];
        for origin in origins {
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                assert!(!judge(method, &[("origin", origin)]), "{origin}");
            }
        }
        for site in ["cross-site", "same-site", "same-origin", "none", "\u{e4}"] {
            assert!(!judge(Method::POST, &[("sec-fetch-site", site)]), "{site}");
        }
    }

    #[test]
    fn under_https_the_plain_page_of_the_same_host_is_another_site() {
        let request = |origin| {
            let request = Request::post("/").header("origin", origin).body(()).unwrap();
            check(&request, Scheme::Https, "portal.example").is_ok()
        };
        assert!(request("https://portal.example"));
        assert!(!request("http://portal.example"));
        assert!(!request("https://portal.example:8443"));
    }

    #[test]
    fn other_sites_may_link_here_but_not_embed() {
        assert!(judge(Method::GET, &[]));
        assert!(judge(Method::GET, &[("sec-fetch-site", "same-origin")]));
        assert!(judge(Method::GET, &[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")]));
        let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
        assert!(judge(Method::GET, &link));
        let embedded = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")];
        assert!(!judge(Method::GET, &embedded));
        assert!(!judge(Method::GET, &[("sec-fetch-site", "same-site")]));
    }
}
