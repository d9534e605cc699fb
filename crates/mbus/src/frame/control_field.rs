//! The C field (EN 13757-2, 5.5.4): who sends, what is asked, and the bits that keep order.

/// The C field as it travels, with names for its parts.
///
/// ```
/// use mbus::frame::{ControlField, Function};
///
/// let control = ControlField::req_ud2(true);
/// assert_eq!(control.0, 0x7B);
/// assert_eq!(control.function(), Function::ReqUd2);
/// assert!(control.fcb() && control.fcv());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ControlField(pub u8);

/// What a C field asks or answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// Initialisation of the link (`40`).
    SndNke,
    /// Data to the meter (`53`, `73`).
    SndUd,
    /// Request for alarms (`5A`, `7A`).
    ReqUd1,
    /// Request for data (`5B`, `7B`).
    ReqUd2,
    /// Data from the meter (`08`, `18`, `28`, `38`).
    RspUd,
    /// Any other code, kept as it is.
    Other,
}

impl Function {
    /// The standard's word, or `other`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SndNke => "SND_NKE",
            Self::SndUd => "SND_UD",
            Self::ReqUd1 => "REQ_UD1",
            Self::ReqUd2 => "REQ_UD2",
            Self::RspUd => "RSP_UD",
            Self::Other => "other",
        }
    }
}

impl ControlField {
    const PRIMARY: u8 = 0x40;
    const FCB: u8 = 0x20;
    const FCV: u8 = 0x10;

    /// SND_NKE: initialise the link; the frame count bit starts anew.
    pub const SND_NKE: Self = Self(0x40);
    /// RSP_UD without access demand or flow control.
    pub const RSP_UD: Self = Self(0x08);

    /// SND_UD with the given frame count bit.
    pub const fn snd_ud(fcb: bool) -> Self {
        Self(if fcb { 0x73 } else { 0x53 })
    }

    /// REQ_UD1 with the given frame count bit.
    pub const fn req_ud1(fcb: bool) -> Self {
        Self(if fcb { 0x7A } else { 0x5A })
    }

    /// REQ_UD2 with the given frame count bit.
    pub const fn req_ud2(fcb: bool) -> Self {
        Self(if fcb { 0x7B } else { 0x5B })
    }

    /// True when the master sent the frame (PRM bit).
    pub const fn is_from_master(self) -> bool {
        self.0 & Self::PRIMARY != 0
    }

    /// The frame count bit; meaningful from the master, with [`fcv`](Self::fcv).
    pub const fn fcb(self) -> bool {
        self.is_from_master() && self.0 & Self::FCB != 0
    }

    /// Whether the frame count bit counts.
    pub const fn fcv(self) -> bool {
        self.is_from_master() && self.0 & Self::FCV != 0
    }

    /// Access demand: the meter has alarm data to fetch.
    pub const fn acd(self) -> bool {
        !self.is_from_master() && self.0 & Self::FCB != 0
    }

    /// Data flow control: the meter cannot take more data now.
    pub const fn dfc(self) -> bool {
        !self.is_from_master() && self.0 & Self::FCV != 0
    }

    /// What the frame asks or answers.
    pub const fn function(self) -> Function {
        match self.0 {
            0x40 => Function::SndNke,
            0x53 | 0x73 => Function::SndUd,
            0x5A | 0x7A => Function::ReqUd1,
            0x5B | 0x7B => Function::ReqUd2,
            // Answers with ACD and DFC in any combination are RSP_UD all the same.
            0x08 | 0x18 | 0x28 | 0x38 => Function::RspUd,
            _ => Function::Other,
        }
    }
}
