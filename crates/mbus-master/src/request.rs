//! The requests a master sends: their bytes, and what each may be answered with.

use mbus::address::{IdentificationNumber, link};
use mbus::frame::{Function, MAX_FRAME_LEN};
use mbus::{ControlField, Frame, SecondaryAddress};

use crate::frame_count::FrameCount;
use crate::{FailureReason, Timing};

/// One request, without the frame count bit that it will carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// SND_NKE.
    Initialize { address: u8 },
    /// Selection by secondary address (EN 13757-7), with the fabrication number where it is given.
    Select { mask: SecondaryAddress, fabrication_number: Option<IdentificationNumber> },
    /// REQ_UD2.
    Data {
        address: u8,
        /// How many meters may answer.
        answerers: Answerers,
    },
    /// SND_UD that gives the meter at `address` another primary address (EN 13757-3: a byte under
    /// VIF 7A).
    SetAddress { address: u8, new: u8 },
}

/// How many meters may answer a request for data, as far as is known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answerers {
    /// One: its address, or a telegram before, says so.
    One,
    /// Perhaps several: they were selected with wildcards.
    PerhapsSeveral,
    /// It is to be proven that there is only one. The whole time in which an answer may begin is
    /// listened to, and the answer counts only when nothing else came.
    ProvablyOne,
}

/// What a good answer looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expectation {
    /// One clean `E5`.
    Acknowledgement,
    /// RSP_UD.
    Telegram { address: u8, answerers: Answerers },
}

/// How a frame fits what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It is a good answer.
    Answer,
    /// It would be, but it is from this address.
    WrongAddress(u8),
    /// It is something else.
    Other,
}

impl Expectation {
    pub(crate) fn fit(&self, frame: &Frame<'_>) -> Fit {
        match (*self, *frame) {
            (Self::Acknowledgement, Frame::SingleCharacter) => Fit::Answer,
            (Self::Telegram { address: asked, .. }, Frame::Long { control, address, .. })
                // With any ACD and DFC: real meters set them while more telegrams wait.
                if control.function() == Function::RspUd =>
            {
                if may_answer(asked, address) { Fit::Answer } else { Fit::WrongAddress(address) }
            }
            _ => Fit::Other,
        }
    }
}

/// A meter asked by its own address answers with it; asked by a shared address it may answer with
/// either.
const fn may_answer(asked: u8, found: u8) -> bool {
    asked == found || matches!(asked, link::SELECTED | link::TEST)
}

/// The CI field of a selection.
const SELECT: u8 = 0x52;
/// DIF and VIF of a fabrication number with eight digits, in an enhanced selection.
const FABRICATION_NUMBER: [u8; 2] = [0x0C, 0x78];
/// The CI field of data for the meter.
const DATA: u8 = 0x51;
/// DIF and VIF of a primary address.
const BUS_ADDRESS: [u8; 2] = [0x01, 0x7A];

impl Request {
    const fn address(&self) -> u8 {
        match *self {
            Self::Initialize { address }
            | Self::Data { address, .. }
            | Self::SetAddress { address, .. } => address,
            Self::Select { .. } => link::SELECTED,
        }
    }

    /// The bytes to send, and to send again at each repetition.
    pub(crate) fn encode(&self, frame_count: &FrameCount) -> Vec<u8> {
        let address = self.address();
        match *self {
            Self::Initialize { .. } => {
                to_bytes(Frame::Short { control: ControlField::SND_NKE, address })
            }
            Self::Data { .. } => {
                let control = ControlField::req_ud2(frame_count.next(address));
                to_bytes(Frame::Short { control, address })
            }
            Self::Select { mask, fabrication_number } => {
                let mut data = mask.to_wire().to_vec();
                if let Some(number) = fabrication_number {
                    data.extend(FABRICATION_NUMBER);
                    data.extend(number.to_wire());
                }
                // A selection starts the count, so its own bit is the first one.
                let control = ControlField::snd_ud(true);
                to_bytes(Frame::Long { control, address, ci: SELECT, data: &data })
            }
            Self::SetAddress { new, .. } => {
                let [dif, vif] = BUS_ADDRESS;
                let control = ControlField::snd_ud(frame_count.next(address));
                to_bytes(Frame::Long { control, address, ci: DATA, data: &[dif, vif, new] })
            }
        }
    }

    pub(crate) const fn expects(&self) -> Expectation {
        match *self {
            Self::Initialize { .. } | Self::Select { .. } | Self::SetAddress { .. } => {
                Expectation::Acknowledgement
            }
            Self::Data { address, answerers } => Expectation::Telegram { address, answerers },
        }
    }

    /// How often the link sends it. What may be answered by nobody, or by several, is repeated by
    /// its procedure if at all: between two selections the bus must be cleared.
    pub(crate) const fn tries(&self, timing: &Timing) -> u8 {
        match self {
            Self::Initialize { .. } | Self::Select { .. } => 1,
            // A meter that takes the same address twice has it once.
            Self::Data { .. } | Self::SetAddress { .. } => timing.tries,
        }
    }

