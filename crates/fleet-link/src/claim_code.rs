//! The text a person carries from the portal to a gateway.

use std::fmt;

use mbus::hex::Hex;

use crate::secret::{ClaimSecret, SecretError};
use crate::{PortalUrl, UrlError};

/// Stands in front of the parts, behind the address.
const MARK: &str = "claim1";
/// In place of the certificate where there is none.
const NO_CERTIFICATE: &str = "-";
/// Hex digits of the check at the end.
const CHECK_DIGITS: usize = 8;

/// The text a person carries from the portal to a gateway:
/// `https://portal.example:8090#claim1.<secret>.<certificate>.<check>`.
///
/// The secret works once and for a while. The certificate is the SHA-256 of the portal's, which
/// the gateway then trusts and no other; `-` stands for none. The check finds every mistyped
/// character. The code looks like an address of the portal, and a browser keeps to itself what
/// stands behind `#`.
///
/// ```
/// use fleet_link::{ClaimCode, ClaimSecret, PortalUrl};
///
/// let code = ClaimCode {
///     portal: PortalUrl::parse("http://127.0.0.1:8090").unwrap(),
///     secret: ClaimSecret::new([7; 20]),
///     certificate: None,
/// };
/// assert_eq!(ClaimCode::parse(&code.to_string()).unwrap(), code);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimCode {
    /// Where the portal is.
    pub portal: PortalUrl,
    /// What is shown there.
    pub secret: ClaimSecret,
    /// The certificate the portal must have; none for plain HTTP on the same machine, and for
    /// certificates that the machine trusts anyway.
    pub certificate: Option<CertificateHash>,
}

/// The SHA-256 of a certificate in DER.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CertificateHash(pub [u8; 32]);

/// Why a text is no claim code. Positions are in characters from 0, spaces around it counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimCodeError {
    /// There is no text.
    #[error("there is no claim code; the portal shows one when a gateway is added")]
    Empty,
    /// What should stand behind the address does not.
    #[error(
        "the claim code has no #{MARK}. at position {position}; copy all of it from the portal"
    )]
    NoMark {
        /// Where it should stand.
        position: usize,
    },
    /// Parts are missing or there are too many.
    #[error(
        "the claim code has {found} parts behind #{MARK}. and not 3; copy all of it from the portal"
    )]
    Parts {
        /// How many there are.
        found: usize,
    },
    /// The address is none.
    #[error("the claim code does not say where the portal is: {0}")]
    Portal(UrlError),
    /// The secret is none.
    #[error("the claim code is mistyped: {0}")]
    Secret(SecretError),
    /// The hash of the certificate is none.
    #[error(
        "the claim code is mistyped: its certificate at position {position} is not 64 hex digits"
    )]
    Certificate {
        /// Where the fault is.
        position: usize,
    },
    /// A certificate where there cannot be one.
    #[error(
        "the claim code names a certificate at position {position}, but plain http:// has none"
    )]
    CertificateWithoutHttps {
        /// Where it starts.
        position: usize,
    },
    /// The check does not fit.
    #[error(
        "the claim code is mistyped: its check at position {position} does not fit; copy it again from the portal"
    )]
    Check {
        /// Where the check starts.
        position: usize,
    },
}

impl ClaimCodeError {
    /// Where the fault is, in characters from 0; `None` where it is the code as a whole.
    pub const fn position(&self) -> Option<usize> {
        match self {
            Self::Empty | Self::Parts { .. } => None,
            Self::NoMark { position }
            | Self::Certificate { position }
            | Self::CertificateWithoutHttps { position }
            | Self::Check { position } => Some(*position),
            Self::Portal(error) => match error {
                UrlError::NoHost { position }
                | UrlError::Character { position, .. }
                | UrlError::Host { position }
                | UrlError::Port { position } => Some(*position),
                UrlError::Scheme | UrlError::PlainHttp => None,
            },
            Self::Secret(SecretError::Character { position, .. }) => Some(*position),
            Self::Secret(SecretError::Length { .. }) => None,
        }
    }
}

