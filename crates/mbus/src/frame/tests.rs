use super::stream::{FrameStream, StreamItem};
use super::*;
use proptest::prelude::*;
use std::vec::Vec;

/// MBDOC48's example telegram: three records of a water meter.
const LONG: [u8; 37] = [
    0x68, 0x1F, 0x1F, 0x68, 0x08, 0x02, 0x72, 0x78, 0x56, 0x34, 0x12, 0x24, 0x40, 0x01, 0x07, 0x55,
    0x00, 0x00, 0x00, 0x03, 0x13, 0x15, 0x31, 0x00, 0xDA, 0x02, 0x3B, 0x13, 0x01, 0x8B, 0x60, 0x04,
    0x37, 0x18, 0x02, 0x18, 0x16,
];
const SHORT: [u8; 5] = [0x10, 0x5B, 0x00, 0x5B, 0x16];

fn run(stream: &mut FrameStream, bytes: &[u8]) -> (Vec<Vec<u8>>, usize) {
    let (mut frames, mut noise) = (Vec::new(), 0);
    let mut rest = bytes;
    loop {
        let taken = stream.push(rest);
        rest = &rest[taken..];
        while let Some(item) = stream.next_item() {
            match item {
                StreamItem::Frame { bytes, .. } => frames.push(bytes.to_vec()),
                StreamItem::Noise(_) => noise += 1,
            }
        }
        if rest.is_empty() {
            return (frames, noise);
        }
    }
}

#[test]
fn a_long_frame_gives_its_fields() {
    let (frame, length) = Frame::parse(&LONG).unwrap();
    assert_eq!(length, 37);
    let Frame::Long { control, address, ci, data } = frame else { panic!("{frame:?}") };
    assert_eq!((control, address, ci, data.len()), (ControlField::RSP_UD, 2, 0x72, 28));
}

#[test]
fn every_fault_is_named_with_its_offset() {
    let with = |offset: usize, byte: u8| {
        let mut bytes = LONG;
        bytes[offset] = byte;
        Frame::parse(&bytes).map(|_| ()).unwrap_err()
    };
    assert_eq!(Frame::parse(&[]).unwrap_err(), FrameError::Empty);
    assert_eq!(with(0, 0x42), FrameError::Start { found: 0x42 });
    assert_eq!(with(2, 0x1E), FrameError::LengthMismatch { first: 0x1F, second: 0x1E });
    assert_eq!(with(3, 0x00), FrameError::SecondStart { found: 0 });
    assert_eq!(with(35, 0x19), FrameError::Checksum { offset: 35, found: 0x19, expected: 0x18 });
    assert_eq!(with(36, 0x17), FrameError::Stop { offset: 36, found: 0x17 });
    let truncated = Frame::parse(&LONG[..20]).unwrap_err();
    assert_eq!(truncated, FrameError::Truncated { have: 20, need: 37 });
    // L04: a length without room for C, A and CI is refused at once.
    for length in 0..3 {
        assert_eq!(
            Frame::parse(&[0x68, length, length, 0x68, 0x08, 0x16]).unwrap_err(),
            FrameError::TooShort { length }
        );
    }
}

#[test]
fn l01_frames_survive_noise_at_every_cut() {
    let mut wire = std::vec![0x00, 0x00, 0x00, 0x40, 0x04];
    wire.extend(LONG);
    wire.push(0xFF);
    wire.extend(SHORT);
    let expected = (std::vec![LONG.to_vec(), SHORT.to_vec()], 6);
    for cut in 0..wire.len() {
        let mut stream = FrameStream::new();
        let (mut frames, mut noise) = run(&mut stream, &wire[..cut]);
        let (more, more_noise) = run(&mut stream, &wire[cut..]);
        frames.extend(more);
        noise += more_noise;
        assert_eq!((frames, noise), expected, "cut at {cut}");
    }
    let mut stream = FrameStream::new();
    let (mut frames, mut noise) = (Vec::new(), 0);
    for byte in wire {
        let (more, more_noise) = run(&mut stream, &[byte]);
        frames.extend(more);
        noise += more_noise;
    }
    assert_eq!((frames, noise), expected);
}

#[test]
fn d01_a_start_byte_as_noise_does_not_hide_a_frame_of_length_68h() {
    let mut buffer = [0; MAX_FRAME_LEN];
    let data = [0x55; 0x65];
    let frame = Frame::Long { control: ControlField::RSP_UD, address: 7, ci: 0x72, data: &data };
    let length = frame.encode(&mut buffer).unwrap();
    let mut wire = std::vec![0x68];
    wire.extend(&buffer[..length]);
    let (frames, noise) = run(&mut FrameStream::new(), &wire);
    assert_eq!((frames.len(), noise), (1, 1));
}

#[test]
fn an_abandoned_start_gives_way_to_the_frame_behind_it() {
    let mut stream = FrameStream::new();
    stream.push(&[0x10, 0x10, 0x5B]);
    assert_eq!(stream.next_item(), None);
    assert_eq!(stream.partial().map(|p| (p.have, p.need)), Some((3, 5)));
    assert_eq!(stream.abandon(), Some(StreamItem::Noise(0x10)));
    stream.push(&[0x00, 0x5B, 0x16]);
    assert!(matches!(stream.next_item(), Some(StreamItem::Frame { .. })));
}

proptest! {
    #[test]
    fn encoding_and_parsing_are_inverse(control: u8, address: u8, ci: u8, data in prop::collection::vec(any::<u8>(), 0..=MAX_DATA_LEN)) {
        let mut buffer = [0; MAX_FRAME_LEN];
        for frame in [
            Frame::Long { control: ControlField(control), address, ci, data: &data },
            Frame::Short { control: ControlField(control), address },
            Frame::SingleCharacter,
        ] {
            let length = frame.encode(&mut buffer).unwrap();
            prop_assert_eq!(Frame::parse(&buffer[..length]), Ok((frame, length)));
        }
    }

    #[test]
    fn no_bytes_make_the_stream_lose_one(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let mut stream = FrameStream::new();
        let (frames, noise) = run(&mut stream, &bytes);
        let total = frames.iter().map(Vec::len).sum::<usize>() + noise + stream.pending().len();
        prop_assert_eq!(total, bytes.len());
    }
}
