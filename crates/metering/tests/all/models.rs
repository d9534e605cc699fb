//! Every model in `models/` is embedded, can be read, and is proven by telegrams beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use metering::{Mapping, Model, Models, Reading, ReadingValue, interpret};
use serde::Deserialize;

use crate::frames::telegrams_in;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    identification: Option<String>,
    unmapped_records: Option<usize>,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    #[serde(default)]
    reading: Vec<ExpectedReading>,
    #[serde(default)]
    problem: Vec<ExpectedProblem>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct ExpectedReading {
    register: String,
    value: Option<String>,
    text: Option<String>,
    unit: Option<String>,
    #[serde(default = "ok")]
    quality: String,
    measured_at: Option<String>,
    line: Option<u16>,
    #[serde(default)]
    is_index: bool,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct ExpectedProblem {
    register: Option<String>,
    code: String,
}

fn ok() -> String {
    "ok".to_owned()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models")
}

/// Path below `models/` and text of all files that end so.
fn files(ending: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![(String::new(), folder())];
    while let Some((prefix, folder)) = folders.pop() {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let below = format!("{prefix}{name}");
            if path.is_dir() {
                folders.push((format!("{below}/"), path));
            } else if name.ends_with(ending) && !name.starts_with('.') {
                files.insert(below, fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// The model files: all TOML files that are not the expected readings of one.
fn model_files() -> BTreeMap<String, String> {
    let mut all = files(".toml");
    all.retain(|path, _| !path.ends_with(".expected.toml"));
    all
}

#[test]
fn every_model_file_is_embedded_as_it_is() {
    let embedded: BTreeMap<_, _> = Models::embedded_files()
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    assert_eq!(embedded, model_files());
}

#[test]
fn every_embedded_file_is_a_model_that_can_be_chosen() {
    let (models, faults) = Models::read(Models::embedded_files());
    let faults: Vec<_> = faults.iter().map(|fault| format!("models/{fault}")).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for path in model_files().keys() {
        let (group, file) = path.split_once('/').unwrap_or(("", path));
        let is_maker = group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_uppercase());
        assert!(is_maker || group == "generic", "models/{path} is in no folder of a manufacturer");
        let model = models.get(file.trim_end_matches(".toml")).unwrap();
        assert!(!model.title().is_empty(), "models/{path} has no title");
        assert!(!model.description().is_empty(), "models/{path} has no description");
    }
    assert!(Models::builtin().names().eq(models.names()));
}

#[test]
fn a_file_that_is_no_model_is_named_and_costs_no_other() {
    let good = "name = \"a\"\ntitle = \"A\"\n[parameters]\nreg = \"required\"\n";
    let (models, faults) = Models::read(&[
        ("XYZ/broken.toml", "name = \"broken"),
        ("XYZ/a.toml", good),
        ("XYZ/b.toml", good),
        ("UVW/a.toml", good),
        ("XYZ/unknown_key.toml", "name = \"unknown_key\"\ncolour = \"red\""),
    ]);
    assert!(models.names().eq(["a"]));
    let said: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert!(said[0].starts_with("XYZ/broken.toml is no model: "), "{}", said[0]);
    assert_eq!(said[1], "XYZ/b.toml is no model: its name is a; name the file a.toml");
    assert!(said[2].starts_with("UVW/a.toml is no model: another file"), "{}", said[2]);
    assert!(said[3].contains("XYZ/unknown_key.toml") && said[3].contains("colour"), "{}", said[3]);
    assert_eq!(said.len(), 4);
}

#[test]
fn a03_the_models_of_the_manual_are_there() {
    let models = Models::builtin();
    for name in [
        "integra_heat",
        "saphir_modularis",
        "manual_heat_secondary_ad",
        "manual_water_secondary_ad",
        "generic_mbus",
    ] {
        assert!(models.get(name).is_some(), "{name}");
    }
}

#[test]
fn every_model_gives_the_readings_expected_of_its_telegrams() {
    let models = Models::builtin();
    let telegrams = files(".telegram.hex");
    let expectations = files(".expected.toml");
    let cases = |files: &BTreeMap<String, String>, ending: &str| -> BTreeSet<String> {
        files.keys().map(|path| path.strip_suffix(ending).unwrap().to_owned()).collect()
    };
    let all = cases(&telegrams, ".telegram.hex");
    assert_eq!(all, cases(&expectations, ".expected.toml"), "each telegram has its expectation");
    for case in &all {
        let model = case.split_once('/').unwrap().1.split('.').next().unwrap();
        check_case(
            &models,
            model,
            case,
            &telegrams[&format!("{case}.telegram.hex")],
            &expectations[&format!("{case}.expected.toml")],
        );
    }
    for path in model_files().keys() {
        let plain = path.strip_suffix(".toml").unwrap();
        assert!(all.contains(plain), "{path} has no telegram");
    }
}

fn check_case(models: &Models, model: &str, case: &str, telegrams: &str, expected: &str) {
    let expected: Expected =
        toml::from_str(expected).unwrap_or_else(|error| panic!("{case}: {error}"));
    let mapping = Mapping::new(models, model, &expected.parameters)
        .unwrap_or_else(|error| panic!("{case}: {error}"));
    let found = interpret(&mapping, &telegrams_in(telegrams));
    let readings: Vec<_> = found.readings.iter().map(plain).collect();
    assert_eq!(readings, expected.reading, "{case}");
    let problems: Vec<_> = found
        .problems
        .iter()
        .map(|problem| ExpectedProblem {
            register: problem.register.clone(),
            code: problem.code().to_owned(),
        })
        .collect();
    assert_eq!(problems, expected.problem, "{case}");
    let identification = found.identification.map(|address| address.to_string());
    if expected.identification.is_some() {
        assert_eq!(identification, expected.identification, "{case}");
    }
    if let Some(unmapped) = expected.unmapped_records {
        assert_eq!(found.unmapped_records, unmapped, "{case}: unmapped records");
    }
}

fn plain(reading: &Reading) -> ExpectedReading {
    let (value, text) = match &reading.value {
        Some(ReadingValue::Number(number)) => (Some(number.to_string()), None),
        Some(ReadingValue::Text(text)) => (None, Some(text.clone())),
        None => (None, None),
    };
    ExpectedReading {
        register: reading.register.clone(),
        value,
        text,
        unit: reading.unit.clone(),
        quality: reading.quality.name().to_owned(),
        measured_at: reading.measured_at.clone(),
        line: reading.source.as_ref().map(|source| source.line),
        is_index: reading.is_index,
    }
}

#[test]
fn a_model_file_with_a_mistake_is_refused_with_its_cause() {
    let error = |text: &str| Model::parse(text).unwrap_err().to_string();
    let head = "name = \"a\"\ntitle = \"A\"\n";
    let with = |rest: &str| error(&format!("{head}{rest}"));
    assert!(error("name = \"A b\"\ntitle = \"\"").contains("other characters"));
    assert!(with("").contains("[[register]]"), "neither registers nor reg");
    assert!(with("device_types = [\"teapot\"]").contains("teapot"));
    assert!(with("device_types = [\"reserved\"]").contains("reserved"));
    assert!(with("colour = \"red\"").contains("colour"));
    let register = |rest: &str| with(&format!("[[register]]\nname = \"r\"\n{rest}"));
    assert!(register("line = 3").contains("expected there"), "a line alone is never enough");
    assert!(register("line = 1\nrecord = \"04/06\"").contains("line"));
    assert!(register("record = \"04/0\"").contains("two digits"));
    assert!(register("meaning = { quantity = \"warmth\" }").contains("warmth"));
    assert!(register("meaning = { quantity = \"energy\", function = \"mean\" }").contains("mean"));
    assert!(register("").contains("where the value is"));
    assert!(with("index = [\"x\"]\n[[register]]\nname = \"r\"\nrecord = \"04/06\"").contains('x'));
    let twice = "[[register]]\nname = \"r\"\nrecord = \"04/06\"\n".repeat(2);
    assert!(with(&twice).contains("twice"));
    let both = "[parameters]\nreg = \"required\"\n[[register]]\nname = \"r\"\nrecord = \"04/06\"";
    assert!(with(both).contains("not both"));
}
