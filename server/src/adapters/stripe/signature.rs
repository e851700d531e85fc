//! Whether a message came from Stripe: <https://docs.stripe.com/webhooks#verify-manually>.
//!
//! The header reads `t=1700000000,v1=…,v1=…,v0=…`: when it was signed, and a signature for every
//! secret that is valid at the moment (two, while one replaces the other). Each is the HMAC-SHA256 of
//! `t`, a dot and the body as it was sent, in hexadecimal digits.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};
use traveloure_config::Secret;

use super::events;
use crate::app::gateway::{Event, SignatureError};

/// What Stripe's own libraries allow between its clock and ours.
const TOLERANCE_SECONDS: u64 = 300;
/// Room for a dozen signatures; Stripe sends two at the most.
const LONGEST_HEADER: usize = 1024;

/// See [`crate::app::gateway::PaymentGateway::verify_event`].
pub(super) fn verify(
    raw: &[u8],
    header: &str,
    secrets: &[Secret],
    now: DateTime<Utc>,
) -> Result<Event, SignatureError> {
    let Header { signed_at, timestamp, signatures } = Header::parse(header)?;
    if !is_signed(raw, timestamp, &signatures, secrets) {
        return Err(SignatureError::Wrong);
    }
    if signed_at.abs_diff(now.timestamp()) > TOLERANCE_SECONDS {
        return Err(SignatureError::Stale);
    }
    let event: events::Wire = serde_json::from_slice(raw).map_err(|_| SignatureError::NoEvent)?;
    Event::try_from(event).map_err(|_| SignatureError::NoEvent)
}

struct Header<'a> {
    signed_at: i64,
    /// As it was written, and so signed.
    timestamp: &'a str,
    signatures: Vec<&'a str>,
}

impl<'a> Header<'a> {
    fn parse(header: &'a str) -> Result<Self, SignatureError> {
        if header.len() > LONGEST_HEADER {
            return Err(SignatureError::Malformed);
        }
        let mut timestamp = None;
        let mut signatures = Vec::new();
        for element in header.split(',') {
            match element.trim().split_once('=') {
                Some(("t", value)) if timestamp.is_none() => timestamp = Some(value),
                // Which of two was signed would be the sender's choice.
                Some(("t", _)) | None => return Err(SignatureError::Malformed),
                Some(("v1", value)) => signatures.push(value),
                // Other schemes: v0 is for tests of Stripe's own.
                Some(_) => {}
            }
        }
        let timestamp = timestamp.ok_or(SignatureError::Malformed)?;
        let is_number = timestamp.bytes().all(|byte| byte.is_ascii_digit());
        let signed_at = timestamp.parse().ok().filter(|_| is_number);
        Ok(Self { signed_at: signed_at.ok_or(SignatureError::Malformed)?, timestamp, signatures })
    }
}

