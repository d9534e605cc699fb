use fleet_link::{CertificateHash, ClaimCode, ClaimCodeError, ClaimSecret, PortalUrl, UrlError};
use proptest::prelude::*;

fn code(portal: &str, certificate: Option<[u8; 32]>) -> ClaimCode {
    ClaimCode {
        portal: PortalUrl::parse(portal).unwrap(),
        secret: ClaimSecret::new([0xA5; 20]),
        certificate: certificate.map(CertificateHash),
    }
}

#[test]
fn a_code_has_this_text_for_ever() {
    // Codes that were handed out must stay good.
    assert_eq!(
        code("http://127.0.0.1:8090", None).to_string(),
        "http://127.0.0.1:8090#claim1.mpjtb9d5mpjtb9d5mpjtb9d5mpjtb9d5.-.70f17e59"
    );
    let with_certificate = code("https://portal.example:8090", Some([0x1F; 32])).to_string();
    assert_eq!(
        with_certificate,
        format!(
            "https://portal.example:8090#claim1.mpjtb9d5mpjtb9d5mpjtb9d5mpjtb9d5.{}.4ba58666",
            "1f".repeat(32)
        )
    );
}

#[test]
fn spaces_around_and_upper_case_do_no_harm() {
    let wanted = code("https://portal.example", Some([0xAB; 32]));
    let text = wanted.to_string();
    assert_eq!(ClaimCode::parse(&format!("  {text}\n")).unwrap(), wanted);
    // The mark stays as it is, or it would not be found.
    let (address, parts) = text.split_once("#claim1.").unwrap();
    let shouted = format!("{}#claim1.{}", address.to_uppercase(), parts.to_uppercase());
    let shouted = shouted.replace("HTTPS", "https");
    assert_eq!(ClaimCode::parse(&shouted).unwrap(), wanted);
}

#[test]
fn what_is_wrong_is_said_with_its_position() {
    let good = code("http://127.0.0.1:8090", None).to_string();
    let position = |text: &str| ClaimCode::parse(text).unwrap_err().position();
    assert_eq!(ClaimCode::parse(" \n"), Err(ClaimCodeError::Empty));
    assert_eq!(position("http://127.0.0.1:8090"), Some(21), "nothing behind the address");
    assert_eq!(position(&good.replace("#claim1", "#claim2")), Some(21));
    assert_eq!(
        ClaimCode::parse(good.rsplit_once('.').unwrap().0),
        Err(ClaimCodeError::Parts { found: 2 })
    );
    // A character of the secret, once where the code starts and once behind a space.
    let bad = good.replace("mpjtb9d5.-", "mpju!9d5.-");
    assert_eq!(position(&bad), bad.find('u'), "{bad}");
    assert_eq!(position(&format!(" {bad}")), bad.find('u').map(|at| at + 1));
    assert_eq!(position(&good.replace(".-.", ".12x4.")), good.find(".-.").map(|at| at + 3));
    assert_eq!(position(&good.replace(".-.", ".1234.")), good.find(".-.").map(|at| at + 5));
    assert_eq!(position(&good.replace(":8090", ":80g0")), Some(17));
    let certificate = "00".repeat(32);
    let refused = ClaimCode::parse(&good.replace(".-.", &format!(".{certificate}.")));
    assert!(matches!(refused, Err(ClaimCodeError::CertificateWithoutHttps { .. })), "{refused:?}");
    let sentence = ClaimCode::parse(&bad).unwrap_err().to_string();
    assert!(sentence.contains("'u' at position 56"), "{sentence}");
}

#[test]
fn plain_http_goes_nowhere_but_to_the_same_machine() {
    for good in ["http://localhost", "http://127.0.0.1:8090", "http://[::1]:8090", "https://a.b"] {
        assert_eq!(PortalUrl::parse(good).unwrap().to_string(), good);
    }
    for bad in ["http://portal.example", "http://192.168.1.2:8090", "http://[fe80::1]"] {
        assert_eq!(PortalUrl::parse(bad), Err(UrlError::PlainHttp), "{bad}");
    }
    assert_eq!(PortalUrl::parse("ftp://localhost"), Err(UrlError::Scheme));
    assert_eq!(PortalUrl::parse("https://"), Err(UrlError::NoHost { position: 8 }));
    for (bad, at) in
        [("https://user@host", 12), ("https://host/path", 12), ("https://h\u{f6}st", 9)]
    {
        let error = PortalUrl::parse(bad).unwrap_err();
        assert!(matches!(error, UrlError::Character { position, .. } if position == at), "{error}");
    }
    for bad in ["https://[::1", "https://[::1]x", "https://a..b", "https://[127.0.0.1]"] {
        assert_eq!(PortalUrl::parse(bad), Err(UrlError::Host { position: 8 }), "{bad}");
    }
    for bad in ["https://a:", "https://a:0", "https://a:65536", "https://a:+1"] {
        assert_eq!(PortalUrl::parse(bad), Err(UrlError::Port { position: 10 }), "{bad}");
    }
}

#[test]
fn secrets_do_not_stand_in_logs() {
    let shown = format!("{:?}", code("http://localhost", None));
    assert!(!shown.contains("mpjtb") && shown.contains("ClaimSecret(..)"), "{shown}");
}

fn any_code() -> impl Strategy<Value = ClaimCode> {
    let host = "[a-z0-9]{1,8}(\\.[a-z0-9-]{1,8}){0,3}";
    let parts = (host, any::<Option<u16>>(), any::<[u8; 20]>(), any::<Option<[u8; 32]>>());
    parts.prop_map(|(host, port, secret, certificate)| {
        let port = port.filter(|port| *port > 0).map_or(String::new(), |port| format!(":{port}"));
        ClaimCode {
            portal: PortalUrl::parse(&format!("https://{host}{port}")).unwrap(),
            secret: ClaimSecret::new(secret),
            certificate: certificate.map(CertificateHash),
        }
    })
}

proptest! {
    #[test]
    fn every_code_comes_back_from_its_text(code in any_code()) {
        prop_assert_eq!(ClaimCode::parse(&code.to_string()).unwrap(), code);
    }

    #[test]
    fn no_single_mistyped_character_gives_another_code(
        code in any_code(), at in any::<prop::sample::Index>(), typed in "[!-~]"
    ) {
        let text = code.to_string();
        let at = at.index(text.len());
        let mut mistyped = text;
        mistyped.replace_range(at..=at, &typed);
        if let Ok(read) = ClaimCode::parse(&mistyped) {
            prop_assert_eq!(read, code);
        }
    }

    #[test]
    fn any_text_gets_an_answer(text in "\\PC{0,80}") {
        if let Err(error) = ClaimCode::parse(&text) {
            let inside = |at| at <= text.chars().count();
            prop_assert!(error.position().is_none_or(inside), "{}", error);
        }
    }
}
