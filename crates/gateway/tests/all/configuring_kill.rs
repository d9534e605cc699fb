//! Killing the process right after a change was answered loses no change.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use fleet_link::ConfiguredMeter;
use gateway::Config;
use gateway::config::MeterDraft;
use gateway::configuration::{Change, Seen};

use crate::house::start_quickly;

/// Where the child finds its directory; set only by the parent.
const DIRECTORY: &str = "BUSMEISTER_CONFIGURING_KILL_TEST";
const ROUNDS: usize = 6;
const FILE: &str = "[web]\nlisten = \"127.0.0.1:0\"\n# nobody is there\n[[bus]]\nid = \"a\"\ntcp = \"127.0.0.1:1\"\ninterval = \"1d\"\n";

fn draft(number: u64) -> MeterDraft {
    MeterDraft {
        id: Some(format!("own-{number}")),
        name: Some(format!("Own {number}")),
        bus: Some("a".to_owned()),
        address: Some(format!("{number:08}")),
        model: Some("integra_heat".to_owned()),
        ..MeterDraft::default()
    }
}

fn of_portal(number: u64) -> ConfiguredMeter {
    ConfiguredMeter {
        id: "portal-1".to_owned(),
        name: format!("Revision {number}"),
        bus: None,
        address: Some("7".to_owned()),
        model: "integra_heat".to_owned(),
        parameters: [].into(),
        baudrate: 2_400,
        mode: fleet_link::Mode::Consumption,
        interval: None,
    }
}

/// Not a test of its own: what the parent below starts and kills. It adds meters to its file, and
/// takes revisions of the portal, and says each when it is done.
#[test]
fn child_that_configures_until_it_is_killed() {
    let Ok(directory) = std::env::var(DIRECTORY) else { return };
    let directory = Path::new(&directory);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let config = Config::load(&directory.join("gateway.toml")).unwrap();
        let app = start_quickly(config, &directory.join("data")).await;
        let configurator = app.configurator();
        let began = configurator.portal_revision().unwrap_or_default();
        for number in began + 1.. {
            let revision = configurator.apply_portal(number, vec![of_portal(number)]);
            revision.await.unwrap();
            say(&format!("revision {number}"));
            configurator.change(Seen::Any, Change::Add(draft(number))).await.unwrap();
            say(&format!("meter {number}"));
        }
    });
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "done {line}").unwrap();
    out.flush().unwrap();
}

#[tokio::test]
async fn a39_a_killed_gateway_loses_no_configuration_that_was_answered() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gateway.toml");
    std::fs::write(&path, FILE).unwrap();
    let mut meters = BTreeSet::new();
    let mut newest = 0;
    for round in 0..ROUNDS {
        let child = "configuring_kill::child_that_configures_until_it_is_killed";
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", child, "--nocapture"])
            .env(DIRECTORY, directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut wanted = 3 + round;
        // Killed at once after an answer, one kind of answer after the other.
        while wanted > 0 {
            let line = lines.next().expect("the child goes on until it is killed").unwrap();
            // The test harness may print its own words in front of the first line.
            let Some((_, done)) = line.split_once("done ") else { continue };
            let (kind, number) = done.split_once(' ').unwrap();
            let number: u64 = number.parse().unwrap();
            match kind {
                "revision" => newest = number,
                _ => drop(meters.insert(format!("own-{number}"))),
            }
            wanted -= 1;
        }
        child.kill().unwrap();
        child.wait().unwrap();

        let config = Config::load(&path).expect("the file is whole");
        let kept: BTreeSet<_> = config.meters.iter().map(|meter| meter.id.to_string()).collect();
        assert!(kept.is_superset(&meters), "{meters:?} were answered, {kept:?} are there");
        assert!(std::fs::read_to_string(&path).unwrap().contains("# nobody is there\n"));
        let app = start_quickly(config, &directory.path().join("data")).await;
        let kept = app.configurator().portal_revision().unwrap();
        assert!(kept >= newest, "revision {newest} was answered, {kept} is there");
        let name = app.configurator().present().meter("portal-1").unwrap().name.clone();
        assert_eq!(name, format!("Revision {kept}"));
        app.stop().await;
    }
}
