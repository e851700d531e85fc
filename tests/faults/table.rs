//! Figures, as a table.

use std::{fmt, time::Duration};

use crate::account::Account;

/// What a fault's trials gave.
#[derive(Debug, Default)]
pub struct Trials {
    pub count: usize,
    /// From the fault to what was asked for.
    pub recoveries: Vec<Duration>,
    /// What must not be, in words.
    pub wrong: Vec<String>,
    pub note: String,
}

/// One line.
#[derive(Debug)]
pub struct Line {
    pub fault: &'static str,
    pub trials: Trials,
    /// How things stood before, and stand now; none where more is to happen before it is looked at.
    pub accounts: Option<(Account, Account)>,
    pub took: Duration,
}

impl Line {
    pub fn is_good(&self) -> bool {
        self.trials.wrong.is_empty() && self.accounts.iter().all(|(_, after)| after.is_clean())
    }
}

pub fn head() -> String {
    format!(
        "{:<24} {:>6} {:>15} {:>6} {:>8} {:>7} {:>7} {:>9} {:>7} {:>4} {:>5} {:>6}",
        "fault",
        "trials",
        "recovery",
        "took",
        "bookings",
        "charges",
        "refunds",
        "transfers",
        "doubled",
        "lost",
        "seats",
        "broken"
    )
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fault, trials, accounts, took } = self;
        let recovery = recovery(&trials.recoveries);
        write!(f, "{fault:<24} {:>6} {recovery:>15} {:>4} s", trials.count, took.as_secs())?;
        if let Some((before, after)) = accounts {
            write!(
                f,
                " {:>8} {:>7} {:>7} {:>9} {:>7} {:>4} {:>5} {:>6}",
                after.bookings - before.bookings,
                after.charges - before.charges,
                after.refunds - before.refunds,
                after.transfers - before.transfers,
                after.doubled.len(),
                after.lost.len(),
                after.seats.len(),
                after.broken.len(),
            )?;
        }
        write!(f, "  {}", trials.note)?;
        let found = accounts.iter().flat_map(|(_, after)| after.problems());
        for wrong in trials.wrong.iter().chain(found).take(20) {
            write!(f, "\n    {wrong}")?;
        }
        Ok(())
    }
}

/// The median, and the longest.
fn recovery(recoveries: &[Duration]) -> String {
    let mut sorted = recoveries.to_vec();
    sorted.sort();
    match (sorted.get(sorted.len() / 2), sorted.last()) {
        (Some(median), Some(longest)) => {
            format!("{:.1}, {:.1} s", median.as_secs_f64(), longest.as_secs_f64())
        }
        _ => String::new(),
    }
}
