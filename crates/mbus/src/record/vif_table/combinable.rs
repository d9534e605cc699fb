//! VIFEs that combine with any VIF (EN 13757-3, table 15; behind FC, table 16).
//!
//! One line per code, in the standard's order: code, name, what it does to the value.

use core::fmt;

use crate::{Quality, Unit, Unit as U};
use Effect::*;
use UnitFactor as F;

/// What one combinable VIFE stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VifeEntry {
    /// The code without its extension bit.
    pub code: u8,
    /// The name in snake case.
    pub name: &'static str,
    /// What it does to the value.
    pub effect: Effect,
}

/// What a VIFE does to the value it stands behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Says more about the value and leaves number and unit as they are.
    Note,
    /// The value lies in the future.
    Future,
    /// Integers are unsigned.
    Unsign,
    /// The meter reports that the record is faulty: there is no value.
    Fault(Quality),
    /// The unit is multiplied by this.
    Factor(UnitFactor),
    /// The value becomes a number of times.
    Count,
    /// The value becomes a time span in this unit.
    Duration(Unit),
    /// The value becomes a date or a date and time.
    TimePoint,
    /// The value is multiplied by this power of ten.
    Scale(i8),
    /// This power of ten, in the unit of the VIF, is added.
    Add(i8),
    /// The data is a profile: many values in one record.
    Profile,
    /// The next byte is looked up behind FC.
    Extension,
    /// What follows only the manufacturer knows.
    Private,
    /// The standard keeps the code for later.
    Reserved,
}

/// What a unit is multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is its own word")]
pub enum UnitFactor {
    PerSecond,
    PerMinute,
    PerHour,
    PerDay,
    PerWeek,
    PerMonth,
    PerYear,
    PerRevolution,
    PerPulse,
    PerLitre,
    PerCubicMetre,
    PerKilogram,
    PerKelvin,
    PerKilowattHour,
    PerGigajoule,
    PerKilowatt,
    PerKelvinLitre,
    PerVolt,
    PerAmpere,
    TimesSecond,
    TimesSecondPerVolt,
    TimesSecondPerAmpere,
}

impl UnitFactor {
    /// The symbol, to be written behind that of the unit.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::PerSecond => "/s",
            Self::PerMinute => "/min",
            Self::PerHour => "/h",
            Self::PerDay => "/d",
            Self::PerWeek => "/week",
            Self::PerMonth => "/month",
            Self::PerYear => "/year",
            Self::PerRevolution => "/revolution",
            Self::PerPulse => "/pulse",
            Self::PerLitre => "/l",
            Self::PerCubicMetre => "/m³",
            Self::PerKilogram => "/kg",
            Self::PerKelvin => "/K",
            Self::PerKilowattHour => "/kWh",
            Self::PerGigajoule => "/GJ",
            Self::PerKilowatt => "/kW",
            Self::PerKelvinLitre => "/(K·l)",
            Self::PerVolt => "/V",
            Self::PerAmpere => "/A",
            Self::TimesSecond => "·s",
            Self::TimesSecondPerVolt => "·s/V",
            Self::TimesSecondPerAmpere => "·s/A",
        }
    }
}

impl fmt::Display for UnitFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

const fn vife(code: u8, name: &'static str, effect: Effect) -> VifeEntry {
    VifeEntry { code, name, effect }
}

