//! What a gateway reads arrives at its portal: all of it, and once.

use std::path::Path;
use std::time::Duration;

use fleet_link::{BusState, MeterState, Outcome};
use gateway::config::MeterId;
use gateway::fleet::LinkState;
use gateway::reading::{Reading, ReadingValue};
use gateway::readout::AskedBy;
use gateway::store::{Database, NewReadout, StoredOutcome, StoredTelegram, Urgency};
use jiff::Timestamp;
use mbus::Decimal;
use portal::live::Change;
use portal::meter::{Menu, MeterForm, Mode};

use crate::fleet::{Gateway, HEAT, HEAT_METER, Portal, Wire};

#[tokio::test(flavor = "multi_thread")]
async fn a_claimed_gateway_sends_what_it_reads_and_how_it_is() {
    let wire = Wire::start(HEAT).await;
    let portal = Portal::start().await;
    let gateway = Gateway::start(wire.address, HEAT_METER).await;
    let shown = gateway.shown().await;
    assert_eq!((&shown["state"], &shown["portal_url"]), (&"unclaimed".into(), &().into()));

    let code = portal.claim_code().await;
    gateway.app.claim(&code.to_string()).await.unwrap();
    gateway.link_when(LinkState::Connected).await;
    let readouts = portal.readouts_when(|readouts| !readouts.is_empty()).await;
    let first = &readouts[0];
    assert_eq!((first.meter_name.as_str(), first.sequence), ("heat-1", 1));
    assert_eq!((first.bus.as_str(), first.address.as_str()), ("cellar-1", "1"));
    assert_eq!(first.outcome, Outcome::Complete);
    assert_eq!(first.telegrams.len(), 1);
    let energy = first.readings.iter().find(|one| one.register == "heat_energy_kwh").unwrap();
    assert_eq!(energy.value.as_ref().unwrap().to_string(), "12345");

    // As soon as it is committed.
    gateway.read_now("heat-1").await;
    portal.readouts_when(|readouts| readouts.len() == 2).await;
    let known = portal
        .gateway_when(|gateway| {
            let status = gateway.status.as_ref();
            status.is_some_and(|(status, _)| {
                status.meters.first().is_some_and(|meter| meter.state == MeterState::Ok)
            })
        })
        .await;
    let (status, _) = known.status.unwrap();
    assert_eq!(
        (status.buses[0].id.as_str(), status.buses[0].state),
        ("cellar-1", BusState::Online)
    );
    assert_eq!(status.meters[0].id, "heat-1");

    let shown = gateway.shown_when(|shown| shown["waiting_readouts"] == 0).await;
    let url = format!("http://{}", portal.app.local_addr());
    assert_eq!((&shown["state"], &shown["portal_url"]), (&"connected".into(), &url.into()));
    assert_eq!(shown["gateway"], "gateway-1");

    // A restart goes on where it was.
    let data = gateway.stop().await;
    let gateway = Gateway::start_on(wire.address, HEAT_METER, data).await;
    gateway.link_when(LinkState::Connected).await;
    gateway.read_now("heat-1").await;
    let readouts = portal.readouts_when(|readouts| readouts.len() >= 3).await;
    let numbers: Vec<_> = readouts.iter().map(|readout| readout.sequence).collect();
    assert_eq!(numbers, [1, 2, 3]);
    gateway.stop().await;
}

/// A readout of long ago.
fn past_readout(number: i64) -> NewReadout {
    NewReadout {
        meter: MeterId::new("heat-1").unwrap(),
        place: ("cellar-1".to_owned(), "1".to_owned()),
        read_at: Timestamp::from_second(1_780_000_000 + number * 60).unwrap(),
        elapsed: Duration::from_millis(1_300),
        asked_by: AskedBy::Schedule,
        outcome: StoredOutcome::Complete,
        mapping_revision: Some("a1b2".to_owned()),
        identification: None,
        telegrams: vec![StoredTelegram {
            frame: (0..200_u8).map(|byte| byte.wrapping_mul(31)).collect(),
            answered_after: Duration::from_millis(62),
            tries: 1,
        }],
        readings: vec![Reading {
            register: "heat_energy_kwh".to_owned(),
            value: Some(ReadingValue::Number(Decimal::new(i128::from(number), -3))),
            unit: Some("kWh".to_owned()),
            quality: "ok".to_owned(),
            measured_at: None,
            is_index: true,
            source: None,
        }],
        causes: Vec::new(),
        remember: None,
        history: Vec::new(),
        needed: None,
    }
}

