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
    let folders = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    for folder in folders.filter(|path| path.is_dir()) {
        for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = file.file_name().unwrap().to_str().unwrap();
            if name.ends_with(ending) {
                let group = folder.file_name().unwrap().to_str().unwrap();
                files.insert(format!("{group}/{name}"), fs::read_to_string(&file).unwrap());
            }
        }
    }
    files
}

/// The model files: `<group>/<name>.toml`, without another dot.
fn model_files() -> BTreeMap<String, String> {
    let mut all = files(".toml");
    all.retain(|path, _| path.matches('.').count() == 1);
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
fn every_model_can_be_read_and_has_the_name_of_its_file() {
    let models = Models::builtin();
    let mut names = BTreeSet::new();
    for (path, text) in model_files() {
        let model = Model::parse(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let name = path.split_once('/').unwrap().1.strip_suffix(".toml").unwrap();
        assert_eq!(model.name(), name, "{path}");
        assert!(!model.title().is_empty() && !model.description().is_empty(), "{path}");
        assert!(names.insert(name.to_owned()), "{path}: the name is there twice");
    }
    assert!(models.names().eq(names.iter().map(String::as_str)));
}

#[test]
fn the_models_of_the_manual_are_there() {
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
