//! Events on their way from the outbox to whoever watches.
//!
//! ```text
//! relay     reads what has committed, in order, once for the whole process
//! hub       hands each event to the watchers that may see it, through a bounded queue each
//! follower  one watcher: what they missed, from the table; then what happens, from the hub
//! sign_ins  ends the watching of people whose sign-in has ended
//! ```

mod follower;
mod frame;
mod hub;
mod relay;
mod sign_ins;

pub use follower::Follower;
pub use hub::Hub;
pub use relay::{Relay, Watch};
pub use sign_ins::end_watching;

pub use crate::store::outbox::{Audience, Position};
