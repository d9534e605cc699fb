//! The description of the routes says who may use them.

use serde_json::{Value, json};

use crate::server::routes;

fn document() -> Value {
    serde_json::to_value(routes().into_openapi()).unwrap()
}

#[test]
fn every_operation_has_a_name_a_summary_and_says_who_may_use_it() {
    let document = document();
    let mut names = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            assert!(operation["summary"].is_string(), "{path}");
            assert!(operation["security"].is_array(), "{path}");
            names.push(operation["operationId"].as_str().unwrap());
        }
    }
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "add_account",
            "alive",
            "change_account",
            "change_password",
            "configure",
            "end_token",
            "list_accounts",
            "list_audit",
            "list_tokens",
            "log_in",
            "log_out",
            "look",
            "make_token",
            "maybe",
            "remove_account",
            "set_up",
            "show_session",
            "touch"
        ]
    );
}

#[test]
fn an_operation_that_needs_a_role_documents_its_refusals() {
    let document = document();
    let touch = &document["paths"]["/api/v1/touch/{id}"]["post"];
    assert_eq!(touch["security"], json!([{ "session": [] }, { "token": [] }]));
    assert_eq!(touch["x-role"], "operator");
    for status in ["401", "403"] {
        let schema = &touch["responses"][status]["content"]["application/problem+json"]["schema"];
        assert_eq!(schema["$ref"], "#/components/schemas/Problem", "{status}");
    }
    // What a route says itself of a status stays.
    let logout = &document["paths"]["/api/v1/session"]["delete"]["responses"];
    assert_eq!(logout["403"]["description"], "A program came with a token");
    let look = &document["paths"]["/api/v1/look"]["get"]["responses"];
    assert!(look["403"].is_null(), "who is logged in may look");
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["session"]["in"], "cookie");
    assert_eq!(schemes["token"]["scheme"], "bearer");
    assert!(document["components"]["schemas"]["Problem"].is_object());
}

#[test]
fn a_schema_of_the_servers_own_is_not_overwritten() {
    use axum::Json;
    use utoipa_axum::routes;
    use web_access::{AccessRouter, Role};

    /// With more in it than the crate's.
    #[derive(serde::Serialize, utoipa::ToSchema)]
    #[schema(as = Problem)]
    struct OwnProblem {
        finding: String,
    }

    /// Fails
    #[utoipa::path(get, path = "/fails", responses((status = OK, body = OwnProblem)))]
    async fn fails() -> Json<OwnProblem> {
        Json(OwnProblem { finding: String::new() })
    }

    let router = AccessRouter::<()>::new(utoipa::openapi::OpenApi::default())
        .needs(Role::Viewer, routes!(fails));
    let document = serde_json::to_value(web_access::routes::add(router).into_openapi()).unwrap();
    let problem = &document["components"]["schemas"]["Problem"];
    assert!(problem["properties"]["finding"].is_object(), "{problem}");
}
