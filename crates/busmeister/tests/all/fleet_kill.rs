//! The power goes at any moment, at the gateway and at the portal: nothing that anybody was told
//! of is lost, and nothing is there twice.
//!
//! This process writes down what is acknowledged to it, and kills: at least half of the time
//! within 50 ms of an acknowledgement, otherwise at any time.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gateway::store::{Database, Reader, ReadoutId};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::fleet_readings::store;
use crate::program::{Running, busmeister, run};

/// How many kills, where it is not as usual.
const KILLS: &str = "BUSMEISTER_KILLS";
const USUAL: usize = 20;
/// So soon after an acknowledgement a kill counts as close to it.
const CLOSE: Duration = Duration::from_millis(50);
/// A start takes no longer, on a machine that has nothing else to do.
const START: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(120);
const PASSWORD: &str = "correct horse battery";

const BUILDING: &str = r#"
[[bus]]
id = "cellar-1"
baudrate = 38400
[[bus.meter]]
name = "Heat"
primary = 1
identification = "13653120"
manufacturer = "EFE"
version = 0
device_type = 0x04
[[bus.meter.telegram]]
records = [{ dib = "04", vib = "06", counter = 12_345, per_hour = 100_000 }]
[[bus.meter]]
name = "Attic"
primary = 3
identification = "13653122"
manufacturer = "EFE"
version = 0
device_type = 0x04
[[bus.meter.telegram]]
records = [{ dib = "04", vib = "06", counter = 500, per_hour = 100_000 }]
"#;

fn configuration(tcp: &str) -> String {
    format!(
        r#"
[[bus]]
id = "cellar-1"
name = "Cellar"
tcp = "{tcp}"
baudrate = 38400
interval = "1s"
[[meter]]
id = "heat-1"
name = "Heat 0"
bus = "cellar-1"
address = "1"
model = "generic_mbus"
[meter.parameters]
reg = "{{'heat_energy_kwh': 2}}"
"#
    )
}

/// One of the two programs, killed and started again.
struct Server {
    arguments: Vec<String>,
    page: String,
    out: PathBuf,
    child: Option<Child>,
    /// From spawning to being ready.
    starts: Vec<Duration>,
    kills: usize,
}

impl Server {
    fn new(folder: &Path, name: &str, arguments: &[&str]) -> Self {
        // Another program could take the port meanwhile; it is not likely.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut arguments: Vec<_> = arguments.iter().map(|one| (*one).to_owned()).collect();
        arguments.extend(["--listen".to_owned(), format!("127.0.0.1:{port}")]);
        Self {
            arguments,
            page: format!("http://127.0.0.1:{port}"),
            out: folder.join(format!("{name}.out")),
            child: None,
            starts: Vec::new(),
            kills: 0,
        }
    }

