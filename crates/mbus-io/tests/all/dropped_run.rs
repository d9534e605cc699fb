//! A run whose future is dropped halfway, as when a person cancels it.

use mbus_master::Event;
use tokio::sync::oneshot;

use crate::simulated_bus::{bus, frames, over_tcp, read, serve_tcp};

#[tokio::test]
async fn the_next_run_begins_anew() {
    let (address, _serving) = serve_tcp(bus()).await;
    let mut connection = over_tcp(address);
    let (sent, was_sent) = oneshot::channel();
    let mut sent = Some(sent);
    let observe = |event: &Event| {
        if let (Event::Sent { .. }, Some(sent)) = (event, sent.take()) {
            sent.send(()).unwrap();
        }
    };
    tokio::select! {
        biased;
        _ = was_sent => (),
        outcome = connection.run(read("1"), observe) => panic!("{outcome:?}"),
    }
    assert!(connection.is_open());
    assert_eq!(frames(connection.run(read("1"), |_| ()).await.unwrap()).len(), 2);
}
