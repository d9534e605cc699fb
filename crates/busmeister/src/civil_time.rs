//! The wall clock of this computer, as simulated meters carry it.

use mbus_sim::CivilTime;

/// Now, in local time.
pub(crate) fn local_now() -> CivilTime {
    let now = jiff::Zoned::now().datetime();
    let part = |number: i8| u8::try_from(number).unwrap_or(0);
    CivilTime::new(
        u16::try_from(now.year()).unwrap_or(0),
        part(now.month()),
        part(now.day()),
        part(now.hour()),
        part(now.minute()),
        part(now.second()),
    )
    .unwrap_or(CivilTime::DEFAULT_START)
}
