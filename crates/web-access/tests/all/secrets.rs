//! What must not be shown is shown nowhere: not in logs, not in `Debug`, not in the file.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::server::Server;

#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

const FIRST: &str = "first-password-q7x";
const SECOND: &str = "second-password-q7x";
const WRONG: &str = "wrong-password-q7x";

#[tokio::test]
async fn passwords_tokens_and_codes_are_in_no_log_no_debug_and_no_file() {
    let logged = Logged::default();
    let writer = logged.clone();
    // For the whole process: work is done on other threads too.
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .try_init()
        .unwrap();

    let server = Server::fresh();
    let code = server.code.as_ref().unwrap().reveal();
    let mut secrets = vec![FIRST.to_owned(), SECOND.to_owned(), WRONG.to_owned(), code.clone()];
    secrets.push(code.replace('-', ""));
    let mut browser = server.browser();
    let bad = json!({ "code": WRONG, "password": FIRST });
    browser.post("/api/v1/setup", &bad).await;
    let body = json!({ "code": code, "password": FIRST });
    assert_eq!(browser.post("/api/v1/setup", &body).await.status, StatusCode::OK);
    secrets.push(token_of(browser.cookie.as_ref()));
    for _ in 0..7 {
        server.browser().log_in("admin", WRONG).await;
    }
    // People type it into the wrong field.
    server.browser().log_in(WRONG, WRONG).await;
    browser.post("/api/v1/session", &json!({ "name": "admin", "password": [WRONG] })).await;
    server.advance(std::time::Duration::from_secs(60));
    let change = json!({ "current": FIRST, "new": SECOND });
    assert_eq!(browser.post("/api/v1/password", &change).await.status, StatusCode::OK);
    secrets.push(token_of(browser.cookie.as_ref()));
    let made = browser.post("/api/v1/tokens", &json!({ "name": "report" })).await.json();
    let token = made["token"].as_str().unwrap().to_owned();
    server.send_with_token(Method::POST, "/api/v1/touch/1", &token).await;
    server.send_with_token(Method::GET, "/api/v1/look", &format!("{token}x")).await;
    secrets.push(token);

    let logs = String::from_utf8(logged.0.lock().unwrap().clone()).unwrap();
    assert!(logs.contains("a login has to wait"), "the log is on");
    let debug = format!("{:?} {:#?} {:?}", server.access, server.code, server.audit().await);
    let mut file = Vec::new();
    for entry in std::fs::read_dir(server.folder.path()).unwrap() {
        file.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    assert!(contains(&file, "$argon2id$"), "the file is the right one");
    for secret in &secrets {
        assert!(!logs.contains(secret.as_str()), "{secret} is in the log");
        assert!(!debug.contains(secret.as_str()), "{secret} is in Debug");
        assert!(!contains(&file, secret), "{secret} is in the file");
    }
    assert!(!debug.contains("$argon2id$"), "hashes are not shown either");
    assert!(!logs.contains("$argon2id$"));
}

fn token_of(cookie: Option<&String>) -> String {
    cookie.unwrap().split_once('=').unwrap().1.to_owned()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
