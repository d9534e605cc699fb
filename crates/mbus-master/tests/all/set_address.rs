//! A meter gets another primary address, by a script: which bytes go out, and what each answer
//! leads to.

use mbus::MeterAddress;
use mbus::hex::Hex;
use mbus_master::{
    Acknowledgement, AddressAnswer, AddressFailure, AddressReason, AddressSet, AddressStage,
    AddressState, FailureReason, NewAddress, Outcome, Procedure, SetAddress,
};

use crate::frames::{METER, bytes, rsp_ud};
use crate::wire::Wire;

const OTHER: &str = "7856341374520104";
const CLEAR: &str = "10 40 FD 3D 16";
const SELECT: &str = "68 0B 0B 68 73 FD 52 78 56 34 12 74 52 01 04 A1 16";
const SELECT_BY_NUMBER: &str = "68 0B 0B 68 73 FD 52 78 56 34 12 FF FF FF FF D2 16";
const REQUEST_SELECTED: &str = "10 7B FD 78 16";
const NKE_0: &str = "10 40 00 40 16";
const REQUEST_0: &str = "10 7B 00 7B 16";
const NKE_5: &str = "10 40 05 45 16";
const REQUEST_5: &str = "10 7B 05 80 16";
const WRITE: &str = "68 06 06 68 53 00 51 01 7A 05 24 16";
const WRITE_SELECTED: &str = "68 06 06 68 53 FD 51 01 7A 05 21 16";

/// A telegram with a long header: 1 kWh of that meter, at that address.
fn telegram(address: u8, meter: &str) -> Vec<u8> {
    let mut data = bytes(meter);
    data.extend(bytes("2A 00 00 00 04 06 01 00 00 00"));
    rsp_ud(0x08, address, 0x72, &data)
}

fn set_address(wire: &mut Wire, current: &str, new: u8) -> Result<AddressSet, AddressFailure> {
    let order = SetAddress::new(current.parse().unwrap(), NewAddress::new(new).unwrap());
    match wire.run(Procedure::SetAddress(order)) {
        Outcome::AddressSet(result) => result,
        other => panic!("{other:?}"),
    }
}

/// What must be refused or end badly.
fn failed(mut wire: Wire, current: &str) -> AddressFailure {
    set_address(&mut wire, current, 5).unwrap_err()
}

fn brief(failure: &AddressFailure) -> (AddressStage, AddressReason, AddressState) {
    (failure.stage, failure.reason, failure.state)
}

fn address(text: &str) -> mbus::SecondaryAddress {
    mbus::SecondaryAddress::parse_wire(text).unwrap()
}

/// A look at an address where that meter answers.
trait Looks {
    fn sees(self, nke: &str, request: &str, telegram: &[u8]) -> Self;
    fn sees_nobody(self, nke: &str, request: &str) -> Self;
    fn sees_selected(self, select: &str, telegram: &[u8]) -> Self;
    fn proven(self) -> Self;
}

impl Looks for Wire {
    fn sees(self, nke: &str, request: &str, telegram: &[u8]) -> Self {
        self.on(nke).answer("E5").on(request).after(20, telegram)
    }

    fn sees_nobody(self, nke: &str, request: &str) -> Self {
        self.on(nke).on(request).on(request).on(request)
    }

    fn sees_selected(self, select: &str, telegram: &[u8]) -> Self {
        self.on(CLEAR).on(select).answer("E5").on(REQUEST_SELECTED).after(20, telegram)
    }

    /// Everything before the write, for a meter at 0 that gets 5.
    fn proven(self) -> Self {
        let meter = telegram(0, METER);
        self.sees(NKE_0, REQUEST_0, &meter)
            .sees_nobody(NKE_5, REQUEST_5)
            .sees(NKE_0, REQUEST_0, &meter)
    }
}

