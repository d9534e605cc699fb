use std::time::{Duration, Instant};

use super::*;

/// So cheap that tests need not wait.
const CHEAP: PasswordCost = PasswordCost { memory_kib: 64, passes: 1 };

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

#[test]
fn length_is_the_only_rule() {
    assert_eq!(NewPassword::new(secret("123456789")).unwrap_err(), BadPassword::TooShort(9));
    // Nine characters, though eighteen bytes.
    let umlauts = secret(&"ü".repeat(9));
    assert_eq!(NewPassword::new(umlauts).unwrap_err(), BadPassword::TooShort(9));
    assert!(NewPassword::new(secret("aaaaaaaaaa")).is_ok());
    assert!(NewPassword::new(secret("correct horse battery staple")).is_ok());
    assert!(NewPassword::new(secret(&"\u{1F511}".repeat(128))).is_ok(), "128 of four bytes");
    assert!(NewPassword::new(secret(&"a".repeat(1024))).is_ok());
    let error = NewPassword::new(secret(&"a".repeat(1025))).unwrap_err();
    assert_eq!(error.to_string(), "the password has more than 1024 bytes; choose a shorter one");
}

#[tokio::test]
async fn the_right_password_is_right_and_every_other_is_not() {
    let passwords = Passwords::new(CHEAP).unwrap();
    let password = "correct horse battery staple";
    let hash = passwords.hash(&NewPassword::new(secret(password)).unwrap()).await.unwrap();
    let right = passwords.verify(&secret(password), Some(&hash)).await.unwrap();
    assert_eq!(right, Verdict { is_right: true, is_outdated: false });
    let others = ["", "correct horse battery stapl", "Correct horse battery staple", "\0"];
    for other in others {
        assert!(!passwords.verify(&secret(other), Some(&hash)).await.unwrap().is_right, "{other}");
    }
    assert!(!passwords.verify(&secret(password), None).await.unwrap().is_right);
}

#[tokio::test]
async fn the_hash_is_argon2id_with_its_own_salt() {
    let passwords = Passwords::new(CHEAP).unwrap();
    let password = NewPassword::new(secret("correct horse")).unwrap();
    let (one, other) =
        (passwords.hash(&password).await.unwrap(), passwords.hash(&password).await.unwrap());
    assert!(one.0.expose().starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{}", one.0.expose());
    assert_ne!(one.0.expose(), other.0.expose());
}

#[tokio::test]
async fn a_hash_of_another_cost_is_right_and_known_to_be_outdated() {
    let before = Passwords::new(CHEAP).unwrap();
    let password = NewPassword::new(secret("correct horse")).unwrap();
    let hash = before.hash(&password).await.unwrap();
    let now = Passwords::new(PasswordCost { memory_kib: 128, passes: 2 }).unwrap();
    let verdict = now.verify(&secret("correct horse"), Some(&hash)).await.unwrap();
    assert_eq!(verdict, Verdict { is_right: true, is_outdated: true });
    let again = now.hash_again(&secret("correct horse")).await.unwrap();
    assert!(!now.verify(&secret("correct horse"), Some(&again)).await.unwrap().is_outdated);
}

#[tokio::test]
async fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    let passwords = Passwords::new(PasswordCost { memory_kib: 8 * 1024, passes: 1 }).unwrap();
    let password = NewPassword::new(secret("correct horse")).unwrap();
    let hash = passwords.hash(&password).await.unwrap();
    // By construction: the hash nobody knows the password of costs the same.
    let cost = |hash: &PasswordHash| hash.0.expose().rsplitn(3, '$').nth(2).unwrap().to_owned();
    assert_eq!(cost(&passwords.nobodys), cost(&hash));
    assert_eq!(cost(&hash), "$argon2id$v=19$m=8192,t=1,p=1");
    // And it is really compared with. In turn, so that a busy machine is busy for both.
    let (mut wrong, mut unknown) = (Duration::MAX, Duration::MAX);
    for _ in 0..5 {
        for (hash, least) in [(Some(&hash), &mut wrong), (None, &mut unknown)] {
            let begin = Instant::now();
            passwords.verify(&secret("a wrong password"), hash).await.unwrap();
            *least = (*least).min(begin.elapsed());
        }
    }
    // Not compared at all it would be a thousandth.
    assert!(unknown > wrong / 20, "{unknown:?} and {wrong:?}");
}

#[tokio::test]
async fn a_flood_is_turned_away_and_never_more_than_two_are_made_at_once() {
    use std::sync::atomic::{AtomicUsize, Ordering};

    let passwords = Arc::new(Passwords::new(CHEAP).unwrap());
    let (going, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let gate = Arc::new(std::sync::Mutex::new(gate));
    let mut tasks = Vec::new();
    for _ in 0..ROOM {
        let (passwords, going, most, gate) =
            (Arc::clone(&passwords), Arc::clone(&going), Arc::clone(&most), Arc::clone(&gate));
        tasks.push(tokio::spawn(async move {
            passwords
                .work(move || {
                    most.fetch_max(going.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    gate.lock().unwrap().recv().unwrap();
                    going.fetch_sub(1, Ordering::SeqCst);
                    Ok(())
                })
                .await
        }));
    }
    while passwords.room.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let refused = passwords.verify(&secret("x"), None).await;
    assert!(matches!(refused, Err(HashError::Busy)));
    while going.load(Ordering::SeqCst) < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..ROOM {
        open.send(()).unwrap();
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
    assert!(passwords.verify(&secret("x"), None).await.is_ok(), "and then it goes on");
}

#[test]
fn a_cost_argon2_cannot_have_is_refused_in_words() {
    let error = Passwords::new(PasswordCost { memory_kib: 1, passes: 1 }).unwrap_err();
    let message = error.to_string();
    assert!(
        message.starts_with("passwords cannot be hashed with 1 KiB and 1 passes: "),
        "{message}"
    );
}
