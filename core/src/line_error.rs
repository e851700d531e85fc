//! Where and why a line of a text language (availability rules, prices) could not be read.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A fault in a text of several lines, with the place to put the cursor and what to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineError {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters, at the first character that could not be read.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What would be right, where that is known; often an example of the whole line.
    pub hint: Option<String>,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for LineError {}
