//! Compact frames (EN 13757-3, annex G): data without the DIBs and VIBs, which a full frame or a
//! format frame has told before.
//!
//! Two checks tie them together: the format signature says which headings belong to the data, and
//! the checksum of the full frame says that nothing was mixed up.

use crate::ci_field::CiField;
use crate::plain_data::PlainData;
use crate::record::{Records, Skeleton};
use crate::telegram::Body;
use crate::{Quality, Telegram};

/// The most bytes of headings a frame can have.
const MOST_HEADINGS: usize = 255;

/// The DIBs and VIBs of a full frame, one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    headings: [u8; MOST_HEADINGS],
    length: usize,
    signature: u16,
}

/// What a compact frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompactFrame<'a> {
    /// The signature of the format that has its headings.
    pub signature: u16,
    /// The checksum over the records of the full frame.
    pub full_checksum: u16,
    /// The data of the records.
    pub data: &'a [u8],
    /// Why it was not put together.
    pub gap: Gap,
}

/// Why a compact frame has no records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gap {
    /// Its format is not known.
    FormatMissing,
    /// Format and data together are not what the meter meant.
    Mismatch,
}

impl Gap {
    /// A stable word, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FormatMissing => "format_missing",
            Self::Mismatch => "format_mismatch",
        }
    }
}

impl core::fmt::Display for Gap {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::FormatMissing => {
                "a compact frame leaves out what its values mean; decode a full frame of the same meter before it"
            }
            Self::Mismatch => {
                "the compact frame and the format with its signature give other bytes than the meter meant"
            }
        })
    }
}

impl<'a> CompactFrame<'a> {
    /// Signature, checksum and data behind CI 79, or behind the short header of CI 7B.
    pub(crate) const fn parse(bytes: &'a [u8]) -> Option<Self> {
        match bytes {
            [a, b, c, d, data @ ..] => Some(Self {
                signature: u16::from_le_bytes([*a, *b]),
                full_checksum: u16::from_le_bytes([*c, *d]),
                data,
                gap: Gap::FormatMissing,
            }),
            _ => None,
        }
    }
}

impl Format {
    /// The format of a full frame, or the one a format frame tells; `None` for other telegrams.
    ///
    /// ```
    /// use mbus::Telegram;
    /// use mbus::compact_frame::Format;
    ///
    /// let full = [
    ///     0x68, 0x1A, 0x1A, 0x68, 0x08, 0x01, 0x78, 0x02, 0xFF, 0x20, 0x71, 0x00, 0x04, 0x13,
    ///     0x08, 0x19, 0x00, 0x00, 0x44, 0x13, 0x08, 0x19, 0x00, 0x00, 0x61, 0x5B, 0x7F, 0x61,
    ///     0x67, 0x13, 0xD9, 0x16,
    /// ];
    /// let format = Format::of(&Telegram::parse(&full).unwrap()).unwrap();
    /// assert_eq!(format.signature(), 0xA8ED);
    /// ```
    pub fn of(telegram: &Telegram<'_>) -> Option<Self> {
        match telegram.body {
            Body::Records(_) => Self::of_records(telegram.records()),
            Body::Raw(data) if matches!(telegram.ci.0, 0x69..=0x6B) => {
                Self::of_format_frame(telegram.ci, data)
            }
            _ => None,
        }
    }

    fn of_records(mut records: Records<'_>) -> Option<Self> {
        let mut format = Self { headings: [0; MOST_HEADINGS], length: 0, signature: 0 };
        for record in records.by_ref() {
            if record.quality == Quality::Truncated {
                return None;
            }
            format.push(record.dib.bytes)?;
            format.push(record.vib.bytes)?;
        }
        format.signature = checksum(format.headings());
        let is_whole = records.end().fault.is_none() && format.length > 0;
        is_whole.then_some(format)
    }

    /// Behind the header a length, the signature and the headings; that the signature fits them
    /// says where they begin.
    fn of_format_frame(ci: CiField, data: &[u8]) -> Option<Self> {
        let header = match ci.0 {
            0x6A => crate::header::SHORT_HEADER_LEN,
            0x6B => crate::header::LONG_HEADER_LEN,
            _ => 0,
        };
        (header..header + 2).find_map(|start| {
            let (&[low, high], headings) = data.get(start..)?.split_first_chunk::<2>()?;
            let signature = u16::from_le_bytes([low, high]);
            let mut format = Self { headings: [0; MOST_HEADINGS], length: 0, signature };
            format.push(headings)?;
            (!headings.is_empty() && checksum(headings) == signature).then_some(format)
        })
    }

    fn push(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.length + bytes.len();
        self.headings.get_mut(self.length..end)?.copy_from_slice(bytes);
        self.length = end;
        Some(())
    }

    fn headings(&self) -> &[u8] {
        &self.headings[..self.length]
    }

    /// What a compact frame names it by: the checksum over the headings.
    pub const fn signature(&self) -> u16 {
        self.signature
    }

