//! Pseudo terminals: clients come and go, the other end hangs up and comes back.

use std::fs;

use mbus_io::{LostCause, PortError, SimulatedPty};
use mbus_master::{Event, FailureReason, Outcome};

use crate::simulated_bus::{BAUDRATE, Serving, bus, frames, over_serial, read};

#[tokio::test]
async fn clients_may_come_and_go() {
    let directory = tempfile::tempdir().unwrap();
    let link = directory.path().join("cellar");
    let _serving = Serving::start(SimulatedPty::open(&link, bus()).unwrap().run());
    for _ in 0..3 {
        // In a task of its own, as the gateway has one for each bus.
        let mut connection = over_serial(&link);
        let client = tokio::spawn(async move { connection.run(read("1"), |_| ()).await });
        frames(client.await.unwrap().unwrap());
    }
}

#[tokio::test]
async fn a_hang_up_while_idle_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let link = directory.path().join("cellar");
    let serving = Serving::start(SimulatedPty::open(&link, bus()).unwrap().run());
    let mut connection = over_serial(&link);
    connection.open().await.unwrap();
    let (error, ()) = tokio::join!(connection.idle(|_| ()), serving.stop());
    let PortError::Lost(lost) = error else { panic!("{error:?}") };
    assert_eq!(lost.cause, LostCause::HungUp);
    assert!(fs::symlink_metadata(&link).is_err(), "the link is removed at the end");
}

#[tokio::test]
async fn a_hang_up_in_the_middle_ends_the_readout_and_the_next_run_finds_the_port_again() {
    let directory = tempfile::tempdir().unwrap();
    let link = directory.path().join("cellar");
    let mut serving = Some(Serving::start(SimulatedPty::open(&link, bus()).unwrap().run()));
    let mut connection = over_serial(&link);

    // The request is out, so the procedure is running.
    let pull_the_plug = |event: &Event| {
        if matches!(event, Event::Sent { .. }) {
            serving.take();
        }
    };
    let error = connection.run(read("1"), pull_the_plug).await.unwrap_err();
    let PortError::Lost(lost) = &error else { panic!("{error:?}") };
    assert_eq!(lost.cause, LostCause::HungUp);

    let missing = connection.run(read("1"), |_| ()).await.unwrap_err();
    assert_eq!(missing.code(), "no_such_port");

    let _serving = Serving::start(SimulatedPty::open(&link, bus()).unwrap().run());
    frames(connection.run(read("1"), |_| ()).await.unwrap());
}

#[tokio::test]
async fn a11_at_a_wrong_baudrate_no_meter_answers_and_at_the_right_one_it_does() {
    let directory = tempfile::tempdir().unwrap();
    let pty = SimulatedPty::open(directory.path().join("cellar"), bus()).unwrap();
    let link = pty.link().to_owned();
    let _pty = Serving::start(pty.run());
    let mut connection = over_serial(&link);
    connection.set_baudrate(mbus_master::Baudrate::B9600).unwrap();
    let outcome = connection.run(read("1"), |_| ()).await.unwrap();
    let Outcome::ReadOut(Err(failure)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(failure.reason, FailureReason::Silence);
    connection.set_baudrate(mbus_master::Baudrate::new(BAUDRATE).unwrap()).unwrap();
    assert_eq!(frames(connection.run(read("1"), |_| ()).await.unwrap()).len(), 2);
}