/// Puts readouts into the store of a gateway that is stopped.
pub(crate) async fn store(data: &Path, numbers: std::ops::Range<i64>) {
    let database = Database::open(&data.join("data/readings.sqlite"), Timestamp::now()).unwrap();
    let (store, thread) = database.start_writer().unwrap();
    let mut under_way = tokio::task::JoinSet::new();
    for number in numbers {
        let store = store.clone();
        under_way.spawn(async move {
            store.append(past_readout(number), Urgency::AtOnce).await.unwrap();
        });
    }
    while under_way.join_next().await.is_some() {}
    store.close();
    tokio::task::spawn_blocking(move || thread.join()).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a39_readouts_of_days_without_a_portal_are_caught_up_once_each() {
    /// A readout a minute for four days.
    const MANY: i64 = 4 * 24 * 60;
    let wire = Wire::start(HEAT).await;
    let portal = Portal::start().await;
    let gateway = Gateway::claimed(wire.address, HEAT_METER, &portal).await;
    portal.readouts_when(|readouts| readouts.len() == 1).await;
    let data = gateway.stop().await;
    let portal = portal.stop().await;
    store(data.path(), 0..MANY).await;

    // A restart without a portal: everything waits, and reading goes on.
    let gateway = Gateway::start_on(wire.address, HEAT_METER, data).await;
    gateway.link_when(LinkState::Offline).await;
    gateway.read_now("heat-1").await;
    let shown = gateway.shown().await;
    assert_eq!(shown["problem"]["code"], "portal_unreachable", "{shown}");
    // The person's, and the schedule's where that came first.
    let past = u64::try_from(MANY).unwrap();
    assert!(shown["waiting_readouts"].as_u64().unwrap() > past, "{shown}");

    let portal = portal.start().await;
    gateway.link_when(LinkState::Connected).await;
    // The bus is read while the past goes up.
    gateway.read_now("heat-1").await;
    // The first of all, those of the past, and the two of the person.
    let expected = 1 + usize::try_from(past).unwrap() + 2;
    let readouts = portal.readouts_when(|readouts| readouts.len() >= expected).await;
    let numbers: Vec<_> = readouts.iter().map(|readout| readout.sequence).collect();
    let all = u64::try_from(readouts.len()).unwrap();
    assert_eq!(numbers, (1..=all).collect::<Vec<_>>());
    let values: std::collections::BTreeSet<_> = readouts
        .iter()
        .flat_map(|readout| &readout.readings)
        .filter(|reading| reading.register == "heat_energy_kwh" && reading.source.is_none())
        .map(|reading| reading.value.as_ref().unwrap().to_string())
        .collect();
    assert_eq!(values.len(), usize::try_from(MANY).unwrap(), "each has its own value");
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_restarts_again_and_again_misses_nothing_and_has_nothing_twice() {
    let wire = Wire::start(HEAT).await;
    let mut portal = Portal::start().await;
    let gateway = Gateway::claimed(wire.address, HEAT_METER, &portal).await;
    portal.readouts_when(|readouts| readouts.len() == 1).await;
    for round in 1..=4_u64 {
        let stopped = portal.stop().await;
        gateway.read_now("heat-1").await;
        portal = stopped.start().await;
        gateway.read_now("heat-1").await;
        let expected = usize::try_from(round * 2 + 1).unwrap();
        let readouts = portal.readouts_when(|readouts| readouts.len() >= expected).await;
        let numbers: Vec<_> = readouts.iter().map(|readout| readout.sequence).collect();
        assert_eq!(numbers, (1..=round * 2 + 1).collect::<Vec<_>>());
    }
    gateway.stop().await;
}

/// A heat meter in the portal's form.
pub(crate) fn form(gateway: portal::id::GatewayId, name: &str, address: &str) -> MeterForm {
    MeterForm {
        menu: Menu::Heat,
        name: name.to_owned(),
        address: address.to_owned(),
        gateway,
        bus: None,
        model: "integra_heat".to_owned(),
        protocol: "mbus".to_owned(),
        baudrate: 38_400,
        mode: Mode::Consumption,
        parameters: Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a28_a_meter_of_the_portals_form_is_read_by_its_gateway_and_its_readings_come_back() {
    let wire = Wire::start(HEAT).await;
    let portal = Portal::start().await;
    let gateway = Gateway::claimed(wire.address, "", &portal).await;
    gateway.link_when(LinkState::Connected).await;
    let meter = portal.save(form(portal.gateway, "Heat, flat 1", "1")).await;
    let known = portal.gateway_when(|gateway| gateway.reported.is_some()).await;
    let reported = known.reported.unwrap();
    assert_eq!((reported.revision, reported.applied), (1, true), "{:?}", reported.problems);
    let readouts = portal.readouts_when(|readouts| !readouts.is_empty()).await;
    assert_eq!(readouts[0].meter, Some(meter));
    let energy = &readouts[0].readings.iter().find(|one| one.is_index).unwrap();
    assert_eq!(energy.value.as_ref().unwrap().to_string(), "12345");
    assert_eq!(gateway.shown().await["applied_revision"], 1);

    // What does not hold is refused as a whole, with the reason, and the meter is read on.
    let mut wrong = form(portal.gateway, "Nowhere", "2");
    wrong.bus = Some("roof".to_owned());
    portal.save(wrong).await;
    let is_second = |gateway: &portal::gateway::Gateway| {
        gateway.reported.as_ref().is_some_and(|reported| reported.revision == 2)
    };
    let reported = portal.gateway_when(is_second).await.reported.unwrap();
    assert!(!reported.applied && !reported.problems.is_empty(), "{reported:?}");
    assert_eq!(gateway.shown().await["applied_revision"], 1);
    gateway.read_now(&meter.to_string()).await;

    // What was saved while the gateway was away is fetched when it is back.
    let data = gateway.stop().await;
    let third = portal.save(form(portal.gateway, "Heat, flat 3", "3")).await;
    let gateway = Gateway::start_on(wire.address, "", data).await;
    let is_third = |gateway: &portal::gateway::Gateway| {
        gateway.reported.as_ref().is_some_and(|reported| reported.revision == 3)
    };
    let reported = portal.gateway_when(is_third).await.reported.unwrap();
    assert!(!reported.applied, "the second meter is still there: {third}");
    gateway.stop().await;
}

impl Portal {
    /// Saves a meter as the portal's form does.
    pub(crate) async fn save(&self, form: MeterForm) -> portal::id::MeterId {
        let (by, now) = ("a person".to_owned(), Timestamp::now());
        let meter = self.app.db().create_meter(form, by, now).await.unwrap();
        let gateway = self.app.db().gateway(self.gateway).await.unwrap().unwrap();
        self.app.live().tell(Change::Configuration(self.gateway, gateway.wanted_revision));
        meter.id
    }
}