impl ClaimCode {
    /// Reads the text; white space around it is passed over.
    pub fn parse(text: &str) -> Result<Self, ClaimCodeError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(ClaimCodeError::Empty);
        }
        let skipped = text.chars().take_while(|c| c.is_whitespace()).count();
        let Some((address, rest)) = trimmed.split_once('#') else {
            return Err(ClaimCodeError::NoMark { position: skipped + trimmed.chars().count() });
        };
        let mark_at = skipped + address.chars().count();
        let parts = rest.strip_prefix(MARK).and_then(|rest| rest.strip_prefix('.'));
        let parts = parts.ok_or(ClaimCodeError::NoMark { position: mark_at })?;
        let fields: Vec<&str> = parts.split('.').collect();
        let [secret, certificate, check] = fields[..] else {
            return Err(ClaimCodeError::Parts { found: fields.len() });
        };
        let portal = PortalUrl::parse(address)
            .map_err(|error| ClaimCodeError::Portal(moved_url(error, skipped)))?;
        let secret_at = mark_at + 1 + MARK.len() + 1;
        let secret_length = secret.chars().count();
        let secret = ClaimSecret::parse(secret)
            .map_err(|error| ClaimCodeError::Secret(moved_secret(error, secret_at)))?;
        let certificate_at = secret_at + secret_length + 1;
        let certificate_length = certificate.chars().count();
        let certificate = read_certificate(certificate, certificate_at)?;
        if certificate.is_some() && !portal.is_https() {
            return Err(ClaimCodeError::CertificateWithoutHttps { position: certificate_at });
        }
        let code = Self { portal, secret, certificate };
        if !check.eq_ignore_ascii_case(&code.check()) {
            let position = certificate_at + certificate_length + 1;
            return Err(ClaimCodeError::Check { position });
        }
        Ok(code)
    }

    /// Everything in front of the check.
    fn body(&self) -> String {
        let certificate =
            self.certificate.map_or(NO_CERTIFICATE.to_owned(), |hash| hash.to_string());
        format!("{}#{MARK}.{}.{certificate}", self.portal, self.secret)
    }

    /// CRC-32 (IEEE) of the body: it finds every single wrong character and every swapped pair.
    fn check(&self) -> String {
        let crc = self.body().bytes().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                crc >> 1 ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 }
            })
        });
        format!("{:0CHECK_DIGITS$x}", !crc)
    }
}

impl fmt::Display for ClaimCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.body(), self.check())
    }
}

impl fmt::Display for CertificateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Hex(&self.0).to_string().to_ascii_lowercase())
    }
}

impl fmt::Debug for CertificateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn read_certificate(text: &str, start: usize) -> Result<Option<CertificateHash>, ClaimCodeError> {
    if text == NO_CERTIFICATE {
        return Ok(None);
    }
    let mut hash = [0; 32];
    let mut digits = 0;
    for (position, character) in text.chars().enumerate() {
        let fault = ClaimCodeError::Certificate { position: start + position };
        let Some(digit) = character.to_digit(16).and_then(|digit| u8::try_from(digit).ok()) else {
            return Err(fault);
        };
        match hash.get_mut(position / 2) {
            Some(slot) => *slot = *slot << 4 | digit,
            None => return Err(fault),
        }
        digits += 1;
    }
    if digits != 64 {
        return Err(ClaimCodeError::Certificate { position: start + digits });
    }
    Ok(Some(CertificateHash(hash)))
}

fn moved_url(error: UrlError, by: usize) -> UrlError {
    match error {
        UrlError::NoHost { position } => UrlError::NoHost { position: position + by },
        UrlError::Character { position, found } => {
            UrlError::Character { position: position + by, found }
        }
        UrlError::Host { position } => UrlError::Host { position: position + by },
        UrlError::Port { position } => UrlError::Port { position: position + by },
        UrlError::Scheme | UrlError::PlainHttp => error,
    }
}

fn moved_secret(error: SecretError, by: usize) -> SecretError {
    match error {
        SecretError::Character { position, found } => {
            SecretError::Character { position: position + by, found }
        }
        SecretError::Length { .. } => error,
    }
}
