//! The certificate a server shows under HTTPS: given as files, or made at the first start.

mod error;
mod names;
mod own;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

pub use error::CertificateError;
pub use names::names_of_this_server;
pub use own::OWN_CERTIFICATE;

/// From then on the end of a certificate is announced.
const ANNOUNCED: Duration = Duration::from_secs(14 * 24 * 3600);

/// The certificate a server shows under HTTPS, with its key.
#[derive(Clone, Debug)]
pub struct Certificate {
    config: Arc<ServerConfig>,
    sha256: [u8; 32],
    names: Vec<String>,
    valid_from: Timestamp,
    valid_to: Timestamp,
    is_self_signed: bool,
}

impl Certificate {
    /// Reads a certificate with those that lead up to its root, and its key, both as PEM. That
    /// they fit each other is checked here and not at the first connection.
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, CertificateError> {
        let read = |path: &Path| {
            std::fs::read(path)
                .map_err(|source| CertificateError::Read { path: path.to_owned(), source })
        };
        Self::parse(certificate, &read(certificate)?, key, &read(key)?)
    }

    fn parse(
        path: &Path,
        certificates: &[u8],
        key_path: &Path,
        key: &[u8],
    ) -> Result<Self, CertificateError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
        let chain = chain.map_err(|cause| CertificateError::pem(path, &cause))?;
        let Some(first) = chain.first().cloned() else {
            return Err(CertificateError::NoCertificate { path: path.to_owned() });
        };
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|cause| match cause {
            pem::Error::NoItemsFound => CertificateError::NoKey { path: key_path.to_owned() },
            cause => CertificateError::pem(key_path, &cause),
        })?;
        let seen = look(&first)
            .map_err(|cause| CertificateError::Unreadable { path: path.to_owned(), cause })?;
        let config = server_config(chain, key).map_err(|cause| match cause {
            rustls::Error::InconsistentKeys(_) => CertificateError::WrongKey {
                certificate: path.to_owned(),
                key: key_path.to_owned(),
            },
            cause => CertificateError::Unusable { path: path.to_owned(), cause },
        })?;
        let sha256 = Sha256::digest(&first).into();
        let Seen { names, valid_from, valid_to, is_self_signed } = seen;
        Ok(Self { config: Arc::new(config), sha256, names, valid_from, valid_to, is_self_signed })
    }

    /// The SHA-256 of the certificate in DER: who knows it needs no authority to trust it.
    pub const fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// The names and addresses it is for.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether no authority vouches for it.
    pub const fn is_self_signed(&self) -> bool {
        self.is_self_signed
    }

    /// What is wrong with its time, as a sentence. It is shown all the same: whoever runs the
    /// server may need the pages to mend that.
    pub fn warning(&self, now: Timestamp) -> Option<String> {
        let (from, to) = (self.valid_from, self.valid_to);
        let soon = now.checked_add(ANNOUNCED).unwrap_or(Timestamp::MAX);
        if now < from {
            Some(format!(
                "the certificate is not valid before {from}, and this machine's clock says {now}; browsers and gateways refuse it until then"
            ))
        } else if now >= to {
            Some(format!("the certificate has expired at {to}; browsers and gateways refuse it"))
        } else if soon >= to {
            Some(format!("the certificate expires at {to}; browsers and gateways refuse it then"))
        } else {
            None
        }
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }
}

/// What stands in a certificate.
struct Seen {
    names: Vec<String>,
    valid_from: Timestamp,
    valid_to: Timestamp,
    is_self_signed: bool,
}

fn look(certificate: &CertificateDer<'_>) -> Result<Seen, String> {
    let (_, read) = X509Certificate::from_der(certificate).map_err(|error| error.to_string())?;
    let alternatives = read.subject_alternative_name().map_err(|error| error.to_string())?;
    let names = alternatives.into_iter().flat_map(|list| &list.value.general_names);
    let names = names.filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
        GeneralName::IPAddress(bytes) => names::address(bytes).map(|address| address.to_string()),
        _ => None,
    });
    let time = |seconds| Timestamp::from_second(seconds).map_err(|error| error.to_string());
    Ok(Seen {
        names: names.collect(),
        valid_from: time(read.validity().not_before.timestamp())?,
        valid_to: time(read.validity().not_after.timestamp())?,
        is_self_signed: read.subject() == read.issuer(),
    })
}

fn server_config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests;
