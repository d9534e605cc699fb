//! A gateway that listens hears of everything there is to fetch.

use axum::body::BodyDataStream;
use axum::http::{Method, StatusCode};
use fleet_link::CommandKind;
use futures_util::StreamExt;
use jiff::Timestamp;
use portal::live::Change;

use crate::fleet::{heat_form, start};
use crate::link::{Link, PATIENCE};

struct Ears(BodyDataStream, String);

impl Ears {
    async fn open(link: &Link) -> Self {
        let answer = link.open(Method::GET, "/fleet/v1/stream", Some(&link.token), "").await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self(answer.into_body().into_data_stream(), String::new())
    }

    /// The next event, as it stands on the wire; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.1.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.1 = rest;
                return Some(event);
            }
            let piece = tokio::time::timeout(PATIENCE, self.0.next()).await.unwrap()?;
            self.1.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
        }
    }
}

async fn queue(link: &Link) {
    let now = Timestamp::now();
    let soon = Timestamp::from_second(now.as_second() + 600).unwrap();
    let kind = CommandKind::ReadMeter { meter: "meter-1".to_owned() };
    let gateway = link.fleet.gateway;
    let queued = link.fleet.db.create_command(gateway, kind, None, "ada".to_owned(), soon, now);
    let id = queued.await.unwrap().id;
    link.state.live.tell(Change::CommandQueued(gateway, id));
}

const COMMAND_1: &str = "event: command\ndata: {\"id\":\"command-1\"}";
const COMMAND_2: &str = "event: command\ndata: {\"id\":\"command-2\"}";

#[tokio::test]
async fn what_came_up_while_nobody_listened_is_told_first() {
    let link = Link::new().await;
    let form = heat_form(link.fleet.gateway);
    link.fleet.db.create_meter(form, "ada".to_owned(), start()).await.unwrap();
    queue(&link).await;
    let mut ears = Ears::open(&link).await;
    let first = ears.next().await.unwrap();
    assert_eq!(first, "event: configuration\ndata: {\"revision\":1}");
    assert_eq!(ears.next().await.unwrap(), COMMAND_1);
    queue(&link).await;
    assert_eq!(ears.next().await.unwrap(), COMMAND_2);
    let other = link.fleet.add_gateway("Building 8").await;
    link.state.live.tell(Change::Configuration(other, 9));
    link.state.live.tell(Change::Configuration(link.fleet.gateway, 2));
    let next = ears.next().await.unwrap();
    assert_eq!(next, "event: configuration\ndata: {\"revision\":2}", "not that of another gateway");
}

#[tokio::test]
async fn a_listener_that_lags_hears_of_everything_again() {
    let link = Link::new().await;
    let mut ears = Ears::open(&link).await;
    queue(&link).await;
    for revision in 1..3_000 {
        link.state.live.tell(Change::Configuration(link.fleet.gateway, revision));
    }
    // More was told than is kept; what is on disk is what counts.
    assert_eq!(ears.next().await.unwrap(), COMMAND_1);
}

#[tokio::test]
async fn the_portal_knows_who_listens_and_ends_the_streams_when_it_stops() {
    let mut link = Link::new().await;
    let gateway = link.fleet.gateway;
    assert!(!link.state.live.is_connected(gateway));
    let mut ears = Ears::open(&link).await;
    assert!(link.state.live.is_connected(gateway));
    // Somebody else takes the gateway's place.
    link.token = link.claim_with(2).await;
    assert_eq!(ears.next().await, None);
    drop(ears);
    assert!(!link.state.live.is_connected(gateway));
    // The gateway is removed: its stream ends, and its token works no more.
    let mut ears = Ears::open(&link).await;
    let other = link.fleet.add_gateway("Building 8").await;
    link.fleet.db.delete_gateway(other, false, start()).await.unwrap();
    link.state.live.tell(Change::Removed(other));
    queue(&link).await;
    assert_eq!(ears.next().await.as_deref(), Some(COMMAND_1), "another one was removed");
    link.fleet.db.delete_gateway(gateway, false, start()).await.unwrap();
    link.state.live.tell(Change::Removed(gateway));
    assert_eq!(ears.next().await, None);
    let (status, answer) = link.get("/fleet/v1/configuration").await;
    assert_eq!((status.as_u16(), answer["code"].as_str()), (401, Some("unknown_token")));
}

#[tokio::test]
async fn a_stream_ends_when_the_portal_stops() {
    let link = Link::new().await;
    let mut ears = Ears::open(&link).await;
    link.state.stop.cancel();
    assert_eq!(ears.next().await, None);
}

#[tokio::test]
async fn a_silent_stream_shows_every_15_seconds_that_it_lives() {
    let link = Link::new().await;
    let mut ears = Ears::open(&link).await;
    // From here on time jumps to whatever is waited for.
    tokio::time::pause();
    assert_eq!(ears.next().await.unwrap(), ": still here");
    for _ in 0..3 {
        let last = tokio::time::Instant::now();
        assert_eq!(ears.next().await.unwrap(), ": still here");
        let waited = last.elapsed().as_secs_f64();
        assert!((waited - 15.0).abs() < 0.1, "{waited} s");
    }
}
