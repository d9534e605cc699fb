//! Units by the name of the register: exact where that is possible, rounded once where not.

use mbus::{Decimal, Quantity, Unit};
use metering::{ConversionError, RegisterUnit};
use proptest::prelude::*;

fn convert(
    register: &str,
    number: &str,
    quantity: Quantity,
    unit: Unit,
) -> Result<String, ConversionError> {
    let to = RegisterUnit::of(register).unwrap();
    to.convert(number.parse().unwrap(), quantity, unit).map(|number| number.to_string())
}

fn kwh(number: &str, unit: Unit) -> String {
    convert("heat_energy_kwh", number, Quantity::Energy, unit).unwrap()
}

#[test]
fn a41_the_name_fixes_the_unit() {
    for (name, symbol) in [
        ("heat_energy_kwh", "kWh"),
        ("cold_energy_kwh", "kWh"),
        ("due_date_kwh", "kWh"),
        ("en_im", "kWh"),
        ("en_ex", "kWh"),
        ("power_kw", "kW"),
        ("vol_m3", "m³"),
        ("vol_flow_m3_h", "m³/h"),
        ("flow_temp", "°C"),
        ("return_temp", "°C"),
        ("outside_temp", "°C"),
        ("diff_temp", "K"),
    ] {
        assert_eq!(RegisterUnit::of(name).map(RegisterUnit::symbol), Some(symbol), "{name}");
    }
    for name in ["energy", "en_im_2", "KWH", "temp", "humidity", ""] {
        assert_eq!(RegisterUnit::of(name), None, "{name}");
    }
}

#[test]
fn a41_energy_comes_from_watt_hours_joules_and_calories() {
    assert_eq!(kwh("12345e3", Unit::WattHour), "12345");
    assert_eq!(kwh("1274", Unit::WattHour), "1.274");
    assert_eq!(kwh("0.001", Unit::WattHour), "0.000001");
    assert_eq!(kwh("3600000", Unit::Joule), "1");
    assert_eq!(kwh("36e8", Unit::Joule), "1000");
    assert_eq!(kwh("1e9", Unit::Joule), "277.777777778", "12 digits, half to even");
    assert_eq!(kwh("1000", Unit::Calorie), "0.001163", "1 kcal is 1.163 Wh");
    assert_eq!(kwh("1e9", Unit::Calorie), "1163");
    assert_eq!(kwh("0", Unit::Joule), "0");
}

#[test]
fn a41_rounding_is_once_and_to_twelve_digits() {
    assert_eq!(kwh("2e6", Unit::Joule), "0.555555555556");
    assert_eq!(kwh("-2e6", Unit::Joule), "-0.555555555556");
    assert_eq!(kwh("123456789012345677", Unit::Joule), "34293552503.4");
    assert_eq!(kwh("1e38", Unit::Joule), "27777777777800000000000000000000");
    // 9 nines and more round up into one digit more.
    assert_eq!(kwh("35999999999999", Unit::Joule), "10000000");
}

#[test]
fn a41_power_flow_and_volume_come_from_their_other_units() {
    let power = |number, unit| convert("power_kw", number, Quantity::Power, unit).unwrap();
    assert_eq!(power("4200", Unit::Watt), "4.2");
    assert_eq!(power("-99", Unit::Watt), "-0.099");
    assert_eq!(power("36e5", Unit::JoulePerHour), "1");
    assert_eq!(power("5000", Unit::Watt), "5");
    let flow =
        |number, unit| convert("vol_flow_m3_h", number, Quantity::VolumeFlowExt, unit).unwrap();
    assert_eq!(flow("1.210", Unit::CubicMetrePerHour), "1.210", "digits stay as they are");
    assert_eq!(flow("0.01", Unit::CubicMetrePerMinute), "0.6");
    assert_eq!(flow("0.000512", Unit::CubicMetrePerSecond), "1.8432");
    assert_eq!(flow("1", Unit::UsGallonPerMinute), "0.22712470704");
    let volume = |number, unit| convert("vol_m3", number, Quantity::Volume, unit).unwrap();
    assert_eq!(volume("600.000", Unit::CubicMetre), "600.000");
    assert_eq!(volume("1000", Unit::CubicFoot), "28.316846592");
    assert_eq!(volume("1000", Unit::UsGallon), "3.785411784");
}

