//! Confirmation codes: short enough to read out at a reception.

// Crockford's base 32: no I, L, O or U, so that nothing is misread or spells a word.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code such as `TRV-7K3M9QXA` from 40 random bits. The store's unique constraint catches the
/// rare second use, and the caller then brings other bytes.
#[must_use]
pub fn confirmation_code(random: [u8; 8]) -> String {
    random.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).fold(
        String::from("TRV-"),
        |mut code, letter| {
            code.push(letter);
            code
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_twelve_readable_characters() {
        assert_eq!(confirmation_code([0, 1, 2, 31, 32, 33, 63, 255]), "TRV-012Z01ZZ");
    }
}
