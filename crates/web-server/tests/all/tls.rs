//! HTTPS with the certificate of the first start, and a client that knows its hash.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsConnector;
use web_server::{Certificate, DataDir, Limits};

use crate::server::{Server, read_to_end};

fn certificate() -> (Certificate, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::open(folder.path()).unwrap();
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    (Certificate::own(&data, &names, jiff::Timestamp::now()).unwrap(), folder)
}

/// Takes the certificate with this hash and no other, as a gateway does.
#[derive(Debug)]
struct Pinned {
    sha256: [u8; 32],
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if Sha256::digest(shown).as_slice() == self.sha256 {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::General("another certificate".to_owned()))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, shown, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, shown, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

async fn ask(server: &Server, sha256: [u8; 32]) -> std::io::Result<String> {
    let provider = Arc::new(ring::default_provider());
    let pinned = Pinned { sha256, provider: Arc::clone(&provider) };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(pinned))
        .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let stream = server.connect().await;
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    stream.write_all(b"GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await?;
    Ok(read_to_end(&mut stream).await)
}

#[tokio::test]
async fn who_knows_the_hash_is_answered_and_who_knows_another_goes_away() {
    let (certificate, _folder) = certificate();
    let server = Server::start(Some(&certificate), Limits::default()).await;
    let answer = ask(&server, certificate.sha256()).await.unwrap();
    assert!(answer.ends_with("127.0.0.1"), "{answer}");
    let refused = ask(&server, [7; 32]).await.unwrap_err().to_string();
    assert!(refused.contains("another certificate"), "{refused}");
    assert!(ask(&server, certificate.sha256()).await.is_ok(), "the server goes on");
}

#[tokio::test]
async fn who_speaks_plain_http_is_told_what_to_do() {
    let (certificate, _folder) = certificate();
    let server = Server::start(Some(&certificate), Limits::default()).await;
    let answer = server.answer(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.ends_with("begin the address with https://\n"), "{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}", body.len())), "{answer}");
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_cut_off() {
    let (certificate, _folder) = certificate();
    let limits = Limits { handshake: Duration::from_millis(300), ..Limits::default() };
    let server = Server::start(Some(&certificate), limits).await;
    let mut silent = server.connect().await;
    assert_eq!(read_to_end(&mut silent).await, "");
    assert_eq!(server.answer(&[22, 3, 1]).await, "", "the begin of a greeting");
}
