//! When each meter is to be read.
//!
//! Each meter has its own slots: a grid of its interval, counted from 1970 so that restarts and
//! slow readouts never move it, and shifted a little from its neighbours' so that they do not all
//! come at once. A failing meter keeps its grid and leaves out more and more of its slots.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::config::MeterId;

/// Between the first readouts of two meters when the gateway starts.
const START_STEP_MS: i64 = 100;
/// However many slots a failing meter leaves out, it is tried again within this time, if its
/// interval allows.
const LONGEST_BACKOFF_MS: i64 = 6 * 3_600_000;

/// What is known of a meter when the gateway starts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Past {
    /// When it last answered, where its readings can still be used as they are.
    pub good_at: Option<Timestamp>,
    /// How often in a row it has failed since.
    pub failures: u32,
}

/// Whether a meter stays as it was when the meters of a bus are exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// It is asked as before.
    Yes,
    /// It is new, or is asked in another way.
    No,
}

/// How an attempt to read a meter ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It answered.
    Good,
    /// It was asked, in vain.
    Failed,
    /// It was not asked: its bus is offline. That says nothing about the meter.
    Unreached,
}

/// The slots of all meters of one bus. It never looks at a clock.
#[derive(Debug)]
pub struct Schedule {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    meter: MeterId,
    interval_ms: i64,
    /// Where its grid lies within the interval.
    offset_ms: i64,
    due_ms: i64,
    failures: u32,
    unreached: bool,
}

impl Schedule {
    /// The schedule of a bus that starts now. A meter that was read within its interval waits for
    /// its next slot, so that restarts do not empty batteries; all others are due at once.
    pub fn new(
        meters: impl IntoIterator<Item = (MeterId, Duration, Past)>,
        now: Timestamp,
    ) -> Self {
        let meters: Vec<_> = meters.into_iter().collect();
        let count = i64::try_from(meters.len()).unwrap_or(i64::MAX).max(1);
        let now_ms = now.as_millisecond();
        let entries = meters.into_iter().zip(0_i64..).map(|((meter, interval, past), index)| {
            let soon = now_ms.saturating_add(START_STEP_MS.saturating_mul(index));
            let mut entry = Entry::new(meter, interval, past, soon);
            entry.offset_ms = entry.interval_ms / count * index;
            entry.wait_if_fresh(past, now_ms);
            entry
        });
        Self { entries: entries.collect() }
    }

    /// From now on these meters. One that stays keeps its slots and what is known of its
    /// failures; a new one has its slots where the neighbours leave the most room.
    pub fn exchange(
        &mut self,
        meters: impl IntoIterator<Item = (MeterId, Duration, Past, Stays)>,
        now: Timestamp,
    ) {
        let now_ms = now.as_millisecond();
        let mut before: HashMap<_, _> =
            self.entries.drain(..).map(|entry| (entry.meter.clone(), entry)).collect();
        let mut new = Vec::new();
        for (meter, interval, past, stays) in meters {
            match before.remove(&meter).filter(|_| stays == Stays::Yes) {
                Some(entry) => self.entries.push(entry),
                None => new.push((meter, interval, past)),
            }
        }
        for ((meter, interval, past), index) in new.into_iter().zip(0_i64..) {
            let soon = now_ms.saturating_add(START_STEP_MS.saturating_mul(index));
            let mut entry = Entry::new(meter, interval, past, soon);
            entry.offset_ms = self.widest_gap(entry.interval_ms);
            entry.wait_if_fresh(past, now_ms);
            self.entries.push(entry);
        }
    }

    /// The middle of the longest stretch of an interval without a slot of another meter that has
    /// the same interval.
    fn widest_gap(&self, interval_ms: i64) -> i64 {
        let same = self.entries.iter().filter(|entry| entry.interval_ms == interval_ms);
        let mut slots: Vec<_> = same.map(|entry| entry.offset_ms).collect();
        slots.sort_unstable();
        let Some(first) = slots.first().copied() else { return 0 };
        let next = slots.iter().skip(1).copied().chain([first.saturating_add(interval_ms)]);
        let gaps = slots.iter().zip(next).map(|(from, to)| (to - from, *from));
        let (gap, from) = gaps.max_by_key(|(gap, from)| (*gap, -from)).unwrap_or((0, first));
        from.saturating_add(gap / 2).rem_euclid(interval_ms)
    }

