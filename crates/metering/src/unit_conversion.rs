//! Units follow the register's name: what a register shows, and how a record's value gets there.
//!
//! The arithmetic is exact. Where a result has no finite decimal (joules in kWh), it is rounded
//! once, half to even, to [`SIGNIFICANT_DIGITS`]; the reading's source keeps the value as sent.

mod quotient;

use mbus::{Decimal, Quantity, Unit};

use quotient::divide;

/// How many digits a result without a finite decimal is rounded to.
pub(crate) const SIGNIFICANT_DIGITS: u32 = 12;

/// The unit a register's name asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RegisterUnit {
    /// Names that end with `_kwh`, and `en_im` and `en_ex`.
    KilowattHour,
    /// `power_kw`.
    Kilowatt,
    /// `vol_m3`.
    CubicMetre,
    /// `vol_flow_m3_h`.
    CubicMetrePerHour,
    /// Names that end with `_temp`.
    DegreeCelsius,
    /// `diff_temp`.
    Kelvin,
}

/// Why a value cannot be brought into a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConversionError {
    /// The units are of different kinds.
    #[error("the units are of different kinds")]
    OtherUnit,
    /// The result has more digits than can be held exactly.
    #[error("the result has more digits than can be held exactly")]
    OutOfRange,
}

/// `(value + offset) × numerator / denominator × 10^power`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Conversion {
    offset: i64,
    numerator: i64,
    denominator: u32,
    power: i16,
}

const fn times(numerator: i64, power: i16) -> Conversion {
    Conversion { offset: 0, numerator, denominator: 1, power }
}

/// 1 ft = 0.3048 m, to the third power.
const CUBIC_METRES_PER_CUBIC_FOOT: Conversion = times(28_316_846_592, -12);
/// 1 US gallon = 231 in³ = 3.785411784 l.
const CUBIC_METRES_PER_US_GALLON: i64 = 3_785_411_784;
/// 1 kWh = 3.6 MJ.
const JOULES_TO_KILOWATT_HOURS: Conversion =
    Conversion { offset: 0, numerator: 1, denominator: 36, power: -5 };
/// 1 cal = 4.1868 J, so 1 kcal = 1.163 Wh.
const CALORIES_TO_KILOWATT_HOURS: Conversion = times(1_163, -9);

impl RegisterUnit {
    /// The unit of a register; `None` where the name does not fix one and the record's own unit
    /// stays.
    ///
    /// ```
    /// use metering::RegisterUnit;
    ///
    /// assert_eq!(RegisterUnit::of("en_im"), Some(RegisterUnit::KilowattHour));
    /// assert_eq!(RegisterUnit::of("humidity"), None);
    /// ```
    pub fn of(register: &str) -> Option<Self> {
        match register {
            "en_im" | "en_ex" => Some(Self::KilowattHour),
            "power_kw" => Some(Self::Kilowatt),
            "vol_m3" => Some(Self::CubicMetre),
            "vol_flow_m3_h" => Some(Self::CubicMetrePerHour),
            "diff_temp" => Some(Self::Kelvin),
            name if name.ends_with("_kwh") => Some(Self::KilowattHour),
            name if name.ends_with("_temp") => Some(Self::DegreeCelsius),
            _ => None,
        }
    }

