//! What a person at the portal tells a gateway to do.

use fleet_link::{CommandKind, CommandReply};
use gateway::fleet::LinkState;
use jiff::{SignedDuration, Timestamp};
use portal::command::Command;
use portal::live::Change;

use crate::fleet::{Gateway, HEAT, HEAT_METER, NEW, PATIENCE, Portal, Wire};

impl Portal {
    async fn command(&self, kind: CommandKind) -> Command {
        let now = Timestamp::now();
        let until = now + SignedDuration::from_mins(10);
        let by = "a person".to_owned();
        let command = self.app.db().create_command(self.gateway, kind, None, by, until, now).await;
        let command = command.unwrap();
        self.app.live().tell(Change::CommandQueued(self.gateway, command.id));
        command
    }

    async fn reply_to(&self, kind: CommandKind) -> (CommandReply, Vec<String>) {
        let mut changes = self.app.live().listen();
        let id = self.command(kind).await.id;
        let wait = async {
            loop {
                let command = self.app.db().command(id).await.unwrap().unwrap();
                if let Some((reply, _)) = command.reply {
                    let steps = command.progress.into_iter().map(|step| step.step).collect();
                    return (reply, steps);
                }
                let _ = changes.recv().await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the gateway replies")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_is_read_from_the_portal_with_all_its_telegrams() {
    let wire = Wire::start(HEAT).await;
    let portal = Portal::start().await;
    let gateway = Gateway::claimed(wire.address, HEAT_METER, &portal).await;
    gateway.link_when(LinkState::Connected).await;
    portal.readouts_when(|readouts| readouts.len() == 1).await;

    let meter = "heat-1".to_owned();
    let (reply, steps) = portal.reply_to(CommandKind::ReadMeter { meter }).await;
    let CommandReply::Read(read) = reply else { panic!("{reply:?}") };
    assert_eq!((read.bus.as_str(), read.address.as_str(), read.tries), ("cellar-1", "1", 1));
    assert!(read.telegrams.len() == 1 && read.answered_after_ms > 0 && read.elapsed_ms > 0);
    assert!(read.findings.is_empty(), "{:?}", read.findings);
    assert_eq!(steps.first().map(String::as_str), Some("queued"));
    // Its readings come with all others.
    portal.readouts_when(|readouts| readouts.len() == 2).await;

    let address = "1".to_owned();
    let look = CommandKind::ReadAddress { bus: None, address, baudrate: None };
    let (reply, _) = portal.reply_to(look).await;
    assert!(matches!(reply, CommandReply::Read(_)), "{reply:?}");
    assert_eq!(portal.readouts().await.len(), 2, "looking stores nothing");

    for (address, baudrate, code) in
        [("17", None, "no_answer"), ("x", None, "bad_address"), ("1", Some(2_401), "bad_baudrate")]
    {
        let address = address.to_owned();
        let look = CommandKind::ReadAddress { bus: None, address, baudrate };
        let (reply, _) = portal.reply_to(look).await;
        let CommandReply::Failed { finding } = reply else { panic!("{reply:?}") };
        assert_eq!(finding.code, code, "{finding:?}");
    }
    let bus = Some("roof".to_owned());
    let look = CommandKind::ReadAddress { bus, address: "1".to_owned(), baudrate: None };
    let (reply, _) = portal.reply_to(look).await;
    assert!(matches!(&reply, CommandReply::Failed { finding } if finding.code == "unknown_bus"));
    let meter = "meter-17".to_owned();
    let (reply, _) = portal.reply_to(CommandKind::ReadMeter { meter }).await;
    assert!(matches!(&reply, CommandReply::Failed { finding } if finding.code == "unknown_meter"));
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_gets_its_address_from_the_portal_with_proofs_and_the_steps_are_told() {
    let wire = Wire::start(&format!("{NEW}{HEAT}")).await;
    let portal = Portal::start().await;
    let gateway = Gateway::claimed(wire.address, HEAT_METER, &portal).await;
    gateway.link_when(LinkState::Connected).await;
    portal.readouts_when(|readouts| readouts.len() == 1).await;

    let set = |new| CommandKind::SetAddress {
        bus: Some("cellar-1".to_owned()),
        current: "0".to_owned(),
        new,
        baudrate: None,
    };
    // The address of a meter that has answered there.
    let (reply, _) = portal.reply_to(set(1)).await;
    let CommandReply::Failed { finding } = reply else { panic!("{reply:?}") };
    assert_eq!(finding.code, "address_configured");
    assert!(finding.what.contains("Heat, flat 1"), "{}", finding.what);

    let (reply, steps) = portal.reply_to(set(5)).await;
    let CommandReply::AddressChanged(changed) = reply else { panic!("{reply:?}") };
    assert_eq!((changed.previous.as_str(), changed.new), ("0", 5));
    assert_eq!(changed.identification.as_deref(), Some("01000000C5140004"));
    assert_eq!(changed.steps.len(), 5, "{:?}", changed.steps);
    assert_eq!(steps, ["queued", "reading", "writing", "verifying"]);
    let address = "5".to_owned();
    let look = CommandKind::ReadAddress { bus: None, address, baudrate: None };
    assert!(matches!(portal.reply_to(look).await.0, CommandReply::Read(_)));

    let acts = gateway.audit().await;
    assert_eq!(acts, ["bus.set_address done", "bus.set_address refused"], "the newest first");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_waits_until_the_portal_is_back_and_what_a_stop_interrupted_is_answered() {
    let wire = Wire::start(HEAT).await;
    let portal = Portal::start().await;
    let gateway = Gateway::claimed(wire.address, HEAT_METER, &portal).await;
    gateway.link_when(LinkState::Connected).await;
    portal.readouts_when(|readouts| readouts.len() == 1).await;

    // Nobody has address 200: each try takes its time, and the portal stops meanwhile.
    let address = "200".to_owned();
    let slow = CommandKind::ReadAddress { bus: None, address, baudrate: Some(300) };
    let mut changes = portal.app.live().listen();
    let first = portal.command(slow.clone()).await.id;
    let begun = async {
        while portal.app.db().command(first).await.unwrap().unwrap().progress.is_empty() {
            let _ = changes.recv().await;
        }
    };
    tokio::time::timeout(PATIENCE, begun).await.unwrap();
    let portal = portal.stop().await;
    gateway.link_when(LinkState::Offline).await;
    let portal = portal.start().await;
    let reply = portal.reply_when(first).await;
    assert!(matches!(&reply, CommandReply::Failed { finding } if finding.code == "no_answer"));

    // The gateway stops while it waits for the bus.
    let mut changes = portal.app.live().listen();
    let second = portal.command(slow).await.id;
    let begun = async {
        while portal.app.db().command(second).await.unwrap().unwrap().progress.is_empty() {
            let _ = changes.recv().await;
        }
    };
    tokio::time::timeout(PATIENCE, begun).await.unwrap();
    let data = gateway.stop().await;
    let gateway = Gateway::start_on(wire.address, HEAT_METER, data).await;
    let reply = portal.reply_when(second).await;
    let CommandReply::Failed { finding } = reply else { panic!("{reply:?}") };
    assert!(["stopping", "no_answer"].contains(&finding.code.as_str()), "{finding:?}");
    gateway.stop().await;
}

impl Portal {
    async fn reply_when(&self, id: portal::id::CommandId) -> CommandReply {
        let mut changes = self.app.live().listen();
        let wait = async {
            loop {
                let command = self.app.db().command(id).await.unwrap().unwrap();
                if let Some((reply, _)) = command.reply {
                    return reply;
                }
                let _ = changes.recv().await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the gateway replies")
    }
}

impl Gateway {
    /// The acts on buses in the audit log and how they ended, the newest first.
    async fn audit(&self) -> Vec<String> {
        let file = self.data.path().join("data/accounts.sqlite");
        let connection = rusqlite::Connection::open(file).unwrap();
        let sql = "SELECT action || ' ' || result FROM audit
                   WHERE action LIKE 'bus.%' AND result <> 'begun' ORDER BY id DESC";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }
}
