//! What was consumed between the readings of a main register.
//!
//! A meter counts up. Where it does not, because it was exchanged, reset or ran over its last
//! digit, nothing is made of the difference: the step says what happened, and a person decides.

mod outcome;

use mbus::{Decimal, SecondaryAddress};

pub use outcome::StepOutcome;

/// A reading of a main register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexReading<Time> {
    /// When it was taken, in whatever the caller counts time in.
    pub at: Time,
    /// Who answered, in full; `None` where the telegram does not say it.
    pub meter: Option<SecondaryAddress>,
    /// The value; `None` where the readout brought none that can be trusted.
    pub value: Option<Decimal>,
    /// The unit of the value.
    pub unit: Option<String>,
}

/// What was consumed, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumption<Time> {
    /// One step from each reading with a value to the next one, in the order of time.
    pub steps: Vec<ConsumptionStep<Time>>,
}

/// From one reading with a value to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumptionStep<Time> {
    /// When the first was taken.
    pub from: Time,
    /// When the second was taken.
    pub to: Time,
    /// What lies between.
    pub outcome: StepOutcome,
}

impl<Time> Consumption<Time> {
    /// All that was consumed, as far as it can be told; `None` where the sum has more digits than
    /// can be held exactly.
    pub fn total(&self) -> Option<Decimal> {
        let mut amounts = self.steps.iter().filter_map(|step| step.outcome.amount());
        amounts.try_fold(Decimal::ZERO, Decimal::checked_add)
    }

    /// The steps that nothing can be made of: falls, exchanges.
    pub fn reports(&self) -> impl Iterator<Item = &ConsumptionStep<Time>> {
        self.steps.iter().filter(|step| step.outcome.amount().is_none())
    }
}

/// What was consumed between readings of one register, given in any order.
///
/// Each amount is the exact difference of two readings. Where readings without a value lie
/// between them, or `is_gap` says that two times are too far apart, the amount is that of a gap:
/// known as a whole, but not when it was consumed. Of readings that were stored twice one is
/// passed over.
///
/// ```
/// use metering::{IndexReading, StepOutcome, consumption};
///
/// let reading = |at: u32, value: i64| IndexReading {
///     at,
///     meter: None,
///     value: Some(value.into()),
///     unit: Some("kWh".to_owned()),
/// };
/// let readings = [reading(0, 91_480), reading(15, 91_485), reading(30, 3), reading(45, 4)];
/// let found = consumption(&readings, |from, to| to - from > 15);
/// assert_eq!(found.steps[0].outcome, StepOutcome::Consumed(5.into()));
/// assert_eq!(found.steps[1].outcome.code(), "index_fell");
/// assert_eq!(found.total(), Some(6.into()));
/// ```
pub fn consumption<Time: Ord + Clone>(
    readings: &[IndexReading<Time>],
    is_gap: impl Fn(&Time, &Time) -> bool,
) -> Consumption<Time> {
    let mut readings: Vec<_> = readings.iter().collect();
    readings.sort_by(|one, other| one.at.cmp(&other.at));
    let mut steps = Vec::new();
    let mut last: Option<Last<'_, Time>> = None;
    for reading in readings {
        let Some(value) = reading.value else {
            // A stranger's answer without a value is no sign of an exchange yet.
            if let Some(last) = &mut last {
                last.is_followed_by_gap = true;
            }
            continue;
        };
        let before = last.take();
        if before.as_ref().is_some_and(|before| before.reading == reading) {
            last = before;
            continue;
        }
        let step = before.as_ref().map(|before| {
            let is_across_gap =
                before.is_followed_by_gap || is_gap(&before.reading.at, &reading.at);
            let outcome = before.step_to(reading, value, is_across_gap);
            ConsumptionStep { from: before.reading.at.clone(), to: reading.at.clone(), outcome }
        });
        let fell_from = match step.as_ref().map(|step| &step.outcome) {
            Some(StepOutcome::Fell { before, .. }) => Some(*before),
            _ => None,
        };
        let meter = reading.meter.or(before.and_then(|before| before.meter));
        last = Some(Last { reading, value, meter, fell_from, is_followed_by_gap: false });
        steps.extend(step);
    }
    Consumption { steps }
}

/// The last reading with a value.
struct Last<'a, Time> {
    reading: &'a IndexReading<Time>,
    value: Decimal,
    /// Who answered last and said who it is.
    meter: Option<SecondaryAddress>,
    /// Where the index stood before, if it fell to this value.
    fell_from: Option<Decimal>,
    is_followed_by_gap: bool,
}

impl<Time> Last<'_, Time> {
    fn step_to(
        &self,
        reading: &IndexReading<Time>,
        value: Decimal,
        is_across_gap: bool,
    ) -> StepOutcome {
        if let (Some(old), Some(new)) = (self.meter, reading.meter)
            && old != new
        {
            return StepOutcome::Exchanged { old, last: self.value, new, first: value };
        }
        if self.reading.unit != reading.unit {
            let text = |unit: &Option<String>| unit.clone().unwrap_or_default();
            return StepOutcome::OtherUnit {
                before: text(&self.reading.unit),
                after: text(&reading.unit),
            };
        }
        if value < self.value {
            return StepOutcome::Fell { before: self.value, after: value };
        }
        if let Some(before) = self.fell_from
            && value >= before
        {
            return StepOutcome::Returned { before, low: self.value, after: value };
        }
        match difference(value, self.value) {
            None => StepOutcome::OutOfRange { before: self.value, after: value },
            Some(amount) if is_across_gap => StepOutcome::AcrossGap(amount),
            Some(amount) => StepOutcome::Consumed(amount),
        }
    }
}

fn difference(after: Decimal, before: Decimal) -> Option<Decimal> {
    after.checked_add(Decimal::new(before.mantissa().checked_neg()?, before.exponent()))
}
