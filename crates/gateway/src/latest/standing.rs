//! What is wrong with a meter now, in sentences.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::MeterLatest;
use crate::config::MeterConfig;
use crate::findings::{Finding, History, Subject};

impl MeterLatest {
    /// All that is wrong with the meter, the worst first. `now` and the time zone decide how
    /// times of day are written.
    pub fn findings(
        &self,
        meter: &MeterConfig,
        now: Timestamp,
        time_zone: &TimeZone,
    ) -> Vec<Finding> {
        let subject = Subject::Meter { name: meter.name.clone(), bus: meter.bus.to_string() };
        let good_until = self.good.as_ref().map(|good| good.read_at);
        let failing = self.failing.iter().flat_map(|failing| {
            failing.causes.iter().map(|cause| (cause, good_until, failing.since))
        });
        let standing = self
            .good
            .iter()
            .flat_map(|good| good.causes.iter().map(|(cause, since)| (cause, None, *since)));
        let said = failing.chain(standing).map(|(cause, good_until, since)| {
            let history = History { good_until, since: Some(since) };
            Finding::new(cause, &subject, history, now, time_zone)
        });
        let mut findings: Vec<_> = said.collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }
}
