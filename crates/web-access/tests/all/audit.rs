//! The audit log: everything is in it, before it is answered, and stays.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use web_access::audit::{AuditResult, Entry, Via};
use web_access::{Action, Actor, Outcome};

use crate::server::{PASSWORD, Server};

struct Write(u32);

impl Action for Write {
    fn code(&self) -> &'static str {
        "test.write"
    }

    fn details(&self) -> Value {
        json!({ "number": self.0 })
    }
}

fn line(entry: &Entry) -> String {
    let who = entry.actor.who.as_deref().unwrap_or("-");
    let source = entry.actor.source.map(|source| source.to_string()).unwrap_or_default();
    let (via, result) = (&entry.actor.via, entry.result.as_str());
    let reason = entry.reason.as_deref().unwrap_or_default();
    format!("{who} {via:?} {source} {} {result} {reason}", entry.code).trim_end().to_owned()
}

#[tokio::test]
async fn every_act_and_every_refusal_is_logged_with_who_and_from_where() {
    let server = Server::fresh();
    let mut browser = server.browser();
    browser.post("/api/v1/setup", &json!({ "code": "0", "password": PASSWORD })).await;
    server.set_up().await;
    browser.log_in("admin", "a wrong password").await;
    browser.log_in("s3cret typed into the wrong field", PASSWORD).await;
    browser.log_in("admin", PASSWORD).await;
    let made = browser.post("/api/v1/tokens", &json!({ "name": "report" })).await.json();
    let token = made["token"].as_str().unwrap();
    server.send_with_token(Method::POST, "/api/v1/touch/1", token).await;
    browser.delete(&format!("/api/v1/tokens/{}", made["id"].as_str().unwrap())).await;
    let change = json!({ "current": PASSWORD, "new": "another password" });
    browser.post("/api/v1/password", &change).await;
    browser.delete("/api/v1/session").await;

    let mut entries = server.audit().await;
    entries.reverse();
    let lines: Vec<_> = entries.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "- Nothing 192.0.2.1 access.set_up refused wrong setup code",
            "admin Nothing 192.0.2.1 access.set_up done",
            "admin Nothing 192.0.2.1 access.log_in refused wrong password",
            "- Nothing 192.0.2.1 access.log_in refused unknown account",
            "admin Nothing 192.0.2.1 access.log_in done",
            "admin Session 192.0.2.1 access.make_token done",
            "admin Token(\"report\")  test.touch done",
            "admin Session 192.0.2.1 access.end_token done",
            "admin Session 192.0.2.1 access.change_password done",
            "admin Session 192.0.2.1 access.log_out done",
        ]
    );
    assert_eq!(entries[0].at.to_string(), "2026-11-20T14:00:00Z");
    assert_eq!(
        entries[5].details,
        json!({ "token": 3, "name": "report", "role": "admin", "expires_at": null })
    );
    assert!(!format!("{entries:?}").contains("s3cret"));
}