#[test]
fn a16_proof_write_proof_by_primary_address() {
    let mut wire = Wire::new()
        .proven()
        .on(WRITE)
        .answer("E5")
        .sees(NKE_5, REQUEST_5, &telegram(5, METER))
        .sees_nobody(NKE_0, REQUEST_0);
    let set = set_address(&mut wire, "0", 5).unwrap();
    assert_eq!((set.identification, set.address.get()), (address(METER), 5));
    let write = set.write.unwrap();
    assert_eq!(format!("{:#}", Hex(&write.frame)), WRITE);
    assert_eq!((write.acknowledgement, write.tries), (Acknowledgement::Acknowledged, 1));
    let checks: Vec<_> = set.checks.iter().map(|check| (check.stage, check.to_string())).collect();
    let meter = "meter 12345678 (7856341274520104) answered after 20 ms, nobody else";
    let nobody = "nobody answered (3 tries of up to 187 ms)";
    let expected = [
        (AddressStage::Identify, format!("address 0: {meter}")),
        (AddressStage::CheckNew, format!("address 5: {nobody}")),
        (AddressStage::Confirm, format!("address 0: {meter}")),
        (AddressStage::ReadBack, format!("address 5: {meter}")),
        (AddressStage::CheckOld, format!("address 0: {nobody}")),
    ];
    assert_eq!(checks, expected);
    assert_eq!(wire.delivered(), 3);
}

#[test]
fn a17_m13_proof_write_proof_over_the_selection() {
    // Called by its serial first, and by its whole identification for the write.
    let mut wire = Wire::new()
        .sees_selected(SELECT_BY_NUMBER, &telegram(0, METER))
        .sees_nobody(NKE_5, REQUEST_5)
        .sees_selected(SELECT, &telegram(0, METER))
        .on(WRITE_SELECTED)
        .answer("E5")
        .sees(NKE_5, REQUEST_5, &telegram(5, METER))
        .on(CLEAR)
        .answer("E5");
    let set = set_address(&mut wire, "12345678", 5).unwrap();
    assert_eq!(set.identification, address(METER));
    assert_eq!(format!("{:#}", Hex(&set.write.unwrap().frame)), WRITE_SELECTED);
    let asked: Vec<_> = set.checks.iter().map(|check| check.asked).collect();
    let new = MeterAddress::Primary(NewAddress::new(5).unwrap().primary());
    let by_number = "12345678".parse().unwrap();
    assert_eq!(asked, [by_number, new, METER.parse().unwrap(), new]);
}

#[test]
fn a_lost_acknowledgement_is_outweighed_by_the_read_back() {
    let mut wire = Wire::new()
        .proven()
        .on(WRITE)
        .on(WRITE)
        .on(WRITE)
        .sees(NKE_5, REQUEST_5, &telegram(5, METER))
        .sees_nobody(NKE_0, REQUEST_0);
    let write = set_address(&mut wire, "0", 5).unwrap().write.unwrap();
    assert_eq!((write.acknowledgement, write.tries), (Acknowledgement::Silent, 3));
}

#[test]
fn an_acknowledgement_of_the_second_write_is_one() {
    let mut wire = Wire::new()
        .proven()
        .on(WRITE)
        .on(WRITE)
        .answer("E5")
        .sees(NKE_5, REQUEST_5, &telegram(5, METER))
        .sees_nobody(NKE_0, REQUEST_0);
    let write = set_address(&mut wire, "0", 5).unwrap().write.unwrap();
    assert_eq!((write.acknowledgement, write.tries), (Acknowledgement::Acknowledged, 2));
}

#[test]
fn an_unclear_acknowledgement_is_not_asked_for_again() {
    let mut wire = Wire::new()
        .proven()
        .on(WRITE)
        .answer("A5")
        .sees(NKE_5, REQUEST_5, &telegram(5, METER))
        .sees_nobody(NKE_0, REQUEST_0);
    let write = set_address(&mut wire, "0", 5).unwrap().write.unwrap();
    assert_eq!((write.acknowledgement, write.tries), (Acknowledgement::Unclear, 1));
}