/// The table, indexed by the code without its extension bit.
#[rustfmt::skip]
pub(in crate::record) static TABLE: [VifeEntry; 128] = [
    vife(0x00, "no_error", Note),
    vife(0x01, "too_many_difes", Fault(Quality::DataError)),
    vife(0x02, "storage_number_not_implemented", Fault(Quality::DataError)),
    vife(0x03, "subunit_not_implemented", Fault(Quality::DataError)),
    vife(0x04, "tariff_not_implemented", Fault(Quality::DataError)),
    vife(0x05, "function_not_implemented", Fault(Quality::DataError)),
    vife(0x06, "data_class_not_implemented", Fault(Quality::DataError)),
    vife(0x07, "data_size_not_implemented", Fault(Quality::DataError)),
    vife(0x08, "reserved_vife", Reserved),
    vife(0x09, "reserved_vife", Reserved),
    vife(0x0A, "reserved_vife", Reserved),
    vife(0x0B, "too_many_vifes", Fault(Quality::DataError)),
    vife(0x0C, "illegal_vif_group", Fault(Quality::DataError)),
    vife(0x0D, "illegal_vif_exponent", Fault(Quality::DataError)),
    vife(0x0E, "vif_dif_mismatch", Fault(Quality::DataError)),
    vife(0x0F, "unimplemented_action", Fault(Quality::DataError)),
    vife(0x10, "reserved_vife", Reserved),
    vife(0x11, "reserved_vife", Reserved),
    vife(0x12, "reserved_vife", Reserved),
    vife(0x13, "inverse_compact_profile", Profile),
    vife(0x14, "reserved_vife", Reserved),
    vife(0x15, "no_data_available", Fault(Quality::NoData)),
    vife(0x16, "data_overflow", Fault(Quality::Overflow)),
    vife(0x17, "data_underflow", Fault(Quality::Underflow)),
    vife(0x18, "data_error", Fault(Quality::DataError)),
    vife(0x19, "reserved_vife", Reserved),
    vife(0x1A, "reserved_vife", Reserved),
    vife(0x1B, "reserved_vife", Reserved),
    vife(0x1C, "premature_end_of_record", Fault(Quality::DataError)),
    vife(0x1D, "standard_conform_data_content", Note),
    vife(0x1E, "compact_profile_with_registers", Profile),
    vife(0x1F, "compact_profile", Profile),
    vife(0x20, "per_second", Factor(F::PerSecond)),
    vife(0x21, "per_minute", Factor(F::PerMinute)),
    vife(0x22, "per_hour", Factor(F::PerHour)),
    vife(0x23, "per_day", Factor(F::PerDay)),
    vife(0x24, "per_week", Factor(F::PerWeek)),
    vife(0x25, "per_month", Factor(F::PerMonth)),
    vife(0x26, "per_year", Factor(F::PerYear)),
    vife(0x27, "per_revolution", Factor(F::PerRevolution)),
    vife(0x28, "per_input_pulse_0", Factor(F::PerPulse)),
    vife(0x29, "per_input_pulse_1", Factor(F::PerPulse)),
    vife(0x2A, "per_output_pulse_0", Factor(F::PerPulse)),
    vife(0x2B, "per_output_pulse_1", Factor(F::PerPulse)),
    vife(0x2C, "per_litre", Factor(F::PerLitre)),
    vife(0x2D, "per_cubic_metre", Factor(F::PerCubicMetre)),
    vife(0x2E, "per_kilogram", Factor(F::PerKilogram)),
    vife(0x2F, "per_kelvin", Factor(F::PerKelvin)),
    vife(0x30, "per_kilowatt_hour", Factor(F::PerKilowattHour)),
    vife(0x31, "per_gigajoule", Factor(F::PerGigajoule)),
    vife(0x32, "per_kilowatt", Factor(F::PerKilowatt)),
    vife(0x33, "per_kelvin_litre", Factor(F::PerKelvinLitre)),
    vife(0x34, "per_volt", Factor(F::PerVolt)),
    vife(0x35, "per_ampere", Factor(F::PerAmpere)),
    vife(0x36, "times_second", Factor(F::TimesSecond)),
    vife(0x37, "times_second_per_volt", Factor(F::TimesSecondPerVolt)),
    vife(0x38, "times_second_per_ampere", Factor(F::TimesSecondPerAmpere)),
    vife(0x39, "start_of", TimePoint),
    vife(0x3A, "uncorrected", Note),
    vife(0x3B, "positive_contributions", Note),
    vife(0x3C, "negative_contributions", Note),
    vife(0x3D, "non_metric", Note),
    vife(0x3E, "at_base_conditions", Note),
    vife(0x3F, "obis_declaration", Note),
    vife(0x40, "lower_limit", Note),
    vife(0x41, "lower_limit_exceed_count", Count),
    vife(0x42, "first_lower_limit_exceed_begin", TimePoint),
    vife(0x43, "first_lower_limit_exceed_end", TimePoint),
    vife(0x44, "reserved_vife", Reserved),
    vife(0x45, "reserved_vife", Reserved),
    vife(0x46, "last_lower_limit_exceed_begin", TimePoint),
    vife(0x47, "last_lower_limit_exceed_end", TimePoint),
    vife(0x48, "upper_limit", Note),
    vife(0x49, "upper_limit_exceed_count", Count),
    vife(0x4A, "first_upper_limit_exceed_begin", TimePoint),
    vife(0x4B, "first_upper_limit_exceed_end", TimePoint),
    vife(0x4C, "reserved_vife", Reserved),
    vife(0x4D, "reserved_vife", Reserved),
    vife(0x4E, "last_upper_limit_exceed_begin", TimePoint),
    vife(0x4F, "last_upper_limit_exceed_end", TimePoint),
    vife(0x50, "first_lower_limit_exceed_duration", Duration(U::Second)),
    vife(0x51, "first_lower_limit_exceed_duration", Duration(U::Minute)),
    vife(0x52, "first_lower_limit_exceed_duration", Duration(U::Hour)),
    vife(0x53, "first_lower_limit_exceed_duration", Duration(U::Day)),
    vife(0x54, "last_lower_limit_exceed_duration", Duration(U::Second)),
    vife(0x55, "last_lower_limit_exceed_duration", Duration(U::Minute)),
    vife(0x56, "last_lower_limit_exceed_duration", Duration(U::Hour)),
    vife(0x57, "last_lower_limit_exceed_duration", Duration(U::Day)),
    vife(0x58, "first_upper_limit_exceed_duration", Duration(U::Second)),
    vife(0x59, "first_upper_limit_exceed_duration", Duration(U::Minute)),
    vife(0x5A, "first_upper_limit_exceed_duration", Duration(U::Hour)),
    vife(0x5B, "first_upper_limit_exceed_duration", Duration(U::Day)),
    vife(0x5C, "last_upper_limit_exceed_duration", Duration(U::Second)),
    vife(0x5D, "last_upper_limit_exceed_duration", Duration(U::Minute)),
    vife(0x5E, "last_upper_limit_exceed_duration", Duration(U::Hour)),
    vife(0x5F, "last_upper_limit_exceed_duration", Duration(U::Day)),
    vife(0x60, "first_duration", Duration(U::Second)),
    vife(0x61, "first_duration", Duration(U::Minute)),
    vife(0x62, "first_duration", Duration(U::Hour)),
    vife(0x63, "first_duration", Duration(U::Day)),
    vife(0x64, "last_duration", Duration(U::Second)),
    vife(0x65, "last_duration", Duration(U::Minute)),
    vife(0x66, "last_duration", Duration(U::Hour)),
    vife(0x67, "last_duration", Duration(U::Day)),
    vife(0x68, "during_lower_limit_exceed", Note),
    vife(0x69, "leakage", Note),
    vife(0x6A, "first_begin", TimePoint),
    vife(0x6B, "first_end", TimePoint),
    vife(0x6C, "during_upper_limit_exceed", Note),
    vife(0x6D, "overflow", Note),
    vife(0x6E, "last_begin", TimePoint),
    vife(0x6F, "last_end", TimePoint),
    vife(0x70, "correction_factor", Scale(-6)),
    vife(0x71, "correction_factor", Scale(-5)),
    vife(0x72, "correction_factor", Scale(-4)),
    vife(0x73, "correction_factor", Scale(-3)),
    vife(0x74, "correction_factor", Scale(-2)),
    vife(0x75, "correction_factor", Scale(-1)),
    vife(0x76, "correction_factor", Scale(0)),
    vife(0x77, "correction_factor", Scale(1)),
    vife(0x78, "correction_constant", Add(-3)),
    vife(0x79, "correction_constant", Add(-2)),
    vife(0x7A, "correction_constant", Add(-1)),
    vife(0x7B, "correction_constant", Add(0)),
    vife(0x7C, "extension", Extension),
    vife(0x7D, "correction_factor", Scale(3)),
    vife(0x7E, "future_value", Future),
    vife(0x7F, "manufacturer_specific", Private),
];

