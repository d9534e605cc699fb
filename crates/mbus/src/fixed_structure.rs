//! The fixed structure (CI 73, EN 1434-3:1997): identification, state and two counters.

use crate::address::IdentificationNumber;
use crate::header::Status;
use crate::record::{DataField, read_bcd};
use crate::{Decimal, DeviceType, Quality, Quantity, Unit};

/// The data of an answer with the fixed structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedStructure<'a> {
    /// Who answers.
    pub identification: IdentificationNumber,
    /// Counts the answers of the meter, modulo 256.
    pub access_number: u8,
    /// Bit 0: counters are binary; bit 1: they were stored at a fixed date; the others as in
    /// the header.
    pub status: u8,
    /// The medium.
    pub device_type: DeviceType,
    /// The two counters.
    pub counters: [FixedCounter<'a>; 2],
}

/// One counter of the fixed structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedCounter<'a> {
    /// The four bytes.
    pub data: &'a [u8],
    /// How they are coded.
    pub data_field: DataField,
    /// The code of the unit.
    pub unit_code: u8,
    /// 0: the current value; 1: stored at a fixed date.
    pub storage: u8,
    /// What it counts.
    pub quantity: Quantity,
    /// The plain unit.
    pub unit: Unit,
    /// The power of ten that brings the transmitted number into the unit.
    pub exponent: i16,
    /// The value in that unit.
    pub value: Option<Decimal>,
    /// Whether the value can be used.
    pub quality: Quality,
}

const LEN: usize = 16;
const SAME_BUT_HISTORIC: u8 = 0x3E;

impl<'a> FixedStructure<'a> {
    /// Reads the 16 bytes behind CI 73.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let bytes = bytes.first_chunk::<LEN>()?;
        let [a, b, c, d, access_number, status, first, second, ..] = *bytes;
        let (first_unit, second_unit) = (first & 0x3F, second & 0x3F);
        let medium = first >> 6 | second >> 6 << 2;
        let counter =
            |data, unit_code, own_code| FixedCounter::read(data, unit_code, own_code, status);
        // 3E in one counter: the unit is the other one's, and the value is a stored one.
        let first_real = if first_unit == SAME_BUT_HISTORIC { second_unit } else { first_unit };
        let second_real = if second_unit == SAME_BUT_HISTORIC { first_unit } else { second_unit };
        Some(Self {
            identification: IdentificationNumber::from_wire([a, b, c, d]),
            access_number,
            status,
            device_type: device_type(medium),
            counters: [
                counter(&bytes[8..12], first_real, first_unit),
                counter(&bytes[12..16], second_real, second_unit),
            ],
        })
    }

    /// The conditions that are set; bits 0 and 1 speak of the counters here.
    pub const fn conditions(&self) -> Status {
        Status(self.status & 0xFC)
    }
}

impl<'a> FixedCounter<'a> {
    fn read(data: &'a [u8], unit_code: u8, own_code: u8, status: u8) -> Self {
        let is_binary = status & 0b01 != 0;
        let is_stored = status & 0b10 != 0 || own_code == SAME_BUT_HISTORIC;
        let (quantity, unit, exponent) = unit_of(unit_code);
        let (data_field, number) = if is_binary {
            let mut wide = [0; 4];
            wide.copy_from_slice(data);
            let number = Decimal::from(i64::from(u32::from_le_bytes(wide)));
            (DataField::Integer(4), Ok(number))
        } else {
            (DataField::Bcd(4), read_bcd(data, false))
        };
        let known = quantity != Quantity::Reserved;
        Self {
            data,
            data_field,
            unit_code: own_code,
            storage: u8::from(is_stored),
            quantity,
            unit,
            exponent,
            value: number.ok().map(|number| number.shift(exponent)),
            quality: match number {
                Err(quality) => quality,
                Ok(_) if known => Quality::Ok,
                Ok(_) => Quality::UnknownVif,
            },
        }
    }
}

/// The medium code of the fixed structure (table 7); mode 2 media are the same media.
const fn device_type(medium: u8) -> DeviceType {
    match medium {
        0x0..=0x8 => DeviceType(medium),
        0xA => DeviceType::GAS,
        0xB => DeviceType::HEAT,
        0xC => DeviceType::WARM_WATER,
        0xD => DeviceType::WATER,
        0xE => DeviceType::HEAT_COST_ALLOCATOR,
        _ => DeviceType(0x0F),
    }
}

/// The unit code (table 6): groups of three or six powers of ten.
const fn unit_of(code: u8) -> (Quantity, Unit, i16) {
    match code {
        0x02..=0x0A => (Quantity::Energy, Unit::WattHour, step_of(code, 0x02)),
        0x0B..=0x13 => (Quantity::Energy, Unit::Joule, 3 + step_of(code, 0x0B)),
        0x14..=0x1C => (Quantity::Power, Unit::Watt, step_of(code, 0x14)),
        0x1D..=0x25 => (Quantity::Power, Unit::JoulePerHour, 3 + step_of(code, 0x1D)),
        0x26..=0x2E => (Quantity::Volume, Unit::CubicMetre, step_of(code, 0x26) - 6),
        0x2F..=0x37 => (Quantity::VolumeFlow, Unit::CubicMetrePerHour, step_of(code, 0x2F) - 6),
        0x38 => (Quantity::FlowTemperature, Unit::DegreeCelsius, -3),
        0x39 => (Quantity::HeatCostAllocation, Unit::HcaUnit, 0),
        0x3F => (Quantity::Dimensionless, Unit::None, 0),
        _ => (Quantity::Reserved, Unit::None, 0),
    }
}

const fn step_of(code: u8, first: u8) -> i16 {
    (code - first) as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    fn values(bytes: [u8; 16]) -> [(std::string::String, Unit, u8); 2] {
        FixedStructure::parse(&bytes).unwrap().counters.map(|counter| {
            (
                counter.value.map(|n| n.to_string()).unwrap_or_default(),
                counter.unit,
                counter.storage,
            )
        })
    }

    #[test]
    fn d26_bcd_counters_and_the_same_unit_but_historic() {
        let bytes =
            [0x78, 0x56, 0x34, 0x12, 0x0A, 0x00, 0xE9, 0x7E, 0x01, 0, 0, 0, 0x35, 0x01, 0, 0];
        let fixed = FixedStructure::parse(&bytes).unwrap();
        assert_eq!(fixed.identification.to_string(), "12345678");
        assert_eq!(fixed.device_type, DeviceType::WATER);
        assert_eq!(
            values(bytes),
            [("0.001".into(), Unit::CubicMetre, 0), ("0.135".into(), Unit::CubicMetre, 1)]
        );
    }

    #[test]
    fn d26c_binary_counters() {
        let bytes =
            [0x78, 0x56, 0x34, 0x12, 0x0B, 0x01, 0x05, 0x05, 0x39, 0x30, 0, 0, 0x31, 0xD4, 0, 0];
        assert_eq!(
            values(bytes),
            [("12345000".into(), Unit::WattHour, 0), ("54321000".into(), Unit::WattHour, 0)]
        );
    }
}
