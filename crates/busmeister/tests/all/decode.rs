//! `busmeister decode`.

use crate::program::{run, run_with_input};

/// Two records without a header: 12345 kWh and a fabrication number.
const GOOD: &str = "68 0F 0F 68 08 01 78 04 06 39 30 00 00 0C 78 78 56 34 12 8C 16";
/// The same with a wrong checksum.
const DAMAGED: &str = "68 0F 0F 68 08 01 78 04 06 39 30 00 00 0C 78 78 56 34 12 8D 16";
/// An energy, and a text whose length runs past the end.
const CUT: &str = "68 1B 1B 68 08 01 72 78 56 34 12 74 52 01 04 2A 00 00 00 04 06 01 00 00 00 0D FD 11 20 41 42 4D 16";

#[test]
fn lines_are_numbered_from_0_and_values_are_exact() {
    let ended = run(&["decode", GOOD]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let lines: Vec<_> = ended.stdout.lines().collect();
    assert_eq!(
        lines[2],
        "2\tDIB:04, VIB:06 -> descr:ENERGY, function:INST_VAL, scaled value:12345000, unit:WATT_HOUR, Wh"
    );
    assert_eq!(lines.len(), 4);
}

#[test]
fn arguments_are_joined_and_cut_by_frame_length() {
    let words: Vec<&str> = GOOD.split(' ').collect();
    let mut arguments = vec!["decode", "--format", "json"];
    arguments.extend(&words);
    arguments.extend(&words);
    let ended = run(&arguments);
    assert_eq!((ended.code, ended.stdout.lines().count()), (Some(0), 2));
}

#[test]
fn one_line_one_answer_whatever_is_in_it() {
    let input = format!("{GOOD}\n\n{DAMAGED}\nno hex\n0x{}\n", GOOD.replace(' ', ":"));
    let ended = run_with_input(&["decode", "--format", "json"], &input);
    assert_eq!(ended.code, Some(1));
    let answers: Vec<serde_json::Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let codes: Vec<_> = answers.iter().map(|answer| answer["error"]["code"].as_str()).collect();
    assert_eq!(codes, [None, Some("checksum"), Some("hex"), None]);
    assert_eq!(answers[0], answers[3]);
    assert_eq!(answers[0]["records"][0]["value"].to_string(), "12345000");
    assert_eq!(answers[1]["error"]["offset"], 19);
}

#[test]
fn the_good_part_of_a_faulty_telegram_is_printed() {
    let ended = run(&["decode", "--format", "json", CUT]);
    assert_eq!(ended.code, Some(1));
    let answer: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(answer["records"][0]["value"].to_string(), "1000");
    assert_eq!(answer["records"][1]["quality"], "truncated");
    assert_eq!(answer["faults"][0]["code"], "truncated");
}

#[test]
fn wrong_hex_names_the_character_and_its_place() {
    let ended = run(&["decode", "68 0G"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert!(ended.stderr.contains("'G' at position 4 is not a hex digit"), "{}", ended.stderr);
    let ended = run(&["decode", "-f", "/nowhere/telegrams.txt"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("/nowhere/telegrams.txt cannot be opened"), "{}", ended.stderr);
}

#[test]
fn frames_without_data_are_no_fault() {
    let ended = run(&["decode", "E5", "10", "7B", "01", "7C", "16"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout, "Acknowledgement (single character E5)\n\nREQ_UD2, address 1\n");
    let ended = run(&["decode", "--format", "json", "10 7B 01 7C 16"]);
    assert_eq!(
        ended.stdout,
        "{\"schema\":1,\"frame\":\"short\",\"function\":\"REQ_UD2\",\"address\":1}\n"
    );
}

#[test]
fn settings_are_ten_fields_and_the_raw_counter() {
    let ended = run(&["decode", "--format", "settings", GOOD]);
    let lines: Vec<Vec<_>> = ended.stdout.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines[0][..2], ["Data Field Code", "Function Field (Control Field)"]);
    assert_eq!(lines[1][5..], ["Wh", "0", "Energy", "k", "0", "12345"]);
    assert_eq!(lines[2].len(), 11);
}

#[test]
fn a_byte_order_mark_and_line_ends_of_windows_are_no_fault() {
    let ended =
        run_with_input(&["decode", "--format", "json"], &format!("\u{FEFF}{GOOD}\r\n{GOOD}\r\n"));
    assert_eq!((ended.code, ended.stdout.lines().count()), (Some(0), 2));
    assert_eq!(run(&["decode", ""]).code, Some(2));
}

/// One block, security mode 5.
const ENCRYPTED: &str = "68 1F 1F 68 08 01 72 78 56 34 12 74 52 01 04 2A 00 10 05 70 BE D9 F9 CE 16 81 90 15 7B 8E B3 48 B6 DD 25 5F 16";

#[test]
fn an_encrypted_telegram_is_read_with_its_key_and_with_no_other() {
    let with = |key: &str| run(&["decode", ENCRYPTED, "--format", "json", "--key", key]);
    let ended = with("0102030405060708090A0B0C0D0E0F11");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let answer: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(answer["encryption"], "aes_cbc_iv");
    assert_eq!(answer["records"][0]["value"].to_string(), "12345000");
    let ended = with("0102030405060708090A0B0C0D0E0F12");
    assert_eq!(ended.code, Some(1));
    let answer: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(answer["faults"][0]["code"], "decrypt_failed");
    assert_eq!(answer["records"], serde_json::json!([]));
    let ended = with("0102");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("a key has 32 hex digits; these are 4"), "{}", ended.stderr);
}

#[test]
fn a_compact_frame_is_read_behind_the_full_one() {
    let full = "68 1A 1A 68 08 01 78 02 FF 20 71 00 04 13 08 19 00 00 44 13 08 19 00 00 61 5B 7F 61 67 13 D9 16";
    let compact = "68 13 13 68 08 01 79 ED A8 6A B6 71 00 08 1A 00 00 08 19 00 00 7F 13 7D 16";
    let ended = run_with_input(&["decode"], &format!("{full}\n{compact}\n"));
    // A counter that does not fit the checksum of the full frame gives no value.
    assert_eq!(ended.code, Some(1));
    assert!(ended.stdout.contains("Compact frame: {format signature: A8ED, format_mismatch}"));
    let compact = compact.replace("1A 00 00 08", "19 00 00 08").replace("7D 16", "7C 16");
    let ended = run_with_input(&["decode"], &format!("{full}\n{compact}\n"));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(ended.stdout.matches("scaled value:6.408").count(), 4, "{}", ended.stdout);
    let ended = run(&["decode", &compact]);
    assert!(ended.stdout.contains("format_missing"), "{}", ended.stdout);
}
