//! One step of a schema.

/// One step of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// From 1, without gaps.
    pub number: u32,
    /// The words of its file name.
    pub name: &'static str,
    /// Its statements.
    pub sql: &'static str,
}

impl Migration {
    /// FNV-1a over the text, carriage returns left out. It guards against a change by mistake,
    /// not against a forger, who could change the whole file as well.
    pub fn hash(&self) -> String {
        let bytes = self.sql.bytes().filter(|byte| *byte != b'\r');
        let hash = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        format!("{hash:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_sees_every_change_but_that_of_line_ends() {
        let step = |sql| Migration { number: 1, name: "x", sql };
        assert_eq!(step("a\nb").hash(), step("a\r\nb").hash());
        assert_ne!(step("a\nb").hash(), step("a b").hash());
        // The published value of FNV-1a for "a".
        assert_eq!(step("a").hash(), "af63dc4c8601ec8c");
    }
}
