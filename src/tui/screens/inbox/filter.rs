//! Which requests the inbox shows.

use traveloure_core::{
    api::request::{Request, RequestRow},
    ids::RequestId,
    request::Status,
};

use crate::tui::{
    app::{
        call::{Call, RequestFilter},
        desk::Desk,
    },
    commands::InboxAct,
    listing::{self, Row},
};

/// One of the views that a chord of the inbox chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum View {
    #[default]
    ToAnswer,
    Waiting,
    Accepted,
    Declined,
    /// Expired or withdrawn.
    Lapsed,
    All,
}

impl View {
    /// The view that a command asks for.
    #[must_use]
    pub const fn of(act: InboxAct) -> Option<Self> {
        Some(match act {
            InboxAct::ShowToAnswer => Self::ToAnswer,
            InboxAct::ShowWaiting => Self::Waiting,
            InboxAct::ShowAccepted => Self::Accepted,
            InboxAct::ShowDeclined => Self::Declined,
            InboxAct::ShowLapsed => Self::Lapsed,
            InboxAct::ShowAll => Self::All,
            _ => return None,
        })
    }

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::ToAnswer => "To answer",
            Self::Waiting => "Waiting for the traveler",
            Self::Accepted => "Accepted",
            Self::Declined => "Declined",
            Self::Lapsed => "Expired or withdrawn",
            Self::All => "All requests",
        }
    }

    /// What is said when there is none.
    #[must_use]
    pub const fn none_words(self) -> &'static str {
        match self {
            Self::ToAnswer => "Nothing waits for your answer.",
            Self::Waiting => "No offer of yours waits for a traveler.",
            Self::Accepted => "Nothing has been accepted yet.",
            Self::Declined => "Nothing has been declined.",
            Self::Lapsed => "Nothing has expired or been withdrawn.",
            Self::All => "No request has come yet.",
        }
    }

    const fn statuses(self) -> &'static [Status] {
        match self {
            Self::ToAnswer => &[Status::PendingProvider],
            Self::Waiting => &[Status::CounterOffered],
            Self::Accepted => &[Status::Accepted],
            Self::Declined => &[Status::Declined],
            Self::Lapsed => &[Status::Expired, Status::Withdrawn],
            Self::All => &[],
        }
    }

    /// Whether what expires first comes first; else what changed last.
    const fn is_by_deadline(self) -> bool {
        matches!(self, Self::ToAnswer | Self::Waiting)
    }
}

/// A view, narrowed by words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub view: View,
    pub words: String,
}

impl listing::Filter for Filter {
    type Row = RequestRow;

    fn words(&self) -> &str {
        &self.words
    }

    fn with_words(&self, words: String) -> Self {
        Self { words, ..*self }
    }

    fn is_apart_from(&self, other: &Self) -> bool {
        self.view != other.view
    }

    fn page(&self, after: Option<String>, limit: u32, desk: &Desk) -> Option<Call> {
        let filter = RequestFilter {
            inbox: self.view.is_by_deadline(),
            statuses: self.view.statuses().to_vec(),
            words: self.words.trim().to_owned(),
            service: None,
        };
        Some(Call::Requests { provider: desk.provider()?, filter, after, limit })
    }

    fn admits(&self, row: &RequestRow, _: &Desk) -> bool {
        let statuses = self.view.statuses();
        (statuses.is_empty() || statuses.contains(&row.status)) && row.has(&self.words)
    }

    fn place(&self, row: &RequestRow, rows: &[RequestRow]) -> usize {
        if self.view.is_by_deadline() {
            rows.partition_point(|other| (other.expires_at, other.id) < (row.expires_at, row.id))
        } else {
            rows.partition_point(|other| (other.updated_at, other.id) > (row.updated_at, row.id))
        }
    }
}

impl Row for RequestRow {
    type Id = RequestId;

    fn id(&self) -> RequestId {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn has(&self, words: &str) -> bool {
        let words = words.trim().to_lowercase();
        words.is_empty()
            || [&self.traveler_name, &self.service_name, &self.provider_name]
                .iter()
                .any(|name| name.to_lowercase().contains(&words))
    }
}

impl listing::Whole for Request {
    type Id = RequestId;

    fn id(&self) -> RequestId {
        self.row.id
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn fetch(id: RequestId) -> Call {
        Call::Request(id)
    }
}
