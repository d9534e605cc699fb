//! The portal dies after its commit and before its answer: the batch comes again, and is stored
//! once.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use portal::db::Db;
use portal::fleet::{FleetState, router};
use portal::live::Live;
use portal::token::GatewayToken;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use web_access::{Guards, Hosts};

use crate::fleet::{Fleet, after, batch, start};
use crate::portal_api::open_access;

/// Where the child finds its store; set only by the parent.
const STORE: &str = "BUSMEISTER_FLEET_KILL_TEST";
/// How many batches the child answers before it dies over one.
const ANSWERS: &str = "BUSMEISTER_FLEET_KILL_ANSWERS";
const ROUNDS: u64 = 6;

/// Not a test of its own: what the parent below starts. It serves the fleet link, and dies when
/// it has stored a batch and is about to say so.
#[test]
fn child_that_dies_between_commit_and_acknowledgement() {
    let Ok(store) = std::env::var(STORE) else { return };
    let answers: usize = std::env::var(ANSWERS).unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::open(Path::new(&store), start()).unwrap();
        let access = open_access(Path::new(&store).parent().unwrap()).0;
        let models = std::sync::Arc::new(metering::Models::builtin());
        let state =
            FleetState { db, live: Live::new(), access, models, stop: CancellationToken::new() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let die = move |request: Request, next: Next| {
            let count = std::sync::Arc::clone(&count);
            async move {
                let response: Response = next.run(request).await;
                if count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) >= answers {
                    std::process::abort();
                }
                response
            }
        };
        let router = router(state).layer(middleware::from_fn(die));
        let router = Guards::new("portal", Hosts::loopback(port)).protect(router);
        let mut out = std::io::stdout().lock();
        writeln!(out, "listening {port}").unwrap();
        out.flush().unwrap();
        drop(out);
        axum::serve(listener, router).await.unwrap();
    });
}

/// The portal, killed when it is dropped.
struct Portal(Child, u16);

impl Portal {
    fn start(store: &Path, answers: u64) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "fleet_kill::child_that_dies_between_commit_and_acknowledgement"])
            .arg("--nocapture")
            .env(STORE, store)
            .env(ANSWERS, answers.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // The test harness may print its own words in front of the line.
        let port = lines
            .map_while(Result::ok)
            .find_map(|line| line.split_once("listening ").map(|(_, port)| port.parse().unwrap()));
        Self(child, port.unwrap_or_else(|| panic!("the child does not listen")))
    }

    /// Sends a batch; `None` where no answer came.
    fn send(&self, token: &str, batch: &fleet_link::Batch) -> Option<u64> {
        let url = format!("http://127.0.0.1:{}/fleet/v1/batches", self.1);
        let request = ureq::post(url).header("Authorization", format!("Bearer {token}"));
        let mut answer = request.send_json(batch).ok()?;
        let answer: Value = answer.body_mut().read_json().ok()?;
        answer["acknowledged"].as_u64()
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_portal_that_dies_before_it_answers_has_the_batch_once() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fleet = runtime.block_on(Fleet::new());
    let token = GatewayToken::new().unwrap();
    let claim = portal::secret_hash::SecretHash::of(b"Building 7");
    runtime.block_on(fleet.db.claim(claim, token.hash(), "0.1.0".to_owned(), after(1))).unwrap();
    runtime.block_on(fleet.db.close());
    let store = fleet.folder.path().join("fleet.sqlite");

    let mut sequence = 0;
    let mut lost_answers = 0;
    for round in 0..ROUNDS {
        let portal = Portal::start(&store, round % 3);
        loop {
            let next = batch("meter-1", sequence + 1..=sequence + 4);
            let Some(acknowledged) = portal.send(token.reveal(), &next) else {
                lost_answers += 1;
                break;
            };
            assert_eq!(acknowledged, sequence + 4);
            sequence = acknowledged;
        }
    }
    assert_eq!(lost_answers, ROUNDS);

    let db = Db::open(&store, start()).unwrap();
    let stored = runtime.block_on(db.readouts_of_gateway(fleet.gateway, 0, 10_000)).unwrap();
    let stored: Vec<_> = stored.iter().map(|readout| readout.sequence).collect();
    // The last batch was stored too; the gateway was not told and will send it once more.
    assert_eq!(stored, (1..=sequence + 4).collect::<Vec<_>>());
    assert_eq!(runtime.block_on(db.check()).unwrap(), Vec::<String>::new());
}
