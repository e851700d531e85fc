//! Cursors of pages: the last row's place in the order. Opaque to callers.

use std::fmt::Write;

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
    parts.ok_or_else(malformed)
}

/// The cursor behind the row of that name and id.
pub fn write_name(name: &str, id: Uuid) -> String {
    let mut cursor = String::with_capacity(name.len() * 2 + 33);
    for byte in name.bytes() {
        let _ = write!(cursor, "{byte:02x}");
    }
    let _ = write!(cursor, ".{}", id.simple());
    cursor
}

/// Reads such a cursor back.
///
/// # Errors
/// [`Code::MalformedParameter`].
pub fn read_name(cursor: &str) -> AppResult<(String, Uuid)> {
    let parts = cursor.split_once('.').and_then(|(name, id)| {
        let bytes: Option<Vec<u8>> = name
            .as_bytes()
            .chunks(2)
            .map(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())
            .collect();
        Some((String::from_utf8(bytes?).ok()?, Uuid::try_parse(id).ok()?))
    });
    // PostgreSQL has no text with a NUL in it.
    parts.filter(|(name, _)| !name.contains('\0')).ok_or_else(malformed)
}

/// The refusal of what is no cursor of the list.
pub fn malformed() -> AppError {
    AppError::refused(
        Code::MalformedParameter,
        "`after` is not a cursor of this list; pass on the `next` of the page before.",
    )
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

    #[test]
    fn a_name_is_read_back_whatever_is_in_it() {
        let id = Uuid::from_u128(7);
        for name in ["", "a.b c", "größe \u{1f30d}"] {
            assert_eq!(read_name(&write_name(name, id)).unwrap(), (name.to_owned(), id));
        }
        let nul = write_name("a\0", id);
        for wrong in ["", ".", "zz.7", "ff.7", &nul, "7f"] {
            assert!(read_name(wrong).is_err(), "{wrong}");
        }
    }
}
