//! The driver on a virtual clock: no test here takes real time.

use mbus_master::{
    Acknowledgement, Baudrate, FailureReason, InitializeTarget, Procedure, ReadOut, Timing,
};
use mbus_sim::{BusDescription, Disturbance, MeterDescription, SimulatedBus, Transport};
use tokio::io::{DuplexStream, duplex};

use super::*;
use crate::simulated::running_bus::RunningBus;

fn timing() -> Timing {
    Timing::new(Baudrate::B2400, Duration::ZERO)
}

/// Starts a procedure and drives it over one end of a pipe.
async fn run(
    port: &mut DuplexStream,
    procedure: Procedure,
    events: &mut Vec<Event>,
) -> Result<Outcome, Interruption> {
    let clock = Clock::start();
    let mut master = Master::new(timing());
    master.start(clock.now(), procedure).unwrap();
    let outcome =
        Driver::new(port, &mut master, clock).drive(&mut |event| events.push(event.clone())).await;
    assert!(!master.is_busy());
    outcome
}

fn read_meter_1() -> Procedure {
    Procedure::ReadOut(ReadOut::new("1".parse().unwrap()))
}

#[tokio::test(start_paused = true)]
async fn a_simulated_meter_answers() {
    let meter = MeterDescription::new(
        "water",
        mbus::PrimaryAddress::new(1).unwrap(),
        mbus::SecondaryAddress::from_wire([0x20, 0x31, 0x65, 0x13, 0xC5, 0x14, 0x00, 0x07]),
    );
    let mut bus = RunningBus::start(SimulatedBus::new(BusDescription {
        id: "cellar".to_owned(),
        name: "Cellar".to_owned(),
        transport: Transport::Tcp,
        baudrate: mbus_sim::Baudrate::DEFAULT,
        disturbance: Disturbance::default(),
        meters: vec![meter],
    }));
    let (mut port, bus_end) = duplex(1024);
    let address = mbus::PrimaryAddress::new(1).unwrap();
    let initialize = Procedure::Initialize(InitializeTarget::Primary(address));
    let mut events = Vec::new();
    let outcome = tokio::select! {
        outcome = run(&mut port, initialize, &mut events) => outcome.unwrap(),
        end = bus.serve(bus_end, || None) => panic!("{end:?}"),
    };
    assert_eq!(outcome, Outcome::Initialized(Ok(Acknowledgement::Acknowledged)));
    assert_eq!(events.last(), Some(&Event::Finished(outcome)));
}

#[tokio::test(start_paused = true)]
async fn silence_ends_when_the_master_says_so_and_not_later() {
    let (mut port, _nobody) = duplex(1024);
    let started = time::Instant::now();
    let outcome = run(&mut port, read_meter_1(), &mut Vec::new()).await.unwrap();
    let Outcome::ReadOut(Err(failure)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(failure.reason, FailureReason::Silence);
    // Four requests (SND_NKE once, REQ_UD2 three times), each on the wire for 5 bytes, then
    // waited for, then a pause; tokio's timer rounds each wait up to a millisecond.
    let timing = timing();
    let request = timing.baudrate.bytes(5) + timing.response_limit() + timing.pause_after_miss();
    let elapsed = started.elapsed();
    assert!(elapsed <= 4 * request + Duration::from_millis(20), "{elapsed:?} > 4 x {request:?}");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_stream_tells_which_frame_it_cut() {
    let (mut port, mut far_end) = duplex(1024);
    let script = async {
        let mut request = [0; 5];
        far_end.read_exact(&mut request).await.unwrap();
        // An acknowledgement, then noise, then a frame that announces 185 bytes.
        far_end.write_all(&[0xE5]).await.unwrap();
        far_end.read_exact(&mut request).await.unwrap();
        far_end.write_all(&[0x00, 0x68, 0xB3, 0xB3, 0x68, 0x08, 0x01]).await.unwrap();
        drop(far_end);
    };
    let mut events = Vec::new();
    let (result, ()) = tokio::join!(run(&mut port, read_meter_1(), &mut events), script);
    let interruption = result.unwrap_err();
    assert!(matches!(interruption.cause, InterruptionCause::EndOfStream));
    assert_eq!(interruption.cut_frame, Some(CutFrame { have: 6, need: 185 }));
    let Some(Event::Finished(Outcome::ReadOut(Err(failure)))) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(failure.reason, FailureReason::PortLost);
}

#[tokio::test(start_paused = true)]
async fn a_frame_that_broke_off_before_the_last_request_is_not_blamed_on_the_port() {
    let (mut port, mut far_end) = duplex(1024);
    let script = async {
        let mut request = [0; 5];
        far_end.read_exact(&mut request).await.unwrap();
        far_end.write_all(&[0xE5]).await.unwrap();
        far_end.read_exact(&mut request).await.unwrap();
        far_end.write_all(&[0x68, 0xB3, 0xB3, 0x68]).await.unwrap();
        far_end.read_exact(&mut request).await.unwrap();
        drop(far_end);
    };
    let mut events = Vec::new();
    let (result, ()) = tokio::join!(run(&mut port, read_meter_1(), &mut events), script);
    assert_eq!(result.unwrap_err().cut_frame, None);
}

#[tokio::test(start_paused = true)]
async fn a_port_that_takes_no_bytes_is_lost_in_bounded_time() {
    let (mut port, _nobody) = duplex(2);
    let started = time::Instant::now();
    let result = run(&mut port, read_meter_1(), &mut Vec::new()).await;
    assert!(matches!(result.unwrap_err().cause, InterruptionCause::Stalled));
    assert_eq!(started.elapsed(), WRITE_LIMIT);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_never_falls_quiet_does_not_keep_a_procedure_from_its_start() {
    let (mut port, mut far_end) = duplex(16);
    let clock = Clock::start();
    let mut master = Master::new(timing());
    let mut driver = Driver::new(&mut port, &mut master, clock);
    let chatter = async {
        loop {
            far_end.write_all(&[0x00]).await.unwrap();
            time::advance(GLANCE / 2).await;
        }
    };
    let mut noise = 0;
    let mut count = |event: &Event| noise += usize::from(matches!(event, Event::Noise { .. }));
    tokio::select! {
        biased;
        () = chatter => (),
        result = driver.take_stale(&mut count) => result.unwrap(),
    }
    assert!(noise > 0);
    let elapsed = clock.now().duration_since(Instant::ZERO);
    assert!(elapsed >= STALE_LIMIT && elapsed < 2 * STALE_LIMIT, "{elapsed:?}");
}
