//! The plain units of the standard; prefixes are folded into the number.

use core::fmt;

macro_rules! units {
    ($($variant:ident $symbol:literal $word:literal,)*) => {
        /// A plain unit. A value in kWh comes out in Wh, one in tonnes in kg.
        ///
        /// ```
        /// use mbus::Unit;
        ///
        /// assert_eq!(Unit::CubicMetrePerHour.symbol(), "m³/h");
        /// assert_eq!(Unit::from_symbol("Wh"), Some(Unit::WattHour));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "each variant is its own word")]
        pub enum Unit {
            $($variant,)*
        }

        impl Unit {
            /// Every unit.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The symbol, empty where there is no unit.
            pub const fn symbol(self) -> &'static str {
                match self { $(Self::$variant => $symbol,)* }
            }

            /// The word of the line view, empty where there is no unit.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

units! {
    None "" "",
    WattHour "Wh" "WATT_HOUR",
    Joule "J" "JOULE",
    Calorie "cal" "CALORIE",
    VarHour "varh" "VAR_HOUR",
    VoltAmpereHour "VAh" "VOLT_AMPERE_HOUR",
    CubicMetre "m³" "CUBIC_METRE",
    CubicFoot "ft³" "CUBIC_FEET",
    UsGallon "gal" "US_GALLON",
    Kilogram "kg" "KILOGRAM",
    Watt "W" "WATT",
    Var "var" "VAR",
    VoltAmpere "VA" "VOLT_AMPERE",
    JoulePerHour "J/h" "JOULE_PER_HOUR",
    CubicMetrePerHour "m³/h" "CUBIC_METRE_PER_HOUR",
    CubicMetrePerMinute "m³/min" "CUBIC_METRE_PER_MINUTE",
    CubicMetrePerSecond "m³/s" "CUBIC_METRE_PER_SECOND",
    UsGallonPerMinute "gal/min" "US_GALLON_PER_MINUTE",
    UsGallonPerHour "gal/h" "US_GALLON_PER_HOUR",
    KilogramPerHour "kg/h" "KILOGRAM_PER_HOUR",
    DegreeCelsius "°C" "DEGREE_CELSIUS",
    DegreeFahrenheit "°F" "DEGREE_FAHRENHEIT",
    Kelvin "K" "KELVIN",
    Bar "bar" "BAR",
    Second "s" "SECOND",
    Minute "min" "MIN",
    Hour "h" "HOUR",
    Day "d" "DAY",
    Month "month" "MONTH",
    Year "year" "YEAR",
    Volt "V" "VOLT",
    Ampere "A" "AMPERE",
    Hertz "Hz" "HERTZ",
    Percent "%" "PERCENTAGE",
    Degree "°" "DEGREE",
    DecibelMilliwatt "dBm" "SIGNAL_STRENGTH",
    Baud "Bd" "BAUD",
    BitTimes "bit times" "BIT_TIMES",
    Currency "currency" "CURRENCY",
    HcaUnit "" "RESERVED",
}

impl Unit {
    /// The unit with this symbol.
    pub fn from_symbol(symbol: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|unit| !symbol.is_empty() && unit.symbol() == symbol)
    }

    /// Whether there is a unit to show.
    pub const fn is_some(self) -> bool {
        !matches!(self, Self::None | Self::HcaUnit)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}