#[test]
fn what_is_not_one_clean_telegram_at_the_current_address_is_refused_without_a_second_try() {
    let meter = telegram(0, METER);
    let collision = AddressReason::Unread(FailureReason::Collision);
    let truncated = FailureReason::Truncated { have: 20, need: meter.len() };
    let wrong = FailureReason::WrongAddress { expected: 0, found: 7 };
    let busy = rsp_ud(0x08, 0, 0x70, &[8]);
    let cases = [
        (meter[..20].to_vec(), AddressReason::Unread(truncated)),
        (telegram(7, METER), AddressReason::Unread(wrong)),
        ([meter.clone(), telegram(0, OTHER)].concat(), collision),
        ([telegram(7, METER), meter.clone()].concat(), collision),
        ([meter.clone(), bytes("00")].concat(), collision),
        ([meter.clone(), meter[..6].to_vec()].concat(), collision),
        ([meter[..9].to_vec(), meter.clone()].concat(), collision),
        (busy, AddressReason::Unread(FailureReason::ApplicationError(8))),
        (rsp_ud(0x08, 0, 0x78, &[0x01, 0x13, 0x05]), AddressReason::Unidentified),
    ];
    for (answer, reason) in cases {
        let wire = Wire::new().sees(NKE_0, REQUEST_0, &answer);
        let failure = failed(wire, "0");
        let expected = (AddressStage::Identify, reason, AddressState::Unchanged);
        assert_eq!(brief(&failure), expected, "{answer:02X?}");
        assert_eq!(failure.write, None);
    }
}

#[test]
fn a_damaged_answer_is_asked_for_again_only_to_tell_noise_from_several() {
    let meter = telegram(0, METER);
    let damaged = |at: usize| {
        let mut damaged = meter.clone();
        damaged[at] ^= 0x40;
        damaged
    };
    let garbage = bytes("00 A5 5A");
    let several = bytes("29 68 16 16 20 00 00 01 81 04");
    let cases = [
        (damaged(20), damaged(20), "damaged_alike"),
        // A good one does not make up for it: a second meter may have missed the request.
        (damaged(20), meter.clone(), "damaged"),
        (damaged(20), [meter.clone(), telegram(0, OTHER)].concat(), "collision"),
        (damaged(20), Vec::new(), "damaged"),
        // Stray bytes of a converter are always the same.
        (garbage.clone(), garbage, "garbage"),
        (several.clone(), several.clone(), "collision"),
        (several, meter.clone(), "garbage"),
        ([bytes("E5"), damaged(20)].concat(), Vec::new(), "collision"),
    ];
    for (first, second, code) in cases {
        let mut wire = Wire::new().sees(NKE_0, REQUEST_0, &first);
        if first[0] != 0xE5 {
            wire = wire.on(REQUEST_0);
            wire = match second.is_empty() {
                true => wire.on(REQUEST_0).on(REQUEST_0),
                false => wire.after(20, &second),
            };
        }
        let failure = failed(wire, "0");
        assert_eq!(failure.reason.code(), code, "{first:02X?} {second:02X?}");
        assert_eq!((failure.stage, &failure.write), (AddressStage::Identify, &None));
        let is_several = matches!(code, "damaged_alike" | "collision");
        assert_eq!(failure.remedy().contains("connect only this meter"), is_several, "{code}");
    }
}

#[test]
fn an_answer_that_is_damaged_in_three_ways_is_noise() {
    let damaged = |at: usize| {
        let mut damaged = telegram(0, METER);
        damaged[at] ^= 0x40;
        damaged
    };
    let asked = |last: usize| {
        let wire = Wire::new().sees(NKE_0, REQUEST_0, &damaged(20));
        let wire = wire.on(REQUEST_0).after(20, &damaged(21));
        failed(wire.on(REQUEST_0).after(20, &damaged(last)), "0").reason.code()
    };
    assert_eq!((asked(22), asked(21)), ("damaged", "damaged_alike"));
}

#[test]
fn noise_before_a_clean_telegram_is_no_second_meter() {
    let noisy = [bytes("00 00 00 40 04"), telegram(0, METER)].concat();
    let mut wire = Wire::new()
        .sees(NKE_0, REQUEST_0, &noisy)
        .sees_nobody(NKE_5, REQUEST_5)
        .sees(NKE_0, REQUEST_0, &noisy)
        .on(WRITE)
        .answer("E5")
        .sees(NKE_5, REQUEST_5, &telegram(5, METER))
        .sees_nobody(NKE_0, REQUEST_0);
    assert!(set_address(&mut wire, "0", 5).is_ok());
}

