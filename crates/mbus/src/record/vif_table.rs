//! The VIF and VIFE codes as data, one line per code in the order of the standard.

pub(super) mod combinable;
mod extension_fb;
mod extension_fd;
mod primary;

use super::Meaning;
use crate::{Quantity, Unit};

/// What one VIF code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VifEntry {
    /// The code without its extension bit.
    pub code: u8,
    /// What the value is.
    pub quantity: Quantity,
    /// Its plain unit.
    pub unit: Unit,
    /// The power of ten that brings the transmitted number into the unit.
    pub exponent: i8,
    /// How the data bytes are to be read.
    pub kind: Kind,
    /// What the code means where no VIFE follows, made once for all.
    meaning: Meaning,
}

impl VifEntry {
    /// What the code means where no VIFE follows.
    #[inline]
    pub const fn meaning(&self) -> &Meaning {
        &self.meaning
    }
}

/// One line of a table.
const fn vif(code: u8, quantity: Quantity, unit: Unit, exponent: i8, kind: Kind) -> VifEntry {
    let meaning = Meaning::of_vif(quantity, unit, exponent, kind);
    VifEntry { code, quantity, unit, exponent, kind, meaning }
}

/// How data bytes are read, beyond what the DIF says (EN 13757-3, annex A).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Integers are signed (type B), the rule where nothing else is said.
    Signed,
    /// Integers are unsigned (types C and D): flags, addresses, numbers of things.
    Unsigned,
    /// Integers of 16, 24, 32 and 48 bits are dates and times (types G, J, F, I).
    Calendar,
    /// 32 bits are an identification number, 64 bits a whole secondary address.
    Identification,
    /// Only the manufacturer knows.
    Private,
    /// The standard keeps the code for later.
    Unknown,
}

/// The tables a VIF is looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VifTable {
    /// The first byte itself.
    Primary,
    /// The byte behind `FB`.
    ExtensionFb,
    /// The byte behind `FD`.
    ExtensionFd,
}

impl VifTable {
    /// The entry of a code; its extension bit is passed over.
    #[inline]
    pub const fn entry(self, code: u8) -> &'static VifEntry {
        let table = match self {
            Self::Primary => &primary::TABLE,
            Self::ExtensionFb => &extension_fb::TABLE,
            Self::ExtensionFd => &extension_fd::TABLE,
        };
        &table[(code & 0x7F) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_stands_at_its_code() {
        for table in [VifTable::Primary, VifTable::ExtensionFb, VifTable::ExtensionFd] {
            for code in 0..=0x7F {
                assert_eq!(table.entry(code).code, code, "{table:?}");
            }
        }
        for (index, entry) in combinable::TABLE.iter().enumerate() {
            assert_eq!(usize::from(entry.code), index);
        }
    }

    #[test]
    fn codes_that_other_libraries_get_wrong() {
        use Quantity as Q;
        use Unit as U;
        let of = |table: VifTable, code| {
            let entry = table.entry(code);
            (entry.quantity, entry.unit, entry.exponent)
        };
        let fb = |code| of(VifTable::ExtensionFb, code);
        let fd = |code| of(VifTable::ExtensionFd, code);
        assert_eq!(fb(0x02), (Q::ReactiveEnergy, U::VarHour, 3));
        assert_eq!(fb(0x0C), (Q::Energy, U::Calorie, 5));
        assert_eq!(fb(0x14), (Q::ReactivePower, U::Var, 0));
        assert_eq!(fb(0x1A), (Q::RelativeHumidity, U::Percent, -1));
        assert_eq!(fb(0x2C), (Q::Frequency, U::Hertz, -3));
        assert_eq!(fb(0x34), (Q::ApparentPower, U::VoltAmpere, 0));
        assert_eq!(fb(0x08), (Q::Energy, U::Joule, 8));
        assert_eq!(fb(0x30), (Q::Power, U::JoulePerHour, 8));
        assert_eq!(fd(0x30), (Q::TariffStart, U::None, 0));
        assert_eq!(fd(0x31), (Q::TariffDuration, U::Minute, 0));
        assert_eq!(fd(0x38), (Q::TariffPeriod, U::Month, 0));
        assert_eq!(fd(0x2C), (Q::DurationSinceLastReadout, U::Second, 0));
        assert_eq!(fd(0x6F), (Q::BatteryOperatingTime, U::Year, 0));
        assert_eq!(fd(0x71), (Q::RfLevel, U::DecibelMilliwatt, 0));
        assert_eq!(fd(0x74), (Q::RemainingBatteryLife, U::Day, 0));
        assert_eq!(fd(0x48), (Q::Voltage, U::Volt, -1));
        assert_eq!(fd(0x59), (Q::Current, U::Ampere, -3));
    }
}