    /// The symbol.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::KilowattHour => "kWh",
            Self::Kilowatt => "kW",
            Self::CubicMetre => "m³",
            Self::CubicMetrePerHour => "m³/h",
            Self::DegreeCelsius => "°C",
            Self::Kelvin => "K",
        }
    }

    /// Whether registers of this unit count up, as a dial does.
    pub const fn is_counter(self) -> bool {
        matches!(self, Self::KilowattHour | Self::CubicMetre)
    }

    /// A value of a quantity, brought from its plain unit into this one.
    ///
    /// ```
    /// use mbus::{Decimal, Quantity, Unit};
    /// use metering::RegisterUnit;
    ///
    /// let energy = Decimal::new(12_345, 3);
    /// let kwh = RegisterUnit::KilowattHour.convert(energy, Quantity::Energy, Unit::WattHour);
    /// assert_eq!(kwh.unwrap().to_string(), "12345");
    /// ```
    pub fn convert(
        self,
        number: Decimal,
        quantity: Quantity,
        unit: Unit,
    ) -> Result<Decimal, ConversionError> {
        let conversion = self.conversion(quantity, unit).ok_or(ConversionError::OtherUnit)?;
        conversion.apply(number).ok_or(ConversionError::OutOfRange)
    }

    const fn conversion(self, quantity: Quantity, unit: Unit) -> Option<Conversion> {
        let is_difference = matches!(quantity, Quantity::TemperatureDifference);
        let conversion = match (self, unit) {
            (Self::KilowattHour, Unit::WattHour) | (Self::Kilowatt, Unit::Watt) => times(1, -3),
            (Self::KilowattHour, Unit::Joule) | (Self::Kilowatt, Unit::JoulePerHour) => {
                JOULES_TO_KILOWATT_HOURS
            }
            (Self::KilowattHour, Unit::Calorie) => CALORIES_TO_KILOWATT_HOURS,
            (Self::CubicMetre, Unit::CubicMetre)
            | (Self::CubicMetrePerHour, Unit::CubicMetrePerHour) => times(1, 0),
            (Self::CubicMetre, Unit::CubicFoot) => CUBIC_METRES_PER_CUBIC_FOOT,
            (Self::CubicMetre, Unit::UsGallon)
            | (Self::CubicMetrePerHour, Unit::UsGallonPerHour) => {
                times(CUBIC_METRES_PER_US_GALLON, -12)
            }
            (Self::CubicMetrePerHour, Unit::UsGallonPerMinute) => {
                times(60 * CUBIC_METRES_PER_US_GALLON, -12)
            }
            (Self::CubicMetrePerHour, Unit::CubicMetrePerMinute) => times(60, 0),
            (Self::CubicMetrePerHour, Unit::CubicMetrePerSecond) => times(3600, 0),
            (Self::DegreeCelsius, Unit::DegreeCelsius) if !is_difference => times(1, 0),
            (Self::DegreeCelsius, Unit::DegreeFahrenheit) if !is_difference => {
                Conversion { offset: -32, numerator: 5, denominator: 9, power: 0 }
            }
            (Self::Kelvin, Unit::Kelvin) => times(1, 0),
            (Self::Kelvin, Unit::DegreeCelsius) if is_difference => times(1, 0),
            (Self::Kelvin, Unit::DegreeFahrenheit) if is_difference => {
                Conversion { offset: 0, numerator: 5, denominator: 9, power: 0 }
            }
            _ => return None,
        };
        Some(conversion)
    }
}

impl Conversion {
    fn apply(self, number: Decimal) -> Option<Decimal> {
        let moved = match self.offset {
            0 => number,
            offset => number.checked_add(Decimal::from(offset))?,
        };
        let product = match self.numerator {
            1 => moved,
            numerator => moved.checked_mul(Decimal::from(numerator))?,
        };
        let result = divide(product, self.denominator)?.shift(self.power);
        // 4200 W is 4.2 kW; a value that stays as it is keeps the digits the meter sent.
        Some(if self == times(1, 0) { number } else { without_end_zeros(result) })
    }
}

/// The same number without zeros at the end of its places.
fn without_end_zeros(number: Decimal) -> Decimal {
    let shortest = number.normalized();
    match (u32::try_from(shortest.exponent()), number.exponent() < 0) {
        // A whole number that was written with places.
        (Ok(zeros), true) => 10_i128
            .checked_pow(zeros)
            .and_then(|power| shortest.mantissa().checked_mul(power))
            .map_or(shortest, |mantissa| Decimal::new(mantissa, 0)),
        (Ok(_), false) => number,
        (Err(_), _) => shortest,
    }
}
