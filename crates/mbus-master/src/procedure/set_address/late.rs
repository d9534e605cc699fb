//! What comes while the new address is asked, and is not from there.

use mbus::{Frame, MeterAddress, SecondaryAddress, Telegram};

use crate::identity::as_address;
use crate::{Acknowledgement, AddressAnswer, FailureReason, SetAddress};

/// Tells a late answer of the meter, and noise, from something at the new address.
#[derive(Clone, Copy, Debug)]
pub(super) struct LateAnswer {
    pub(super) order: SetAddress,
    /// Who answered at the current address.
    pub(super) meter: Option<SecondaryAddress>,
}

/// From whom the frames in some bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// No telegram can be made out.
    Nobody,
    /// All of them are from the meter at the current address.
    TheMeter,
    /// One is from the new address, or from another meter, or begins like one.
    Somebody,
}

impl LateAnswer {
    /// Whether it explains the answer at the new address; `before` came instead of an
    /// acknowledgement of SND_NKE. Where there is any sign of another meter, it does not.
    pub(super) fn explains(
        self,
        answer: &AddressAnswer,
        initialization: Acknowledgement,
        before: &[u8],
    ) -> bool {
        let was_acknowledged = initialization == Acknowledgement::Acknowledged;
        let evidence: &[u8] = match answer {
            AddressAnswer::NoTelegram => &[],
            AddressAnswer::Unclear(failure)
                if !matches!(failure.reason, FailureReason::ApplicationError(_)) =>
            {
                &failure.evidence
            }
            _ => return false,
        };
        match (self.from(before), self.from(evidence)) {
            (From::Somebody, _) | (_, From::Somebody) => false,
            (From::TheMeter, _) | (_, From::TheMeter) => true,
            (From::Nobody, From::Nobody) => !was_acknowledged,
        }
    }

    fn from(self, bytes: &[u8]) -> From {
        let mut from = From::Nobody;
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = match Frame::parse(rest) {
                Ok((Frame::Long { address, .. }, length)) => {
                    if !self.is_of_the_meter(&rest[..length], address) {
                        return From::Somebody;
                    }
                    from = From::TheMeter;
                    length
                }
                Ok((_, length)) => length,
                Err(_) if self.begins_at_new(rest) => return From::Somebody,
                Err(_) => 1,
            };
            rest = &rest[length..];
        }
        from
    }

    fn is_of_the_meter(self, frame: &[u8], address: u8) -> bool {
        if address == self.order.new.get() {
            return false;
        }
        let telegram = Telegram::parse(frame).ok();
        match telegram.and_then(|telegram| as_address(telegram.identity())) {
            Some(found) => self.meter == Some(found),
            None => {
                matches!(self.order.current, MeterAddress::Primary(current) if current.get() == address)
            }
        }
    }

    /// Whether it looks like a telegram from the new address that was damaged or broke off.
    fn begins_at_new(self, bytes: &[u8]) -> bool {
        matches!(bytes, [0x68, first, second, 0x68, _, address, ..]
            if first == second && *address == self.order.new.get())
    }
}
