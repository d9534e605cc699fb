//! The same meter gives the same frames, whichever way leads to its bus.

use mbus_io::SimulatedPty;
use mbus_master::Event;

use crate::simulated_bus::{
    BAUDRATE, Serving, bus, bus_at, frames, over_serial, over_tcp, read, serve_tcp,
};

#[tokio::test]
async fn b03_over_tcp_and_over_a_serial_port_the_frames_are_equal() {
    let (address, _serving) = serve_tcp(bus()).await;
    let directory = tempfile::tempdir().unwrap();
    let pty = SimulatedPty::open(directory.path().join("cellar"), bus()).unwrap();
    let link = pty.link().to_owned();
    let _pty = Serving::start(pty.run());

    for meter in ["1", "20316513FFFFFFFF"] {
        let by_tcp = frames(over_tcp(address).run(read(meter), |_| ()).await.unwrap());
        let by_serial = frames(over_serial(&link).run(read(meter), |_| ()).await.unwrap());
        assert_eq!(by_tcp.len(), 2, "the meter has two telegrams");
        assert_eq!(by_tcp, by_serial);
    }
}

#[tokio::test]
async fn the_trace_tells_every_byte_in_order() {
    let (address, _serving) = serve_tcp(bus()).await;
    let mut trace = Vec::new();
    let outcome = over_tcp(address)
        .run(read("1"), |event| match event {
            Event::Sent { bytes, .. } => trace.push(('>', bytes.clone())),
            Event::Received { bytes, .. } => trace.push(('<', bytes.clone())),
            Event::Noise { .. } | Event::Echo { .. } => panic!("{event:?}"),
            Event::Telegram(_) | Event::Finished(_) => (),
        })
        .await
        .unwrap();
    let telegrams = frames(outcome);
    let directions: String = trace.iter().map(|(direction, _)| direction).collect();
    assert_eq!(directions, "><><><");
    assert_eq!(trace[0].1, [0x10, 0x40, 0x01, 0x41, 0x16]);
    assert_eq!(trace[1].1, [0xE5]);
    assert_eq!([&trace[3].1, &trace[5].1], [&telegrams[0], &telegrams[1]]);
}

#[tokio::test]
async fn bytes_come_no_faster_than_the_wire_carries_them() {
    let slow = 9600;
    let (address, _serving) = serve_tcp(bus_at(slow)).await;
    let mut connection = over_tcp(address);
    connection.set_baudrate(mbus_master::Baudrate::new(slow).unwrap()).unwrap();
    let started = std::time::Instant::now();
    let telegrams = frames(connection.run(read("1"), |_| ()).await.unwrap());
    let bytes: usize = telegrams.iter().map(Vec::len).sum();
    let on_the_wire = mbus_master::Baudrate::new(slow).unwrap().bytes(bytes);
    assert!(started.elapsed() > on_the_wire, "{:?} for {bytes} bytes", started.elapsed());
    assert!(slow < BAUDRATE);
}

#[tokio::test]
async fn the_next_client_is_served_when_the_one_before_has_gone() {
    let (address, _serving) = serve_tcp(bus()).await;
    let mut first = over_tcp(address);
    first.open().await.unwrap();
    let mut second = over_tcp(address);
    second.open().await.unwrap();
    frames(first.run(read("1"), |_| ()).await.unwrap());
    drop(first);
    frames(second.run(read("1"), |_| ()).await.unwrap());
}
