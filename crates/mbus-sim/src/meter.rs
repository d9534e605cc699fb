//! A meter as its bus sees it: hears frames, answers some of them (EN 13757-2).

mod link;
mod wakefulness;

use core::time::Duration;

use mbus::address::link as link_address;
use mbus::frame::{Frame, Function, MAX_FRAME_LEN};
use mbus::header::{ConfigurationField, Header, Status};
use mbus::{ControlField, PrimaryAddress, SecondaryAddress};

use crate::baudrate::Baudrate;
use crate::clock::Moment;
use crate::meter_description::MeterDescription;
use crate::quirks::{Frozen, Quirks, WriteFault};
use link::{Link, Request};
use wakefulness::Wakefulness;

/// CI field of a selection by secondary address (EN 13757-7), least significant byte first.
const CI_SELECT: u8 = 0x52;
/// CI field of data for the meter (EN 13757-7), least significant byte first.
const CI_DATA: u8 = 0x51;
/// DIF and VIF of a primary address (EN 13757-3): a byte under VIF 7A, "bus address".
const BUS_ADDRESS: [u8; 2] = [0x01, 0x7A];
/// CI field of an application reset (EN 13757-7).
const CI_APPLICATION_RESET: u8 = 0x50;
const ACK: u8 = 0xE5;

/// A meter in motion.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    description: MeterDescription,
    /// As it is now: the address of the description, until another is written.
    primary_address: PrimaryAddress,
    /// The link under the meter's own address, and the one under 253. Each counts its frames.
    own: Link,
    selected: Link,
    is_selected: bool,
    access_number: u8,
    frozen: Option<(Moment, u8)>,
    wakefulness: Wakefulness,
    sends_until: Duration,
}

/// Which of its addresses a frame called the meter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CalledBy {
    OwnAddress,
    Selection,
    Test,
    Broadcast,
}

impl Meter {
    pub(crate) fn new(description: MeterDescription) -> Self {
        Self {
            own: Link::default(),
            selected: Link::default(),
            is_selected: false,
            access_number: description.access_number,
            frozen: None,
            wakefulness: Wakefulness::default(),
            sends_until: Duration::ZERO,
            primary_address: description.primary_address,
            description,
        }
    }

    pub(crate) const fn description(&self) -> &MeterDescription {
        &self.description
    }

    /// The primary address it has now.
    pub(crate) const fn primary_address(&self) -> PrimaryAddress {
        self.primary_address
    }

    pub(crate) fn set_quirks(&mut self, quirks: Quirks) {
        self.frozen = None;
        self.description.quirks = quirks;
    }

    /// The bytes the meter answers to a frame that ended at `now`, if it answers.
    pub(crate) fn hear(
        &mut self,
        frame: &Frame<'_>,
        now: Duration,
        moment: Moment,
    ) -> Option<Vec<u8>> {
        let quirks = &self.description.quirks;
        if quirks.silent {
            return None;
        }
        let (control, called_by, ci, data) = self.addressed(frame)?;
        let attention = self.wakefulness.attention(frame, now, quirks.answer_on_try);
        if attention.had_slept {
            self.own.reset();
            self.selected.reset();
            self.is_selected = false;
        }
        if !attention.is_awake {
            return None;
        }
        let answer = match (control.function(), ci) {
            (Function::SndNke, _) => self.initialize(called_by),
            (Function::ReqUd2, _) => self.request_data(control.fcb(), called_by, moment),
            // No alarm is ever pending.
            (Function::ReqUd1, _) => self.is_called(called_by).then(|| vec![ACK]),
            (Function::SndUd, Some(CI_SELECT)) => self.select(data, called_by),
            (Function::SndUd, Some(CI_APPLICATION_RESET)) => self.reset(called_by),
            (Function::SndUd, Some(CI_DATA)) => self.write(data, control.fcb(), called_by),
            // What the meter cannot do it must not acknowledge.
            _ => None,
        };
        answer.filter(|_| called_by != CalledBy::Broadcast)
    }

    /// When an answer of that many bytes starts, for a request that ended at `request_end`. A
    /// meter that is still sending finishes that first.
    pub(crate) fn answers_at(
        &mut self,
        request_end: Duration,
        baudrate: Baudrate,
        length: usize,
    ) -> Duration {
        let description = &self.description;
        let start =
            request_end + baudrate.bits(description.answer_after_bits) + description.quirks.late_by;
        let start = start.max(self.sends_until);
        self.sends_until = start + baudrate.bytes(u32::try_from(length).unwrap_or(u32::MAX));
        start
    }