#[test]
fn a_second_meter_is_heard_until_the_last_moment_it_may_begin() {
    // Answers may begin until 187.5 ms after the request; behind an answer that ends later, for
    // the longest gap that there may be, 63.75 ms.
    for (after, is_heard) in [(150, true), (187, true), (207, true), (208, false)] {
        let wire = Wire::new()
            .on(NKE_0)
            .answer("E5")
            .on(REQUEST_0)
            .after(144, &telegram(0, METER))
            .after(after, &telegram(0, OTHER)[..4]);
        let wire = if is_heard { wire } else { wire.sees(NKE_5, REQUEST_5, &[0xA5]) };
        let failure = failed(wire, "0");
        let stage = if is_heard { AddressStage::Identify } else { AddressStage::CheckNew };
        assert_eq!(failure.stage, stage, "{after} ms");
    }
}

#[test]
fn nobody_at_the_current_address_is_refused() {
    let failure = failed(Wire::new().sees_nobody(NKE_0, REQUEST_0), "0");
    let expected = (AddressStage::Identify, AddressReason::NoMeter, AddressState::Unchanged);
    assert_eq!(brief(&failure), expected);
    assert_eq!(
        failure.to_string(),
        "identifying the meter at its current address failed: no meter answered; nothing was changed; check the address, the baudrate, the wiring and the power of the bus"
    );
    // By serial, nobody is selected, and no selection has to be ended.
    let mut wire = Wire::new();
    for _ in 0..3 {
        wire = wire.on(CLEAR).on(SELECT);
    }
    assert_eq!(brief(&failed(wire, METER)), expected);
}

#[test]
fn who_acknowledges_and_sends_nothing_is_refused() {
    let wire = Wire::new().on(NKE_0).answer("E5").on(REQUEST_0).on(REQUEST_0).on(REQUEST_0);
    assert_eq!(failed(wire, "0").reason, AddressReason::NoTelegram);
}

#[test]
fn a_second_readout_that_gives_another_meter_is_refused() {
    let wire = Wire::new()
        .sees(NKE_0, REQUEST_0, &telegram(0, METER))
        .sees_nobody(NKE_5, REQUEST_5)
        .sees(NKE_0, REQUEST_0, &telegram(0, OTHER));
    let failure = failed(wire, "0");
    let reason = AddressReason::DifferentMeters { first: address(METER), second: address(OTHER) };
    assert_eq!(brief(&failure), (AddressStage::Confirm, reason, AddressState::Unchanged));
    assert!(failure.remedy().contains("connect only this meter"), "{failure}");
}

#[test]
fn a_meter_that_is_gone_at_the_second_readout_is_not_written_to() {
    let wire = Wire::new()
        .sees(NKE_0, REQUEST_0, &telegram(0, METER))
        .sees_nobody(NKE_5, REQUEST_5)
        .sees_nobody(NKE_0, REQUEST_0);
    let expected = (AddressStage::Confirm, AddressReason::NoMeter, AddressState::Unchanged);
    assert_eq!(brief(&failed(wire, "0")), expected);
}

#[test]
fn anything_at_the_new_address_is_refused_with_its_identification_where_there_is_one() {
    let ready = || Wire::new().sees(NKE_0, REQUEST_0, &telegram(0, METER));
    let only_acknowledged =
        ready().on(NKE_5).answer("E5").on(REQUEST_5).on(REQUEST_5).on(REQUEST_5);
    let cases = [
        (ready().sees(NKE_5, REQUEST_5, &telegram(5, OTHER)), Some(address(OTHER))),
        (ready().sees(NKE_5, REQUEST_5, &bytes("A5 5A")), None),
        (ready().sees(NKE_5, REQUEST_5, &rsp_ud(0x08, 5, 0x78, &[0x01, 0x13, 0x05])), None),
        (only_acknowledged, None),
    ];
    for (wire, by) in cases {
        let failure = failed(wire, "0");
        let reason = AddressReason::NewAddressTaken { by };
        assert_eq!(brief(&failure), (AddressStage::CheckNew, reason, AddressState::Unchanged));
        assert_eq!(failure.identification, Some(address(METER)));
    }
}

