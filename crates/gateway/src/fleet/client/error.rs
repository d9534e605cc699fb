//! Why the portal could not be asked, or did not do what it was asked for.

use std::io;
use std::time::Duration;

use fleet_link::PortalUrl;
use hyper::StatusCode;
use serde::Deserialize;

use crate::findings::{Finding, Severity, sentence};
use crate::fleet::certificate::{Distrust, TlsError};

/// Why the portal could not be asked, or did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinkError {
    /// Nobody answers at its address.
    #[error("{portal} cannot be reached: {source}")]
    Unreachable { portal: String, source: io::Error },
    /// It is not the right one, or cannot prove that it is.
    #[error("{portal} is not trusted: {why}")]
    Untrusted { portal: String, why: String, is_pinned: bool },
    /// TLS cannot be used on this machine.
    #[error("{0}")]
    Tls(String),
    /// The address of the portal or the token cannot be used.
    #[error("{portal} cannot be asked: its address or the token is not usable")]
    Unusable { portal: String },
    /// The connection broke.
    #[error("the connection to the portal broke: {0}")]
    Broken(String),
    /// It took too long.
    #[error("{what} within {} s", limit.as_secs())]
    TooSlow { what: &'static str, limit: Duration },
    /// The portal says no.
    #[error("the portal says ({status}): {detail}")]
    Refused { status: StatusCode, code: String, detail: String },
    /// The answer is not understood.
    #[error("the portal's answer is not understood: {0}")]
    Answer(String),
    /// The store has fewer readouts than the portal was sent: it is another one.
    #[error("the portal has readouts up to {sent} of this gateway, whose store ends at {last}")]
    StoreReplaced { sent: i64, last: i64 },
    /// A message cannot be written.
    #[error("a message to the portal cannot be written: {0}")]
    Message(String),
}

/// The part of an error of the portal that matters here.
#[derive(Deserialize)]
struct Problem {
    code: String,
    detail: String,
}

impl LinkError {
    pub(super) fn unreachable(portal: &PortalUrl) -> impl Fn(io::Error) -> Self {
        let portal = portal.to_string();
        move |source| Self::Unreachable { portal: portal.clone(), source }
    }

    pub(super) fn handshake(portal: &PortalUrl) -> impl Fn(io::Error) -> Self {
        let portal = portal.to_string();
        move |source| match Distrust::of(&source) {
            Some(distrust) => Self::Untrusted {
                portal: portal.clone(),
                why: distrust.to_string(),
                is_pinned: matches!(distrust, Distrust::Other(_)),
            },
            None => Self::Unreachable { portal: portal.clone(), source },
        }
    }

    pub(super) fn tls(error: &TlsError) -> Self {
        Self::Tls(error.to_string())
    }

    pub(super) fn refused(status: StatusCode, body: &[u8]) -> Self {
        let problem: Option<Problem> = serde_json::from_slice(body).ok();
        let (code, detail) = match problem {
            Some(Problem { code, detail }) => (code, detail),
            None => (String::new(), "it does not say why".to_owned()),
        };
        Self::Refused { status, code, detail }
    }

    /// The portal's stable word, where it said no.
    pub(crate) fn refusal(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Whether trying again will not help until a person has done something.
    pub(crate) fn is_lasting(&self) -> bool {
        match self {
            Self::Refused { code, .. } => {
                matches!(code.as_str(), "unknown_token" | "sequence_reused")
            }
            Self::Untrusted { .. }
            | Self::Unusable { .. }
            | Self::Tls(_)
            | Self::StoreReplaced { .. } => true,
            _ => false,
        }
    }

    /// The same in four parts, for people. `portal` is where it is.
    pub(crate) fn finding(&self, portal: &str) -> Finding {
        let (code, what, remedy) = match self {
            Self::Unreachable { .. } | Self::TooSlow { .. } | Self::Broken(_) => (
                "portal_unreachable",
                format!("The portal {portal} cannot be reached"),
                "Check the network, and whether the portal runs. Readings are kept and sent when it is back.",
            ),
            Self::Untrusted { is_pinned: true, .. } => (
                "other_certificate",
                format!("Somebody else answers as the portal {portal}"),
                "If the portal has a new certificate, claim this gateway again with a new claim code. Otherwise find out who answers there; nothing was sent.",
            ),
            Self::Untrusted { .. } | Self::Tls(_) => (
                "untrusted_certificate",
                format!("The portal {portal} cannot prove who it is"),
                "Use a claim code that names the portal's certificate, or make this machine trust the authority that signed it.",
            ),
            Self::Refused { code, .. } if code == "unknown_token" => (
                "unknown_token",
                format!("The portal {portal} does not know this gateway any more"),
                "Make a new claim code at the portal and claim this gateway again. Readings are kept until then.",
            ),
            Self::Refused { code, .. } if code == "sequence_reused" => (
                "sequence_reused",
                format!("The portal {portal} has other readings under the numbers of this gateway"),
                "Make a new claim code at the portal and claim this gateway again; everything that is missing there is then sent.",
            ),
            Self::StoreReplaced { .. } => (
                "store_replaced",
                format!(
                    "Nothing is sent to the portal {portal}: the readings here are others than it knows"
                ),
                "The store of this gateway was exchanged. Make a new claim code at the portal and claim this gateway again; everything is then sent.",
            ),
            Self::Refused { status, .. } if status.is_server_error() => (
                "portal_failing",
                format!("The portal {portal} cannot take what is sent"),
                "Look at the portal. Readings are kept and sent when it works again.",
            ),
            Self::Refused { code, .. } if code.ends_with("claim_code") => (
                "claim_refused",
                format!("The portal {portal} did not take the claim code"),
                "Make a new claim code at the portal; each works once and for a while.",
            ),
            Self::Refused { .. } | Self::Answer(_) | Self::Message(_) | Self::Unusable { .. } => (
                "portal_not_understood",
                format!("The portal {portal} and this gateway do not understand each other"),
                "Bring both to the same version.",
            ),
        };
        Finding {
            code: code.to_owned(),
            what,
            why: sentence(&self.to_string()),
            remedy: remedy.to_owned(),
            severity: Severity::Fault,
            since: None,
        }
    }
}
