//! What is looked for.

use traveloure_core::{api::service::FoundService, ids::ServiceId};

use crate::tui::{
    app::{
        call::{Call, SearchFilter},
        desk::Desk,
    },
    listing,
};

/// Where, when and for how many, narrowed by words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter(pub SearchFilter);

impl listing::Filter for Filter {
    type Row = FoundService;

    fn words(&self) -> &str {
        &self.0.words
    }

    fn with_words(&self, words: String) -> Self {
        Self(SearchFilter { words, ..self.0.clone() })
    }

    fn is_apart_from(&self, other: &Self) -> bool {
        SearchFilter { words: String::new(), ..self.0.clone() }
            != SearchFilter { words: String::new(), ..other.0.clone() }
    }

    fn page(&self, after: Option<String>, limit: u32, _: &Desk) -> Option<Call> {
        Some(Call::Search { filter: self.0.clone(), after, limit })
    }

    /// Whether a service belongs here only the server knows: it counts what is free.
    fn admits(&self, _: &FoundService, _: &Desk) -> bool {
        true
    }

    fn place(&self, _: &FoundService, rows: &[FoundService]) -> usize {
        rows.len()
    }
}

impl listing::Row for FoundService {
    type Id = ServiceId;

    fn id(&self) -> ServiceId {
        self.service.id
    }

    fn version(&self) -> i64 {
        self.service.version
    }

    fn has(&self, words: &str) -> bool {
        let words = words.trim().to_lowercase();
        words.is_empty()
            || [&self.service.name, &self.service.provider_name]
                .iter()
                .any(|name| name.to_lowercase().contains(&words))
    }
}
