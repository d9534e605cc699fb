//! What was consumed hour by hour, day by day or month by month. Nothing is divided: what was
//! consumed from one reading to the next counts where the second was taken, with all its digits.
//! Where that says too little about when, the period says so.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use mbus::Decimal;
use metering::{ConsumptionStep, StepOutcome};

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// An hour of the clock.
    Hour,
    /// A day.
    Day,
    /// A month.
    Month,
}

/// What was consumed in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodAmount {
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub to: Timestamp,
    /// How much; none where nothing is known.
    pub amount: Option<Decimal>,
    /// How well it is known.
    pub certainty: Certainty,
}

/// How well it is known what was consumed in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Readings say it.
    Read,
    /// Readings are missing or are no good: some of it may belong to a period beside it.
    Estimated,
    /// There is no reading in it.
    Gap,
}

/// Why no periods are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// There would be too many.
    #[error(
        "there are more than {limit} periods between the first reading and the last; ask for a shorter time, or for longer periods"
    )]
    TooMany {
        /// How many there may be.
        limit: usize,
    },
    /// A time that no calendar has.
    #[error("a reading has a time that no calendar has")]
    Calendar,
}

impl Period {
    /// The period of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "hour" => Self::Hour,
            "day" => Self::Day,
            "month" => Self::Month,
            _ => return None,
        })
    }

    fn span(self) -> Span {
        match self {
            Self::Hour => 1.hour(),
            Self::Day => 1.day(),
            Self::Month => 1.month(),
        }
    }

    /// The start of the period this time lies in.
    fn start(self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let civil: DateTime = zone.to_datetime(at);
        // An hour is cut from the time itself: the clock has one of them twice a year.
        if self == Self::Hour {
            let past = i64::from(civil.minute()) * 60 + i64::from(civil.second());
            return Timestamp::from_second(at.as_second() - past).ok();
        }
        let day = match self {
            Self::Month => civil.date().first_of_month(),
            _ => civil.date(),
        };
        day.to_zoned(zone.clone()).ok().map(|start| start.timestamp())
    }

    /// The start of the period after the one that begins here.
    fn next(self, start: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        start.to_zoned(zone.clone()).checked_add(self.span()).ok().map(|next| next.timestamp())
    }
}

