//! The pages come with the program.

use axum::http::{Method, StatusCode};

use crate::house::{House, Wire};

#[tokio::test]
async fn the_first_page_is_served_and_asked_for_again_by_its_tag() {
    let wire = Wire::start("").await;
    let house = House::start(wire.address, "").await;
    let page = house.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache");
    assert!(page.text.to_lowercase().starts_with("<!doctype html>"), "{}", page.text);
    let tag = page.header("etag").to_owned();
    let again = house.request(Method::GET, "/").header("if-none-match", &tag);
    let again = house.send(again.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(again.header("etag"), tag);
    assert_eq!(house.get("/index.html").await.text, page.text);
    house.stop().await;
}

#[tokio::test]
async fn what_is_no_page_is_said_so_and_what_could_be_one_leads_to_the_first() {
    let wire = Wire::start("").await;
    let house = House::start(wire.address, "").await;
    for path in ["/nothing.js", "/assets/nothing.css", "/../Cargo.toml", "/index.html.gz"] {
        let answer = house.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.json()["code"], "unknown_path");
    }
    // Programs that ask for what is not there are not sent to a page.
    for path in ["/metrics", "/api", "/api/", "/api/v1", "/fleet/v1/claim"] {
        let answer = house.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert_eq!(answer.json()["code"], "unknown_path", "{path}");
    }
    let answer = house.get("/meters/heat-1").await;
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(answer.header("location"), "/");
    for (path, allowed) in
        [("/", "GET, HEAD"), ("/meters/heat-1", "GET, HEAD"), ("/api/v1/buses", "GET,HEAD")]
    {
        let answer = house.post(path, "{}").await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.header("allow"), allowed, "{path}");
    }
    house.stop().await;
}
