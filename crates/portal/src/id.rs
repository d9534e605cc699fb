//! The ids of the portal's nouns, as they stand in addresses and messages: `meter-17`.

use std::fmt;
use std::str::FromStr;

/// Why a text is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no id; one looks like {example}")]
pub struct IdError {
    example: &'static str,
}

fn parse(text: &str, prefix: &str) -> Option<i64> {
    let digits = text.strip_prefix(prefix)?.strip_prefix('-')?;
    let is_plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { digits.parse().ok() } else { None }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $example:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(crate) i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "-{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(text, $prefix).map(Self).ok_or(IdError { example: $example })
            }
        }
    };
}

id!(
    /// The id of a site.
    SiteId, "site", "site-1"
);
id!(
    /// The id of a gateway.
    GatewayId, "gateway", "gateway-1"
);
id!(
    /// The id of a meter.
    MeterId, "meter", "meter-1"
);
id!(
    /// The id of a command.
    CommandId, "command", "command-1"
);

id!(
    /// The id of a readout; larger ones came later.
    ReadoutId, "readout", "readout-1"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        assert_eq!("meter-17".parse(), Ok(MeterId(17)));
        assert_eq!(MeterId(17).to_string(), "meter-17");
        let others = ["", "meter", "meter-", "meter-0", "meter-017", "meter-+1", "gateway-1", "17"];
        for other in others {
            let error = other.parse::<MeterId>().unwrap_err();
            assert_eq!(error.to_string(), "this is no id; one looks like meter-1", "{other}");
        }
        assert!("meter-9223372036854775808".parse::<MeterId>().is_err());
    }
}
