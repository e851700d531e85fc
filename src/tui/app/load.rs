//! Something fetched from the server, with everything a pane has to say about it.

use chrono::{DateTime, Utc};

use super::{
    call::{ApiError, Ticket},
    cx::Cx,
};

/// A value that is asked for, has come, is old, or could not be fetched. A value once there stays
/// while it is fetched again, and stays when that fails.
#[derive(Clone, Debug)]
pub struct Load<T> {
    value: Option<T>,
    asked: Option<(Ticket, DateTime<Utc>)>,
    fetched_at: Option<DateTime<Utc>>,
    error: Option<ApiError>,
}

impl<T> Default for Load<T> {
    fn default() -> Self {
        Self { value: None, asked: None, fetched_at: None, error: None }
    }
}

impl<T> Load<T> {
    /// Notes that `ticket` will bring it. An answer to an earlier question no longer counts.
    pub fn asked(&mut self, ticket: Ticket, cx: &Cx) {
        self.asked = Some((ticket, cx.now()));
    }

    /// Whether `ticket` is the one that brings it.
    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.asked.is_some_and(|(asked, _)| asked == ticket)
    }

    /// Takes what has come.
    pub fn came(&mut self, result: Result<T, ApiError>, now: DateTime<Utc>) {
        self.asked = None;
        match result {
            Ok(value) => {
                self.value = Some(value);
                self.fetched_at = Some(now);
                self.error = None;
            }
            Err(error) => self.error = Some(error),
        }
    }

    /// An answer that is on its way no longer counts.
    pub fn stop(&mut self) {
        self.asked = None;
    }

    /// Forgets the value, to ask for another one.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.as_mut()
    }

    #[must_use]
    pub fn error(&self) -> Option<&ApiError> {
        self.error.as_ref()
    }

    /// Since when an answer is awaited.
    #[must_use]
    pub fn loading_since(&self) -> Option<DateTime<Utc>> {
        self.asked.map(|(_, since)| since)
    }

    #[must_use]
    pub fn is_loading(&self) -> bool {
        self.asked.is_some()
    }

    /// When the value was fetched.
    #[must_use]
    pub fn fetched_at(&self) -> Option<DateTime<Utc>> {
        self.fetched_at
    }

    /// Nothing has been asked for yet.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        self.value.is_none() && self.asked.is_none() && self.error.is_none()
    }
}
