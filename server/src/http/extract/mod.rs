//! What handlers take out of a request.

mod act;
mod body;
mod if_match;
mod params;
mod request_id;
mod signed_in;

pub use act::Act;
pub use body::Body;
pub use if_match::IfMatch;
pub use params::{Path, Query};
pub use request_id::{RequestId, give_id};
pub use signed_in::{AsAdmin, AsProvider, Caller};
