//! Connections that do not come about.

use std::time::Duration;

use mbus_io::{BusConnection, PortError, PortSettings, SimulatedTcp, TcpSettings, TimingSettings};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::simulated_bus::{bus, over_tcp, read};

async fn connect(settings: TcpSettings) -> PortError {
    let port = PortSettings::Tcp(settings);
    BusConnection::new(port, TimingSettings::default()).open().await.unwrap_err()
}

#[tokio::test]
async fn where_nothing_listens_the_connection_is_refused_with_a_remedy() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = over_tcp(address).run(read("1"), |_| ()).await.unwrap_err();
    assert_eq!(error.code(), "connection_refused");
    assert!(error.to_string().starts_with(&format!("{address} refused")), "{error}");
    assert!(error.remedy().contains("port number"), "{}", error.remedy());
}

#[tokio::test]
async fn a_host_without_an_address_is_named() {
    // Two dots in a row are no name, so no name server is asked.
    let error = connect(TcpSettings::new("converter..cellar", 10001)).await;
    assert_eq!(error.code(), "host_not_found");
    assert!(error.to_string().contains("converter..cellar"), "{error}");
}

#[tokio::test]
async fn a_host_that_does_not_answer_costs_no_more_than_the_limit() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    // Takes the only place of the queue; whoever comes next gets no answer.
    let _first = TcpStream::connect(address).await.unwrap();

    let mut settings: TcpSettings = address.to_string().parse().unwrap();
    settings.connect_timeout = Duration::from_millis(100);
    let error = connect(settings).await;
    assert_eq!(error.code(), "connect_timeout");
    assert_eq!(error.to_string(), format!("{address} did not answer within 0.1 s"));
}

#[tokio::test]
async fn an_address_that_is_taken_cannot_be_served_on() {
    let first = SimulatedTcp::bind("127.0.0.1:0", bus()).await.unwrap();
    let error = SimulatedTcp::bind(first.local_addr(), bus()).await.err().unwrap();
    assert_eq!(error.code(), "address_in_use");
    let error = SimulatedTcp::bind("not an address", bus()).await.err().unwrap();
    assert_eq!(error.code(), "listen_failed");
}