/// Every signature is compared with that of every secret, so that the time it takes tells nothing of
/// either.
fn is_signed(raw: &[u8], timestamp: &str, signatures: &[&str], secrets: &[Secret]) -> bool {
    let mut any = Choice::from(0);
    for secret in secrets {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
            continue;
        };
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(raw);
        let expected = hex::encode(mac.finalize().into_bytes());
        for signature in signatures {
            any |= expected.as_bytes().ct_eq(signature.as_bytes());
        }
    }
    any.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"id":"evt_1","object":"event","type":"payment_intent.succeeded","created":1700000000,"livemode":false,"data":{"object":{"id":"pi_1","object":"payment_intent"}}}"#;
    // HMAC-SHA256 of "1700000000." and the body, by another implementation.
    const OURS: &str = "70cf736ffc05b8ddc9e3f2ebd51cf935bfc73f232fcc0ec07ee2a41d63608b8e";
    const CONNECT: &str = "d11299987af036c9cd041ac93af4294686e1e9e3121197aa7ba2125ced6f369f";
    /// The first secret over `1700000000.[]`.
    const OVER_A_LIST: &str = "d73b20eeb3bad4a133516f6b2fe0c660a6c59805fffe60845a9136fb667236a3";

    fn secrets() -> Vec<Secret> {
        ["whsec_platform", "whsec_connect"].map(|secret| Secret::from(secret.to_owned())).into()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn verified(header: &str) -> Result<Event, SignatureError> {
        verify(BODY.as_bytes(), header, &secrets(), at(1_700_000_000))
    }

    #[test]
    fn a_signature_by_any_secret_counts() {
        let event = verified(&format!("t=1700000000,v1={OURS}")).unwrap();
        assert_eq!(
            event,
            Event {
                id: "evt_1".into(),
                kind: "payment_intent.succeeded".to_owned(),
                created: at(1_700_000_000),
                livemode: false,
                account: None,
                object_kind: "payment_intent".to_owned(),
                object_id: Some("pi_1".to_owned()),
            }
        );
        let wrong = "0".repeat(64);
        for header in [
            format!("t=1700000000,v1={CONNECT}"),
            format!("t=1700000000,v1={wrong},v1={OURS},v0={wrong}"),
            format!("v1={OURS},v1={wrong},t=1700000000"),
            format!("t=1700000000, v1={OURS}"),
        ] {
            assert_eq!(verified(&header).as_ref(), Ok(&event), "{header}");
        }
    }

    #[test]
    fn nothing_else_counts() {
        let upper = OURS.to_uppercase();
        let half = &OURS[..32];
        for header in [
            format!("t=1700000001,v1={OURS}"),
            format!("t=01700000000,v1={OURS}"),
            format!("t=1700000000,v0={OURS}"),
            format!("t=1700000000,v1={upper}"),
            format!("t=1700000000,v1={half}"),
            format!("t=1700000000,v1={OURS}00"),
            "t=1700000000,v1=".to_owned(),
            "t=1700000000".to_owned(),
        ] {
            assert_eq!(verified(&header), Err(SignatureError::Wrong), "{header}");
        }
        let header = format!("t=1700000000,v1={OURS}");
        let changed = BODY.replace("pi_1", "pi_2");
        let now = at(1_700_000_000);
        for (raw, secrets) in [
            (changed.as_bytes(), secrets()),
            (BODY.trim_end_matches('}').as_bytes(), secrets()),
            (BODY.as_bytes(), vec![]),
            (BODY.as_bytes(), vec![Secret::from("whsec_other".to_owned())]),
        ] {
            assert_eq!(verify(raw, &header, &secrets, now), Err(SignatureError::Wrong));
        }
    }

    #[test]
    fn five_minutes_either_way_and_not_a_second_more() {
        let header = format!("t=1700000000,v1={OURS}");
        let at_offset =
            |offset: i64| verify(BODY.as_bytes(), &header, &secrets(), at(1_700_000_000 + offset));
        for offset in [-300, 0, 300] {
            assert!(at_offset(offset).is_ok(), "{offset}");
        }
        for offset in [-301, 301, 1_000_000_000] {
            assert_eq!(at_offset(offset), Err(SignatureError::Stale), "{offset}");
        }
    }

    #[test]
    fn garbage_is_no_header() {
        let long = format!("t=1700000000,v1={OURS}{}", ",v1=0".repeat(250));
        for header in [
            "",
            ",",
            "t",
            "v1=00",
            "t=,v1=00",
            "t=-1,v1=00",
            "t=+1700000000,v1=00",
            "t=1e9,v1=00",
            "t=99999999999999999999,v1=00",
            "t=1700000000,t=1700000001,v1=00",
            "t=1700000000;v1=00;",
            "t=1700000000,\u{0},v1=00",
            &long,
        ] {
            assert_eq!(verified(header), Err(SignatureError::Malformed), "{header:?}");
        }
    }

    #[test]
    fn what_is_signed_and_no_event_is_named() {
        let header = format!("t=1700000000,v1={OVER_A_LIST}");
        let read = verify(b"[]", &header, &secrets(), at(1_700_000_000));
        assert_eq!(read, Err(SignatureError::NoEvent));
    }

    #[test]
    fn an_object_without_an_id_and_a_connected_account_are_read() {
        let body =
            br#"{"id":"evt_2","type":"balance.available","created":1700000000,"account":"acct_1",
            "data":{"object":{"object":"balance"}},"unheard_of":[1]}"#;
        let mut mac = Hmac::<Sha256>::new_from_slice(b"whsec_connect").unwrap();
        mac.update(b"1700000000.");
        mac.update(body);
        let header = format!("t=1700000000,v1={}", hex::encode(mac.finalize().into_bytes()));
        let event = verify(body, &header, &secrets(), at(1_700_000_000)).unwrap();
        assert_eq!(event.account, Some("acct_1".into()));
        assert_eq!((event.object_kind.as_str(), event.object_id), ("balance", None));
    }
}
