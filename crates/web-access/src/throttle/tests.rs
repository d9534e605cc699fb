use proptest::prelude::*;

use super::*;

const ANNA: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const MALLORY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn throttle() -> Throttle {
    Throttle::new(Rule::ACCOUNT, Rule::SOURCE)
}

fn admin() -> Target {
    Target::account("admin")
}

/// An address of its own for each number.
fn source(number: u32) -> Option<IpAddr> {
    Some(IpAddr::V4(std::net::Ipv4Addr::from(0x0A00_0000 + number)))
}

#[test]
fn waits_double_up_to_the_longest() {
    let waits: Vec<u64> = (0..14).map(|tries| Rule::ACCOUNT.wait(tries).as_secs()).collect();
    assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    assert_eq!(Rule::SOURCE.wait(u32::MAX), Duration::from_secs(900));
}

#[test]
fn an_account_is_guarded_whatever_addresses_the_tries_come_from() {
    let mut throttle = throttle();
    for number in 0..5 {
        let _ = throttle.begin(admin(), source(number), at(0)).unwrap();
    }
    assert_eq!(throttle.begin(admin(), source(5), at(0)).unwrap_err(), Duration::from_secs(1));
    assert!(throttle.begin(Target::account("Admin"), source(5), at(0)).is_err(), "any case");
    assert!(throttle.begin(Target::account("anna"), source(5), at(0)).is_ok());
    let _ = throttle.begin(admin(), source(5), at(1)).unwrap();
    assert_eq!(throttle.begin(admin(), source(6), at(2)).unwrap_err(), Duration::from_secs(1));
}

#[test]
fn an_address_is_stopped_whatever_accounts_it_tries() {
    let mut throttle = throttle();
    for number in 0..10 {
        let name = format!("name{number}");
        let _ = throttle.begin(Target::account(&name), Some(MALLORY), at(0)).unwrap();
    }
    assert!(throttle.begin(Target::account("another"), Some(MALLORY), at(0)).is_err());
    assert!(throttle.begin(Target::account("another"), Some(ANNA), at(0)).is_ok());
}

#[test]
fn asking_again_while_waiting_makes_the_wait_no_longer() {
    let mut throttle = throttle();
    for _ in 0..5 {
        let _ = throttle.begin(admin(), Some(ANNA), at(0)).unwrap();
    }
    for _ in 0..100 {
        assert!(throttle.begin(admin(), Some(ANNA), at(0)).is_err());
    }
    assert!(throttle.begin(admin(), Some(ANNA), at(1)).is_ok());
}

#[test]
fn a_right_password_clears_the_account_but_pays_for_no_guesses_at_others() {
    let mut throttle = throttle();
    for _ in 0..3 {
        let _ = throttle.begin(admin(), Some(ANNA), at(0)).unwrap();
    }
    let right = throttle.begin(admin(), Some(ANNA), at(0)).unwrap();
    throttle.succeeded(right, at(0));
    for number in 0..5 {
        assert!(throttle.begin(admin(), source(number), at(0)).is_ok());
    }
    // Mallory has an account of his own; ten guesses at others are ten all the same.
    let own = Target::account("mallory");
    for number in 0..10 {
        let guess = Target::account(&format!("name{number}"));
        let _ = throttle.begin(guess, Some(MALLORY), at(0)).unwrap();
        if number < 9 {
            let right = throttle.begin(own, Some(MALLORY), at(0)).unwrap();
            throttle.succeeded(right, at(0));
        }
    }
    assert!(throttle.begin(own, Some(MALLORY), at(0)).is_err());
}

#[test]
fn strangers_do_not_lock_out_who_has_logged_in_from_his_address_before() {
    let mut throttle = throttle();
    let right = throttle.begin(admin(), Some(ANNA), at(0)).unwrap();
    throttle.succeeded(right, at(0));
    for number in 0..5 {
        let _ = throttle.begin(admin(), source(number), at(10)).unwrap();
    }
    assert!(throttle.begin(admin(), Some(MALLORY), at(10)).is_err());
    let right = throttle.begin(admin(), Some(ANNA), at(10)).unwrap();
    throttle.withdrawn(right);
    let later = at(31 * 24 * 3600);
    for number in 0..5 {
        let _ = throttle.begin(admin(), source(number), later).unwrap();
    }
    assert!(throttle.begin(admin(), Some(ANNA), later).is_err(), "after a month he is a stranger");
}

#[test]
fn a_try_that_was_not_looked_at_costs_nothing() {
    let mut throttle = throttle();
    for _ in 0..100 {
        let attempt = throttle.begin(admin(), Some(ANNA), at(0)).unwrap();
        throttle.withdrawn(attempt);
    }
}

#[test]
fn tries_are_forgotten_after_a_day() {
    let mut throttle = throttle();
    for second in 0..20 {
        let _ = throttle.begin(admin(), Some(ANNA), at(second * 3600)).unwrap();
    }
    let day_later = 19 * 3600 + 24 * 3600;
    for _ in 0..5 {
        let _ = throttle.begin(admin(), Some(ANNA), at(day_later)).unwrap();
    }
    assert!(throttle.begin(admin(), Some(ANNA), at(day_later)).is_err());
}

#[test]
fn neighbours_in_the_64_bits_of_a_customer_are_one() {
    let network = |text: &str| Network::from(text.parse::<IpAddr>().unwrap());
    assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
    assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    assert_eq!(network("::ffff:192.0.2.1"), Network(ANNA));
}

#[test]
fn a_clock_that_is_set_back_makes_no_wait_longer_than_the_longest() {
    let mut throttle = throttle();
    for _ in 0..5 {
        let _ = throttle.begin(admin(), Some(ANNA), at(0)).unwrap();
    }
    let wait = throttle.begin(admin(), Some(ANNA), at(-1_000_000)).unwrap_err();
    assert_eq!(wait, Duration::from_secs(1));
}

#[test]
fn a_flood_of_names_fills_no_memory_and_does_not_free_who_was_tried_most() {
    let mut throttle = throttle();
    for number in 0..5 {
        let _ = throttle.begin(admin(), source(number), at(0)).unwrap();
    }
    for number in 0..5_000 {
        let name = Target::account(&format!("name{number}"));
        let _ = throttle.begin(name, source(100 + number), at(0)).unwrap();
    }
    assert!(throttle.targets.tries.len() <= ROOM && throttle.sources.tries.len() <= ROOM);
    assert!(throttle.begin(admin(), source(6), at(0)).is_err());
}

proptest! {
    /// However somebody spreads his tries, in a day he has no more than the rule gives.
    #[test]
    fn no_pattern_of_tries_gets_more_than_the_rule_gives(
        pauses in proptest::collection::vec(0_i64..200, 0..800)
    ) {
        let mut throttle = throttle();
        let (mut second, mut tries) = (0, 0_u32);
        for (number, pause) in pauses.into_iter().enumerate() {
            second += pause;
            if second >= 24 * 3600 {
                break;
            }
            let source = source(u32::try_from(number).unwrap());
            tries += u32::from(throttle.begin(admin(), source, at(second)).is_ok());
        }
        prop_assert!(tries <= 5 + 6 + 24 * 60, "{tries}");
    }
}