#[tokio::test]
async fn an_entry_is_on_disk_before_the_act_is_answered() {
    let server = Server::start().await;
    let count = |server: &Server| {
        let sql = "SELECT count(*) FROM audit";
        server.file().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let before = count(&server);
    let mut browser = server.logged_in().await;
    assert_eq!(count(&server), before + 1);
    browser.post("/api/v1/tokens", &json!({ "name": "x" })).await;
    assert_eq!(count(&server), before + 2);
    browser.log_in("admin", "a wrong password").await;
    assert_eq!(count(&server), before + 3);
}

#[tokio::test]
async fn what_cannot_be_logged_is_not_done() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    server
        .file()
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON audit
             BEGIN SELECT raise(ABORT, 'there is no room'); END",
        )
        .unwrap();
    let answer = browser.post("/api/v1/tokens", &json!({ "name": "x" })).await;
    assert_eq!(answer.refused(), (500, "access_failed".to_owned()));
    assert!(answer.json()["detail"].as_str().unwrap().contains("there is no room"));
    assert_eq!(browser.get("/api/v1/tokens").await.json(), json!({ "items": [] }));
    let change = json!({ "current": PASSWORD, "new": "another password" });
    assert_eq!(browser.post("/api/v1/password", &change).await.refused().0, 500);
    assert_eq!(server.browser().log_in("admin", PASSWORD).await.refused().0, 500);
    assert_eq!(browser.post("/api/v1/touch/1", &json!({})).await.refused().0, 500);
    server.file().execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(server.browser().log_in("admin", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_act_in_two_steps_is_one_entry_and_tells_when_nobody_knows_its_end() {
    let server = Server::start().await;
    let access = &server.access;
    let actor = Actor::program("schedule");
    let one = access.begin(actor.clone(), &Write(1)).await.unwrap();
    let two = access.begin(actor.clone(), &Write(2)).await.unwrap();
    let lost = access.begin(actor.clone(), &Write(3)).await.unwrap();
    server.advance(std::time::Duration::from_secs(5));
    two.finish(Outcome::Failed("nobody answered".to_owned())).await.unwrap();
    one.finish(Outcome::Done).await.unwrap();
    drop(lost);
    let entries = server.audit().await;
    let seen: Vec<_> = entries
        .iter()
        .filter(|entry| entry.code == "test.write")
        .map(|entry| (entry.details["number"].as_u64().unwrap(), entry.result))
        .collect();
    let expected = [(3, AuditResult::Begun), (2, AuditResult::Failed), (1, AuditResult::Done)];
    assert_eq!(seen, expected);
    let failed = entries.iter().find(|entry| entry.result == AuditResult::Failed).unwrap();
    assert_eq!(failed.reason.as_deref(), Some("nobody answered"));
    assert_eq!(
        (failed.actor.via.clone(), failed.actor.who.as_deref()),
        (Via::Program, Some("schedule"))
    );
    assert_eq!(failed.ended_at.unwrap().to_string(), "2026-11-20T14:00:05Z");
    assert_eq!(failed.at.to_string(), "2026-11-20T14:00:00Z");
}

#[tokio::test]
async fn the_log_only_grows() {
    let server = Server::start().await;
    for sql in ["DELETE FROM audit", "UPDATE audit SET who = 'somebody else'"] {
        let error = server.file().execute(sql, []).unwrap_err().to_string();
        assert_eq!(error, "the audit log only grows");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_double_while_the_log_grows() {
    let server = Server::start().await;
    for number in 0..25 {
        let actor = Actor::program("test");
        server.access.record(actor, &Write(number), Outcome::Done).await.unwrap();
    }
    let mut browser = server.logged_in().await;
    let mut numbers = Vec::new();
    let mut path = "/api/v1/audit?limit=10".to_owned();
    let mut pages = 0;
    loop {
        let page = browser.get(&path).await.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 10);
        numbers.extend(items.iter().filter_map(|item| item["details"]["number"].as_u64()));
        pages += 1;
        // Somebody logs in meanwhile; that is on no older page.
        server.logged_in().await;
        match page["next"].as_i64() {
            Some(next) => path = format!("/api/v1/audit?limit=10&before={next}"),
            None => break,
        }
    }
    assert_eq!(numbers, (0..25).rev().collect::<Vec<u64>>());
    // 25, one setup, one login.
    assert_eq!(pages, 3);
}

#[tokio::test]
async fn a_page_shows_entries_as_documented_and_a_bad_query_is_a_problem() {
    let server = Server::start().await;
    let mut browser = server.logged_in().await;
    let page = browser.get("/api/v1/audit?limit=1").await.json();
    let id = page["items"][0]["id"].as_i64().unwrap();
    assert_eq!(
        page,
        json!({ "items": [{
            "id": id, "at": "2026-11-20T14:00:00Z", "who": "admin", "via": "nothing",
            "source": "192.0.2.1", "action": "access.log_in", "details": { "session": 2 },
            "result": "done", "reason": null, "ended_at": null
        }], "next": id })
    );
    for query in ["limit=x", "before=1.5", "limit=-1"] {
        let answer = browser.get(&format!("/api/v1/audit?{query}")).await;
        assert_eq!(answer.refused(), (400, "bad_query".to_owned()), "{query}");
    }
    for query in ["limit=0", "limit=60000"] {
        assert_eq!(browser.get(&format!("/api/v1/audit?{query}")).await.status, StatusCode::OK);
    }
}
