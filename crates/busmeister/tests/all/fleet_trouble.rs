//! A portal that is the wrong one, does not know the gateway, or has other readings of it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fleet_link::{CertificateHash, ClaimCode, PortalUrl};
use gateway::fleet::{ClaimError, LinkState};
use portal::token::{GatewayToken, new_claim_secret};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::fleet::{Gateway, HEAT, HEAT_METER, Portal, Wire};
use crate::fleet_readings::store;
use crate::program::run;

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_whose_token_works_no_more_says_so_and_goes_on_when_it_is_claimed_again() {
    let wire = Wire::start(HEAT).await;
    let portal = Portal::start().await;
    let gateway = Gateway::claimed(wire.address, HEAT_METER, &portal).await;
    portal.readouts_when(|readouts| readouts.len() == 1).await;

    // Another device is claimed in its place.
    let code = portal.claim_code().await;
    let other = Gateway::start(wire.address, "").await;
    other.app.claim(&code.to_string()).await.unwrap();
    other.stop().await;
    gateway.read_now("heat-1").await;
    let link = gateway.link_when(LinkState::Refused).await;
    let problem = link.problem.unwrap();
    assert_eq!(problem.code, "unknown_token");
    assert!(problem.remedy.contains("claim this gateway again"), "{}", problem.remedy);
    let shown = gateway.shown().await;
    assert_eq!((&shown["state"], &shown["waiting_readouts"]), (&"refused".into(), &1.into()));

    gateway.app.claim(&portal.claim_code().await.to_string()).await.unwrap();
    gateway.link_when(LinkState::Connected).await;
    let readouts = portal.readouts_when(|readouts| readouts.len() >= 2).await;
    let numbers: Vec<_> = readouts.iter().map(|readout| readout.sequence).collect();
    assert_eq!(numbers, [1, 2], "what the portal had before is there once");
    gateway.stop().await;
}

/// The files of a store.
fn files(data: &Path, name: &str) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| data.join("data").join(format!("{name}{end}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_with_another_store_sends_nothing_under_old_numbers_until_it_is_claimed_again() {
    let wire = Wire::start(HEAT).await;
    let portal = Portal::start().await;
    let gateway = Gateway::claimed(wire.address, HEAT_METER, &portal).await;
    portal.readouts_when(|readouts| readouts.len() == 1).await;
    let data = gateway.stop().await;
    let saved = std::fs::read(&files(data.path(), "fleet.sqlite")[0]).unwrap();
    let gateway = Gateway::start_on(wire.address, HEAT_METER, data).await;
    gateway.read_now("heat-1").await;
    gateway.read_now("heat-1").await;
    portal.readouts_when(|readouts| readouts.len() == 3).await;

    // The store begins anew.
    let data = gateway.stop().await;
    for file in files(data.path(), "readings.sqlite") {
        let _ = std::fs::remove_file(file);
    }
    store(data.path(), 0..1).await;
    let gateway = Gateway::start_on(wire.address, "", data).await;
    let problem = gateway.link_when(LinkState::Refused).await.problem.unwrap();
    assert_eq!(problem.code, "store_replaced", "{problem:?}");

    // And the file of the link is an old copy, so the gateway cannot know.
    let data = gateway.stop().await;
    for file in files(data.path(), "fleet.sqlite") {
        let _ = std::fs::remove_file(file);
    }
    std::fs::write(&files(data.path(), "fleet.sqlite")[0], saved).unwrap();
    store(data.path(), 1..3).await;
    let gateway = Gateway::start_on(wire.address, "", data).await;
    let problem = gateway.link_when(LinkState::Refused).await.problem.unwrap();
    assert_eq!(problem.code, "sequence_reused", "{problem:?}");
    assert!(problem.remedy.contains("claim this gateway again"), "{}", problem.remedy);
    assert_eq!(portal.readouts().await.len(), 3);

    gateway.app.claim(&portal.claim_code().await.to_string()).await.unwrap();
    let readouts = portal.readouts_when(|readouts| readouts.len() >= 6).await;
    let numbers: Vec<_> = readouts.iter().map(|readout| readout.sequence).collect();
    assert_eq!(numbers, [1, 2, 3, 1, 2, 3], "of both stores");
    gateway.stop().await;
}

/// A server with a certificate of its own; whoever reaches it is told to go away.
struct Impostor {
    address: SocketAddr,
    certificate: CertificateHash,
    task: tokio::task::JoinHandle<()>,
}

impl Impostor {
    async fn start() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let der: CertificateDer<'static> = made.cert.der().clone();
        let certificate = CertificateHash(Sha256::digest(&der).into());
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![der], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).await;
                let answer = "HTTP/1.1 418 I'm a teapot\r\ncontent-length: 0\r\n\r\n";
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { address, certificate, task }
    }

    fn claim_code(&self, certificate: Option<CertificateHash>) -> String {
        let portal = PortalUrl::parse(&format!("https://{}", self.address)).unwrap();
        ClaimCode { portal, secret: new_claim_secret().unwrap(), certificate }.to_string()
    }
}

