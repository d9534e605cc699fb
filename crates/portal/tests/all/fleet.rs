//! A store with a site and gateways, and readouts for it.

use fleet_link::{Batch, Outcome, Reading, ReadingValue, Readout, Source, TelegramBytes};
use jiff::Timestamp;
use mbus::Decimal;
use portal::db::{ClaimedGateway, Db, MeterSelection};
use portal::id::{GatewayId, MeterId, SiteId};
use portal::meter::{Menu, MeterForm, Mode, ParameterRow};
use portal::readout::StoredReadout;
use portal::secret_hash::SecretHash;
use tempfile::TempDir;

/// Where all time in these tests begins.
pub(crate) fn start() -> Timestamp {
    "2026-11-20T14:00:00Z".parse().unwrap()
}

/// So many seconds after the start.
pub(crate) fn after(seconds: i64) -> Timestamp {
    Timestamp::from_second(start().as_second() + seconds).unwrap()
}

pub(crate) struct Fleet {
    pub(crate) db: Db,
    pub(crate) site: SiteId,
    pub(crate) gateway: GatewayId,
    pub(crate) folder: TempDir,
}

impl Fleet {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("fleet.sqlite"), start()).unwrap();
        let site = db.create_site("Hill Street".to_owned(), start()).await.unwrap().id;
        let mut fleet = Self { db, site, gateway: "gateway-1".parse().unwrap(), folder };
        fleet.gateway = fleet.add_gateway("Building 7").await;
        fleet
    }

    pub(crate) async fn add_gateway(&self, name: &str) -> GatewayId {
        let claim = SecretHash::of(name.as_bytes());
        let expires = after(3_600);
        let created =
            self.db.create_gateway(self.site, name.to_owned(), claim, expires, start()).await;
        created.unwrap().id
    }

    /// The last readout of a meter, and the last one that brought telegrams of it.
    pub(crate) async fn newest(
        &self,
        meter: MeterId,
    ) -> (Option<StoredReadout>, Option<StoredReadout>) {
        let wanted = MeterSelection { meter: Some(meter), ..MeterSelection::default() };
        let known = self.db.known_meters(wanted).await.unwrap().pop().unwrap();
        (known.last, known.good)
    }

    /// The gateway as it is when it shows its token.
    pub(crate) const fn claimed(&self) -> ClaimedGateway {
        ClaimedGateway { id: self.gateway, claim: 1 }
    }
}

/// The form of the document's heat meter.
pub(crate) fn heat_form(gateway: GatewayId) -> MeterForm {
    MeterForm {
        menu: Menu::Heat,
        name: "Heat, flat 1".to_owned(),
        address: String::new(),
        gateway,
        bus: None,
        model: "manual_heat_secondary_ad".to_owned(),
        protocol: "mbus".to_owned(),
        baudrate: 2_400,
        mode: Mode::Consumption,
        parameters: rows(&[
            ("secondary_ad", "20316513C5140004"),
            ("reg", "{'heat_energy_kwh': 3}"),
        ]),
    }
}

/// A meter with a primary address.
pub(crate) fn primary_form(gateway: GatewayId, name: &str, address: &str) -> MeterForm {
    MeterForm {
        name: name.to_owned(),
        address: address.to_owned(),
        model: "integra_heat".to_owned(),
        parameters: Vec::new(),
        ..heat_form(gateway)
    }
}

pub(crate) fn rows(rows: &[(&str, &str)]) -> Vec<ParameterRow> {
    let row = |(key, value): &(&str, &str)| ParameterRow {
        key: (*key).to_owned(),
        value: (*value).to_owned(),
    };
    rows.iter().map(row).collect()
}

/// A readout of a meter; each number has its own time and value.
pub(crate) fn readout(meter: &str, sequence: u64) -> Readout {
    let number = i64::try_from(sequence).unwrap();
    Readout {
        sequence,
        meter: meter.to_owned(),
        bus: "cellar-1".to_owned(),
        address: "1".to_owned(),
        read_at: after(number * 900),
        outcome: Outcome::Complete,
        telegrams: vec![TelegramBytes((0..200_u8).map(|byte| byte.wrapping_mul(31)).collect())],
        readings: vec![Reading {
            register: "heat_energy_kwh".to_owned(),
            value: Some(ReadingValue::Number(Decimal::new(i128::from(number), -3))),
            unit: Some("kWh".to_owned()),
            quality: "ok".to_owned(),
            measured_at: None,
            is_index: true,
            source: Some(Source {
                telegram: 0,
                line: 3,
                dib: "04".to_owned(),
                vib: "06".to_owned(),
            }),
        }],
        mapping_revision: Some(format!("revision-{}", sequence % 3)),
        problems: Vec::new(),
    }
}

pub(crate) fn batch(meter: &str, sequences: impl IntoIterator<Item = u64>) -> Batch {
    let readouts = sequences.into_iter().map(|sequence| readout(meter, sequence));
    Batch { boot: "boot-1".to_owned(), readouts: readouts.collect() }
}