    /// Puts headings and data together; `None` where they do not fit.
    fn fill<'b>(&self, compact: &CompactFrame<'_>, room: &'b mut PlainData) -> Option<&'b [u8]> {
        let (mut headings, mut data, mut end) = (self.headings(), compact.data, 0);
        let mut push = |bytes: &[u8]| {
            room.0.get_mut(end..end + bytes.len())?.copy_from_slice(bytes);
            end += bytes.len();
            Some(())
        };
        while !headings.is_empty() {
            let skeleton = Skeleton::parse(headings, data)?;
            let (heading, rest) = headings.split_at_checked(skeleton.heading_len)?;
            let (value, left) = data.split_at_checked(skeleton.data_len)?;
            push(heading)?;
            push(value)?;
            (headings, data) = (rest, left);
        }
        let full = room.0.get(..end)?;
        (data.is_empty() && checksum(full) == compact.full_checksum).then_some(full)
    }
}

impl<'a> Telegram<'a> {
    /// A compact frame with the records its data stands for. Any other telegram stays as it is, as
    /// does one for which the formats have no headings that fit.
    #[must_use]
    pub fn expanded<'b>(&self, formats: &[Format], room: &'b mut PlainData) -> Telegram<'b>
    where
        'a: 'b,
    {
        let Body::Compact(compact) = self.body else { return *self };
        let Some(format) = formats.iter().find(|format| format.signature == compact.signature)
        else {
            return *self;
        };
        match format.fill(&compact, room) {
            Some(records) => Telegram { body: Body::Records(records), is_expanded: true, ..*self },
            None => {
                let body = Body::Compact(CompactFrame { gap: Gap::Mismatch, ..compact });
                Telegram { body, ..*self }
            }
        }
    }
}

/// CRC of 16 bits, polynomial 3D65, complemented (EN 13757-3, annex G).
fn checksum(bytes: &[u8]) -> u16 {
    let crc = bytes.iter().fold(0_u16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| {
            crc << 1 ^ if crc & 0x8000 != 0 { 0x3D65 } else { 0 }
        })
    });
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Frame;
    use crate::frame::ControlField;
    use std::string::{String, ToString};
    use std::vec::Vec;

    /// The full frame of a water meter.
    const FULL: [u8; 23] = [
        0x02, 0xFF, 0x20, 0x71, 0x00, 0x04, 0x13, 0x08, 0x19, 0x00, 0x00, 0x44, 0x13, 0x08, 0x19,
        0x00, 0x00, 0x61, 0x5B, 0x7F, 0x61, 0x67, 0x13,
    ];
    /// The same without the headings, behind signature and checksum.
    const COMPACT: [u8; 16] = [
        0xED, 0xA8, 0x6A, 0xB6, 0x71, 0x00, 0x08, 0x19, 0x00, 0x00, 0x08, 0x19, 0x00, 0x00, 0x7F,
        0x13,
    ];
    const HEADINGS: [u8; 11] = [0x02, 0xFF, 0x20, 0x04, 0x13, 0x44, 0x13, 0x61, 0x5B, 0x61, 0x67];

    fn frame(ci: u8, data: &[u8]) -> Vec<u8> {
        let mut buffer = [0; 261];
        let frame = Frame::Long { control: ControlField(0x08), address: 1, ci, data };
        let length = frame.encode(&mut buffer).unwrap();
        buffer[..length].to_vec()
    }

    fn format(ci: u8, data: &[u8]) -> Option<Format> {
        Format::of(&Telegram::parse(&frame(ci, data)).unwrap())
    }

    fn values(data: &[u8], formats: &[Format]) -> Result<Vec<String>, Gap> {
        let frame = frame(0x79, data);
        let mut room = PlainData::new();
        let telegram = Telegram::parse(&frame).unwrap().expanded(formats, &mut room);
        match telegram.body {
            Body::Compact(compact) => Err(compact.gap),
            _ => Ok(telegram.records().map(|record| record.value.to_string()).collect()),
        }
    }

    #[test]
    fn d29_a_full_frame_teaches_the_format_of_the_compact_one() {
        let format = format(0x78, &FULL).unwrap();
        assert_eq!((format.signature(), checksum(&FULL)), (0xA8ED, 0xB66A));
        assert_eq!(values(&COMPACT, &[format]).unwrap(), ["113", "6.408", "6.408", "127", "19"]);
        assert_eq!(values(&COMPACT, &[]), Err(Gap::FormatMissing));
    }

    #[test]
    fn a_format_frame_teaches_it_too_with_and_without_a_length() {
        for start in [&[0xED, 0xA8][..], &[0x0D, 0xED, 0xA8]] {
            let format = format(0x69, &[start, &HEADINGS].concat()).unwrap();
            assert_eq!(values(&COMPACT, &[format]).unwrap().len(), 5);
        }
        assert_eq!(format(0x69, &[&[0xED, 0xA9][..], &HEADINGS].concat()), None);
    }

    #[test]
    fn data_that_does_not_fit_gives_no_records() {
        let format = format(0x78, &FULL).unwrap();
        let mut damaged = COMPACT;
        damaged[6] ^= 1;
        assert_eq!(values(&damaged, &[format]), Err(Gap::Mismatch));
        assert_eq!(values(&COMPACT[..15], &[format]), Err(Gap::Mismatch));
        assert_eq!(values(&[&COMPACT[..], &[0]].concat(), &[format]), Err(Gap::Mismatch));
    }
}
