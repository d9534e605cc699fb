//! A house to test in: a simulated bus behind a TCP port and a gateway that reads it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use gateway::{App, Config};
use mbus_io::SimulatedTcp;
use mbus_sim::{Building, SimulatedBus};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tower::ServiceExt;
use web_access::{PasswordCost, Settings};

/// Nothing in these tests takes longer, but machines can be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A heat meter in the record order of the model `integra_heat`, whose values stand still.
pub(crate) const HEAT: &str = r#"
[[bus.meter]]
name = "Heat, flat 1"
primary = 1
identification = "13653120"
manufacturer = "EFE"
version = 0
device_type = 0x04
[[bus.meter.telegram]]
records = [
  { dib = "04", vib = "78", value = 13_653_120 },
  { dib = "04", vib = "06", value = 12_345 },
  { dib = "04", vib = "13", value = 678_900 },
  { dib = "04", vib = "2B", value = 4_200 },
  { dib = "14", vib = "2B", value = 9_800 },
  { dib = "04", vib = "3B", value = 512 },
  { dib = "14", vib = "3B", value = 1_210 },
  { dib = "02", vib = "5B", value = 62 },
  { dib = "02", vib = "5F", value = 41 },
  { dib = "02", vib = "61", value = 2_053 },
]
"#;

/// A meter that never answers.
pub(crate) const SILENT: &str = r#"
[[bus.meter]]
name = "Heat, flat 2"
primary = 2
identification = "13653121"
manufacturer = "EFE"
version = 0
device_type = 0x04
quirks = { silent = true }
"#;

/// A configuration for the bus; the tests add meters.
pub(crate) fn configuration(bus: SocketAddr, meters: &str) -> String {
    format!(
        r#"
[gateway]
name = "Building 7"
[web]
listen = "127.0.0.1:0"
[[bus]]
id = "cellar-1"
name = "Cellar, heating"
tcp = "{bus}"
baudrate = 38400
transport_allowance = "150ms"
interval = "1d"
{meters}
"#
    )
}

pub(crate) const HEAT_METER: &str = r#"
[[meter]]
id = "heat-1"
name = "Heat, flat 1"
bus = "cellar-1"
address = "1"
model = "integra_heat"
"#;

pub(crate) const SILENT_METER: &str = r#"
[[meter]]
id = "heat-2"
name = "Heat, flat 2"
bus = "cellar-1"
address = "2"
model = "integra_heat"
"#;

/// A simulated bus that is served until it is dropped.
pub(crate) struct Wire {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Wire {
    pub(crate) async fn start(meters: &str) -> Self {
        Self::at("127.0.0.1:0", 38_400, meters).await
    }

    pub(crate) async fn at(address: &str, baudrate: u32, meters: &str) -> Self {
        let building = format!("[[bus]]\nid = \"cellar-1\"\nbaudrate = {baudrate}\n{meters}");
        let building = Building::parse(&building).unwrap();
        let bus = SimulatedBus::new(building.buses[0].clone());
        let server = SimulatedTcp::bind(address.to_owned(), bus).await.unwrap();
        let address = server.local_addr();
        let task = tokio::spawn(async move {
            panic!("{}", server.run().await);
        });
        Self { address, task }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A gateway with its data directory.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) data: TempDir,
}

impl House {
    /// A gateway with an empty data directory.
    pub(crate) async fn start(bus: SocketAddr, meters: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let app = start(bus, meters, data.path()).await;
        Self { app, data }
    }

    /// Stops the gateway and keeps its data directory.
    pub(crate) async fn stop(self) -> TempDir {
        self.app.stop().await;
        self.data
    }

    /// Waits until every meter was asked once.
    pub(crate) async fn all_attempted(&self) {
        let mut progress = self.app.subscribe();
        let wait = progress.wait_for(gateway::latest::Progress::is_complete);
        tokio::time::timeout(PATIENCE, wait).await.unwrap().unwrap();
    }

    pub(crate) fn host(&self) -> String {
        self.app.local_addr().to_string()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        let mut request = self.request(Method::POST, path);
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(path).header(header::HOST, self.host())
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let answer = tokio::time::timeout(PATIENCE, self.app.router().oneshot(request)).await;
        let (parts, body) = answer.unwrap().unwrap().into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// Asks for a meter until it is as wished.
    pub(crate) async fn meter_when(&self, id: &str, wish: impl Fn(&Value) -> bool) -> Value {
        self.json_when(&format!("/api/v1/meters/{id}"), wish).await
    }

    /// Asks until the answer is as wished; asks again whenever something has changed.
    pub(crate) async fn json_when(&self, path: &str, wish: impl Fn(&Value) -> bool) -> Value {
        let mut events = self.app.latest().events();
        let wait = async {
            loop {
                let json = self.get(path).await.json();
                if wish(&json) {
                    return json;
                }
                events.recv().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("it becomes as wished")
    }
}

/// A gateway with its configuration in a file, and somebody who may change it.
pub(crate) struct FileHouse {
    pub(crate) house: House,
    pub(crate) file: PathBuf,
    pub(crate) token: String,
    pub(crate) session: crate::access::Session,
}

impl FileHouse {
    /// A gateway that reads the meters of a file.
    pub(crate) async fn start(text: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("gateway.toml");
        std::fs::write(&file, text).unwrap();
        let app = start_quickly(Config::load(&file).unwrap(), data.path()).await;
        let house = House { app, data };
        let session = house.set_up().await;
        let token = house.token(&session, "admin").await;
        house.all_attempted().await;
        Self { house, file, token, session }
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> String {
        std::fs::read_to_string(&self.file).unwrap()
    }

    /// The ETag of an answer, to be sent as If-Match.
    pub(crate) async fn etag(&self, path: &str) -> String {
        let answer = self.house.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.header("etag").to_owned()
    }

    /// A change with the newest ETag of that path.
    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        let etag = self.etag(path).await;
        self.change(Method::PUT, path, Some(&etag), body).await
    }

    pub(crate) async fn change(
        &self,
        method: Method,
        path: &str,
        if_match: Option<&str>,
        body: &Value,
    ) -> Answer {
        let mut request = self
            .house
            .request(method, path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        if let Some(tag) = if_match {
            request = request.header(header::IF_MATCH, tag);
        }
        self.house.send(request.body(Body::from(body.to_string())).unwrap()).await
    }
}

/// A time in an answer. Times compare by value only: their texts have as many digits as needed.
pub(crate) fn time(json: &Value) -> jiff::Timestamp {
    json.as_str().unwrap().parse().unwrap()
}

/// Starts a gateway on a data directory.
pub(crate) async fn start(bus: SocketAddr, meters: &str, data: &Path) -> App {
    let config = Config::parse(&configuration(bus, meters), "test.toml").unwrap();
    start_quickly(config, data).await
}

/// Starts a gateway whose passwords are cheap to check.
pub(crate) async fn start_quickly(config: Config, data: &Path) -> App {
    let password_cost = PasswordCost { memory_kib: 64, passes: 1 };
    let settings = Settings { password_cost, ..Settings::default() };
    App::start_with(config, data, settings).await.unwrap()
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}
