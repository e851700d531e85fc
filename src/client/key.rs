//! The `Idempotency-Key` of an act.

use std::fmt;

/// Names one act of a person. However often it is sent under its key, it takes effect once, and
/// every answer is the first one's. A second act needs a key of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// A key that nobody has used before.
    #[must_use]
    pub fn random() -> Self {
        Self(format!("{:032x}", rand::random::<u128>()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A key of the caller's own, for scripts that may run twice; the server says which it takes.
impl From<String> for Key {
    fn from(key: String) -> Self {
        Self(key)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
