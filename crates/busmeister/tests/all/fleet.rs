//! A gateway that reads a simulated bus, and the portal it belongs to, both whole, in this
//! process, over HTTP.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use fleet_link::{CertificateHash, ClaimCode, PortalUrl};
use gateway::fleet::{Condition, LinkState};
use jiff::{SignedDuration, Timestamp};
use mbus_io::SimulatedTcp;
use mbus_sim::{Building, SimulatedBus};
use portal::id::GatewayId;
use portal::readout::StoredReadout;
use portal::token::{claim_hash, new_claim_secret};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// Nothing in these tests takes longer, but machines can be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks at what nobody tells of.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(50);

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

/// A meter as it comes from the factory.
pub(crate) const NEW: &str = r#"
[[bus.meter]]
name = "New"
identification = "00000001"
manufacturer = "EFE"
version = 0
device_type = 0x04
[[bus.meter.telegram]]
records = [{ dib = "04", vib = "06", value = 1 }]
"#;

/// The heat meter, in the gateway's own file.
pub(crate) const HEAT_METER: &str = r#"
[[meter]]
id = "heat-1"
name = "Heat, flat 1"
bus = "cellar-1"
address = "1"
model = "integra_heat"
"#;

/// A simulated bus that is served until it is dropped.
pub(crate) struct Wire {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Wire {
    pub(crate) async fn start(meters: &str) -> Self {
        let building = format!("[[bus]]\nid = \"cellar-1\"\nbaudrate = 38400\n{meters}");
        let building = Building::parse(&building).unwrap();
        let bus = SimulatedBus::new(building.buses[0].clone());
        let server = SimulatedTcp::bind("127.0.0.1:0".to_owned(), bus).await.unwrap();
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

/// A portal with one gateway, and its data directory.
pub(crate) struct Portal {
    pub(crate) app: portal::App,
    pub(crate) gateway: GatewayId,
    data: TempDir,
}

/// A portal that is stopped.
pub(crate) struct StoppedPortal {
    address: SocketAddr,
    gateway: GatewayId,
    data: TempDir,
}

impl Portal {
    pub(crate) async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let app = start_portal("127.0.0.1:0", data.path()).await;
        let now = Timestamp::now();
        let site = app.db().create_site("Hill Street".to_owned(), now).await.unwrap();
        let nobody = claim_hash(&new_claim_secret().unwrap());
        let name = "Building 7".to_owned();
        let gateway = app.db().create_gateway(site.id, name, nobody, now, now).await.unwrap().id;
        Self { app, gateway, data }
    }

    /// A new claim code for the gateway.
    pub(crate) async fn claim_code(&self) -> ClaimCode {
        let secret = new_claim_secret().unwrap();
        let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
        self.app.db().renew_claim(self.gateway, claim_hash(&secret), tomorrow).await.unwrap();
        let portal = PortalUrl::parse(&format!("http://{}", self.app.local_addr())).unwrap();
        ClaimCode { portal, secret, certificate: None::<CertificateHash> }
    }

    /// All readouts of the gateway, of all its claims.
    pub(crate) async fn readouts(&self) -> Vec<StoredReadout> {
        self.app.db().readouts_of_gateway(self.gateway, 0, 1_000_000).await.unwrap()
    }

    /// Waits until the portal knows of so many readouts; looks again whenever something changes.
    pub(crate) async fn readouts_when(
        &self,
        wish: impl Fn(&[StoredReadout]) -> bool,
    ) -> Vec<StoredReadout> {
        let mut changes = self.app.live().listen();
        let wait = async {
            loop {
                let readouts = self.readouts().await;
                if wish(&readouts) {
                    return readouts;
                }
                // Of meters that are not its own the portal does not tell.
                let _ = tokio::time::timeout(LOOK_AGAIN, changes.recv()).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the readouts arrive")
    }

    /// The gateway as the portal knows it, when it is as wished.
    pub(crate) async fn gateway_when(
        &self,
        wish: impl Fn(&portal::gateway::Gateway) -> bool,
    ) -> portal::gateway::Gateway {
        let mut changes = self.app.live().listen();
        let wait = async {
            loop {
                let gateway = self.app.db().gateway(self.gateway).await.unwrap().unwrap();
                if wish(&gateway) {
                    return gateway;
                }
                let _ = changes.recv().await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the gateway becomes as wished")
    }

    pub(crate) async fn stop(self) -> StoppedPortal {
        let address = self.app.local_addr();
        self.app.stop().await;
        StoppedPortal { address, gateway: self.gateway, data: self.data }
    }
}

impl StoppedPortal {
    /// At the same address, with the same data.
    pub(crate) async fn start(self) -> Portal {
        let app = start_portal(&self.address.to_string(), self.data.path()).await;
        Portal { app, gateway: self.gateway, data: self.data }
    }
}

async fn start_portal(listen: &str, data: &Path) -> portal::App {
    let file = data.join("portal.toml");
    std::fs::write(&file, format!("[web]\nlisten = \"{listen}\"\n")).unwrap();
    let config = portal::Config::load(&file).unwrap();
    portal::App::start(&config, &data.join("data")).await.unwrap()
}

/// A gateway with its data directory.
pub(crate) struct Gateway {
    pub(crate) app: gateway::App,
    pub(crate) data: TempDir,
}

impl Gateway {
    pub(crate) async fn start(bus: SocketAddr, meters: &str) -> Self {
        Self::start_on(bus, meters, tempfile::tempdir().unwrap()).await
    }

    pub(crate) async fn start_on(bus: SocketAddr, meters: &str, data: TempDir) -> Self {
        let config = gateway::Config::parse(&configuration(bus, meters), "test.toml").unwrap();
        let app = gateway::App::start(config, &data.path().join("data")).await.unwrap();
        Self { app, data }
    }

    /// A gateway that belongs to the portal.
    pub(crate) async fn claimed(bus: SocketAddr, meters: &str, portal: &Portal) -> Self {
        let gateway = Self::start(bus, meters).await;
        gateway.app.claim(&portal.claim_code().await.to_string()).await.unwrap();
        gateway
    }

    pub(crate) async fn stop(self) -> TempDir {
        self.app.stop().await;
        self.data
    }

    /// How the link is, when it is in this state.
    pub(crate) async fn link_when(&self, state: LinkState) -> Condition {
        let mut link = self.app.portal();
        let wait = link.wait_for(|link| link.state == state);
        let met = tokio::time::timeout(PATIENCE, wait).await;
        met.unwrap_or_else(|_| panic!("it is {:?}", self.app.portal().borrow())).unwrap().clone()
    }

    /// What the gateway's page shows of its portal.
    pub(crate) async fn shown(&self) -> Value {
        let page = format!("http://{}", self.app.local_addr());
        tokio::task::spawn_blocking(move || crate::http::get(&page, "/api/v1/portal"))
            .await
            .unwrap()
    }

    /// The same, when it is as wished.
    pub(crate) async fn shown_when(&self, wish: impl Fn(&Value) -> bool) -> Value {
        let wait = async {
            loop {
                let shown = self.shown().await;
                if wish(&shown) {
                    return shown;
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("it becomes as wished")
    }

    /// Reads a meter now, as a person at the gateway does.
    pub(crate) async fn read_now(&self, meter: &str) {
        let page = format!("http://{}", self.app.local_addr());
        let path = format!("/api/v1/meters/{meter}/readouts");
        let body = Value::Null;
        let read = tokio::task::spawn_blocking(move || crate::http::post(&page, &path, &body));
        assert_eq!(read.await.unwrap().0, 200);
    }
}

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
