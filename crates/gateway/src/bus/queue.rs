//! Who is next on the bus: people before the schedule, and neither for ever.

use std::collections::VecDeque;

use crate::config::MeterId;

/// How many people may wait for one bus.
const ROOM: usize = 32;
/// After so many people the schedule gets its turn, if it waits.
const PEOPLE_IN_A_ROW: u32 = 4;

/// The readouts waiting for one bus. `J` is what a person waits with.
///
/// ```
/// use gateway::bus::Queue;
/// use gateway::config::MeterId;
///
/// let mut queue = Queue::new();
/// queue.schedule(MeterId::new("heat-1").unwrap());
/// queue.push("a person's read").unwrap();
/// assert_eq!(queue.pop(), Some(gateway::bus::Next::Person("a person's read")));
/// ```
#[derive(Debug)]
pub struct Queue<J> {
    people: VecDeque<J>,
    scheduled: VecDeque<MeterId>,
    people_in_a_row: u32,
}

/// What is next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<J> {
    /// A person's job.
    Person(J),
    /// A meter that is due.
    Due(MeterId),
}

/// Too many people wait.
#[derive(Debug)]
pub struct QueueFull<J> {
    /// What there was no room for.
    pub refused: J,
    /// How many wait.
    pub waiting: usize,
}

impl<J> Default for Queue<J> {
    fn default() -> Self {
        Self::new()
    }
}

impl<J> Queue<J> {
    /// An empty queue.
    pub const fn new() -> Self {
        Self { people: VecDeque::new(), scheduled: VecDeque::new(), people_in_a_row: 0 }
    }

    /// A person's job gets in line behind the other people.
    pub fn push(&mut self, job: J) -> Result<(), QueueFull<J>> {
        if self.people.len() >= ROOM {
            return Err(QueueFull { refused: job, waiting: self.people.len() });
        }
        self.people.push_back(job);
        Ok(())
    }

    /// A meter is due. It waits once, however often it is due.
    pub fn schedule(&mut self, meter: MeterId) {
        if !self.scheduled.contains(&meter) {
            self.scheduled.push_back(meter);
        }
    }

    /// Who is next.
    pub fn pop(&mut self) -> Option<Next<J>> {
        let schedule_waited = self.people_in_a_row >= PEOPLE_IN_A_ROW && !self.scheduled.is_empty();
        if !schedule_waited && let Some(job) = self.people.pop_front() {
            self.people_in_a_row += 1;
            return Some(Next::Person(job));
        }
        self.people_in_a_row = 0;
        self.scheduled.pop_front().map(Next::Due)
    }

    /// The meter was just read for a person: the schedule need not read it again.
    pub fn drop_due(&mut self, meter: &MeterId) {
        self.scheduled.retain(|waiting| waiting != meter);
    }

    /// Takes out the people who no longer wait.
    pub fn retain_people(&mut self, still_waits: impl FnMut(&J) -> bool) {
        self.people.retain(still_waits);
    }

    /// Takes out the meters that are no longer there.
    pub fn retain_due(&mut self, is_there: impl FnMut(&MeterId) -> bool) {
        self.scheduled.retain(is_there);
    }

    /// Everybody who waits, when the bus stops.
    pub fn drain_people(&mut self) -> impl Iterator<Item = J> {
        self.people.drain(..)
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.scheduled.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(id: &str) -> MeterId {
        MeterId::new(id).unwrap()
    }

    #[test]
    fn people_go_first_but_do_not_starve_the_schedule() {
        let mut queue = Queue::new();
        queue.schedule(meter("a"));
        queue.schedule(meter("b"));
        for person in 1..=10 {
            queue.push(person).unwrap();
        }
        let mut order = String::new();
        while let Some(next) = queue.pop() {
            match next {
                Next::Person(_) => order.push('p'),
                Next::Due(_) => order.push('d'),
            }
        }
        assert_eq!(order, "ppppdppppdpp");
        assert!(queue.is_empty());
    }

    #[test]
    fn a_meter_waits_once_and_not_behind_its_own_readout() {
        let mut queue: Queue<()> = Queue::new();
        queue.schedule(meter("a"));
        queue.schedule(meter("a"));
        queue.schedule(meter("b"));
        queue.drop_due(&meter("a"));
        queue.schedule(meter("c"));
        queue.retain_due(|waiting| *waiting != meter("c"));
        assert_eq!(queue.pop(), Some(Next::Due(meter("b"))));
        assert_eq!(queue.pop(), None);
    }

    #[test]
    fn the_line_of_people_ends_somewhere() {
        let mut queue = Queue::new();
        for person in 0..ROOM {
            queue.push(person).unwrap();
        }
        let full = queue.push(99).unwrap_err();
        assert_eq!((full.refused, full.waiting), (99, ROOM));
        queue.retain_people(|person| *person > 5);
        assert_eq!(queue.pop(), Some(Next::Person(6)));
        queue.push(99).unwrap();
        assert_eq!(queue.drain_people().count(), ROOM - 6);
    }
}