#[test]
fn what_comes_late_while_the_new_address_is_asked_is_no_other_meter() {
    let ready = || Wire::new().sees(NKE_0, REQUEST_0, &telegram(0, METER));
    let silent = |wire: Wire| wire.on(REQUEST_5).on(REQUEST_5).on(REQUEST_5);
    let meter = telegram(0, METER);
    let late = [
        ready().on(NKE_5).on(REQUEST_5).after(20, &meter),
        ready().on(NKE_5).on(REQUEST_5).answer("A5 5A"),
        ready().on(NKE_5).on(REQUEST_5).answer("E5"),
        ready().on(NKE_5).on(REQUEST_5).after(20, &meter[3..]),
        silent(ready().on(NKE_5).after(20, &meter)),
        ready().on(NKE_5).answer("E5").on(REQUEST_5).after(20, &meter),
    ];
    for wire in late {
        let failure = failed(wire, "0");
        let expected = (AddressStage::CheckNew, AddressReason::LateAnswer, AddressState::Unchanged);
        assert_eq!((brief(&failure), &failure.write), (expected, &None));
        assert!(failure.remedy().contains("transport allowance"), "{failure}");
    }
    let mut damaged = telegram(5, OTHER);
    damaged[20] ^= 0x40;
    let taken = [
        ready().on(NKE_5).on(REQUEST_5).after(20, &damaged),
        ready().on(NKE_5).on(REQUEST_5).after(20, &telegram(5, OTHER)[..12]),
        ready().on(NKE_5).on(REQUEST_5).after(20, &telegram(0, OTHER)),
        ready().on(NKE_5).on(REQUEST_5).after(20, &[meter, telegram(5, OTHER)].concat()),
        ready().on(NKE_5).on(REQUEST_5).after(20, &rsp_ud(0x08, 5, 0x70, &[8])),
    ];
    for wire in taken {
        assert_eq!(failed(wire, "0").reason, AddressReason::NewAddressTaken { by: None });
    }
}

#[test]
fn a_meter_that_answers_at_both_addresses_is_refused() {
    let wire = Wire::new().sees(NKE_0, REQUEST_0, &telegram(0, METER)).sees(
        NKE_5,
        REQUEST_5,
        &telegram(5, METER),
    );
    let expected = (AddressStage::CheckNew, AddressReason::AnswersAtBoth, AddressState::Unchanged);
    assert_eq!(brief(&failed(wire, "0")), expected);
}

#[test]
fn a_meter_that_has_the_address_already_is_told_without_a_write() {
    let mut by_serial = Wire::new()
        .sees_selected(SELECT, &telegram(5, METER))
        .sees(NKE_5, REQUEST_5, &telegram(5, METER))
        .on(CLEAR);
    let set = set_address(&mut by_serial, METER, 5).unwrap();
    assert_eq!((set.write, set.address.get()), (None, 5));
    let mut by_itself = Wire::new().sees(NKE_5, REQUEST_5, &telegram(5, METER)).sees(
        NKE_5,
        REQUEST_5,
        &telegram(5, METER),
    );
    assert_eq!(set_address(&mut by_itself, "5", 5).unwrap().write, None);
}

#[test]
fn a_meter_that_keeps_its_address_is_told_apart_by_its_acknowledgement() {
    let kept = |wire: Wire| {
        let wire = wire.sees_nobody(NKE_5, REQUEST_5).sees(NKE_0, REQUEST_0, &telegram(0, METER));
        brief(&failed(wire, "0"))
    };
    let ignored = (AddressStage::ReadBack, AddressReason::Ignored, AddressState::Unchanged);
    assert_eq!(kept(Wire::new().proven().on(WRITE).answer("E5")), ignored);
    let silent = Wire::new().proven().on(WRITE).on(WRITE).on(WRITE);
    let refused = (AddressStage::Write, AddressReason::NotAcknowledged, AddressState::Unchanged);
    assert_eq!(kept(silent), refused);
}

