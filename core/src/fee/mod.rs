//! What the platform keeps of a booking: the rules, and the decision between them.

mod rule;

pub use rule::{Considered, FeeDecision, FeeMethod, FeeRule, FeeType, Outcome};
