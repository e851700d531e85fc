//! Cursors of pages: the last row's place in the order. Opaque to callers.

use chrono::{DateTime, Utc};
use traveloure_core::api::problem::Code;
use uuid::Uuid;

use crate::error::{AppError, AppResult};

/// The cursor behind the row of that moment and id.
pub fn write(at: DateTime<Utc>, id: Uuid) -> String {
    format!("{:x}.{}", at.timestamp_micros(), id.simple())
}

/// Reads a cursor back.
///
/// # Errors
/// [`Code::MalformedParameter`].
pub fn read(cursor: &str) -> AppResult<(DateTime<Utc>, Uuid)> {
    let parts = cursor.split_once('.').and_then(|(at, id)| {
        let micros = i64::from_str_radix(at, 16).ok()?;
        Some((DateTime::from_timestamp_micros(micros)?, Uuid::try_parse(id).ok()?))
    });
    parts.ok_or_else(|| {
        AppError::refused(
            Code::MalformedParameter,
            "`after` is not a cursor of this list; pass on the `next` of the page before.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let at = DateTime::from_timestamp_micros(1_780_000_000_123_456).unwrap();
        let id = Uuid::from_u128(7);
        assert_eq!(read(&write(at, id)).unwrap(), (at, id));
        for wrong in ["", ".", "x.y", "7f", "7f.zz"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
