//! Which portal is the right one: its certificate.

use std::fmt;
use std::sync::Arc;

use fleet_link::CertificateHash;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme,
};
use sha2::{Digest, Sha256};

/// The portal that answers has another certificate than the claim code names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the certificate {found} is not {expected}, which the claim code names")]
pub(super) struct OtherCertificate {
    pub(super) expected: CertificateHash,
    pub(super) found: CertificateHash,
}

/// Why there can be no TLS.
#[derive(Debug, thiserror::Error)]
pub(super) enum TlsError {
    /// rustls does not take the settings.
    #[error("TLS cannot be used: {0}")]
    Settings(#[from] rustls::Error),
    /// The machine trusts nobody.
    #[error("this machine has no certificates of authorities that it trusts")]
    NoAuthorities,
}

/// What a connection to the portal is encrypted with. With a hash, only the certificate with
/// this hash is taken, whoever signed it; without, those that the machine trusts.
pub(super) fn client_config(
    certificate: Option<CertificateHash>,
) -> Result<Arc<ClientConfig>, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let config = match certificate {
        Some(expected) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Pinned { expected, provider }))
            .with_no_client_auth(),
        None => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                return Err(TlsError::NoAuthorities);
            }
            builder.with_root_certificates(roots).with_no_client_auth()
        }
    };
    Ok(Arc::new(config))
}

/// Takes one certificate and no other. Its name and its dates do not matter: the claim code
/// names this very one. That the portal has its key is proven by the signature, as ever.
#[derive(Debug)]
struct Pinned {
    expected: CertificateHash,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let found = CertificateHash(Sha256::digest(end_entity.as_ref()).into());
        if found == self.expected {
            return Ok(ServerCertVerified::assertion());
        }
        let other = OtherCertificate { expected: self.expected, found };
        Err(CertificateError::Other(OtherError(Arc::new(other))).into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Why a TLS handshake failed, where that was the certificate.
#[derive(Debug)]
pub(super) enum Distrust {
    /// It is not the one the claim code names.
    Other(OtherCertificate),
    /// The machine does not trust it.
    Untrusted(String),
}

impl Distrust {
    /// Looks into the error of a handshake.
    pub(super) fn of(error: &std::io::Error) -> Option<Self> {
        let rustls::Error::InvalidCertificate(cause) = error.get_ref()?.downcast_ref()? else {
            return None;
        };
        if let CertificateError::Other(OtherError(other)) = cause
            && let Some(other) = other.downcast_ref::<OtherCertificate>()
        {
            return Some(Self::Other(*other));
        }
        Some(Self::Untrusted(cause.to_string()))
    }
}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(other) => fmt::Display::fmt(other, f),
            Self::Untrusted(cause) => f.write_str(cause),
        }
    }
}
