//! How the link is, for people.

use jiff::Timestamp;
use tokio::sync::watch;

use crate::findings::Finding;

/// How the link to the portal is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// The gateway belongs to no portal.
    Unclaimed,
    /// The portal was not reached yet.
    Connecting,
    /// The portal is there.
    Connected,
    /// The portal cannot be reached.
    Offline,
    /// The portal, or this gateway, says no until a person has done something.
    Refused,
}

/// How the link to the portal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// In one word.
    pub state: LinkState,
    /// Since when.
    pub since: Timestamp,
    /// What is wrong.
    pub problem: Option<Finding>,
}

/// Which part of the link says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// What comes down.
    Stream,
    /// What goes up.
    Upload,
}

/// What the parts have said last, and what follows from it.
#[derive(Debug)]
pub(super) struct Conditions {
    tell: watch::Sender<Condition>,
    stream: PartCondition,
    upload: PartCondition,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum PartCondition {
    #[default]
    Untried,
    Works,
    Fails {
        finding: Finding,
        is_lasting: bool,
    },
}

impl Conditions {
    pub(super) fn new(now: Timestamp) -> Self {
        let unclaimed = Condition { state: LinkState::Unclaimed, since: now, problem: None };
        let tell = watch::Sender::new(unclaimed);
        Self { tell, stream: PartCondition::Untried, upload: PartCondition::Untried }
    }

    pub(super) fn watch(&self) -> watch::Receiver<Condition> {
        self.tell.subscribe()
    }

    /// The gateway belongs to a portal, or to none, from now on.
    pub(super) fn begin(&mut self, is_claimed: bool, now: Timestamp) {
        self.stream = PartCondition::Untried;
        self.upload = PartCondition::Untried;
        let state = if is_claimed { LinkState::Connecting } else { LinkState::Unclaimed };
        self.tell.send_replace(Condition { state, since: now, problem: None });
    }

    pub(super) fn works(&mut self, part: Part, now: Timestamp) {
        *self.part(part) = PartCondition::Works;
        self.conclude(now);
    }

    pub(super) fn fails(&mut self, part: Part, finding: Finding, is_lasting: bool, now: Timestamp) {
        *self.part(part) = PartCondition::Fails { finding, is_lasting };
        self.conclude(now);
    }

    const fn part(&mut self, part: Part) -> &mut PartCondition {
        match part {
            Part::Stream => &mut self.stream,
            Part::Upload => &mut self.upload,
        }
    }

    fn conclude(&self, now: Timestamp) {
        let parts = [&self.stream, &self.upload];
        let lasting = parts.iter().find_map(|part| match part {
            PartCondition::Fails { finding, is_lasting: true } => Some(finding.clone()),
            _ => None,
        });
        let failing = parts.iter().find_map(|part| match part {
            PartCondition::Fails { finding, .. } => Some(finding.clone()),
            _ => None,
        });
        let state = match (&self.stream, &lasting) {
            (_, Some(_)) => LinkState::Refused,
            (PartCondition::Works, None) => LinkState::Connected,
            (PartCondition::Fails { .. }, None) => LinkState::Offline,
            (PartCondition::Untried, None) => LinkState::Connecting,
        };
        let problem = lasting.or(failing);
        self.tell.send_if_modified(|known| {
            let is_same = known.state == state
                && known.problem.as_ref().map(|one| (&one.code, &one.why))
                    == problem.as_ref().map(|one| (&one.code, &one.why));
            if is_same {
                return false;
            }
            let since = if known.state == state { known.since } else { now };
            let problem = problem.map(|problem| {
                // What was wrong before is wrong since then.
                let before = known.problem.as_ref().filter(|before| before.code == problem.code);
                let since = before.and_then(|before| before.since).unwrap_or(now);
                Finding { since: Some(since), ..problem }
            });
            *known = Condition { state, since, problem };
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::Severity;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn finding(code: &str) -> Finding {
        Finding {
            code: code.to_owned(),
            what: String::new(),
            why: String::new(),
            remedy: String::new(),
            severity: Severity::Fault,
            since: None,
        }
    }

    #[test]
    fn the_stream_says_whether_the_portal_is_there_and_what_lasts_comes_first() {
        let mut conditions = Conditions::new(at(0));
        let watch = conditions.watch();
        let state = || watch.borrow().state;
        assert_eq!(state(), LinkState::Unclaimed);
        conditions.begin(true, at(1));
        assert_eq!(state(), LinkState::Connecting);
        conditions.fails(Part::Stream, finding("portal_unreachable"), false, at(2));
        conditions.fails(Part::Stream, finding("portal_unreachable"), false, at(3));
        assert_eq!(state(), LinkState::Offline);
        assert_eq!(watch.borrow().problem.as_ref().unwrap().since, Some(at(2)));
        conditions.works(Part::Stream, at(4));
        assert_eq!((state(), watch.borrow().since), (LinkState::Connected, at(4)));
        assert_eq!(watch.borrow().problem, None);
        conditions.fails(Part::Upload, finding("portal_failing"), false, at(5));
        assert_eq!(state(), LinkState::Connected);
        assert_eq!(watch.borrow().problem.as_ref().unwrap().code, "portal_failing");
        conditions.fails(Part::Upload, finding("sequence_reused"), true, at(6));
        assert_eq!(state(), LinkState::Refused);
        conditions.begin(false, at(7));
        assert_eq!(state(), LinkState::Unclaimed);
        assert_eq!(watch.borrow().problem, None);
    }
}
