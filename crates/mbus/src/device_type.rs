//! The device type (EN 13757-7, table 13), called medium in older editions.

use core::fmt;

/// The device type byte with its names.
///
/// ```
/// use mbus::DeviceType;
///
/// assert_eq!(DeviceType::HEAT.name(), "heat meter");
/// assert_eq!(DeviceType::HEAT.symbol().to_string(), "HEAT_METER");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceType(pub u8);

/// Code, plain name, and the word of the line view; in the order of the standard.
const NAMES: [(u8, &str, &str); 36] = [
    (0x00, "other", "OTHER"),
    (0x01, "oil meter", "OIL_METER"),
    (0x02, "electricity meter", "ELECTRICITY_METER"),
    (0x03, "gas meter", "GAS_METER"),
    (0x04, "heat meter", "HEAT_METER"),
    (0x05, "steam meter", "STEAM_METER"),
    (0x06, "warm water meter", "WARM_WATER_METER"),
    (0x07, "water meter", "WATER_METER"),
    (0x08, "heat cost allocator", "HEAT_COST_ALLOCATOR"),
    (0x09, "compressed air", "COMPRESSED_AIR"),
    (0x0A, "cooling meter (outlet)", "COOLING_METER_OUTLET"),
    (0x0B, "cooling meter (inlet)", "COOLING_METER_INLET"),
    (0x0C, "heat meter (inlet)", "HEAT_METER_INLET"),
    (0x0D, "heat/cooling meter", "HEAT_COOLING_METER"),
    (0x0E, "bus/system component", "BUS_SYSTEM_COMPONENT"),
    (0x0F, "unknown", "UNKNOWN"),
    (0x14, "calorific value", "CALORIFIC_VALUE"),
    (0x15, "hot water meter", "HOT_WATER_METER"),
    (0x16, "cold water meter", "COLD_WATER_METER"),
    (0x17, "dual register water meter", "DUAL_REGISTER_WATER_METER"),
    (0x18, "pressure meter", "PRESSURE_METER"),
    (0x19, "A/D converter", "AD_CONVERTER"),
    (0x1A, "smoke detector", "SMOKE_DETECTOR"),
    (0x1B, "room sensor", "ROOM_SENSOR_TEMP_HUM"),
    (0x1C, "gas detector", "GAS_DETECTOR"),
    (0x20, "breaker (electricity)", "BREAKER_ELEC"),
    (0x21, "valve (gas or water)", "VALVE_GAS_OR_WATER"),
    (0x25, "customer unit (display)", "CUSTOMER_UNIT_DISPLAY_DEVICE"),
    (0x28, "waste water meter", "WASTE_WATER_METER"),
    (0x29, "garbage", "GARBAGE"),
    (0x2A, "carbon dioxide", "RESERVED_FOR_CO2"),
    (0x31, "communication controller", "COM_CONTROLLER"),
    (0x32, "unidirectional repeater", "UNIDIRECTION_REPEATER"),
    (0x33, "bidirectional repeater", "BIDIRECTION_REPEATER"),
    (0x36, "radio converter (system side)", "RADIO_CONVERTER_SYSTEM_SIDE"),
    (0x37, "radio converter (meter side)", "RADIO_CONVERTER_METER_SIDE"),
];

impl DeviceType {
    /// Electricity meter.
    pub const ELECTRICITY: Self = Self(0x02);
    /// Gas meter.
    pub const GAS: Self = Self(0x03);
    /// Heat meter, volume measured in the return pipe.
    pub const HEAT: Self = Self(0x04);
    /// Warm water meter (30 °C to 90 °C).
    pub const WARM_WATER: Self = Self(0x06);
    /// Water meter.
    pub const WATER: Self = Self(0x07);
    /// Heat cost allocator.
    pub const HEAT_COST_ALLOCATOR: Self = Self(0x08);
    /// Cold water meter.
    pub const COLD_WATER: Self = Self(0x16);

    fn entry(self) -> Option<&'static (u8, &'static str, &'static str)> {
        NAMES.iter().find(|(code, _, _)| *code == self.0)
    }

    /// The name in plain words; `reserved` for codes without one.
    pub fn name(self) -> &'static str {
        self.entry().map_or("reserved", |(_, name, _)| name)
    }

    /// The type with that name, in plain words or as the line view prints it, in either case.
    ///
    /// ```
    /// use mbus::DeviceType;
    ///
    /// assert_eq!(DeviceType::from_name("Heat meter"), Some(DeviceType::HEAT));
    /// assert_eq!(DeviceType::from_name("COLD_WATER_METER"), Some(DeviceType::COLD_WATER));
    /// assert_eq!(DeviceType::from_name("reserved"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        let is_it = |known: &str| known.eq_ignore_ascii_case(name);
        let mut names = NAMES.iter();
        names.find(|(_, plain, word)| is_it(plain) || is_it(word)).map(|(code, _, _)| Self(*code))
    }

    /// The word the line view prints.
    pub const fn symbol(self) -> Symbol {
        Symbol(self)
    }
}

/// A [`DeviceType`] as the word of the line view.
#[derive(Clone, Copy, Debug)]
pub struct Symbol(DeviceType);

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.0.0;
        if let Some((_, _, symbol)) = self.0.entry() {
            return f.write_str(symbol);
        }
        match code {
            0x10..=0x13 => write!(f, "RESERVED_FOR_METER_{code}"),
            0x1D..=0x1F => write!(f, "RESERVED_FOR_SENSOR_0X{code:02X}"),
            0x22..=0x24 => write!(f, "RESERVED_FOR_SWITCHING_DEVICE_0X{code:02X}"),
            0x26 | 0x27 => write!(f, "RESERVED_FOR_CUSTOMER_UNIT_0X{code:02X}"),
            0x2B..=0x2F => write!(f, "RESERVED_FOR_ENV_METER_0X{code:02X}"),
            0x30..=0x3F => write!(f, "RESERVED_FOR_SYSTEM_DEVICES_0X{code:02X}"),
            _ => f.write_str("RESERVED"),
        }
    }
}

impl fmt::Display for DeviceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for DeviceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X} {}", self.0, self.name())
    }
}