    /// The parts of a frame that is for this meter.
    fn addressed<'a>(
        &self,
        frame: &Frame<'a>,
    ) -> Option<(ControlField, CalledBy, Option<u8>, &'a [u8])> {
        let (control, address, ci, data) = match *frame {
            Frame::SingleCharacter => return None,
            Frame::Short { control, address } => (control, address, None, &[][..]),
            Frame::Long { control, address, ci, data } => (control, address, Some(ci), data),
        };
        let called_by = match address {
            link_address::SELECTED => CalledBy::Selection,
            link_address::TEST => CalledBy::Test,
            link_address::BROADCAST => CalledBy::Broadcast,
            own if own == self.primary_address.get() => CalledBy::OwnAddress,
            _ => return None,
        };
        control.is_from_master().then_some((control, called_by, ci, data))
    }

    /// Everyone hears what goes to 253, but only the selected meter is meant.
    const fn is_called(&self, called_by: CalledBy) -> bool {
        !matches!(called_by, CalledBy::Selection) || self.is_selected
    }

    fn link(&mut self, called_by: CalledBy) -> &mut Link {
        match called_by {
            CalledBy::Selection => &mut self.selected,
            CalledBy::OwnAddress | CalledBy::Test | CalledBy::Broadcast => &mut self.own,
        }
    }

    /// SND_NKE: the link begins anew; under 253 the selection ends as well (EN 13757-7).
    fn initialize(&mut self, called_by: CalledBy) -> Option<Vec<u8>> {
        let was_called = self.is_called(called_by);
        self.link(called_by).reset();
        match called_by {
            CalledBy::Selection => self.is_selected = false,
            CalledBy::OwnAddress
                if self.description.quirks.frozen == Some(Frozen::UntilInitialized) =>
            {
                self.frozen = None;
            }
            CalledBy::OwnAddress | CalledBy::Test | CalledBy::Broadcast => {}
        }
        was_called.then(|| vec![ACK])
    }

    /// SND_UD with CI 52: who matches the mask is selected and says so; everyone else no longer
    /// is and keeps quiet.
    fn select(&mut self, mask: &[u8], called_by: CalledBy) -> Option<Vec<u8>> {
        if called_by != CalledBy::Selection {
            return None;
        }
        self.selected.reset();
        // More than eight bytes narrow the selection by a fabrication number; this meter tells
        // none, so they do not match it.
        self.is_selected = <[u8; 8]>::try_from(mask).is_ok_and(|mask| {
            SecondaryAddress::from_wire(mask).selects(self.description.secondary_address)
        });
        self.is_selected.then(|| vec![ACK])
    }

    /// SND_UD with CI 50: the next readout starts at its first telegram.
    fn reset(&mut self, called_by: CalledBy) -> Option<Vec<u8>> {
        if !self.is_called(called_by) {
            return None;
        }
        self.link(called_by).start_over();
        Some(vec![ACK])
    }

    /// SND_UD with CI 51: takes a primary address, and nothing else. The answer still belongs to
    /// the address it was called by.
    fn write(&mut self, data: &[u8], fcb: bool, called_by: CalledBy) -> Option<Vec<u8>> {
        if !self.is_called(called_by) {
            return None;
        }
        let [dif, vif, address] = *data else { return None };
        let address = PrimaryAddress::new(address).filter(|_| [dif, vif] == BUS_ADDRESS)?;
        let fault = self.description.quirks.writes;
        if fault == Some(WriteFault::Refused) {
            return None;
        }
        self.link(called_by).written(fcb);
        if fault != Some(WriteFault::Ignored) {
            self.primary_address = address;
        }
        (fault != Some(WriteFault::Unacknowledged)).then(|| vec![ACK])
    }

    /// REQ_UD2: the same frame count bit asks for the same telegram again, the other one for
    /// the next (EN 13757-2, 5.5.4).
    fn request_data(&mut self, fcb: bool, called_by: CalledBy, moment: Moment) -> Option<Vec<u8>> {
        if !self.is_called(called_by) {
            return None;
        }
        let telegrams = self.description.telegrams.len();
        let (page, moment) = match self.link(called_by).request(fcb, telegrams, moment) {
            Request::Repeat(telegram) => return Some(telegram),
            Request::Telegram { page, moment } => (page, moment),
        };
        let telegram = self.telegram(page, moment)?;
        self.link(called_by).sent(telegram.clone());
        Some(telegram)
    }

    /// The telegram of that page as a frame, with a new access number.
    fn telegram(&mut self, page: usize, moment: Moment) -> Option<Vec<u8>> {
        let template = self.description.telegrams.get(page)?;
        let quirks = &self.description.quirks;
        let (moment, access_number) = match quirks.frozen {
            Some(_) => *self.frozen.get_or_insert((moment, self.access_number)),
            None => (moment, self.access_number),
        };
        let header = Header {
            meter: Some(quirks.answers_as.unwrap_or(self.description.secondary_address)),
            access_number,
            status: Status(self.description.status),
            configuration: ConfigurationField(0),
        };
        let more_follow = page + 1 < self.description.telegrams.len();
        let (ci, data) = template.fill(&header, moment, more_follow);
        let frame = Frame::Long {
            control: ControlField::RSP_UD,
            address: self.primary_address.get(),
            ci,
            data: &data,
        };
        let mut bytes = vec![0; MAX_FRAME_LEN];
        let length = frame.encode(&mut bytes).ok()?;
        bytes.truncate(quirks.truncate_after.map_or(length, |limit| limit.min(length)));
        if quirks.frozen.is_none() {
            self.access_number = self.access_number.wrapping_add(1);
        }
        Some(bytes)
    }
}
