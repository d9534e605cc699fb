//! A converter that hangs up: in the middle of a frame, and while nothing is said.

use mbus_io::{CutFrame, LostCause, LostPort, PortError};
use mbus_master::{Event, FailureReason, Outcome};

use crate::converter::{Converter, telegram};
use crate::simulated_bus::{frames, over_tcp, read};

#[tokio::test]
async fn a_frame_cut_by_the_end_of_the_connection_is_told_with_its_numbers() {
    let converter = Converter::listen().await;
    let address = converter.address();
    let mut connection = over_tcp(address);
    let mut events = Vec::new();

    let cut = async {
        let mut client = converter.accept().await;
        client.answer(&telegram()[..31]).await;
    };
    let (result, ()) =
        tokio::join!(connection.run(read("1"), |event| events.push(event.clone())), cut);

    let cut_frame = Some(CutFrame { have: 31, need: 185 });
    let expected = LostPort { port: address.to_string(), cause: LostCause::Closed, cut_frame };
    let error = result.unwrap_err();
    assert_eq!(error, PortError::Lost(expected));
    let sentence = format!("{address} closed the connection after 31 of 185 bytes");
    assert_eq!(error.to_string(), sentence);
    let Some(Event::Finished(Outcome::ReadOut(Err(failure)))) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(failure.reason, FailureReason::PortLost);
    assert!(!connection.is_open());

    // The next run opens the port again and is none the worse.
    let whole = async {
        let mut client = converter.accept().await;
        client.answer(&telegram()).await;
        client
    };
    let (outcome, _client) = tokio::join!(connection.run(read("1"), |_| ()), whole);
    assert_eq!(frames(outcome.unwrap()), [telegram()]);
}

#[tokio::test]
async fn a_converter_that_hung_up_while_idle_is_connected_again_without_an_error() {
    let converter = Converter::listen().await;
    let mut connection = over_tcp(converter.address());
    connection.open().await.unwrap();
    drop(converter.accept().await);

    let serve = async {
        let mut client = converter.accept().await;
        client.answer(&telegram()).await;
        client
    };
    let (outcome, _client) = tokio::join!(connection.run(read("1"), |_| ()), serve);
    assert_eq!(frames(outcome.unwrap()), [telegram()]);
}

#[tokio::test]
async fn whoever_listens_while_idle_sees_the_loss_at_once() {
    let converter = Converter::listen().await;
    let mut connection = over_tcp(converter.address());
    connection.open().await.unwrap();
    let hang_up = async { drop(converter.accept().await) };
    let (error, ()) = tokio::join!(connection.idle(|_| ()), hang_up);
    assert_eq!(error.code(), "port_lost");
    assert!(!connection.is_open());
}

#[tokio::test]
async fn an_answer_that_comes_while_nobody_asks_is_never_taken_for_a_later_one() {
    let converter = Converter::listen().await;
    let mut connection = over_tcp(converter.address());
    connection.open().await.unwrap();
    let mut client = converter.accept().await;
    let mut stale = telegram();
    let access_number = 15;
    stale[access_number] = 0x77;
    let checksum = stale.len() - 2;
    stale[checksum] = stale[checksum].wrapping_add(0x76);
    client.send(&stale).await;

    let mut before_the_first_request = Vec::new();
    let mut asked = false;
    let observe = |event: &Event| match event {
        Event::Sent { .. } => asked = true,
        Event::Received { bytes, .. } if !asked => before_the_first_request.push(bytes.clone()),
        _ => (),
    };
    let fresh = telegram();
    let (outcome, ()) = tokio::join!(connection.run(read("1"), observe), client.answer(&fresh));
    assert_eq!(frames(outcome.unwrap()), [telegram()]);
    assert_eq!(before_the_first_request, [stale]);
}