/// Sums up steps by periods, from that of the first reading to that of the last one.
pub fn sum_up(
    steps: &[ConsumptionStep<Timestamp>],
    period: Period,
    zone: &TimeZone,
    limit: usize,
) -> Result<Vec<PeriodAmount>, PeriodError> {
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return Ok(Vec::new()) };
    let mut periods = Vec::new();
    let mut from = period.start(first.from, zone).ok_or(PeriodError::Calendar)?;
    while from < last.to {
        if periods.len() >= limit {
            return Err(PeriodError::TooMany { limit });
        }
        let to = period.next(from, zone).ok_or(PeriodError::Calendar)?;
        periods.push(PeriodAmount { from, to, amount: None, certainty: Certainty::Gap });
        from = to;
    }
    for step in steps {
        // A reading at the moment where two periods meet ends the first one.
        let end = periods.partition_point(|one| one.to < step.to);
        let begin = periods.partition_point(|one| one.to <= step.from).min(end);
        let is_long = matches!(step.outcome, StepOutcome::AcrossGap(_)) || end > begin + 1;
        let is_known = step.outcome.amount().is_some();
        let certainty = if !is_known || (is_long && end > begin) {
            Certainty::Estimated
        } else {
            Certainty::Read
        };
        if certainty == Certainty::Estimated
            && let Some(one) = periods.get_mut(begin).filter(|one| one.amount.is_some())
        {
            one.certainty = Certainty::Estimated;
        }
        let Some(one) = periods.get_mut(end) else { continue };
        if let Some(amount) = step.outcome.amount() {
            one.amount = one.amount.unwrap_or(Decimal::ZERO).checked_add(amount);
        }
        if certainty == Certainty::Estimated || one.certainty == Certainty::Gap {
            one.certainty = certainty;
        }
    }
    Ok(periods)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn step(from: &str, to: &str, outcome: StepOutcome) -> ConsumptionStep<Timestamp> {
        ConsumptionStep { from: at(from), to: at(to), outcome }
    }

    fn used(amount: i64) -> StepOutcome {
        StepOutcome::Consumed(Decimal::new(i128::from(amount), -1))
    }

    fn shown(periods: &[PeriodAmount]) -> Vec<(String, Option<String>, Certainty)> {
        let shown = |one: &PeriodAmount| {
            (one.from.to_string(), one.amount.map(|amount| amount.to_string()), one.certainty)
        };
        periods.iter().map(shown).collect()
    }

    fn row(
        from: &str,
        amount: Option<&str>,
        certainty: Certainty,
    ) -> (String, Option<String>, Certainty) {
        (from.to_owned(), amount.map(str::to_owned), certainty)
    }

    #[test]
    fn a_step_counts_where_its_second_reading_was_taken() {
        let steps = [
            step("2026-11-20T22:40:00Z", "2026-11-20T23:00:00Z", used(15)),
            step("2026-11-20T23:00:00Z", "2026-11-20T23:50:00Z", used(10)),
            step("2026-11-20T23:50:00Z", "2026-11-21T00:10:00Z", used(7)),
        ];
        let periods = sum_up(&steps, Period::Hour, &TimeZone::UTC, 10).unwrap();
        assert_eq!(
            shown(&periods),
            [
                row("2026-11-20T22:00:00Z", Some("1.5"), Certainty::Read),
                row("2026-11-20T23:00:00Z", Some("1.0"), Certainty::Read),
                row("2026-11-21T00:00:00Z", Some("0.7"), Certainty::Read),
            ]
        );
    }

    #[test]
    fn gaps_are_gaps_and_what_lies_beside_them_is_estimated() {
        let steps = [
            step("2026-11-01T06:00:00Z", "2026-11-01T12:00:00Z", used(10)),
            step("2026-11-01T12:00:00Z", "2026-11-04T12:00:00Z", StepOutcome::AcrossGap(3.into())),
            step("2026-11-04T12:00:00Z", "2026-11-05T12:00:00Z", used(10)),
        ];
        let periods = sum_up(&steps, Period::Day, &TimeZone::UTC, 10).unwrap();
        assert_eq!(
            shown(&periods),
            [
                row("2026-11-01T00:00:00Z", Some("1.0"), Certainty::Estimated),
                row("2026-11-02T00:00:00Z", None, Certainty::Gap),
                row("2026-11-03T00:00:00Z", None, Certainty::Gap),
                row("2026-11-04T00:00:00Z", Some("3"), Certainty::Estimated),
                row("2026-11-05T00:00:00Z", Some("1.0"), Certainty::Read),
            ]
        );
        // In one month it does not matter on which day it was.
        let periods = sum_up(&steps, Period::Month, &TimeZone::UTC, 10).unwrap();
        assert_eq!(shown(&periods), [row("2026-11-01T00:00:00Z", Some("5.0"), Certainty::Read)]);
        let few = sum_up(&steps, Period::Hour, &TimeZone::UTC, 24);
        assert_eq!(few, Err(PeriodError::TooMany { limit: 24 }));
    }

    #[test]
    fn days_are_those_of_the_place_also_where_the_clock_changes() {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let steps = [
            step("2026-10-24T21:00:00Z", "2026-10-24T22:00:00Z", used(1)),
            step("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", used(25)),
        ];
        let periods = sum_up(&steps, Period::Day, &zone, 10).unwrap();
        assert_eq!(
            shown(&periods),
            [
                row("2026-10-23T22:00:00Z", Some("0.1"), Certainty::Read),
                row("2026-10-24T22:00:00Z", Some("2.5"), Certainty::Read),
            ]
        );
        let hours = sum_up(&steps, Period::Hour, &zone, 30).unwrap();
        assert_eq!(hours.len(), 26, "that day has 25 hours");
    }

    #[test]
    fn an_index_that_fell_makes_no_amount_and_leaves_doubt() {
        let fell = StepOutcome::Fell { before: 9.into(), after: 1.into() };
        let steps = [
            step("2026-11-01T06:00:00Z", "2026-11-01T12:00:00Z", used(10)),
            step("2026-11-01T12:00:00Z", "2026-11-01T13:00:00Z", fell),
        ];
        let periods = sum_up(&steps, Period::Day, &TimeZone::UTC, 10).unwrap();
        let wanted = [row("2026-11-01T00:00:00Z", Some("1.0"), Certainty::Estimated)];
        assert_eq!(shown(&periods), wanted);
        assert_eq!(sum_up(&[], Period::Day, &TimeZone::UTC, 10), Ok(Vec::new()));
    }
}