#[test]
fn a41_temperatures_and_differences_are_not_mixed_up() {
    use Quantity::{FlowTemperature as Flow, TemperatureDifference as Difference};
    use Unit::{DegreeCelsius, DegreeFahrenheit, Kelvin};
    assert_eq!(convert("flow_temp", "62.5", Flow, DegreeCelsius).as_deref(), Ok("62.5"));
    assert_eq!(convert("flow_temp", "212", Flow, DegreeFahrenheit).as_deref(), Ok("100"));
    assert_eq!(convert("flow_temp", "32.0", Flow, DegreeFahrenheit).as_deref(), Ok("0"));
    assert_eq!(convert("flow_temp", "100", Flow, DegreeFahrenheit).as_deref(), Ok("37.7777777778"));
    assert_eq!(convert("diff_temp", "20.53", Difference, Kelvin).as_deref(), Ok("20.53"));
    assert_eq!(convert("diff_temp", "9", Difference, DegreeFahrenheit).as_deref(), Ok("5"));
    for (register, quantity, unit) in [
        ("flow_temp", Difference, Kelvin),
        ("flow_temp", Difference, DegreeFahrenheit),
        ("diff_temp", Flow, DegreeCelsius),
        ("diff_temp", Flow, DegreeFahrenheit),
    ] {
        let result = convert(register, "1", quantity, unit);
        assert_eq!(result, Err(ConversionError::OtherUnit), "{register} from {unit}");
    }
}

#[test]
fn a41_units_of_other_kinds_are_refused() {
    for (register, unit) in [
        ("vol_m3", Unit::WattHour),
        ("heat_energy_kwh", Unit::CubicMetre),
        ("heat_energy_kwh", Unit::VarHour),
        ("heat_energy_kwh", Unit::Watt),
        ("power_kw", Unit::WattHour),
        ("power_kw", Unit::VoltAmpere),
        ("vol_flow_m3_h", Unit::CubicMetre),
        ("vol_m3", Unit::None),
    ] {
        let result = convert(register, "1", Quantity::Energy, unit);
        assert_eq!(result, Err(ConversionError::OtherUnit), "{register} from {unit}");
    }
}

#[test]
fn numbers_beyond_the_range_are_refused() {
    let to = RegisterUnit::CubicMetre;
    let huge = Decimal::new(i128::MAX, 0);
    let result = to.convert(huge, Quantity::Volume, Unit::UsGallon);
    assert_eq!(result, Err(ConversionError::OutOfRange));
}

proptest! {
    /// Multiplying back gives the number again, wherever the result is not rounded.
    #[test]
    fn finite_conversions_are_exact(mantissa in any::<i64>(), exponent in -9_i16..9) {
        let number = Decimal::new(i128::from(mantissa), exponent);
        let exact = |to: RegisterUnit, unit, times: Decimal| {
            let result = to.convert(number, Quantity::Energy, unit).unwrap();
            assert_eq!(result.checked_mul(times), Some(number), "{number} {unit}");
        };
        exact(RegisterUnit::KilowattHour, Unit::WattHour, Decimal::new(1, 3));
        exact(RegisterUnit::Kilowatt, Unit::Watt, Decimal::new(1, 3));
        let scaled = RegisterUnit::CubicMetrePerHour
            .convert(number, Quantity::VolumeFlow, Unit::CubicMetrePerMinute)
            .unwrap();
        prop_assert_eq!(Some(scaled), number.checked_mul(Decimal::from(60)));
        let calories = RegisterUnit::KilowattHour
            .convert(number, Quantity::Energy, Unit::Calorie)
            .unwrap();
        prop_assert_eq!(Some(calories), number.checked_mul(Decimal::new(1163, -9)));
    }

    /// 9 divides the joules, so kilowatt hours are finite: 3.6 MJ are 1 kWh.
    #[test]
    fn joules_that_divide_are_exact(ninths in any::<i32>(), exponent in -9_i16..9) {
        let number = Decimal::new(9 * i128::from(ninths), exponent);
        let result =
            RegisterUnit::KilowattHour.convert(number, Quantity::Energy, Unit::Joule).unwrap();
        prop_assert_eq!(result.checked_mul(Decimal::new(36, 5)), Some(number));
    }

    /// A rounded result is off by less than one in its twelfth digit.
    #[test]
    fn rounded_conversions_are_near(joules in 1_i64..i64::MAX) {
        let result = RegisterUnit::KilowattHour
            .convert(Decimal::from(joules), Quantity::Energy, Unit::Joule)
            .unwrap();
        let back = result.checked_mul(Decimal::new(36, 5)).unwrap();
        let difference = back.checked_add(Decimal::from(-joules)).unwrap();
        let limit = Decimal::new(i128::from(joules), -11);
        prop_assert!(difference < limit && difference > Decimal::new(-limit.mantissa(), -11));
    }
}