#[test]
fn a_meter_that_answers_nowhere_is_looked_for_again_and_then_told_lost() {
    let mut wire = Wire::new().proven().on(WRITE).answer("E5");
    for _ in 0..3 {
        wire = wire.sees_nobody(NKE_5, REQUEST_5).sees_nobody(NKE_0, REQUEST_0);
    }
    let failure = failed(wire, "0");
    let lost = (AddressStage::ReadBack, AddressReason::Lost, AddressState::Unknown);
    assert_eq!(brief(&failure), lost);

    let mut wire = Wire::new()
        .proven()
        .on(WRITE)
        .answer("E5")
        .sees_nobody(NKE_5, REQUEST_5)
        .sees_nobody(NKE_0, REQUEST_0)
        .sees(NKE_5, REQUEST_5, &telegram(5, METER))
        .sees_nobody(NKE_0, REQUEST_0);
    assert!(set_address(&mut wire, "0", 5).is_ok());
}

#[test]
fn a_disturbed_read_back_is_taken_again_and_then_told_unproven() {
    let ready = || Wire::new().proven().on(WRITE).answer("E5");
    let mut wire = ready()
        .sees(NKE_5, REQUEST_5, &bytes("A5"))
        .sees(NKE_5, REQUEST_5, &telegram(5, METER))
        .sees_nobody(NKE_0, REQUEST_0);
    assert!(set_address(&mut wire, "0", 5).is_ok());

    let mut wire = ready();
    for _ in 0..3 {
        wire = wire.sees(NKE_5, REQUEST_5, &bytes("A5"));
    }
    let failure = failed(wire.sees_nobody(NKE_0, REQUEST_0), "0");
    let reason = AddressReason::Unread(FailureReason::Garbage);
    let expected = (AddressStage::ReadBack, reason, AddressState::ChangedUnverified);
    assert_eq!(brief(&failure), expected);

    // Without an acknowledgement nothing says that it was this meter.
    let mut wire = Wire::new().proven().on(WRITE).on(WRITE).on(WRITE);
    for _ in 0..3 {
        wire = wire.sees(NKE_5, REQUEST_5, &bytes("A5"));
    }
    let failure = failed(wire.sees_nobody(NKE_0, REQUEST_0), "0");
    assert_eq!(brief(&failure), (AddressStage::ReadBack, reason, AddressState::Unknown));
}

#[test]
fn another_meter_at_the_read_back_is_never_taken_for_this_one() {
    let ready = || Wire::new().proven().on(WRITE).answer("E5");
    let found = address(OTHER);
    let reason = AddressReason::OtherMeterAtNew { found };
    let other = telegram(5, OTHER);
    for (wire, state) in [
        (ready().sees(NKE_5, REQUEST_5, &other).sees_nobody(NKE_0, REQUEST_0), None),
        (
            ready().sees(NKE_5, REQUEST_5, &other).sees(NKE_0, REQUEST_0, &telegram(0, METER)),
            Some(AddressState::Unchanged),
        ),
    ] {
        // A look that finds nobody is followed by another read back, which decides anew.
        let wire = match state {
            None => wire
                .sees(NKE_5, REQUEST_5, &other)
                .sees_nobody(NKE_0, REQUEST_0)
                .sees(NKE_5, REQUEST_5, &other)
                .sees_nobody(NKE_0, REQUEST_0),
            Some(_) => wire,
        };
        let failure = failed(wire, "0");
        let state = state.unwrap_or(AddressState::Unknown);
        assert_eq!(brief(&failure), (AddressStage::ReadBack, reason, state));
    }
}

#[test]
fn whoever_answers_at_the_old_address_afterwards_is_told() {
    let back =
        || Wire::new().proven().on(WRITE).answer("E5").sees(NKE_5, REQUEST_5, &telegram(5, METER));
    let failure = failed(back().sees(NKE_0, REQUEST_0, &telegram(0, OTHER)), "0");
    let reason = AddressReason::OldAddressAnswers { found: Some(address(OTHER)) };
    let expected = (AddressStage::CheckOld, reason, AddressState::ChangedUnverified);
    assert_eq!(brief(&failure), expected);
    // One disturbance is looked at again.
    let mut wire = back().on(NKE_0).on(REQUEST_0).answer("A5").sees_nobody(NKE_0, REQUEST_0);
    assert!(set_address(&mut wire, "0", 5).is_ok());
}

