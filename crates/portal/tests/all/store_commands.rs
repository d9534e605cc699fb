//! Commands wait for their gateway, are begun once and answered once.

use fleet_link::{CommandKind, CommandProgress, CommandReply, Finding, Severity};
use portal::command::CommandState;
use portal::db::SaveError;
use portal::id::CommandId;

use crate::fleet::{Fleet, after, start};

fn kind() -> CommandKind {
    CommandKind::ReadMeter { meter: "meter-1".to_owned() }
}

async fn queue(fleet: &Fleet) -> CommandId {
    let queued =
        fleet.db.create_command(fleet.gateway, kind(), None, "ada".to_owned(), after(600), start());
    queued.await.unwrap().id
}

fn failed(what: &str) -> CommandReply {
    CommandReply::Failed {
        finding: Finding {
            code: "no_answer".to_owned(),
            register: None,
            meter: None,
            what: what.to_owned(),
            why: String::new(),
            remedy: String::new(),
            severity: Severity::Fault,
            since: None,
        },
    }
}

fn step(at: i64) -> CommandProgress {
    CommandProgress { at: after(at), step: "reading".to_owned(), text: "Reading".to_owned() }
}

#[tokio::test]
async fn a_command_goes_from_queue_to_reply() {
    let fleet = Fleet::new().await;
    let db = &fleet.db;
    let id = queue(&fleet).await;
    let state = || async { db.command(id).await.unwrap().unwrap().state(after(2)) };
    assert_eq!(state().await, CommandState::Queued);
    assert_eq!(db.open_commands(fleet.gateway, after(1)).await.unwrap(), [id]);
    assert_eq!(state().await, CommandState::Queued, "to be told of it is not to have it");
    let delivered = db.deliver_commands(fleet.gateway, after(1)).await.unwrap();
    assert_eq!(delivered[0].kind, kind());
    assert_eq!(state().await, CommandState::Delivered);
    // An answer that was lost on the way: the gateway asks again.
    assert_eq!(db.deliver_commands(fleet.gateway, after(2)).await.unwrap().len(), 1);
    db.save_progress(fleet.gateway, id, step(2)).await.unwrap();
    db.save_progress(fleet.gateway, id, step(2)).await.unwrap();
    assert_eq!(state().await, CommandState::Running);
    assert_eq!(db.deliver_commands(fleet.gateway, after(3)).await.unwrap(), [], "it was begun");
    db.save_reply(fleet.gateway, id, failed("first"), after(4)).await.unwrap();
    db.save_reply(fleet.gateway, id, failed("second"), after(5)).await.unwrap();
    let command = db.command(id).await.unwrap().unwrap();
    assert_eq!(command.state(after(9)), CommandState::Failed);
    assert_eq!(command.progress, [step(2)]);
    assert_eq!(command.reply, Some((failed("first"), after(4))));
}

#[tokio::test]
async fn what_nobody_fetched_in_time_is_not_begun() {
    let fleet = Fleet::new().await;
    let id = queue(&fleet).await;
    assert_eq!(fleet.db.deliver_commands(fleet.gateway, after(601)).await.unwrap(), []);
    let command = fleet.db.command(id).await.unwrap().unwrap();
    assert_eq!(command.state(after(600)), CommandState::Queued);
    assert_eq!(command.state(after(601)), CommandState::Expired);
}

#[tokio::test]
async fn a_gateway_sees_and_answers_its_own_commands_only() {
    let fleet = Fleet::new().await;
    let id = queue(&fleet).await;
    let other = fleet.add_gateway("Building 8").await;
    assert_eq!(fleet.db.deliver_commands(other, after(1)).await.unwrap(), []);
    let refused = fleet.db.save_reply(other, id, failed("mine"), after(1)).await.unwrap_err();
    assert!(matches!(refused, SaveError::Unknown { .. }), "{refused}");
    assert!(fleet.db.save_progress(other, id, step(1)).await.is_err());
    assert_eq!(fleet.db.command(id).await.unwrap().unwrap().reply, None);
}
