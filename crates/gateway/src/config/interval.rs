//! Lengths of time as people write them: `500ms`, `90s`, `15m`, `1h30m`, `1d`.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Reads a length of time; the units are ms, s, m, h and d, larger ones first.
fn parse(text: &str) -> Result<Duration, IntervalError> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(IntervalError::Empty);
    }
    let mut total = Duration::ZERO;
    let mut last_unit = Duration::MAX;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (name, after) = after.split_at(letters);
        let unit = match name {
            "ms" => Duration::from_millis(1),
            "s" => Duration::from_secs(1),
            "m" | "min" => Duration::from_secs(60),
            "h" => Duration::from_secs(3_600),
            "d" => Duration::from_secs(86_400),
            _ => return Err(IntervalError::Form),
        };
        let count: u32 = number.parse().map_err(|_| IntervalError::Form)?;
        if unit >= last_unit {
            return Err(IntervalError::Form);
        }
        last_unit = unit;
        total = unit
            .checked_mul(count)
            .and_then(|part| total.checked_add(part))
            .ok_or(IntervalError::Form)?;
        rest = after.trim_start();
    }
    Ok(total)
}

/// A length of time for a key, or why it is none.
pub(super) fn check(
    key: &str,
    text: &str,
    allowed: &RangeInclusive<Duration>,
) -> Result<Duration, String> {
    match parse(text) {
        Ok(length) if allowed.contains(&length) => Ok(length),
        Ok(_) => {
            let (shortest, longest) = (show(*allowed.start()), show(*allowed.end()));
            Err(format!("{key} is \"{text}\", but it must be from {shortest} to {longest}"))
        }
        Err(error) => {
            let value = text.escape_default();
            Err(format!("{key} \"{value}\" is no length of time: {error}"))
        }
    }
}

/// Why a text is no length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IntervalError {
    Empty,
    Form,
}

impl fmt::Display for IntervalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::Form => f.write_str("write a number and a unit: 500ms, 30s, 15m, 1h or 1d"),
        }
    }
}

/// Writes a length of time the way [`parse`] reads it.
pub(crate) fn show(length: Duration) -> String {
    let mut text = String::new();
    let mut rest = length.as_millis();
    for (name, unit) in
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)]
    {
        if rest >= unit {
            text.push_str(&format!("{}{name}", rest / unit));
            rest %= unit;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_written_alike() {
        for (text, seconds) in [("15m", 900), ("1h", 3_600), ("1h30m", 5_400), ("1d", 86_400)] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)));
            assert_eq!(show(Duration::from_secs(seconds)), text);
        }
        assert_eq!(parse(" 1h 30m "), Ok(Duration::from_secs(5_400)));
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
    }

    #[test]
    fn other_texts_are_refused() {
        assert_eq!(parse(""), Err(IntervalError::Empty));
        for text in ["15", "m", "15 minutes", "-1h", "1.5h", "1m1h", "1m1m", "99999999999s", "1x"] {
            assert_eq!(parse(text), Err(IntervalError::Form), "{text}");
        }
    }
}
