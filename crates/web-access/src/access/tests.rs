use super::*;
use crate::account::AccountName;
use crate::password::NewPassword;
use crate::secret::Secret;

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

async fn set_up(folder: &tempfile::TempDir) -> Access {
    let password_cost = PasswordCost { memory_kib: 64, passes: 1 };
    let settings = Settings { password_cost, ..Settings::default() };
    let path = folder.path().join("access.sqlite");
    let (access, code) = Access::open(&path, settings, Clock::system()).unwrap();
    let code = secret(&code.unwrap().reveal());
    access.set_up(&code, "admin", secret("the first password"), None).await.unwrap();
    access
}

#[tokio::test]
async fn a_password_that_is_replaced_while_it_is_looked_at_lets_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let access = set_up(&folder).await;
    let new = NewPassword::new(secret("the second password")).unwrap();
    let new = access.0.passwords.hash(&new).await.unwrap();

    let hold = access.0.passwords.hold_all().await;
    let login = tokio::spawn({
        let access = access.clone();
        async move { access.log_in("admin", &secret("the first password"), None, None).await }
    });
    // It has read the hash of the first password, and waits for its turn to compare.
    while access.0.passwords.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    access
        .0
        .store
        .write("testing", move |transaction| {
            let name = AccountName::new("admin").unwrap();
            let account = accounts::by_name(transaction, &name)?.unwrap().account;
            accounts::set_password(transaction, account.id, &new, Some(Timestamp::UNIX_EPOCH))
        })
        .await
        .unwrap();
    drop(hold);
    assert!(matches!(login.await.unwrap(), Err(AccessError::WrongLogin)));
    access.log_in("admin", &secret("the second password"), None, None).await.unwrap();
}

#[tokio::test]
async fn where_logins_are_crowded_nobody_pays_for_a_try_that_was_not_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let access = set_up(&folder).await;
    let hold = access.0.passwords.hold_all().await;
    let crowd: Vec<_> = (0..16)
        .map(|number| {
            let access = access.clone();
            let name = format!("name{number}");
            let source = Some(IpAddr::from([10, 0, 0, number]));
            tokio::spawn(async move {
                access.log_in(&name, &secret("a guess of it"), None, source).await
            })
        })
        .collect();
    while access.0.passwords.waiting() < crowd.len() {
        tokio::task::yield_now().await;
    }
    for _ in 0..20 {
        let refused = access.log_in("admin", &secret("the first password"), None, None).await;
        assert!(matches!(refused, Err(AccessError::Hash(HashError::Busy))));
    }
    drop(hold);
    for one in crowd {
        assert!(matches!(one.await.unwrap(), Err(AccessError::WrongLogin)));
    }
    access.log_in("admin", &secret("the first password"), None, None).await.unwrap();
}
