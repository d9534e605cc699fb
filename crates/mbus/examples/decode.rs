//! Prints the line view of telegrams given as hex, one a line, on standard input:
//! `echo "68 0F 0F 68 08 01 78 …" | cargo run -p mbus --example decode`

use std::io::{BufRead, stdin};

use mbus::Telegram;
use mbus::frame::MAX_FRAME_LEN;
use mbus::view::lines::Lines;

fn main() {
    for line in stdin().lock().lines() {
        let mut buffer = [0; MAX_FRAME_LEN];
        let text = line.unwrap_or_default();
        match mbus::hex::decode(&text, &mut buffer) {
            Err(error) => println!("{error}"),
            Ok(bytes) => match Telegram::parse(bytes) {
                Err(error) => println!("{error}"),
                Ok(telegram) => {
                    for line in Lines::new(&telegram, 0) {
                        println!("{}\t{line}", line.number);
                    }
                }
            },
        }
        println!();
    }
}
