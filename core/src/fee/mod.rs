//! What the platform keeps of a booking: the rules, and the decision between them.

mod calculate;
mod defaults;
mod rule;

pub use calculate::calculate;
pub use defaults::{DEFAULT_FEES, DefaultFee, default_percentage};
pub use rule::{Considered, FeeDecision, FeeMethod, FeeRule, FeeType, Outcome};
