//! `busmeister portal` from its first start to its end.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::http::post;
use crate::program::{Running, run};

fn start(data: &str) -> (Running, String) {
    let mut portal = Running::start(&["portal", "--listen", "127.0.0.1:0", "--data", data]);
    let page = portal.line_after("http://");
    (portal, format!("http://{page}"))
}

#[test]
fn the_first_start_prints_the_code_for_the_first_password() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let (mut portal, page) = start(data);
    let code = portal.line_after("setup code ");
    let wrong = json!({"code": "00000-00000-00000-00000", "password": "correct horse battery"});
    assert_eq!(post(&page, "/api/v1/setup", &wrong).0, 403);
    let right = json!({"code": code, "password": "correct horse battery"});
    let (status, answer) = post(&page, "/api/v1/setup", &right);
    assert_eq!((status, &answer["name"]), (200, &json!("admin")));

    // A clean stop, and a second start that knows the password.
    kill_process(Pid::from_child(&portal.child), Signal::TERM).unwrap();
    assert!(portal.child.wait().unwrap().success());
    let (_portal, page) = start(data);
    let (status, _) = post(&page, "/api/v1/setup", &right);
    assert_eq!(status, 409, "it is set");
    let login = json!({"name": "admin", "password": "correct horse battery"});
    assert_eq!(post(&page, "/api/v1/session", &login).0, 200);
}

#[test]
fn what_it_cannot_be_served_as_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    for (arguments, said) in [
        (["--public-url", "https://portal.example"], "speaks plain HTTP for this machine alone"),
        (["--public-url", "portal.example"], "--public-url: the address of a portal"),
        (["--config", "/nowhere/portal.toml"], "/nowhere/portal.toml cannot be read"),
    ] {
        let ended = run(&["portal", arguments[0], arguments[1], "--data", data]);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
}
