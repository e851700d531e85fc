//! Lists come in pages, each with the cursor of the next.

use serde::{Deserialize, Serialize};

/// How many rows a page has unless the client asks for another number.
pub const DEFAULT_LIMIT: u32 = 50;
/// How many rows a page has at the most.
pub const MAX_LIMIT: u32 = 500;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Pass it as `after` for the next page; none on the last. Opaque: its form may change.
    pub next: Option<String>,
    /// How many rows the filters match in all, where the list can say so cheaply.
    pub total: Option<u64>,
}
