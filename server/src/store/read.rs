//! Reading stored words and numbers back into the domain's types.

use std::fmt::Display;

use serde::de::{DeserializeOwned, value::StrDeserializer};

use crate::error::{AppError, AppResult, Fault};

/// The fault of a stored value that its type does not know.
pub fn corrupt(what: &'static str, id: impl Display, reason: impl Display) -> AppError {
    Fault::Corrupt { what, id: id.to_string(), reason: reason.to_string() }.into()
}

/// A stored word as the variant that has it as its serde name.
pub fn enumerated<T: DeserializeOwned>(
    what: &'static str,
    id: impl Display,
    word: &str,
) -> AppResult<T> {
    let words: StrDeserializer<'_, serde::de::value::Error> = StrDeserializer::new(word);
    T::deserialize(words).map_err(|error| corrupt(what, id, error))
}

/// A count that a constraint keeps from being negative.
pub fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// A count as the column takes it; what does not fit is refused before it gets here.
pub fn column(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A pattern for LIKE that finds `words` anywhere, whatever LIKE would make of their characters.
pub fn contains(words: &str) -> String {
    let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// A count of rows.
pub fn count_of(rows: i64) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
