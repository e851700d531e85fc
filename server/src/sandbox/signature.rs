//! Signatures: of webhooks as Stripe makes them, and of the tokens of the pages' forms.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// HMAC-SHA-256 of parts that stand behind one another, in hexadecimal.
pub(super) fn of(secret: &[u8], parts: &[&[u8]]) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    for part in parts {
        mac.update(part);
    }
    hex::encode(mac.finalize().into_bytes())
}

/// The header `Stripe-Signature` of a message.
pub(super) fn header(secret: &str, at: i64, message: &[u8]) -> String {
    let signature = of(secret.as_bytes(), &[at.to_string().as_bytes(), b".", message]);
    format!("t={at},v1={signature}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_signature_is_hmac_sha_256() {
        // RFC 4231, test case 2.
        assert_eq!(
            super::of(b"Jefe", &[b"what do ya want ", b"for nothing?"]),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
