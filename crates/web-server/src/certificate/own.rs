//! The certificate that is made at the first start, and kept.

use std::io;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, date_time_ymd,
};

use super::{Certificate, CertificateError};
use crate::data_dir::DataDir;

/// Its file in the data directory: the certificate and its key, for the owner alone.
pub const OWN_CERTIFICATE: &str = "certificate.pem";

/// Whoever pinned it does not come back to pin another one: it lasts as long as a device.
const YEARS: i8 = 10;

impl Certificate {
    /// The certificate in the data directory. Where there is none, one is made for these names.
    ///
    /// One that is there stays as it is, whatever it is for: gateways know it by its hash.
    pub fn own(
        data_dir: &DataDir,
        names: &[String],
        now: Timestamp,
    ) -> Result<Self, CertificateError> {
        let path = data_dir.file(OWN_CERTIFICATE);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let text = make(names, now).map_err(CertificateError::Make)?;
                data_dir
                    .write_secret(OWN_CERTIFICATE, &text)
                    .map_err(|source| CertificateError::Write { path: path.clone(), source })?;
                tracing::info!(path = %path.display(), ?names, "a certificate was made");
                text.into_bytes()
            }
            Err(source) => return Err(CertificateError::Read { path, source }),
        };
        Self::parse(&path, &text, &path, &text)
    }
}

/// A certificate that signs itself, and its key, as PEM.
fn make(names: &[String], now: Timestamp) -> Result<String, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    let today = now.to_zoned(TimeZone::UTC).date();
    // Clocks of gateways may be behind.
    let (from, to) = (today.saturating_sub(1.day()), today.saturating_add(YEARS.years()));
    let midnight = |date: Date| {
        let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        date_time_ymd(date.year().into(), month, day)
    };
    (params.not_before, params.not_after) = (midnight(from), midnight(to));
    let common_name = names.first().map_or("Busmeister", String::as_str);
    params.distinguished_name.push(DnType::OrganizationName, "Busmeister");
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok(format!("{}{}", certificate.pem(), key.serialize_pem()))
}