    /// When the next meter is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        let due = self.entries.iter().map(|entry| entry.due_ms).min()?;
        Timestamp::from_millisecond(due).ok()
    }

    /// When a meter is due.
    pub fn next_at(&self, meter: &MeterId) -> Option<Timestamp> {
        let entry = self.entries.iter().find(|entry| entry.meter == *meter)?;
        Timestamp::from_millisecond(entry.due_ms).ok()
    }

    /// The meters that are due, the longest waiting first. Each has its next slot from now on.
    pub fn take_due(&mut self, now: Timestamp) -> Vec<MeterId> {
        let now_ms = now.as_millisecond();
        let mut due = Vec::new();
        for entry in &mut self.entries {
            // The clock of the machine was set back: the slots it skipped come again.
            if entry.due_ms > entry.latest_slot_after(now_ms) {
                entry.due_ms = entry.slot_after(now_ms);
            }
            if entry.due_ms <= now_ms {
                due.push((entry.due_ms, entry.meter.clone()));
                entry.due_ms = entry.slot_after(now_ms);
            }
        }
        due.sort_by_key(|(since, _)| *since);
        due.into_iter().map(|(_, meter)| meter).collect()
    }

    /// An attempt to read a meter ended, whoever wanted it.
    pub fn attempted(&mut self, meter: &MeterId, attempt: Attempt, now: Timestamp) {
        let now_ms = now.as_millisecond();
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.meter == *meter) else {
            return;
        };
        entry.unreached = attempt == Attempt::Unreached;
        match attempt {
            Attempt::Good => entry.failures = 0,
            Attempt::Failed => entry.failures = entry.failures.saturating_add(1),
            Attempt::Unreached => {}
        }
        let skipped = entry.skipped_slots().saturating_mul(entry.interval_ms);
        entry.due_ms = entry.slot_after(now_ms).saturating_add(skipped);
    }

    /// The bus is online again: the meters that could not be reached are due at once.
    pub fn bus_is_back(&mut self, now: Timestamp) {
        let now_ms = now.as_millisecond();
        let unreached = self.entries.iter_mut().filter(|entry| entry.unreached);
        for (entry, index) in unreached.zip(0_i64..) {
            entry.unreached = false;
            let soon = now_ms.saturating_add(START_STEP_MS.saturating_mul(index));
            entry.due_ms = entry.due_ms.min(soon);
        }
    }
}

