//! A server that stops answers what it has begun, and waits for nobody who says nothing.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use web_server::{Endpoint, Limits};

use crate::server::{PATIENCE, Server, read_to_end};

#[tokio::test]
async fn what_has_begun_is_answered_and_the_address_is_free() {
    let server = Server::start(None, Limits::default()).await;
    let mut busy = server.connect().await;
    let mut idle = server.connect().await;
    idle.write_all(b"GET /peer HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    idle.readable().await.unwrap();
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stop.cancel();
    let answer = read_to_end(&mut busy).await;
    assert!(answer.ends_with("done"), "{answer}");
    assert!(read_to_end(&mut idle).await.ends_with("127.0.0.1"));
    tokio::time::timeout(PATIENCE, server.task).await.unwrap().unwrap();
    Endpoint::bind(server.address, None, Limits::default()).await.unwrap();
}

#[tokio::test]
async fn an_address_that_is_taken_or_not_ours_is_said_so() {
    let server = Server::start(None, Limits::default()).await;
    let error = Endpoint::bind(server.address, None, Limits::default()).await.unwrap_err();
    assert!(error.to_string().contains("another program has this port"), "{error}");
    let elsewhere = "192.0.2.1:8080".parse().unwrap();
    let error = Endpoint::bind(elsewhere, None, Limits::default()).await.unwrap_err();
    assert!(error.to_string().contains("no interface of this machine"), "{error}");
}
