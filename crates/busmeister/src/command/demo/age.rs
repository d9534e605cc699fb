//! How long the demo's building has been there: its counters go on where they stood, also after
//! the demo was stopped or killed.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use jiff::Timestamp;

/// What is written is this much ahead, in real time: a demo that is killed between two writes, or during the first readings
/// never finds its counters fallen behind what was read from them.
const AHEAD: Duration = Duration::from_secs(60);

/// The age of the building, kept in a file.
pub(super) struct BuildingAge {
    path: PathBuf,
    ran_before: Duration,
    speed: u32,
    started: Instant,
}

impl BuildingAge {
    /// Reads the age that an earlier demo left. While none ran, the building's time went on.
    pub(super) fn load(folder: &Path, speed: u32) -> Self {
        let path = folder.join("building-age");
        let ran_before = std::fs::read_to_string(&path).ok().and_then(|text| read(&text));
        Self { path, ran_before: ran_before.unwrap_or_default(), speed, started: Instant::now() }
    }

    /// How long counters had been running when this demo started.
    pub(super) const fn ran_before(&self) -> Duration {
        self.ran_before
    }

    /// Writes the age down.
    pub(super) fn save(&self) -> anyhow::Result<()> {
        let running = (self.started.elapsed() + AHEAD).saturating_mul(self.speed);
        let age = self.ran_before.saturating_add(running);
        let text = format!("{} {}\n", age.as_secs(), Timestamp::now());
        let fresh = self.path.with_extension("new");
        std::fs::write(&fresh, text)
            .and_then(|()| std::fs::rename(&fresh, &self.path))
            .with_context(|| format!("{} cannot be written", self.path.display()))
    }
}

/// "seconds at": how old the building was at that time.
fn read(text: &str) -> Option<Duration> {
    let (age, at) = text.trim().split_once(' ')?;
    let at: Timestamp = at.parse().ok()?;
    let since = Timestamp::now().duration_since(at).max(jiff::SignedDuration::ZERO);
    let age = Duration::from_secs(age.parse().ok()?);
    Some(age.saturating_add(since.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_building_grows_older_and_never_younger() {
        let folder = tempfile::tempdir().unwrap();
        let first = BuildingAge::load(folder.path(), 60);
        assert_eq!(first.ran_before(), Duration::ZERO);
        first.save().unwrap();
        let second = BuildingAge::load(folder.path(), 1);
        assert!(second.ran_before() >= AHEAD * 60);
        std::fs::write(folder.path().join("building-age"), "no age").unwrap();
        assert_eq!(BuildingAge::load(folder.path(), 1).ran_before(), Duration::ZERO);
    }
}
