//! Small texts inside a building: hex, durations, addresses, numbers with a fraction.

use core::time::Duration;

use mbus::address::IdentificationNumber;
use mbus::frame::MAX_FRAME_LEN;
use mbus::{Decimal, Manufacturer, MeterAddress, SecondaryAddress};

use super::BuildingError;

/// Bytes as pairs of hex digits.
pub(super) fn hex(key: &str, text: &str) -> Result<Vec<u8>, BuildingError> {
    let mut buffer = [0; MAX_FRAME_LEN];
    mbus::hex::decode(text, &mut buffer)
        .map(<[u8]>::to_vec)
        .map_err(|error| BuildingError::new(key, error))
}

/// A whole number with a unit: `300ms`, `20s`, `15m`, `1h`, `1d`.
pub(super) fn duration(key: &str, text: &str) -> Result<Duration, BuildingError> {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let milliseconds = match unit {
        "ms" => Some(1),
        "s" => Some(1000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        _ => None,
    };
    number
        .parse::<u64>()
        .ok()
        .zip(milliseconds)
        .and_then(|(number, milliseconds)| number.checked_mul(milliseconds))
        .map(Duration::from_millis)
        .ok_or_else(|| {
            let cause =
                format!("'{text}' is no duration; write a whole number with ms, s, m, h or d");
            BuildingError::new(key, cause)
        })
}

/// Three letters, or four hex digits in the order of the wire.
pub(super) fn manufacturer(text: &str) -> Result<Manufacturer, BuildingError> {
    let wire = || {
        let bytes = hex("manufacturer", text).ok()?;
        <[u8; 2]>::try_from(bytes).ok().map(Manufacturer::from_wire)
    };
    Manufacturer::from_letters(text).or_else(wire).ok_or_else(|| {
        let cause = format!(
            "'{text}' is no manufacturer; write its three letters, or four hex digits as on the wire"
        );
        BuildingError::new("manufacturer", cause)
    })
}

/// Up to eight digits as printed on the meter.
pub(super) fn identification(text: &str) -> Result<IdentificationNumber, BuildingError> {
    IdentificationNumber::from_printed(text)
        .map_err(|error| BuildingError::new("identification", error))
}

/// A secondary address in full.
pub(super) fn identity(key: &str, text: &str) -> Result<SecondaryAddress, BuildingError> {
    match text.parse::<MeterAddress>() {
        Ok(MeterAddress::Secondary(address)) if !address.has_wildcard() => Ok(address),
        Ok(_) => Err(BuildingError::new(key, "a meter is 16 hex digits without wildcards (F)")),
        Err(error) => Err(BuildingError::new(key, error)),
    }
}

/// A number as TOML has it, exactly as it is written there.
pub(super) fn decimal(key: &str, value: &toml::Value) -> Result<Decimal, BuildingError> {
    let text = match value {
        toml::Value::Integer(number) => number.to_string(),
        // The shortest digits that read back to the same number are those of the text.
        toml::Value::Float(number) => number.to_string(),
        toml::Value::String(text) => text.clone(),
        _ => String::new(),
    };
    text.parse().map_err(|_| {
        BuildingError::new(key, format!("{value} is no number; write it like 12 or 4.2"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(duration("d", "300ms"), Ok(Duration::from_millis(300)));
        assert_eq!(duration("d", "15m"), Ok(Duration::from_secs(900)));
        for text in ["", "15", "m", "1.5h", "-1s", "15 m", "99999999999999999999s"] {
            assert!(duration("d", text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_manufacturer_has_two_spellings() {
        assert_eq!(manufacturer("RAM"), manufacturer("2D48"));
        assert!(manufacturer("R4M").is_err());
        assert!(manufacturer("2D4").is_err());
    }

    #[test]
    fn numbers_keep_the_digits_of_the_text() {
        let number = |value| decimal("per_hour", &value).map(|number| number.to_string());
        assert_eq!(number(toml::Value::Float(4.2)).as_deref(), Ok("4.2"));
        assert_eq!(number(toml::Value::Integer(-3)).as_deref(), Ok("-3"));
        assert!(number(toml::Value::Boolean(true)).is_err());
        assert!(number(toml::Value::Float(f64::NAN)).is_err());
    }

    #[test]
    fn an_identity_has_no_wildcards() {
        assert!(identity("answers_as", "20316513C5140004").is_ok());
        assert_eq!(
            identity("answers_as", "printed:13653120C5140004"),
            identity("answers_as", "20316513C5140004")
        );
        for text in ["20316513FFFFFFFF", "13653120", "7", "2031"] {
            assert!(identity("answers_as", text).is_err(), "{text}");
        }
    }
}
