//! Whether the server is there.

use super::{ApiError, Client};

impl Client {
    /// Whether the process answers at all.
    ///
    /// # Errors
    /// Offline, or something else answers at that address.
    pub async fn is_alive(&self) -> Result<(), ApiError> {
        self.get("healthz").finish().await
    }

    /// Whether it can do its work: database, migrations, background work.
    ///
    /// # Errors
    /// `unavailable` with what is missing.
    pub async fn is_ready(&self) -> Result<(), ApiError> {
        self.get("readyz").finish().await
    }
}
