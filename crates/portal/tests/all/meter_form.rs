//! What a form says of a meter, and what is said of a form that is wrong.

use metering::Models;
use portal::meter::{Field, FieldError, MeterForm};

use crate::fleet::{heat_form, primary_form, rows};

fn faults(form: &MeterForm) -> Vec<FieldError> {
    form.check(&Models::builtin()).err().map(|errors| errors.0).unwrap_or_default()
}

fn single(form: &MeterForm) -> FieldError {
    let mut faults = faults(form);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.remove(0)
}

fn form() -> MeterForm {
    heat_form("gateway-1".parse().unwrap())
}

fn with(parameters: &[(&str, &str)]) -> MeterForm {
    MeterForm { parameters: rows(parameters), ..form() }
}

const ADDRESS: (&str, &str) = ("secondary_ad", "20316513C5140004");

#[test]
fn a03_every_model_of_the_document_can_be_chosen() {
    let gateway = "gateway-1".parse().unwrap();
    for model in ["integra_heat", "saphir_modularis"] {
        let form = MeterForm { model: model.to_owned(), ..primary_form(gateway, "Meter", "1") };
        assert_eq!(faults(&form), []);
    }
    let heat = ("reg", "{'heat_energy_kwh': 3}");
    let water = ("reg", "{'vol_m3': 4}");
    let electricity = ("reg", "{'en_im': 3, 'en_ex': 4}");
    for (model, register) in [
        ("manual_heat_secondary_ad", heat),
        ("manual_water_secondary_ad", water),
        ("generic_mbus", electricity),
    ] {
        let form = MeterForm { model: model.to_owned(), ..with(&[ADDRESS, register]) };
        assert_eq!(faults(&form), [], "{model}");
    }
}

#[test]
fn an_unknown_model_is_refused_with_the_names_there_are() {
    let fault = single(&MeterForm { model: "integra".to_owned(), ..form() });
    assert_eq!(fault.field, Field::Model);
    assert!(fault.message.contains("manual_heat_secondary_ad"), "{}", fault.message);
}

#[test]
fn a23_a_wrong_address_is_refused_with_the_reason_and_the_position() {
    let in_row = |text| single(&with(&[("reg", "{'heat_energy_kwh': 3}"), ("secondary_ad", text)]));
    let fault = in_row("2031651GC5140004");
    assert_eq!((fault.field, fault.position), (Field::Value(1), Some(7)));
    assert!(fault.message.contains("'G' at position 7"), "{}", fault.message);
    let fault = in_row("20316513C51400");
    assert_eq!((fault.field, fault.position), (Field::Value(1), None));
    assert!(fault.message.contains("14 digits make no address"), "{}", fault.message);

    let gateway = "gateway-1".parse().unwrap();
    let fault = single(&primary_form(gateway, "Meter", "2031651GC5140004"));
    assert_eq!((fault.field, fault.position), (Field::Address, Some(7)));
    let fault = single(&primary_form(gateway, "Meter", "251"));
    assert!(fault.message.contains("meters have 0 to 250"), "{}", fault.message);
    let fault = single(&primary_form(gateway, "Meter", " "));
    assert_eq!(fault.field, Field::Address);
}

#[test]
fn a29_to_a32_the_registers_of_the_document_are_taken_as_written() {
    let list = "{'flow_temp': 9, 'heat_energy_kwh': 3, 'power_kw': 5, 'return_temp': 10, \
                'vol_flow_m3_h': 7, 'vol_m3': 4, 'diff_temp': 11}";
    let json = list.replace('\'', "\"");
    for text in ["{'heat_energy_kwh': 3}", "{'cold_energy_kwh': 3}", list, &json] {
        assert_eq!(faults(&with(&[ADDRESS, ("reg", text)])), [], "{text}");
    }
}

#[test]
fn a33_broken_registers_are_refused_with_the_position_of_the_fault() {
    for (text, position) in [
        ("{'heat_energy_kwh': 0}", 20),
        ("{'heat_energy_kwh': 1}", 20),
        ("{'heat_energy_kwh': -3}", 20),
        ("{'heat_energy_kwh': 3", 21),
        ("{'a': 3, 'a': 4}", 9),
    ] {
        let fault = single(&with(&[ADDRESS, ("reg", text)]));
        assert_eq!((fault.field, fault.position), (Field::Value(1), Some(position)), "{text}");
    }
}

#[test]
fn a34_a_manual_model_without_its_parameters_is_refused() {
    let fault = single(&with(&[ADDRESS]));
    assert_eq!(fault.field, Field::Parameters);
    assert!(fault.message.contains("needs the parameter reg"), "{}", fault.message);
    // Left empty is not given; the row is where it is to be mended.
    let fault = single(&with(&[ADDRESS, ("reg", " ")]));
    assert_eq!(fault.field, Field::Value(1));
    let faults = faults(&with(&[("reg", "{'heat_energy_kwh': 3}")]));
    let fields: Vec<_> = faults.iter().map(|fault| fault.field).collect();
    assert_eq!(fields, [Field::Address, Field::Parameters]);
    assert!(faults[1].message.contains("needs the parameter secondary_ad"));
}

#[test]
fn a_parameter_the_model_does_not_have_is_refused_at_its_key() {
    let fault = single(&with(&[ADDRESS, ("reg", "{'heat_energy_kwh': 3}"), ("colour", "red")]));
    assert_eq!(fault.field, Field::Key(2));
    let gateway = "gateway-1".parse().unwrap();
    let fixed = MeterForm {
        parameters: rows(&[("reg", "{'vol_m3': 3}")]),
        ..primary_form(gateway, "Meter", "1")
    };
    assert_eq!(single(&fixed).field, Field::Key(0));
}

#[test]
fn rows_must_have_keys_that_differ() {
    let registers = ("reg", "{'heat_energy_kwh': 3}");
    let fault = single(&with(&[ADDRESS, registers, (" reg ", "{'heat_energy_kwh': 4}")]));
    assert_eq!(fault.field, Field::Key(2));
    assert!(fault.message.contains("stands in two rows"), "{}", fault.message);
    let fault = single(&with(&[ADDRESS, registers, ("", "something")]));
    assert_eq!(fault.field, Field::Key(2));
    assert_eq!(faults(&with(&[ADDRESS, registers, ("", " ")])), [], "an empty row is no fault");
}

#[test]
fn all_faults_of_a_form_are_told_at_once() {
    let form = MeterForm {
        name: " ".to_owned(),
        address: "251".to_owned(),
        protocol: "modbus".to_owned(),
        baudrate: 2_401,
        model: "none".to_owned(),
        ..form()
    };
    let fields: Vec<_> = faults(&form).iter().map(|fault| fault.field).collect();
    let wanted = [Field::Name, Field::Protocol, Field::Baudrate, Field::Address, Field::Model];
    assert_eq!(fields, wanted);
    let sentence = form.check(&Models::builtin()).unwrap_err().to_string();
    assert!(sentence.starts_with("the name is empty; give the meter one; "), "{sentence}");
}
