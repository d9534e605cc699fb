//! The revision of a mapping: what tells readings that were made in another way apart.

use std::collections::BTreeMap;

/// To be raised whenever this crate makes other readings of the same telegrams, model and
/// parameters.
const RULES: u8 = 2;

/// 16 hex digits over the rules, the model's text and the parameters.
pub(super) fn of(model: &str, parameters: &BTreeMap<String, String>) -> String {
    let mut hash = Fnv1a::new();
    hash.write(&[RULES]);
    hash.write_text(model);
    for (name, value) in parameters {
        hash.write_text(name);
        hash.write_text(value);
    }
    format!("{:016x}", hash.0)
}

/// The 64-bit FNV-1a hash: the same on every machine and in every version, as a stored value
/// must be. It guards against mistakes, not against people.
struct Fnv1a(u64);

impl Fnv1a {
    const fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }

    /// A text and its end: moving a letter from one text to the next gives another hash.
    fn write_text(&mut self, text: &str) {
        self.write(text.as_bytes());
        // No UTF-8 text has this byte.
        self.write(&[0xFF]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        let mut hash = Fnv1a::new();
        hash.write(b"foobar");
        assert_eq!(hash.0, 0x8594_4171_F739_67E8);
    }

    #[test]
    fn model_name_and_value_all_count() {
        let one = |name: &str, value: &str| [(name.to_owned(), value.to_owned())].into();
        let revision = of("model", &one("reg", "{'a': 2}"));
        assert_eq!(revision, of("model", &one("reg", "{'a': 2}")));
        assert_ne!(revision, of("model ", &one("reg", "{'a': 2}")));
        assert_ne!(revision, of("model", &one("reg", "{'a': 3}")));
        assert_ne!(revision, of("model", &one("re", "g{'a': 2}")));
    }
}