    fn start(&mut self) {
        let began = Instant::now();
        let arguments: Vec<_> = self.arguments.iter().map(String::as_str).collect();
        let log = self.out.with_extension("log");
        let log = File::options().create(true).append(true).open(log).unwrap();
        let mut command = busmeister(&arguments);
        command.stdin(Stdio::null()).stdout(File::create(&self.out).unwrap()).stderr(log);
        self.child = Some(command.spawn().unwrap());
        while !matches!(ask(&self.page, "GET", "/readyz", "", &Value::Null), Ok((200 | 204, _))) {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "it ended: {}", self.log());
            assert!(began.elapsed() < PATIENCE, "it does not get ready: {}", self.log());
            std::thread::sleep(Duration::from_millis(2));
        }
        self.starts.push(began.elapsed());
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // On Unix this is SIGKILL.
            child.kill().unwrap();
            child.wait().unwrap();
            self.kills += 1;
        }
    }

    /// The rest of the line that starts like this.
    fn printed(&self, start: &str) -> String {
        let began = Instant::now();
        loop {
            let text = std::fs::read_to_string(&self.out).unwrap();
            if let Some(rest) = text.lines().find_map(|line| line.strip_prefix(start)) {
                return rest.to_owned();
            }
            assert!(began.elapsed() < PATIENCE, "it does not print {start}: {text}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.out.with_extension("log")).unwrap_or_default()
    }

    /// A token for programs, which outlives restarts.
    fn token(&self) -> String {
        let first = json!({ "code": self.printed("setup code "), "password": PASSWORD });
        let agent = agent();
        let mut set_up =
            agent.post(format!("{}/api/v1/setup", self.page)).send_json(&first).unwrap();
        let cookie = set_up.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let _ = set_up.body_mut().read_to_string();
        let asked = json!({ "name": "the test", "role": "admin" });
        let request = agent.post(format!("{}/api/v1/tokens", self.page)).header("cookie", cookie);
        let answer: Value = request.send_json(&asked).unwrap().body_mut().read_json().unwrap();
        answer["token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    config.timeout_global(Some(Duration::from_secs(30))).build().into()
}

fn ask(
    page: &str,
    method: &str,
    path: &str,
    token: &str,
    body: &Value,
) -> Result<(u16, Value), ureq::Error> {
    let (agent, url) = (agent(), format!("{page}{path}"));
    let authorization = format!("Bearer {token}");
    let mut response = match method {
        "GET" if token.is_empty() => agent.get(url).call()?,
        "GET" => agent.get(url).header("authorization", authorization).call()?,
        "PUT" => agent.put(url).header("authorization", authorization).send_json(body)?,
        _ => agent.post(url).header("authorization", authorization).send_json(body)?,
    };
    let status = response.status().as_u16();
    Ok((status, response.body_mut().read_json().unwrap_or_default()))
}

/// What was acknowledged to this process.
#[derive(Default)]
struct Acknowledged {
    /// When meters were read, as the gateway showed.
    readings: Vec<(String, Timestamp)>,
    /// The names that a meter of the portal was given there.
    portal: Names,
    /// The names that a meter of the gateway's file was given at the gateway.
    gateway: Names,
    at: Option<Instant>,
}

/// Names that end with a number, one after another.
#[derive(Default)]
struct Names {
    acknowledged: u64,
    tried: u64,
}

impl Names {
    const fn next(&mut self) -> u64 {
        self.tried += 1;
        self.tried
    }

    fn check(&self, shown: &Value) {
        let number = shown["name"].as_str().and_then(|name| name.split_once(' '));
        let number: u64 = number.unwrap_or_else(|| panic!("{shown}")).1.parse().unwrap();
        let known = self.acknowledged..=self.tried;
        assert!(known.contains(&number), "{number} is shown, {known:?} acknowledged to tried");
    }
}

/// What the writer writes to.
#[derive(Clone)]
struct Pages {
    gateway: String,
    portal: String,
    portal_token: String,
    gateway_token: String,
    /// The meter that the portal configures.
    meter: String,
}

/// What is written before a kill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Doing {
    Reading,
    ConfiguringAtThePortal,
    ConfiguringAtTheGateway,
    CatchingUp,
}

impl Doing {
    const ALL: [Self; 4] = [
        Self::Reading,
        Self::ConfiguringAtThePortal,
        Self::ConfiguringAtTheGateway,
        Self::CatchingUp,
    ];
}

impl Pages {
    /// Does one thing, and writes down when it is acknowledged. `None` where it is not.
    fn write(&self, doing: Doing, acknowledged: &Mutex<Acknowledged>) -> Option<()> {
        match doing {
            Doing::Reading => {
                let path = "/api/v1/meters/heat-1/readouts";
                let (status, _) = ask(&self.gateway, "POST", path, "", &Value::Null).ok()?;
                let path = "/api/v1/meters/heat-1";
                let (_, meter) = ask(&self.gateway, "GET", path, "", &Value::Null).ok()?;
                let at = meter["last_success_at"].as_str()?.parse().ok()?;
                let mut acknowledged = acknowledged.lock().unwrap();
                acknowledged.at = Some(Instant::now());
                acknowledged.readings.push(("heat-1".to_owned(), at));
                (status == 200).then_some(())
            }
            Doing::ConfiguringAtThePortal => {
                let number = acknowledged.lock().unwrap().portal.next();
                let path = format!("/api/v1/meters/{}", self.meter);
                let form = form(&format!("Attic {number}"));
                let (status, answer) =
                    ask(&self.portal, "PUT", &path, &self.portal_token, &form).ok()?;
                assert_eq!(status, 200, "{answer}");
                let mut acknowledged = acknowledged.lock().unwrap();
                acknowledged.at = Some(Instant::now());
                acknowledged.portal.acknowledged = number;
                Some(())
            }
            Doing::ConfiguringAtTheGateway => {
                let url = format!("{}/api/v1/meters/heat-1/configuration", self.gateway);
                let seen = agent().get(&url).call().ok()?;
                let seen = seen.headers()["etag"].to_str().unwrap().to_owned();
                let number = acknowledged.lock().unwrap().gateway.next();
                let form = json!({
                    "name": format!("Heat {number}"), "bus": "cellar-1", "address": "1",
                    "model": "generic_mbus",
                    "parameters": [{ "key": "reg", "value": "{'heat_energy_kwh': 2}" }],
                });
                let request = agent().put(&url).header("if-match", seen);
                let token = format!("Bearer {}", self.gateway_token);
                let mut answer = request.header("authorization", token).send_json(&form).ok()?;
                let status = answer.status().as_u16();
                assert_eq!(status, 200, "{:?}", answer.body_mut().read_to_string());
                let mut acknowledged = acknowledged.lock().unwrap();
                acknowledged.at = Some(Instant::now());
                acknowledged.gateway.acknowledged = number;
                Some(())
            }
            Doing::CatchingUp => {
                let began = Instant::now();
                let mut before = self.waiting()?;
                loop {
                    let now = self.waiting()?;
                    if now < before || began.elapsed() > Duration::from_secs(3) {
                        acknowledged.lock().unwrap().at = Some(Instant::now());
                        return Some(());
                    }
                    before = now;
                }
            }
        }
    }

    fn waiting(&self) -> Option<u64> {
        let (_, link) = ask(&self.gateway, "GET", "/api/v1/portal", "", &Value::Null).ok()?;
        link["waiting_readouts"].as_u64()
    }
}

fn form(name: &str) -> Value {
    json!({
        "menu": "heat", "name": name, "address": "3", "gateway": "gateway-1",
        "model": "generic_mbus", "baudrate": 38400,
        "parameters": [{ "key": "reg", "value": "{'heat_energy_kwh': 2}" }],
    })
}

/// Numbers that look random; the seed is printed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

struct Fleet {
    gateway: Server,
    portal: Server,
    data: PathBuf,
    portal_data: PathBuf,
    pages: Pages,
    _building: Running,
    folder: tempfile::TempDir,
}

impl Fleet {
    /// A portal, a gateway that belongs to it, and one meter of the portal's.
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        std::fs::write(path("building.toml"), BUILDING).unwrap();
        let mut building = Running::start(&[
            "simulate",
            &text(&path("building.toml")),
            "--speed",
            "60",
            "--tcp",
            "127.0.0.1:0",
        ]);
        let config = path("gateway.toml");
        std::fs::write(&config, configuration(&building.line_after("tcp "))).unwrap();
        // The gateway's folder is as the other tests of the link have it.
        let (data, portal_data) = (path("gateway/data"), path("portal"));
        let mut portal =
            Server::new(folder.path(), "portal", &["portal", "--data", &text(&portal_data)]);
        portal.start();
        let token = portal.token();
        let post = |path: &str, body: Value| {
            let (status, answer) = ask(&portal.page, "POST", path, &token, &body).unwrap();
            assert_eq!(status, 201, "{path}: {answer}");
            answer
        };
        post("/api/v1/sites", json!({ "name": "Hill Street" }));
        let made = post("/api/v1/gateways", json!({ "site": "site-1", "name": "Building 7" }));
        let meter = post("/api/v1/meters", form("Attic 0"))["id"].as_str().unwrap().to_owned();
        let code = made["claim_code"].as_str().unwrap();
        let claimed = run(&["gateway", "claim", code, "--data", &text(&data)]);
        assert_eq!(claimed.code, Some(0), "{claimed:?}");
        let arguments = ["gateway", "--config", &text(&config), "--data", &text(&data)];
        let mut gateway = Server::new(folder.path(), "gateway", &arguments);
        gateway.start();
        let pages = Pages {
            gateway: gateway.page.clone(),
            portal: portal.page.clone(),
            portal_token: token,
            gateway_token: gateway.token(),
            meter,
        };
        Self { gateway, portal, data, portal_data, pages, _building: building, folder }
    }

    /// Waits until the gateway has sent everything and reads by what the portal wants.
    fn settle(&self) {
        let began = Instant::now();
        let (pages, token) = (&self.pages, &self.pages.portal_token);
        loop {
            let path = "/api/v1/gateways/gateway-1";
            let (_, known) = ask(&pages.portal, "GET", path, token, &Value::Null).unwrap();
            let (_, link) = ask(&pages.gateway, "GET", "/api/v1/portal", "", &Value::Null).unwrap();
            let wanted = &known["wanted_revision"];
            assert!(wanted.is_u64(), "{known}");
            let settled =
                *wanted == known["applied_revision"] && *wanted == link["applied_revision"];
            if settled && link["waiting_readouts"].as_u64() <= Some(1) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "it does not settle: {link} {known}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What was acknowledged is shown by whoever was started again.
    fn check(&self, acknowledged: &Acknowledged) {
        let (pages, token) = (&self.pages, &self.pages.portal_token);
        let path = format!("/api/v1/meters/{}", pages.meter);
        let (_, meter) = ask(&pages.portal, "GET", &path, token, &Value::Null).unwrap();
        acknowledged.portal.check(&meter);
        let path = "/api/v1/meters/heat-1";
        let (_, meter) = ask(&pages.gateway, "GET", path, "", &Value::Null).unwrap();
        acknowledged.gateway.check(&meter);
        let shown = meter["last_success_at"].as_str().and_then(|at| at.parse().ok());
        let last = acknowledged.readings.last().map(|(_, at)| *at);
        assert!(shown >= last, "{last:?} was acknowledged, {shown:?} is shown");
    }
}

#[test]
fn a39_nothing_acknowledged_is_lost_or_doubled_by_kill_9_at_gateway_and_portal() {
    let wanted: usize = std::env::var(KILLS).map_or(USUAL, |text| text.parse().unwrap());
    let seed = u64::try_from(Timestamp::now().as_microsecond()).unwrap();
    let mut dice = Dice(seed);
    let mut fleet = Fleet::start();
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (mut kills, mut close, mut stored) = (0, 0, 0_i64);
    let mut done: BTreeMap<Doing, usize> = BTreeMap::new();
    while kills < wanted || close * 2 < kills {
        assert!(kills < 3 * wanted, "this machine is too slow to kill within {CLOSE:?}");
        let doing = Doing::ALL[kills / 2 % Doing::ALL.len()];
        let is_close = close * 2 <= kills;
        if is_close {
            acknowledged.lock().unwrap().at = None;
            fleet.pages.write(doing, &acknowledged).expect("both run");
            std::thread::sleep(Duration::from_millis(dice.below(35)));
        } else {
            write_for(Duration::from_millis(dice.below(700)), &fleet.pages, &acknowledged, || ());
        }
        // Both at once where the power goes in the whole house.
        let victims = [(true, false), (false, true), (true, true)];
        let (gateway, portal) = victims[usize::try_from(dice.below(3)).unwrap()];
        let before = acknowledged.lock().unwrap().at;
        let victim = |fleet: &mut Fleet| {
            if gateway {
                fleet.gateway.kill();
            }
            if portal {
                fleet.portal.kill();
            }
        };
        if is_close {
            victim(&mut fleet);
            close += usize::from(before.is_some_and(|at| at.elapsed() <= CLOSE));
        } else {
            let pages = fleet.pages.clone();
            let length = Duration::from_millis(dice.below(400));
            write_for(length, &pages, &acknowledged, || victim(&mut fleet));
        }
        kills += 1;
        if is_close {
            *done.entry(doing).or_default() += 1;
        }
        // Days without a network now and then, so that there is something to catch up.
        if gateway && dice.below(2) == 0 {
            let folder = fleet.data.parent().unwrap().to_owned();
            runtime.block_on(store(&folder, stored..stored + 600));
            stored += 600;
        }
        if portal {
            fleet.portal.start();
        }
        if gateway {
            fleet.gateway.start();
        }
        fleet.check(&acknowledged.lock().unwrap());
    }
    fleet.settle();
    fleet.check(&acknowledged.lock().unwrap());
    fleet.gateway.kill();
    // The last readouts may have come while everything was looked at.
    fleet.portal.kill();
    let acknowledged = acknowledged.lock().unwrap();
    let readouts = runtime.block_on(compare(&fleet, &acknowledged));

    let starts: Vec<_> = [&fleet.gateway, &fleet.portal].map(|one| one.starts.clone()).concat();
    let (median, worst) = median_and_worst(starts);
    let said = format!(
        "kill -9: {kills} kills ({close} within {} ms of an acknowledgement, seed {seed}), of the gateway {}, of the portal {}; those after {done:?}, the others while all of it goes on;\n  acknowledged: {} readings, {} configurations; {readouts} readouts on both sides, none lost, none doubled;\n  {} starts: median {} ms, worst {} ms\n",
        CLOSE.as_millis(),
        fleet.gateway.kills - 1,
        fleet.portal.kills - 1,
        acknowledged.readings.len(),
        acknowledged.portal.acknowledged + acknowledged.gateway.acknowledged,
        fleet.gateway.starts.len() + fleet.portal.starts.len(),
        median.as_millis(),
        worst.as_millis(),
    );
    // Past the harness, which keeps what a test prints to itself.
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    let limit = START.mul_f64(others());
    assert!(worst <= limit, "a start took {worst:?}, longer than {limit:?}");
    drop(fleet.folder);
}

/// Writes one thing after another for a while; what is under way is not waited for before `then`.
fn write_for(
    length: Duration,
    pages: &Pages,
    acknowledged: &Arc<Mutex<Acknowledged>>,
    then: impl FnOnce(),
) {
    let stop = Arc::new(AtomicBool::new(false));
    let writer = {
        let (pages, acknowledged, stop) =
            (pages.clone(), Arc::clone(acknowledged), Arc::clone(&stop));
        std::thread::spawn(move || {
            for round in 0.. {
                let doing = Doing::ALL[round % 3];
                if stop.load(Ordering::Relaxed) || pages.write(doing, &acknowledged).is_none() {
                    return;
                }
            }
        })
    };
    std::thread::sleep(length);
    then();
    stop.store(true, Ordering::Relaxed);
    writer.join().unwrap();
}

/// What the gateway has stored is at the portal: each readout once, under its number.
async fn compare(fleet: &Fleet, acknowledged: &Acknowledged) -> usize {
    let database = Database::open(&fleet.data.join("readings.sqlite"), Timestamp::now()).unwrap();
    assert_eq!(database.check().unwrap(), Vec::<String>::new(), "the gateway's store is whole");
    let reader = Reader::open(&fleet.data.join("readings.sqlite")).unwrap();
    let rows = reader.readouts_after(ReadoutId(0), usize::MAX >> 1, |rows| rows).await.unwrap();
    let here = rows.into_iter().map(|row| {
        let readout = row.readout.unwrap();
        (u64::try_from(row.id.0).unwrap(), row.meter, readout.read_at)
    });
    let here: Vec<_> = here.collect();
    let db =
        portal::db::Db::open(&fleet.portal_data.join("fleet.sqlite"), Timestamp::now()).unwrap();
    assert_eq!(db.check().await.unwrap(), Vec::<String>::new(), "the portal's store is whole");
    let gateway = "gateway-1".parse().unwrap();
    let there = db.readouts_of_gateway(gateway, 0, 1_000_000).await.unwrap();
    let there = there.into_iter().map(|one| (one.sequence, one.meter_name, one.read_at));
    let there: Vec<_> = there.collect();
    for (number, (sequence, ..)) in (1..).zip(&there) {
        assert_eq!(*sequence, number, "a number is missing, or there twice");
    }
    // What was stored after the last look may still be on its way.
    assert!(there.len() + 3 >= here.len(), "{} of {} arrived", there.len(), here.len());
    assert_eq!(here[..there.len()], there[..]);
    for (meter, at) in &acknowledged.readings {
        let is_it = |(_, name, read_at): &(u64, String, Timestamp)| name == meter && read_at == at;
        assert!(here.iter().any(is_it), "the reading of {meter} at {at} was acknowledged");
    }
    there.len()
}

fn median_and_worst(mut starts: Vec<Duration>) -> (Duration, Duration) {
    starts.sort();
    (starts[starts.len() / 2], starts[starts.len() - 1])
}

/// How much longer things take on this machine because of what else runs: at least 1.
fn others() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: f64 = text.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or(0.0);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cores = f64::from(u32::try_from(cores).unwrap_or(1));
    (2.0 * load / cores).max(1.0)
}
