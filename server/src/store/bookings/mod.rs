//! Bookings.

mod completing;
mod lapsing;
mod making;
mod movements;
mod paying;
mod reading;

pub use completing::{
    complete, earned, ended, ending, lock_ended, lock_unearned, next_end, next_unearned,
    paid_on_site, unearned,
};
pub use lapsing::{cancel_unpaid, lock_unpaid, next_unpaid, unpaid};
pub use making::{CODE_UNIQUE, NewBooking, insert};
pub use movements::movements;
pub use paying::{
    BalancePlan, Chosen, asked, balance_due, balance_failed, balance_paid, balance_reminded,
    balance_reminders, balance_tried, balances_due, cancel, choose_payment, confirm, frozen,
    is_balance_due, lock_balance_reminder, next_balance, next_balance_reminder, refunded,
    resold_by,
};
pub use reading::{Scope, Wanted, get, list};
