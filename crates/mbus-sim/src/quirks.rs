//! What is wrong with a meter. Every quirk was seen on a real bus.

use core::time::Duration;

use mbus::SecondaryAddress;

/// The quirks of one meter; the default has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quirks {
    /// Never answers: dead, or not there.
    pub silent: bool,
    /// Answers a request only when it came this many times in a row; 0 and 1 mean at once. A
    /// sleepy meter wakes up on the first request and answers the second. After ten seconds
    /// without a request it sleeps again, and forgets selection and frame count bit.
    pub answer_on_try: u8,
    /// Tells the same values, clock and access number again and again.
    pub frozen: Option<Frozen>,
    /// Answers this much later than it should.
    pub late_by: Duration,
    /// Breaks off its telegrams after this many bytes of the frame.
    pub truncate_after: Option<usize>,
    /// Says in its telegrams that it is this meter, and is selected by its own address.
    pub answers_as: Option<SecondaryAddress>,
    /// Does not do what a write (SND_UD with CI 51) tells it, or does not say so.
    pub writes: Option<WriteFault>,
}

/// What thaws a frozen meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frozen {
    /// Nothing.
    Always,
    /// SND_NKE to its own primary address; SND_NKE to 253 does not.
    UntilInitialized,
}

/// What a meter does with a write instead of obeying and acknowledging it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteFault {
    /// Acknowledges and changes nothing: write protected by a switch or a seal.
    Ignored,
    /// Obeys and does not acknowledge.
    Unacknowledged,
    /// Neither obeys nor acknowledges.
    Refused,
}
