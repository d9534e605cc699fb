use fleet_link::{CertificateHash, CommandKind, CommandReply, PortalUrl};

use super::commands::BegunCommand;
use super::*;
use crate::fleet::token::Token;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn claim(epoch: i64, portal: &str) -> Claim {
    Claim {
        epoch,
        portal: PortalUrl::parse(portal).unwrap(),
        certificate: Some(CertificateHash([7; 32])),
        gateway: "gateway-1".to_owned(),
        token: Token::new("very secret".to_owned()),
        claimed_at: at(epoch),
        acknowledged: 0,
    }
}

fn open(folder: &tempfile::TempDir) -> FleetStore {
    FleetStore::open(&folder.path().join(FILE), at(0)).unwrap()
}

const HERE: &str = "https://portal.example:8090";

#[tokio::test]
async fn a_claim_outlives_the_program_and_what_belongs_to_the_one_before_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    assert_eq!(store.claim().await.unwrap(), None);
    store.save_claim(claim(1, HERE)).await.unwrap();
    store.acknowledge(1, 17).await.unwrap();
    store.acknowledge(1, 12).await.unwrap();
    let store = open(&folder);
    let kept = store.claim().await.unwrap().unwrap();
    assert_eq!(kept, Claim { acknowledged: 17, ..claim(1, HERE) });
    assert!(!format!("{kept:?}").contains("secret"), "the token is in no log");

    store.save_claim(claim(2, HERE)).await.unwrap();
    store.acknowledge(1, 18).await.unwrap();
    assert_eq!(store.claim().await.unwrap().unwrap().acknowledged, 0);
    store.delete_claim().await.unwrap();
    assert_eq!(store.claim().await.unwrap(), None);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_file_nor_its_log() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.save_claim(claim(1, HERE)).await.unwrap();
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
        files += 1;
    }
    assert!(files > 1, "there is a log beside the file");
}

#[tokio::test]
async fn a_command_is_begun_once_and_its_reply_waits_until_it_is_delivered() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    store.save_claim(claim(1, HERE)).await.unwrap();
    let kind = CommandKind::ReadMeter { meter: "heat-1".to_owned() };
    let begin = |second| store.begin_command("command-1".to_owned(), kind.clone(), at(second));
    assert!(begin(1).await.unwrap());
    assert!(!begin(2).await.unwrap());
    let begun = BegunCommand { id: "command-1".to_owned(), kind: kind.clone() };
    assert_eq!(store.begun_commands().await.unwrap(), [begun]);

    let reply = CommandReply::AddressChanged(fleet_link::AddressChanged {
        bus: "cellar-1".to_owned(),
        previous: "0".to_owned(),
        new: 5,
        identification: None,
        steps: vec!["address 5: nobody".to_owned()],
    });
    store.save_reply("command-1".to_owned(), &reply).await.unwrap();
    let store = open(&folder);
    assert_eq!(store.begun_commands().await.unwrap(), []);
    let waiting = store.waiting_replies().await.unwrap();
    assert_eq!(waiting, [("command-1".to_owned(), reply.clone())]);
    // Claimed again by the same portal: it still waits for the reply.
    store.save_claim(claim(2, HERE)).await.unwrap();
    assert_eq!(store.waiting_replies().await.unwrap().len(), 1);
    store.reply_delivered("command-1".to_owned(), at(3)).await.unwrap();
    assert_eq!(store.waiting_replies().await.unwrap(), []);
    assert!(!store.begin_command("command-1".to_owned(), kind.clone(), at(4)).await.unwrap());
    // After a day nobody asks for it any more; another portal has its own numbers.
    store.begin_command("command-2".to_owned(), kind.clone(), at(90_000)).await.unwrap();
    assert!(store.begin_command("command-1".to_owned(), kind.clone(), at(90_001)).await.unwrap());
    store.save_claim(claim(3, "https://other.example")).await.unwrap();
    assert_eq!(store.begun_commands().await.unwrap(), []);
}

#[test]
fn released_migrations_never_change() {
    // Where this fails, put the change into a migration of its own.
    let hashes: Vec<_> = SCHEMA.migrations.iter().map(|step| step.hash()).collect();
    assert_eq!(hashes, ["7e186b0a50cee33a", "775cbb7fe6e5365b"]);
}

#[test]
fn the_list_is_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fleet-migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let steps = SCHEMA.migrations.iter();
    let list: Vec<_> = steps.map(|step| format!("{:04}_{}.sql", step.number, step.name)).collect();
    assert_eq!(files, list);
}
