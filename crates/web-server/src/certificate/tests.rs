use rcgen::{CertificateParams, KeyPair};

use super::*;
use crate::data_dir::DataDir;

fn now() -> Timestamp {
    "2026-11-20T14:00:00Z".parse().unwrap()
}

fn names() -> Vec<String> {
    ["gateway.local", "127.0.0.1", "::1"].map(str::to_owned).to_vec()
}

#[test]
fn the_first_start_makes_one_for_ten_years_and_later_starts_find_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::open(folder.path()).unwrap();
    let made = Certificate::own(&data, &names(), now()).unwrap();
    assert_eq!(made.names(), names());
    assert!(made.is_self_signed());
    assert_eq!(made.valid_from.to_string(), "2026-11-19T00:00:00Z");
    assert_eq!(made.valid_to.to_string(), "2036-11-20T00:00:00Z");
    assert_eq!(made.warning(now()), None);
    let found = Certificate::own(&data, &["other.local".to_owned()], now()).unwrap();
    assert_eq!(found.sha256(), made.sha256(), "gateways know it by its hash");
    std::fs::remove_file(data.file(OWN_CERTIFICATE)).unwrap();
    let other = Certificate::own(&data, &names(), now()).unwrap();
    assert_ne!(other.sha256(), made.sha256());
}

#[cfg(unix)]
#[test]
fn its_key_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::open(folder.path()).unwrap();
    Certificate::own(&data, &names(), now()).unwrap();
    let mode = std::fs::metadata(data.file(OWN_CERTIFICATE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_hash_is_that_of_the_der() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::open(folder.path()).unwrap();
    let made = Certificate::own(&data, &names(), now()).unwrap();
    let text = std::fs::read(data.file(OWN_CERTIFICATE)).unwrap();
    let der = CertificateDer::from_pem_slice(&text).unwrap();
    assert_eq!(made.sha256().as_slice(), Sha256::digest(&der).as_slice());
}

#[test]
fn what_cannot_be_shown_is_said_with_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let make = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let made = CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap();
        (made.pem(), key.serialize_pem())
    };
    let ((one, its_key), (_, other_key)) = (make("a.example"), make("b.example"));
    let (certificate, key) = (file("cert.pem", &one), file("key.pem", &its_key));
    let other = file("other.pem", &other_key);
    let (empty, broken) =
        (file("empty.pem", ""), file("broken.pem", "-----BEGIN CERTIFICATE-----\nx"));
    let not_der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let not_der = file("not-der.pem", not_der);
    let loaded = Certificate::load(&certificate, &key).unwrap();
    assert_eq!(loaded.names(), ["a.example"]);
    let nowhere = folder.path().join("nowhere.pem");
    let cases = [
        (&nowhere, &key, "nowhere.pem cannot be read"),
        (&certificate, &nowhere, "nowhere.pem cannot be read"),
        (&empty, &key, "there is no certificate in"),
        (&key, &key, "there is no certificate in"),
        (&certificate, &certificate, "there is no private key in"),
        (&broken, &key, "broken.pem is no PEM file"),
        (&not_der, &key, "not-der.pem cannot be read"),
        (&certificate, &other, "other.pem is not that of the certificate"),
    ];
    for (certificate, key, said) in cases {
        let error = Certificate::load(certificate, key).unwrap_err().to_string();
        assert!(error.contains(said), "{said}: {error}");
    }
}

#[test]
fn its_end_is_announced_two_weeks_before() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::open(folder.path()).unwrap();
    let made = Certificate::own(&data, &names(), now()).unwrap();
    let warning = |at: &str| made.warning(at.parse().unwrap()).unwrap_or_default();
    assert_eq!(warning("2036-11-05T23:59:59Z"), "");
    assert!(warning("2036-11-06T00:00:00Z").starts_with("the certificate expires at 2036-11-20"));
    assert!(warning("2036-11-20T00:00:00Z").contains("has expired"));
    assert!(warning("2026-11-18T00:00:00Z").contains("this machine's clock says"));
}
