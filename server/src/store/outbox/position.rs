//! A place in the order in which events are told.

use std::{fmt, str::FromStr};

/// Of an event: the transaction that appended it, then its own number. On the wire `txid-seq`.
///
/// Numbers alone would not do: a transaction that began earlier can commit later, and a reader that
/// has gone past its numbers would never see them. Transactions are told of only once every older one
/// has ended, so what has been told is never added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub txid: i64,
    pub seq: i64,
}

impl Position {
    /// Before every event of this transaction and of all later ones.
    #[must_use]
    pub const fn before(txid: i64) -> Self {
        Self { txid, seq: 0 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.txid, self.seq)
    }
}

/// A text that is no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the id of an event; they look like 812-4071")]
pub struct NoPosition;

impl FromStr for Position {
    type Err = NoPosition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (txid, seq) = text.split_once('-').ok_or(NoPosition)?;
        Ok(Self { txid: number(txid)?, seq: number(seq)? })
    }
}

// `parse` would take a sign as well.
fn number(digits: &str) -> Result<i64, NoPosition> {
    let are_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if are_digits { digits.parse().map_err(|_| NoPosition) } else { Err(NoPosition) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_position_is_refused() {
        for text in
            ["", "-", "7", "7-", "-7", "+7-1", "7--1", "7-1-1", "7-x", "99999999999999999999-1"]
        {
            assert_eq!(text.parse::<Position>(), Err(NoPosition), "{text}");
        }
    }

    proptest! {
        #[test]
        fn positions_read_back(txid in 0..=i64::MAX, seq in 0..=i64::MAX) {
            let position = Position { txid, seq };
            prop_assert_eq!(position.to_string().parse(), Ok(position));
        }

        #[test]
        fn the_transaction_counts_before_the_number(a in any::<(i64, i64)>(), b in any::<(i64, i64)>()) {
            let (one, other) = (Position { txid: a.0, seq: a.1 }, Position { txid: b.0, seq: b.1 });
            prop_assert_eq!(one.cmp(&other), a.cmp(&b));
        }
    }
}
