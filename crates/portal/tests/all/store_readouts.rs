//! Each readout is stored once, and comes back digit by digit.

use fleet_link::Outcome;
use portal::db::{ClaimedGateway, ReadoutCursor, ReadoutRange, StoreBatchError};
use portal::id::MeterId;

use crate::fleet::{Fleet, after, batch, heat_form, readout, start};

async fn with_meter() -> (Fleet, MeterId) {
    let fleet = Fleet::new().await;
    let form = heat_form(fleet.gateway);
    let meter = fleet.db.create_meter(form, "ada".to_owned(), start()).await.unwrap();
    (fleet, meter.id)
}

async fn sequences(fleet: &Fleet) -> Vec<u64> {
    let stored = fleet.db.readouts_of_gateway(fleet.gateway, 0, 1_000).await.unwrap();
    stored.iter().map(|readout| readout.sequence).collect()
}

#[tokio::test]
async fn a_batch_sent_twice_is_stored_once() {
    let (fleet, meter) = with_meter().await;
    let first = fleet.db.store_batch(fleet.claimed(), batch("meter-1", 1..=3), after(1)).await;
    let first = first.unwrap();
    assert_eq!((first.acknowledged, first.new, first.meters), (3, 3, vec![meter]));
    let again = fleet.db.store_batch(fleet.claimed(), batch("meter-1", 2..=4), after(2)).await;
    let again = again.unwrap();
    assert_eq!((again.acknowledged, again.new), (4, 1));
    assert_eq!(sequences(&fleet).await, [1, 2, 3, 4]);
    assert_eq!(fleet.db.last_sequence(fleet.claimed()).await.unwrap(), 4);
}

#[tokio::test]
async fn a_readout_comes_back_as_it_was() {
    let (fleet, meter) = with_meter().await;
    fleet.db.store_batch(fleet.claimed(), batch("meter-1", [7]), after(1)).await.unwrap();
    let sent = readout("meter-1", 7);
    let (last, good) = fleet.newest(meter).await;
    let stored = last.unwrap();
    assert_eq!(Some(&stored), good.as_ref());
    assert_eq!(stored.readings, sent.readings);
    assert_eq!(stored.telegrams[0], sent.telegrams[0].0);
    assert_eq!(stored.read_at, sent.read_at);
    assert_eq!(stored.mapping_revision, sent.mapping_revision);
    assert_eq!(fleet.db.readout(stored.id).await.unwrap(), Some(stored));
}

#[tokio::test]
async fn a_number_that_belongs_to_another_readout_loses_nothing_silently() {
    let (fleet, _) = with_meter().await;
    fleet.db.store_batch(fleet.claimed(), batch("meter-1", [1]), after(1)).await.unwrap();
    let mut other = batch("meter-1", [1, 2]);
    other.readouts[0].read_at = after(5);
    let error = fleet.db.store_batch(fleet.claimed(), other, after(2)).await.unwrap_err();
    assert!(matches!(error, StoreBatchError::SequenceReused { sequence: 1 }), "{error}");
    assert_eq!(sequences(&fleet).await, [1], "nothing of the batch is stored");
}

#[tokio::test]
async fn a_new_device_begins_its_numbers_anew() {
    let (fleet, _) = with_meter().await;
    fleet.db.store_batch(fleet.claimed(), batch("meter-1", 1..=2), after(1)).await.unwrap();
    let again = ClaimedGateway { claim: 2, ..fleet.claimed() };
    // The same device, which was not told that 2 was stored, and then a readout of its own.
    fleet.db.store_batch(again, batch("meter-1", 2..=3), after(2)).await.unwrap();
    assert_eq!(sequences(&fleet).await, [1, 2, 3]);
    // Another device in its place: the same numbers, other times.
    let mut other = batch("meter-1", 1..=2);
    for readout in &mut other.readouts {
        readout.read_at = after(i64::try_from(readout.sequence).unwrap() + 100_000);
    }
    let third = ClaimedGateway { claim: 3, ..fleet.claimed() };
    assert_eq!(fleet.db.store_batch(third, other, after(3)).await.unwrap().new, 2);
}

#[tokio::test]
async fn readings_of_a_meter_are_taken_only_from_gateways_it_hangs_or_hung_on() {
    let (fleet, meter) = with_meter().await;
    let other = ClaimedGateway { id: fleet.add_gateway("Building 8").await, claim: 1 };
    let stored = fleet.db.store_batch(other, batch("meter-1", [1]), after(1)).await.unwrap();
    assert_eq!((stored.new, stored.meters), (1, Vec::new()), "kept, but not as that meter's");
    assert_eq!(fleet.newest(meter).await, (None, None));
    // A meter of the gateway's own configuration is kept by its name.
    let own = fleet.db.store_batch(fleet.claimed(), batch("heat-1", [1]), after(1)).await.unwrap();
    assert_eq!(own.meters, []);
    // After a removal, what comes late is still the meter's.
    fleet.db.delete_meter(meter, None, "ada".to_owned(), after(2)).await.unwrap();
    let late = fleet.db.store_batch(fleet.claimed(), batch("meter-1", [2]), after(3)).await;
    assert_eq!(late.unwrap().meters, [meter]);
}

#[tokio::test]
async fn readouts_come_in_pages_newest_first() {
    let (fleet, meter) = with_meter().await;
    let mut some = batch("meter-1", 1..=10);
    some.readouts[9].outcome = Outcome::Failed;
    // Two readouts at the same moment, one on each side of a page's end.
    some.readouts[5].read_at = some.readouts[4].read_at;
    fleet.db.store_batch(fleet.claimed(), some, after(1)).await.unwrap();
    let mut cursor = None;
    let mut seen = Vec::new();
    loop {
        let page = fleet.db.readouts(meter, ReadoutRange::default(), cursor, 5).await.unwrap();
        let Some(last) = page.last() else { break };
        cursor = Some(ReadoutCursor::after(last));
        seen.extend(page.iter().map(|readout| readout.sequence));
    }
    assert_eq!(seen, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    let range = ReadoutRange { from: Some(after(900)), to: Some(after(2_700)), good_only: true };
    let some = fleet.db.readouts(meter, range, None, 100).await.unwrap();
    let some: Vec<_> = some.iter().map(|readout| readout.sequence).collect();
    assert_eq!(some, [2, 1], "from the first moment to before the last");
    let (last, good) = fleet.newest(meter).await;
    assert_eq!((last.unwrap().sequence, good.unwrap().sequence), (10, 9));
}
