//! What is wrong with one field of a document that a person wrote.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One complaint about one field; a document is refused with all of them at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The path of the field from the root of the document, such as `time_slots[2].capacity`.
    pub field: String,
    /// What a program decides by: stable, snake case, such as `out_of_range`.
    pub code: String,
    /// What a person reads: what is wrong and what would be right.
    pub message: String,
}

impl FieldError {
    #[must_use]
    pub fn new(
        field: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self { field: field.into(), code: code.into(), message: message.into() }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for FieldError {}