    /// Whether the link may send it again after that miss, where it has a try left.
    pub(crate) const fn may_follow(&self, miss: FailureReason) -> bool {
        match self {
            // A damaged answer may be two, and a proof must not be tried until it succeeds.
            Self::Data { answerers: Answerers::ProvablyOne, .. } => {
                matches!(miss, FailureReason::Silence | FailureReason::EchoOnly)
            }
            // The same meters would answer at once again.
            _ => !matches!(miss, FailureReason::Collision),
        }
    }

    /// Keeps count of a request that was sent.
    pub(crate) fn count_sent(&self, frame_count: &mut FrameCount) {
        if let Self::Initialize { address } = *self {
            // Not only when it was acknowledged: a meter may obey and stay silent.
            frame_count.restart(address);
        }
    }

    /// Keeps count of a request that was answered.
    pub(crate) fn count_answered(&self, frame_count: &mut FrameCount) {
        match *self {
            Self::Initialize { .. } => {}
            Self::Select { .. } => frame_count.restart(link::SELECTED),
            Self::Data { address, .. } | Self::SetAddress { address, .. } => {
                frame_count.answered(address);
            }
        }
    }
}

fn to_bytes(frame: Frame<'_>) -> Vec<u8> {
    let mut buffer = [0; MAX_FRAME_LEN];
    // A request is always short enough; were it not, nothing must be sent.
    let length = frame.encode(&mut buffer).unwrap_or(0);
    buffer[..length].to_vec()
}

#[cfg(test)]
mod tests {
    use mbus::hex::Hex;

    use super::*;

    fn sent(request: Request, frame_count: &FrameCount) -> String {
        format!("{:#}", Hex(&request.encode(frame_count)))
    }

    fn select(mask: &str) -> Request {
        let mask = SecondaryAddress::parse_wire(mask).unwrap();
        Request::Select { mask, fabrication_number: None }
    }

    #[test]
    fn m01_the_frame_count_bit_turns_with_each_answer_and_only_then() {
        let mut count = FrameCount::new();
        let data = Request::Data { address: 1, answerers: Answerers::One };
        assert_eq!(sent(Request::Initialize { address: 1 }, &count), "10 40 01 41 16");
        assert_eq!(sent(data, &count), "10 7B 01 7C 16");
        data.count_sent(&mut count);
        assert_eq!(sent(data, &count), "10 7B 01 7C 16");
        data.count_answered(&mut count);
        assert_eq!(sent(data, &count), "10 5B 01 5C 16");
        Request::Initialize { address: 1 }.count_sent(&mut count);
        assert_eq!(sent(data, &count), "10 7B 01 7C 16");
    }

    #[test]
    fn m06_m07_selections_are_the_bytes_of_the_standard() {
        let count = FrameCount::new();
        assert_eq!(
            sent(select("7856341274520104"), &count),
            "68 0B 0B 68 73 FD 52 78 56 34 12 74 52 01 04 A1 16"
        );
        assert_eq!(
            sent(select("78563412FFFFFFFF"), &count),
            "68 0B 0B 68 73 FD 52 78 56 34 12 FF FF FF FF D2 16"
        );
        let number = IdentificationNumber::from_printed("87654321").unwrap();
        let Request::Select { mask, .. } = select("7856341274520104") else { unreachable!() };
        assert_eq!(
            sent(Request::Select { mask, fabrication_number: Some(number) }, &count),
            "68 11 11 68 73 FD 52 78 56 34 12 74 52 01 04 0C 78 21 43 65 87 75 16"
        );
    }

    #[test]
    fn a_selection_starts_the_count_of_the_selected() {
        let mut count = FrameCount::new();
        let data = Request::Data { address: link::SELECTED, answerers: Answerers::PerhapsSeveral };
        data.count_answered(&mut count);
        assert_eq!(sent(data, &count), "10 5B FD 58 16");
        select("FFFFFFFFFFFFFFFF").count_answered(&mut count);
        assert_eq!(sent(data, &count), "10 7B FD 78 16");
    }

    #[test]
    fn m13_an_address_is_written_with_the_frame_count_bit_of_its_link() {
        let mut count = FrameCount::new();
        let write = Request::SetAddress { address: link::SELECTED, new: 5 };
        assert_eq!(sent(write, &count), "68 06 06 68 73 FD 51 01 7A 05 41 16");
        write.count_sent(&mut count);
        write.count_answered(&mut count);
        assert_eq!(sent(write, &count), "68 06 06 68 53 FD 51 01 7A 05 21 16");
        let other = Request::SetAddress { address: 0, new: 250 };
        assert_eq!(sent(other, &count), "68 06 06 68 73 00 51 01 7A FA 39 16");
    }

    #[test]
    fn a_proof_is_repeated_after_silence_only() {
        let data = |answerers| Request::Data { address: 1, answerers };
        let (usual, proof) = (data(Answerers::One), data(Answerers::ProvablyOne));
        let cases = [
            (FailureReason::Silence, true, true),
            (FailureReason::EchoOnly, true, true),
            (FailureReason::Garbage, true, false),
            (FailureReason::Truncated { have: 4, need: 9 }, true, false),
            (FailureReason::Collision, false, false),
        ];
        for (miss, usual_follows, proof_follows) in cases {
            assert_eq!(usual.may_follow(miss), usual_follows, "{miss}");
            assert_eq!(proof.may_follow(miss), proof_follows, "{miss}");
        }
    }
}
