//! A model with parameters: what is refused, and when the revision changes.

use std::collections::BTreeMap;

use metering::{Mapping, MappingError, Models};

fn mapping(model: &str, parameters: &[(&str, &str)]) -> Result<Mapping, MappingError> {
    let parameters: BTreeMap<_, _> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Mapping::new(&Models::builtin(), model, &parameters)
}

const ADDRESS: (&str, &str) = ("secondary_ad", "20316513C5140004");
const REG: (&str, &str) = ("reg", "{'heat_energy_kwh': 3}");

#[test]
fn an_unknown_model_is_refused_with_the_names_there_are() {
    let error = mapping("integra", &[]).unwrap_err();
    assert_eq!(error.parameter(), None);
    let text = error.to_string();
    assert!(text.contains("\"integra\"") && text.contains("integra_heat, "), "{text}");
}

#[test]
fn a34_a_manual_model_needs_both_parameters() {
    assert!(mapping("manual_heat_secondary_ad", &[ADDRESS, REG]).is_ok());
    for (given, missing) in [(ADDRESS, "reg"), (REG, "secondary_ad")] {
        for blank in [None, Some((missing, "  "))] {
            let parameters: Vec<_> = [given].into_iter().chain(blank).collect();
            let error = mapping("manual_heat_secondary_ad", &parameters).unwrap_err();
            assert_eq!(error.parameter(), Some(missing));
            assert!(error.to_string().contains("such as"), "{error}");
        }
    }
    assert!(mapping("generic_mbus", &[REG]).is_ok(), "generic meters may have a primary address");
}

#[test]
fn a_standard_model_needs_nothing_and_has_its_own_registers() {
    assert!(mapping("integra_heat", &[]).is_ok());
    assert!(mapping("integra_heat", &[ADDRESS]).is_ok());
    let error = mapping("integra_heat", &[REG]).unwrap_err();
    assert_eq!(error.parameter(), Some("reg"));
    assert!(error.to_string().contains("generic_mbus"), "{error}");
}

#[test]
fn a_parameter_the_model_does_not_have_is_refused() {
    let error = mapping("generic_mbus", &[REG, ("regs", "{}")]).unwrap_err();
    assert_eq!(error.parameter(), Some("regs"));
    assert!(error.to_string().contains("secondary_ad, reg"), "{error}");
}

#[test]
fn a23_a_wrong_address_is_refused_with_reason_and_position() {
    let error = |text| mapping("generic_mbus", &[("secondary_ad", text), REG]).unwrap_err();
    let bad_digit = error("2031651GC5140004");
    assert_eq!((bad_digit.parameter(), bad_digit.position()), (Some("secondary_ad"), Some(7)));
    assert!(bad_digit.to_string().contains("'G'"), "{bad_digit}");
    assert!(error("20316513C514000").to_string().contains("15 digits"));
    assert!(error("250").to_string().contains("primary address"));
}

#[test]
fn the_serial_as_printed_is_an_address_too() {
    let by =
        |text| mapping("generic_mbus", &[("secondary_ad", text), REG]).unwrap().secondary_address();
    assert_eq!(by("13653120"), by("20316513FFFFFFFF"));
    assert_eq!(by("20316513c5140004").unwrap().to_string(), "20316513C5140004");
}

#[test]
fn a33_a_wrong_list_is_refused_with_its_position() {
    let error = mapping("generic_mbus", &[("reg", "{'en_im': 1}")]).unwrap_err();
    assert_eq!((error.parameter(), error.position()), (Some("reg"), Some(10)));
    assert!(error.to_string().starts_with("reg: line 1 is the telegram's header"), "{error}");
}

#[test]
fn the_revision_changes_with_model_and_parameters_and_with_nothing_else() {
    let revision =
        |model, parameters: &[_]| mapping(model, parameters).unwrap().revision().to_owned();
    let manual = revision("manual_heat_secondary_ad", &[ADDRESS, REG]);
    assert_eq!(manual, revision("manual_heat_secondary_ad", &[REG, ADDRESS]));
    assert_eq!(manual.len(), 16);
    assert_ne!(manual, revision("generic_mbus", &[ADDRESS, REG]));
    let other = ("reg", "{'heat_energy_kwh': 4}");
    assert_ne!(manual, revision("manual_heat_secondary_ad", &[ADDRESS, other]));
    assert_ne!(revision("integra_heat", &[]), revision("integra_heat", &[ADDRESS]));
}
