//! Why there is no certificate to show.

use std::io;
use std::path::{Path, PathBuf};

use rustls::pki_types::pem;

/// Why there is no certificate to show: what failed, why, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}; check the path, the owner and the rights", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A file is no PEM.
    #[error("{path} is no PEM file: {cause}; it begins with -----BEGIN …-----", path = path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// There is no certificate in the file.
    #[error("there is no certificate in {path}; it begins with -----BEGIN CERTIFICATE-----", path = path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// There is no key in the file.
    #[error("there is no private key in {path}; it begins with -----BEGIN PRIVATE KEY-----, and must not be encrypted", path = path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// What is in the file is not understood.
    #[error("the certificate in {path} cannot be read: {cause}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The key belongs to another certificate.
    #[error(
        "the key in {key} is not that of the certificate in {certificate}; the server's own certificate must stand first in its file",
        certificate = certificate.display(), key = key.display()
    )]
    WrongKey {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// TLS does not take it.
    #[error("the certificate in {path} or its key cannot be used: {cause}", path = path.display())]
    Unusable {
        /// The file of the certificate.
        path: PathBuf,
        /// Why.
        cause: rustls::Error,
    },
    /// None can be made.
    #[error("no certificate can be made: {0}")]
    Make(rcgen::Error),
    /// The one that was made cannot be kept.
    #[error("the certificate cannot be kept as {path}: {source}; check the owner and the rights of the data directory", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

impl CertificateError {
    pub(super) fn pem(path: &Path, cause: &pem::Error) -> Self {
        Self::Pem { path: path.to_owned(), cause: cause.to_string() }
    }
}
