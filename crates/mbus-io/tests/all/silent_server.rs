//! A server that accepts and says nothing looks like a bus on which nobody answers.

use std::time::{Duration, Instant};

use mbus_io::{BusConnection, TimingSettings};
use mbus_master::{FailureReason, Outcome, Timing};

use crate::converter::Converter;
use crate::simulated_bus::{TIMING, read, tcp_settings};

#[tokio::test]
async fn it_is_silence_within_bounded_time_and_the_connection_stays() {
    let converter = Converter::listen().await;
    let settings = tcp_settings(converter.address());
    let allowance = Duration::from_millis(100);
    let timing = Timing::new(settings.baudrate(), allowance);
    let mut connection = BusConnection::new(
        settings,
        TimingSettings { transport_allowance: Some(allowance), ..TIMING },
    );
    let started = Instant::now();
    let outcome = connection.run(read("1"), |_| ()).await.unwrap();
    let elapsed = started.elapsed();

    let Outcome::ReadOut(Err(failure)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(failure.reason, FailureReason::Silence);
    // SND_NKE and REQ_UD2, each answered by nothing and followed by a pause; the rest is what a
    // busy computer takes.
    let both = 2 * (timing.response_limit() + timing.pause_after_miss());
    assert!(elapsed < both + Duration::from_secs(1), "{elapsed:?}, expected about {both:?}");

    assert!(connection.is_open());
    let client = converter.accept().await;
    connection.close();
    let heard = client.until_closed().await;
    assert_eq!(heard.len(), 10, "two requests over one connection: {heard:02X?}");
}