impl Entry {
    fn new(meter: MeterId, interval: Duration, past: Past, due_ms: i64) -> Self {
        let interval_ms = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX).max(1);
        let Past { failures, .. } = past;
        Self { meter, interval_ms, offset_ms: 0, due_ms, failures, unreached: false }
    }

    /// A meter that was read within its interval waits for its next slot.
    fn wait_if_fresh(&mut self, past: Past, now_ms: i64) {
        let fresh = past.failures == 0
            && past.good_at.is_some_and(|good| {
                let age = now_ms - good.as_millisecond();
                (0..self.interval_ms).contains(&age)
            });
        if fresh {
            self.due_ms = self.slot_after(now_ms);
        }
    }

    /// The first slot of the grid that lies after `now`, and not so soon after that the meter
    /// would be read twice for nothing: at least a quarter of the interval away.
    fn slot_after(&self, now_ms: i64) -> i64 {
        let earliest = now_ms.saturating_add(self.interval_ms / 4);
        let since_slot = (earliest - self.offset_ms).rem_euclid(self.interval_ms);
        earliest.saturating_add(self.interval_ms - since_slot)
    }

    /// No slot this schedule gives is later than this.
    fn latest_slot_after(&self, now_ms: i64) -> i64 {
        self.slot_after(now_ms)
            .saturating_add(self.skipped_slots().saturating_mul(self.interval_ms))
    }

    /// How many slots are left out after that many failures: the first failures cost none, for
    /// meters miss a request now and then.
    fn skipped_slots(&self) -> i64 {
        let wanted = match self.failures {
            0..=2 => 0,
            3 => 1,
            4 => 3,
            _ => 7,
        };
        wanted.min(LONGEST_BACKOFF_MS / self.interval_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn ids(count: usize) -> Vec<MeterId> {
        (0..count).map(|index| MeterId::new(&format!("m{index}")).unwrap()).collect()
    }

    /// `hh:mm:ss` of one day.
    fn at(clock: &str) -> Timestamp {
        format!("2026-11-20T{clock}Z").parse().unwrap()
    }

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(60 * minutes)
    }

    fn one(interval: Duration, past: Past, now: Timestamp) -> (Schedule, MeterId) {
        let id = ids(1).remove(0);
        (Schedule::new([(id.clone(), interval, past)], now), id)
    }

    #[test]
    fn at_the_start_all_meters_are_due_one_after_the_other() {
        let meters = ids(3);
        let new = meters.iter().map(|id| (id.clone(), minutes(15), Past::default()));
        let mut schedule = Schedule::new(new, at("14:02:00"));
        assert_eq!(schedule.take_due(at("14:02:00")), meters[..1]);
        assert_eq!(schedule.take_due(at("14:02:00.25")), meters[1..]);
        assert_eq!(schedule.take_due(at("14:02:10")), []);
    }

    #[test]
    fn slots_lie_on_a_grid_and_neighbours_do_not_share_them() {
        let meters = ids(3);
        let new = meters.iter().map(|id| (id.clone(), minutes(15), Past::default()));
        let mut schedule = Schedule::new(new, at("14:02:00"));
        schedule.take_due(at("14:02:01"));
        let next: Vec<_> = meters.iter().map(|id| schedule.next_at(id).unwrap()).collect();
        assert_eq!(next, [at("14:15:00"), at("14:20:00"), at("14:10:00")]);
    }

    #[test]
    fn slow_and_late_readouts_do_not_move_the_grid() {
        let (mut schedule, id) = one(minutes(15), Past::default(), at("14:00:00"));
        schedule.take_due(at("14:00:00"));
        for clock in ["14:15", "14:30", "14:45", "15:00", "15:15"] {
            // It is taken late, and the readout takes a minute.
            let slot = at(&format!("{clock}:00"));
            assert_eq!(schedule.next_due(), Some(slot));
            let late = Timestamp::from_millisecond(slot.as_millisecond() + 7_300).unwrap();
            assert_eq!(schedule.take_due(late), std::slice::from_ref(&id));
            let done = Timestamp::from_millisecond(late.as_millisecond() + MINUTE).unwrap();
            schedule.attempted(&id, Attempt::Good, done);
        }
    }

    #[test]
    fn missed_slots_are_not_made_up_for() {
        let (mut schedule, id) = one(minutes(15), Past::default(), at("10:00:00"));
        schedule.take_due(at("10:00:00"));
        assert_eq!(schedule.take_due(at("12:01:00")), std::slice::from_ref(&id));
        assert_eq!(schedule.take_due(at("12:01:01")), []);
        assert_eq!(schedule.next_at(&id), Some(at("12:15:00")));
    }

    #[test]
    fn a_slot_right_after_a_readout_is_left_out() {
        let (mut schedule, id) = one(minutes(60), Past::default(), at("13:55:00"));
        schedule.take_due(at("13:55:00"));
        schedule.attempted(&id, Attempt::Good, at("13:55:02"));
        assert_eq!(schedule.next_at(&id), Some(at("15:00:00")));
    }

    #[test]
    fn a_failing_meter_backs_off_on_its_own_grid() {
        let (mut schedule, id) = one(minutes(15), Past::default(), at("08:00:00"));
        schedule.take_due(at("08:00:00"));
        let mut tried = Vec::new();
        for _ in 0..6 {
            let due = schedule.next_due().unwrap();
            tried.push(due.to_string()[11..16].to_owned());
            schedule.take_due(due);
            schedule.attempted(&id, Attempt::Failed, due);
        }
        assert_eq!(tried, ["08:15", "08:30", "08:45", "09:15", "10:15", "12:15"]);
        schedule.attempted(&id, Attempt::Good, at("12:20:00"));
        assert_eq!(schedule.next_at(&id), Some(at("12:30:00")), "back to every slot");
    }

    #[test]
    fn a_daily_meter_is_tried_every_day() {
        let past = Past { good_at: None, failures: 50 };
        let (mut schedule, id) = one(minutes(24 * 60), past, at("08:00:00"));
        schedule.take_due(at("08:00:00"));
        schedule.attempted(&id, Attempt::Failed, at("08:00:01"));
        assert_eq!(schedule.next_at(&id).unwrap().to_string(), "2026-11-21T00:00:00Z");
    }

    #[test]
    fn a_meter_that_was_read_lately_waits_for_its_slot_after_a_restart() {
        let fresh = Past { good_at: Some(at("13:50:00")), failures: 0 };
        let (mut schedule, id) = one(minutes(15), fresh, at("14:02:00"));
        assert_eq!(schedule.take_due(at("14:02:00")), []);
        assert_eq!(schedule.next_at(&id), Some(at("14:15:00")));
        let old = Past { good_at: Some(at("13:40:00")), failures: 0 };
        assert_eq!(one(minutes(15), old, at("14:02:00")).0.next_due(), Some(at("14:02:00")));
        let failing = Past { good_at: Some(at("13:50:00")), failures: 1 };
        assert_eq!(one(minutes(15), failing, at("14:02:00")).0.next_due(), Some(at("14:02:00")));
        let future = Past { good_at: Some(at("23:00:00")), failures: 0 };
        assert_eq!(one(minutes(15), future, at("14:02:00")).0.next_due(), Some(at("14:02:00")));
    }

    #[test]
    fn an_offline_bus_is_no_failure_of_its_meters_and_they_are_due_when_it_is_back() {
        let meters = ids(2);
        let new = meters.iter().map(|id| (id.clone(), minutes(24 * 60), Past::default()));
        let mut schedule = Schedule::new(new, at("08:00:00"));
        schedule.take_due(at("08:00:01"));
        for _ in 0..20 {
            schedule.attempted(&meters[0], Attempt::Unreached, at("08:00:02"));
        }
        schedule.attempted(&meters[1], Attempt::Good, at("08:00:03"));
        schedule.bus_is_back(at("11:00:00"));
        assert_eq!(schedule.take_due(at("11:00:00")), meters[..1]);
        schedule.bus_is_back(at("11:00:01"));
        assert_eq!(schedule.take_due(at("11:00:01")), []);
    }

    #[test]
    fn exchanged_meters_leave_the_others_their_slots_and_their_backoff() {
        let meters = ids(4);
        let quarter = minutes(15);
        let new = meters[..3].iter().map(|id| (id.clone(), quarter, Past::default()));
        let mut schedule = Schedule::new(new, at("14:02:00"));
        schedule.take_due(at("14:02:01"));
        for _ in 0..3 {
            schedule.attempted(&meters[1], Attempt::Failed, at("14:02:02"));
        }
        let before: Vec<_> = meters.iter().map(|id| schedule.next_at(id)).collect();
        let stay = |id: &MeterId| (id.clone(), quarter, Past::default(), Stays::Yes);
        let add = |id: &MeterId| (id.clone(), quarter, Past::default(), Stays::No);
        let now = at("14:03:00");
        schedule.exchange([stay(&meters[0]), stay(&meters[1]), add(&meters[3])], now);
        assert_eq!(schedule.next_at(&meters[0]), before[0]);
        assert_eq!(schedule.next_at(&meters[1]), before[1]);
        assert_eq!(schedule.next_at(&meters[2]), None, "it is gone");
        assert_eq!(schedule.take_due(now), meters[3..], "a new meter is read at once");
        // The slots at 0 and 5 minutes of the quarter leave the most room at 10.
        assert_eq!(schedule.next_at(&meters[3]), Some(at("14:10:00")));
        schedule.attempted(&meters[1], Attempt::Failed, at("14:20:00"));
        assert_eq!(schedule.next_at(&meters[1]), Some(at("15:20:00")), "the fourth failure");
        // The same meter, asked in another way, begins anew.
        schedule.exchange([stay(&meters[0]), add(&meters[1])], at("14:21:00"));
        assert_eq!(schedule.next_at(&meters[1]), Some(at("14:21:00")));
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_stop_the_readings() {
        let (mut schedule, id) = one(minutes(15), Past::default(), at("20:00:00"));
        schedule.take_due(at("20:00:00"));
        assert_eq!(schedule.take_due(at("09:00:00")), []);
        assert_eq!(schedule.next_at(&id), Some(at("09:15:00")));
    }
}
