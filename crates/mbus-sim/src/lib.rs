//! Simulated M-Bus meters and the wire between them, as pure state machines: no input or output,
//! no clock, no chance. The same calls at the same times give the same bytes.
//!
//! A [`Building`] is read from TOML. Each of its buses becomes a [`SimulatedBus`], which takes
//! the bytes of a master and gives those the master would hear, each at its moment. `now` is the
//! time since any fixed start, so a test moves it by hand and a server by the clock on the wall.
//!
//! ```
//! use core::time::Duration;
//! use mbus_sim::{Building, SimulatedBus};
//!
//! let building = Building::parse(
//!     r#"
//!     [[bus]]
//!     id = "cellar"
//!
//!     [[bus.meter]]
//!     name = "Heat, flat 1"
//!     primary = 1
//!     identification = "12345678"
//!     manufacturer = "EFE"
//!     version = 0
//!     device_type = 0x04
//!
//!     [[bus.meter.telegram]]
//!     records = [
//!       { dib = "04", vib = "06", counter = 12_345, per_hour = 4.2, daily = "heating" },
//!       { dib = "02", vib = "5B", between = [60, 64], period = "20m" },
//!       { dib = "04", vib = "6D", clock = true },
//!     ]
//!     "#,
//! )?;
//! let mut bus = SimulatedBus::new(building.buses[0].clone());
//!
//! // SND_NKE to meter 1, and the wait until the bus rests again.
//! bus.handle_input(Duration::ZERO, &[0x10, 0x40, 0x01, 0x41, 0x16]);
//! let mut heard = Vec::new();
//! while let Some(next) = bus.poll_timeout() {
//!     bus.handle_timeout(next);
//!     heard.extend(bus.poll_transmit(next).unwrap_or_default());
//! }
//! assert_eq!(heard, [0xE5]);
//! # Ok::<(), mbus_sim::BuildingError>(())
//! ```
//!
//! # A building as text
//!
//! Whoever needs a larger example finds one in `buildings/demo.toml`. A key that nobody knows is
//! an error; errors name the key at fault and the cause.
//!
//! `[[bus]]`
//!
//! | key | means | default |
//! |---|---|---|
//! | `id` | short name, `[a-z0-9-]+` | must be there |
//! | `name` | name for people | the id |
//! | `transport` | `"tcp"` or `"pseudo_terminal"`: how the bus wants to be offered | `"tcp"` |
//! | `baudrate` | of the converter, and of each meter that has no other | 2400 |
//! | `echo` | the converter sends back what it was given | false |
//! | `stray` | hex bytes that stand on the wire before each answer | none |
//! | `flip_every` | each n-th byte reaches the master with one bit inverted | 0, never |
//!
//! `[[bus.meter]]`
//!
//! | key | means | default |
//! |---|---|---|
//! | `name` | name for people | must be there |
//! | `primary` | primary address, 0 to 250 | 0 |
//! | `identification` | up to eight digits as printed on the meter | must be there, unless replayed |
//! | `manufacturer` | three letters, or four hex digits as on the wire | must be there, unless replayed |
//! | `version`, `device_type` | bytes of the secondary address | must be there, unless replayed |
//! | `baudrate` | when it is not that of the bus | that of the bus |
//! | `answer_after_bits` | bit times before an answer | 33 |
//! | `access_number` | of the first telegram | 0 |
//! | `status` | status byte | 0 |
//!
//! `[bus.meter.quirks]`, see [`Quirks`]: `silent = true`, `answer_on_try = 2`,
//! `frozen = "always"` or `"until_initialized"`, `late_by = "300ms"`, `truncate_after = 40`,
//! `answers_as = "20316513C5140004"`, `writes = "ignored"`, `"unacknowledged"` or `"refused"`.
//!
//! `[[bus.meter.telegram]]`, one for each telegram of a readout, has `records`, a list, and
//! `manufacturer_data`, hex that goes behind them. DIF 0F and 1F are put there by themselves.
//! Instead of both it may have `replay`, a recorded frame as hex, and
//! `moving = [{ record = 1, per_hour = 4.2 }]` for the numbers in it that go on counting;
//! records count from 0.
//!
//! A record has `dib` and `vib`, both hex, and exactly one of
//!
//! | key | means | with |
//! |---|---|---|
//! | `data` | always these bytes, hex | |
//! | `value` | always this number | |
//! | `counter` | a count with its start | `per_hour`, and `daily` if it varies over the day |
//! | `between` | a measured value swinging between `[least, greatest]` | `period`, and `start` |
//! | `clock` | true: the meter's clock | |
//! | `date` | always this date, `"2026-12-31"` | |
//!
//! Numbers are counts of the record, before its VIF scales them. `daily` is `"household"`,
//! `"heating"`, `"sun"`, or 24 weights. Durations are whole numbers with `ms`, `s`, `m`, `h`, `d`.
//!
//! # Where things stand
//!
//! The wire superposes what is sent bit by bit; a meter keeps its links, its selection and its
//! access number; a telegram template is filled with the values of a moment, which the building's
//! clock gives ([`ClockSettings`]). Only the bus knows all of them.

mod baudrate;
mod building;
mod bus_description;
mod clock;
mod meter;
mod meter_description;
mod quirks;
mod record_template;
mod simulated_bus;
mod telegram_template;
mod wire;

pub use baudrate::{BITS_PER_BYTE, Baudrate};
pub use building::{Building, BuildingError};
pub use bus_description::{BusDescription, Disturbance, Transport};
pub use clock::{BuildingClock, CivilTime, CivilTimeError, ClockSettings};
pub use meter_description::MeterDescription;
pub use quirks::{Frozen, Quirks, WriteFault};
pub use record_template::{
    Counter, DailyPattern, Oscillation, OscillationError, RecordError, RecordTemplate, RecordValue,
};
pub use simulated_bus::SimulatedBus;
pub use telegram_template::{Moving, ReplayError, TelegramTemplate, TelegramTooLong};
