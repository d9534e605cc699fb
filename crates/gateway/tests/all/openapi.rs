//! The description of the API lies beside the pages, which make their client from it.

use std::path::Path;

/// Set it to write the file anew after a change of the API.
const UPDATE: &str = "UPDATE_OPENAPI";

#[test]
fn the_checked_in_description_is_the_api() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/gateway/api/openapi.json");
    let mut description = gateway::openapi().to_pretty_json().unwrap();
    description.push('\n');
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &description).unwrap();
    }
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        checked_in == description,
        "web/gateway/api/openapi.json is not what the API is; run \
         `{UPDATE}=1 cargo test -p gateway openapi` and look at what changed"
    );
}

#[test]
fn every_operation_has_a_name_and_every_path_a_description() {
    let json: serde_json::Value =
        serde_json::from_str(&gateway::openapi().to_json().unwrap()).unwrap();
    let mut names = Vec::new();
    for (path, operations) in json["paths"].as_object().unwrap() {
        for operation in operations.as_object().unwrap().values() {
            assert!(operation["summary"].is_string(), "{path}");
            names.push(operation["operationId"].as_str().unwrap().to_owned());
        }
    }
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!((names.len(), all), (36, 36));
}