/// Behind FC; codes without a line are reserved.
#[rustfmt::skip]
const EXTENSION_FC: [VifeEntry; 24] = [
    vife(0x00, "reserved_vife", Reserved),
    vife(0x01, "phase_l1", Note),
    vife(0x02, "phase_l2", Note),
    vife(0x03, "phase_l3", Note),
    vife(0x04, "neutral", Note),
    vife(0x05, "phase_l1_l2", Note),
    vife(0x06, "phase_l2_l3", Note),
    vife(0x07, "phase_l3_l1", Note),
    vife(0x08, "quadrant_1", Note),
    vife(0x09, "quadrant_2", Note),
    vife(0x0A, "quadrant_3", Note),
    vife(0x0B, "quadrant_4", Note),
    vife(0x0C, "import_minus_export", Note),
    vife(0x0D, "reserved_vife", Reserved),
    vife(0x0E, "reserved_vife", Reserved),
    vife(0x0F, "reserved_vife", Reserved),
    vife(0x10, "absolute_contributions", Note),
    vife(0x11, "type_c", Unsign),
    vife(0x12, "type_d", Unsign),
    vife(0x13, "direction_to_meter", Note),
    vife(0x14, "direction_from_meter", Note),
    vife(0x15, "reserved_vife", Reserved),
    vife(0x16, "reserved_vife", Reserved),
    vife(0x17, "reserved_vife", Reserved),
];

/// The entry of a code behind FC.
pub(in crate::record) const fn extension_fc(code: u8) -> VifeEntry {
    let index = (code & 0x7F) as usize;
    if index < EXTENSION_FC.len() {
        EXTENSION_FC[index]
    } else {
        VifeEntry { code: code & 0x7F, name: "reserved_vife", effect: Reserved }
    }
}
