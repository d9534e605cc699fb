//! The description of the API lies beside the pages, which make their client from it.

use std::path::Path;

/// Set it to write the file anew after a change of the API.
const UPDATE: &str = "UPDATE_OPENAPI";

#[test]
fn the_checked_in_description_is_the_api() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/portal/api/openapi.json");
    let mut description = portal::api::openapi().to_pretty_json().unwrap();
    description.push('\n');
    if std::env::var_os(UPDATE).is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &description).unwrap();
    }
    let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        checked_in == description,
        "web/portal/api/openapi.json is not what the API is; run \
         `{UPDATE}=1 cargo test -p portal openapi` and look at what changed"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own_and_a_summary() {
    let json: serde_json::Value =
        serde_json::from_str(&portal::api::openapi().to_json().unwrap()).unwrap();
    assert_eq!(json["openapi"], "3.1.0");
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
    assert_eq!(names.len(), all);
}
