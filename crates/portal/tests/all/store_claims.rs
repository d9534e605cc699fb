//! Claim codes work once and for a while; tokens are known by their hash.

use portal::db::ClaimError;
use portal::secret_hash::SecretHash;

use crate::fleet::{Fleet, after};

fn hash(text: &str) -> SecretHash {
    SecretHash::of(text.as_bytes())
}

#[tokio::test]
async fn a_claim_code_works_once() {
    let fleet = Fleet::new().await;
    let claim = |code, token| fleet.db.claim(hash(code), hash(token), "0.1.0".into(), after(60));
    assert_eq!(claim("Building 7", "token").await.unwrap(), fleet.gateway);
    let known = fleet.db.gateway_by_token(hash("token")).await.unwrap().unwrap();
    assert_eq!((known.id, known.claim), (fleet.gateway, 1));
    assert_eq!(fleet.db.gateway_by_token(hash("other")).await.unwrap(), None);
    let again = claim("Building 7", "thief").await.unwrap_err();
    assert!(matches!(again, ClaimError::Used), "{again}");
    assert_eq!(fleet.db.gateway_by_token(hash("thief")).await.unwrap(), None);
    let unknown = claim("Building 9", "thief").await.unwrap_err();
    assert!(matches!(unknown, ClaimError::Unknown), "{unknown}");
}

#[tokio::test]
async fn a_claim_code_works_for_a_while() {
    let fleet = Fleet::new().await;
    let claim = |at| fleet.db.claim(hash("Building 7"), hash("token"), "0.1.0".into(), after(at));
    let late = claim(3_601).await.unwrap_err();
    assert_eq!(
        late.to_string(),
        "this claim code worked until 2026-11-20T15:00:00Z; make a new one at the portal"
    );
    claim(3_600).await.unwrap();
}

#[tokio::test]
async fn a_gateway_claimed_again_has_another_token_and_the_old_one_works_no_more() {
    let fleet = Fleet::new().await;
    let claim = |code, token| fleet.db.claim(hash(code), hash(token), "0.1.0".into(), after(60));
    claim("Building 7", "old").await.unwrap();
    fleet.db.renew_claim(fleet.gateway, hash("new code"), after(7_200)).await.unwrap();
    // Until the new code is used the gateway goes on with what it has.
    assert!(fleet.db.gateway_by_token(hash("old")).await.unwrap().is_some());
    claim("new code", "new").await.unwrap();
    assert_eq!(fleet.db.gateway_by_token(hash("old")).await.unwrap(), None);
    let known = fleet.db.gateway_by_token(hash("new")).await.unwrap().unwrap();
    assert_eq!((known.id, known.claim), (fleet.gateway, 2));
}

#[tokio::test]
async fn neither_codes_nor_tokens_stand_in_the_store() {
    let fleet = Fleet::new().await;
    let claimed = fleet.db.claim(hash("Building 7"), hash("token-to-hide"), "0".into(), after(1));
    claimed.await.unwrap();
    fleet.db.close().await;
    for entry in std::fs::read_dir(fleet.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(13).any(|window| window == b"token-to-hide"));
    }
}