impl Drop for Impostor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_with_another_certificate_than_the_claim_code_names_is_told_nothing() {
    let wire = Wire::start(HEAT).await;
    let gateway = Gateway::start(wire.address, HEAT_METER).await;
    let impostor = Impostor::start().await;
    let claim = async |certificate| {
        let code = impostor.claim_code(certificate);
        match gateway.app.claim(&code).await {
            Err(ClaimError::Portal { finding }) => finding,
            other => panic!("{other:?}"),
        }
    };
    let other = claim(Some(CertificateHash([7; 32]))).await;
    assert_eq!(other.code, "other_certificate");
    assert!(other.why.contains(&impostor.certificate.to_string()), "{}", other.why);
    let untrusted = claim(None).await;
    assert_eq!(untrusted.code, "untrusted_certificate", "{untrusted:?}");
    // With the right one the request arrives.
    let refused = claim(Some(impostor.certificate)).await;
    assert!(refused.why.contains("418"), "{refused:?}");
    assert_eq!(gateway.shown().await["state"], "unclaimed");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_code_that_does_not_work_says_what_to_do_and_changes_nothing() {
    let wire = Wire::start(HEAT).await;
    let portal = Portal::start().await;
    let gateway = Gateway::claimed(wire.address, HEAT_METER, &portal).await;
    gateway.link_when(LinkState::Connected).await;
    let typo = gateway.app.claim("http://127.0.0.1:8090#claim1.abc").await.unwrap_err();
    assert!(typo.to_string().contains("copy all of it from the portal"), "{typo}");
    let url = PortalUrl::parse(&format!("http://{}", portal.app.local_addr())).unwrap();
    let secret = new_claim_secret().unwrap();
    let unknown = ClaimCode { portal: url, secret, certificate: None }.to_string();
    let unknown = gateway.app.claim(&unknown).await.unwrap_err().to_string();
    assert!(unknown.contains("did not take the claim code"), "{unknown}");
    let gone = PortalUrl::parse("http://127.0.0.1:9").unwrap();
    let gone = ClaimCode { portal: gone, secret: new_claim_secret().unwrap(), certificate: None };
    let gone = gateway.app.claim(&gone.to_string()).await.unwrap_err().to_string();
    assert!(gone.contains("cannot be reached"), "{gone}");
    assert_eq!(gateway.shown().await["state"], "connected", "it is still with its portal");
    // Tokens are long and random; one of them must not stand in what is shown.
    assert!(!gateway.shown().await.to_string().contains(GatewayToken::new().unwrap().reveal()));
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_stopped_is_claimed_by_command_and_one_that_runs_is_not() {
    let wire = Wire::start(HEAT).await;
    let portal = Portal::start().await;
    let gateway = Gateway::start(wire.address, HEAT_METER).await;
    let code = portal.claim_code().await.to_string();
    let claim = async |data: &Path| {
        let (code, data) = (code.clone(), data.join("data").to_str().unwrap().to_owned());
        let run = move || run(&["gateway", "claim", &code, "--data", &data]);
        tokio::task::spawn_blocking(run).await.unwrap()
    };
    let refused = claim(gateway.data.path()).await;
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("this gateway is running (process "), "{}", refused.stderr);
    let data = gateway.stop().await;
    let claimed = claim(data.path()).await;
    assert_eq!(claimed.code, Some(0), "{claimed:?}");
    assert!(claimed.stdout.contains("as gateway-1"), "{}", claimed.stdout);
    let used = claim(data.path()).await;
    assert_eq!(used.code, Some(1), "{used:?}");
    assert!(used.stderr.contains("was used already"), "{}", used.stderr);

    let gateway = Gateway::start_on(wire.address, HEAT_METER, data).await;
    gateway.link_when(LinkState::Connected).await;
    portal.readouts_when(|readouts| !readouts.is_empty()).await;
    gateway.stop().await;
}