#[test]
fn a_selected_meter_says_in_its_telegrams_which_address_it_kept() {
    let written = || {
        Wire::new()
            .sees_selected(SELECT, &telegram(0, METER))
            .sees_nobody(NKE_5, REQUEST_5)
            .sees_selected(SELECT, &telegram(0, METER))
            .on(WRITE_SELECTED)
            .answer("E5")
    };
    let ignored = (AddressStage::ReadBack, AddressReason::Ignored, AddressState::Unchanged);
    // With its address, or as everybody who is selected.
    for answers_as in [0, 0xFD] {
        let wire = written()
            .sees_nobody(NKE_5, REQUEST_5)
            .sees_selected(SELECT, &telegram(answers_as, METER))
            .on(CLEAR);
        assert_eq!(brief(&failed(wire, METER)), ignored);
    }

    let mut wire = written();
    for _ in 0..3 {
        wire = wire.sees(NKE_5, REQUEST_5, &bytes("A5"));
    }
    let failure = failed(wire.sees_selected(SELECT, &telegram(5, METER)).on(CLEAR), METER);
    assert_eq!(failure.state, AddressState::ChangedUnverified);
}

#[test]
fn a_meter_with_the_fixed_structure_is_known_by_its_number() {
    let fixed = |address| {
        rsp_ud(0x08, address, 0x73, &bytes("78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00"))
    };
    let mut wire = Wire::new()
        .sees_selected(SELECT, &fixed(0))
        .sees_nobody(NKE_5, REQUEST_5)
        // What it does not tell of itself stays in the mask.
        .sees_selected(SELECT, &fixed(0))
        .on(WRITE_SELECTED)
        .answer("E5")
        .sees(NKE_5, REQUEST_5, &fixed(5))
        .on(CLEAR);
    let set = set_address(&mut wire, METER, 5).unwrap();
    assert_eq!(set.identification, address("78563412FFFFFFFF"));
}

#[test]
fn a_wrong_meter_under_the_selection_is_refused_and_the_selection_ended() {
    let wire = Wire::new().sees_selected(SELECT, &telegram(0, OTHER)).on(CLEAR);
    let failure = failed(wire, METER);
    let AddressReason::Unread(FailureReason::WrongMeter { found, .. }) = failure.reason else {
        panic!("{failure:?}")
    };
    assert_eq!((found, failure.state), (address(OTHER), AddressState::Unchanged));
    let [check] = &failure.checks[..] else { panic!("{failure:?}") };
    assert!(matches!(check.answer, AddressAnswer::Unclear(_)));
}

#[test]
fn every_failure_is_a_sentence_with_cause_state_and_remedy() {
    let reasons = [
        AddressReason::NoMeter,
        AddressReason::Unread(FailureReason::Collision),
        AddressReason::Unread(FailureReason::PortLost),
        AddressReason::NoTelegram,
        AddressReason::Unidentified,
        AddressReason::DifferentMeters { first: address(METER), second: address(OTHER) },
        AddressReason::NewAddressTaken { by: Some(address(OTHER)) },
        AddressReason::NewAddressTaken { by: None },
        AddressReason::LateAnswer,
        AddressReason::AnswersAtBoth,
        AddressReason::NotAcknowledged,
        AddressReason::Ignored,
        AddressReason::Lost,
        AddressReason::OtherMeterAtNew { found: address(OTHER) },
        AddressReason::OldAddressAnswers { found: None },
    ];
    let mut codes: Vec<_> = reasons.iter().map(AddressReason::code).collect();
    codes.dedup();
    assert_eq!(codes.len(), reasons.len() - 1, "only the two taken addresses share a code");
    let failure = failed(Wire::new().sees_nobody(NKE_0, REQUEST_0), "0");
    for reason in reasons {
        for state in
            [AddressState::Unchanged, AddressState::Unknown, AddressState::ChangedUnverified]
        {
            let failure = AddressFailure { reason, state, ..failure.clone() };
            let parts = [reason.to_string(), state.to_string(), failure.remedy().to_owned()];
            let sentence = failure.to_string();
            for part in parts {
                assert!(!part.is_empty() && sentence.contains(&part), "{sentence}");
            }
        }
    }
}
