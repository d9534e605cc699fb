//! Claim codes and tokens are random, and only their hashes are kept.

use std::fmt;

use fleet_link::ClaimSecret;
use mbus::hex::Hex;

use crate::secret_hash::SecretHash;

/// Stands in front of every token of a gateway, so that one that got lost is known for what it is.
const PREFIX: &str = "busmeister_gateway_";
/// Hex digits of a token: 256 bits.
const DIGITS: usize = 64;

/// The operating system gives no random bytes.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the operating system gives no random bytes: {0}; without them no secret can be made")]
pub struct NoRandomness(getrandom::Error);

/// A new secret for a claim code.
pub fn new_claim_secret() -> Result<ClaimSecret, NoRandomness> {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(ClaimSecret::new(bytes))
}

/// What is kept of a claim code.
pub fn claim_hash(secret: &ClaimSecret) -> SecretHash {
    SecretHash::of(secret.as_bytes())
}

/// A token of a gateway: 256 random bits as text.
pub struct GatewayToken(String);

impl GatewayToken {
    /// A new one.
    pub fn new() -> Result<Self, NoRandomness> {
        let mut bytes = [0; DIGITS / 2];
        getrandom::fill(&mut bytes).map_err(NoRandomness)?;
        Ok(Self(format!("{PREFIX}{}", Hex(&bytes).to_string().to_ascii_lowercase())))
    }

    /// The text, for the gateway and nobody else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.0.as_bytes())
    }
}

impl fmt::Debug for GatewayToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GatewayToken(..)")
    }
}

/// The hash of what somebody shows as a token; `None` where it cannot be one.
pub fn shown_token_hash(text: &str) -> Option<SecretHash> {
    let digits = text.strip_prefix(PREFIX)?;
    let is_hex = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (digits.len() == DIGITS && is_hex).then(|| SecretHash::of(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_tokens_are_the_same_and_each_is_known_again() {
        let (one, other) = (GatewayToken::new().unwrap(), GatewayToken::new().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(shown_token_hash(one.reveal()), Some(one.hash()));
        assert_eq!(format!("{one:?}"), "GatewayToken(..)");
        assert_ne!(new_claim_secret().unwrap(), new_claim_secret().unwrap());
    }

    #[test]
    fn what_is_no_token_is_not_looked_up() {
        let good = format!("{PREFIX}{}", "0".repeat(64));
        assert!(shown_token_hash(&good).is_some());
        for bad in ["", &good[1..], &good[..good.len() - 1], &good.replace('0', "A")] {
            assert_eq!(shown_token_hash(bad), None, "{bad}");
        }
    }
}
