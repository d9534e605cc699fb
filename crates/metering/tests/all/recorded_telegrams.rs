//! Telegrams recorded from real meters. They are not part of the project: the tests read them
//! from a folder beside the checkout, or from `BUSMEISTER_TELEGRAMS`, and say so where there is
//! none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use metering::{
    HistoricalData, LineKind, Mapping, Models, device_settings, history, interpret, line_view,
};

use crate::frames::bytes;

fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/telegrams");
    let folder = std::env::var_os("BUSMEISTER_TELEGRAMS").map_or(beside, PathBuf::from);
    let found = folder.is_dir();
    if !found {
        eprintln!("skipped: {} with recorded telegrams is not there", folder.display());
    }
    found.then_some(folder)
}

fn recorded(name: &str) -> Option<Vec<Vec<u8>>> {
    let path = folder()?.join("real").join(name);
    Some(vec![bytes(&std::fs::read_to_string(path).unwrap())])
}

#[test]
fn a05_a_real_saphir_modularis_shows_its_volume() {
    let Some(frames) = recorded("ram_modularis.hex") else { return };
    let mapping = Mapping::new(&Models::builtin(), "saphir_modularis", &BTreeMap::new()).unwrap();
    let found = interpret(&mapping, &frames);
    assert_eq!(found.problems, []);
    assert_eq!(found.readings[0].value.as_ref().unwrap().to_string(), "10.116");
    assert_eq!(found.readings[0].unit.as_deref(), Some("m³"));
}

#[test]
fn b18_a_real_water_meter_has_thirteen_dated_volumes() {
    let Some(frames) = recorded("ram_modularis.hex") else { return };
    let values = history(&frames);
    let found: Vec<_> =
        values.iter().map(|value| (value.measured_at.as_str(), value.value.to_string())).collect();
    assert_eq!(found.len(), 13);
    assert!(found.contains(&("2013-09-28", "8.393".to_owned())), "{found:?}");
    assert!(values.iter().all(|value| value.unit.as_deref() == Some("m³")));
    let dates: BTreeSet<_> = found.iter().map(|(date, _)| date).collect();
    assert_eq!(dates.len(), 13);
    assert!(!dates.contains(&"2014-09-28"), "the due date to come");
}

#[test]
fn b25_every_record_of_a_real_meter_is_a_setting() {
    let Some(folder) = folder() else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(folder.join("real")).unwrap() {
        let path = entry.unwrap().path();
        let frames = [bytes(&std::fs::read_to_string(&path).unwrap())];
        let settings = device_settings(&frames, HistoricalData::On);
        let shown: BTreeSet<_> = settings.iter().map(|setting| setting.line).collect();
        for line in line_view(&frames) {
            let is_shown = shown.contains(&line.number);
            assert!(line.kind != LineKind::Record || is_shown, "{path:?}: {}", line.text);
        }
        let keys: BTreeSet<_> = settings.iter().map(|setting| &setting.key).collect();
        assert_eq!(keys.len(), settings.len(), "{path:?}");
        count += settings.len();
    }
    assert!(count > 200, "{count}");
}
