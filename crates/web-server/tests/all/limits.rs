//! Who does not come to the point is sent away.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use web_server::Limits;

use crate::server::{PATIENCE, Server, read_to_end};

const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn requests_are_answered_and_handlers_know_the_peer() {
    let server = Server::start(None, Limits::default()).await;
    let answer = server.answer(b"GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("127.0.0.1"), "{answer}");
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut_off_though_a_byte_comes_now_and_then() {
    let server = Server::start(None, Limits { head: SHORT, ..Limits::default() }).await;
    let begin = Instant::now();
    let mut stream = server.connect().await;
    stream.write_all(b"GET /peer HTTP/1.1\r\n").await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let trickle = tokio::spawn(async move {
        while write.write_all(b"x").await.is_ok() {
            tokio::time::sleep(SHORT / 10).await;
        }
    });
    read_to_end(&mut read).await;
    assert!(begin.elapsed() >= SHORT);
    tokio::time::timeout(PATIENCE, trickle).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed_before_and_after_a_request() {
    let server = Server::start(None, Limits { head: SHORT, ..Limits::default() }).await;
    let mut silent = server.connect().await;
    assert_eq!(read_to_end(&mut silent).await, "");
    let kept = server.answer(b"GET /peer HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(kept.ends_with("127.0.0.1"), "{kept}");
}

#[tokio::test]
async fn a_body_that_was_announced_and_does_not_come_keeps_no_connection() {
    let server = Server::start(None, Limits::default()).await;
    let head = b"POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\npart";
    let begin = Instant::now();
    let answer = server.answer(head).await;
    assert!(answer.ends_with("no"), "{answer}");
    assert!(begin.elapsed() < Limits::default().head);
}

#[tokio::test]
async fn heads_have_a_largest_size_and_number_of_lines() {
    let server = Server::start(None, Limits::default()).await;
    let many = "X-A: b\r\n".repeat(100);
    let large = format!("X-A: {}\r\n", "b".repeat(40_000));
    for lines in [many, large] {
        let request = format!("GET /peer HTTP/1.1\r\nHost: x\r\n{lines}\r\n");
        let answer = server.answer(request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    let server = Server::start(None, Limits { unread: SHORT, ..Limits::default() }).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    tokio::time::sleep(SHORT * 5).await;
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    let _ = tokio::time::timeout(PATIENCE, read).await.unwrap();
    assert!(!bytes.is_empty() && bytes.len() < 64 << 20, "{}", bytes.len());
}

#[tokio::test]
async fn connections_are_numbered() {
    let server = Server::start(None, Limits { connections: 2, ..Limits::default() }).await;
    let request = b"GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let (first, _second) = (server.connect().await, server.connect().await);
    // A connection is accepted some time after it is there.
    let refused = async { while server.answer(request).await.contains("200 OK") {} };
    tokio::time::timeout(PATIENCE, refused).await.unwrap();
    drop(first);
    let taken_again = async { while !server.answer(request).await.contains("200 OK") {} };
    tokio::time::timeout(PATIENCE, taken_again).await.unwrap();
}
