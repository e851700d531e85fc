//! Rules as lines of text, one rule a line, for people who would rather write than fill in forms.
//!
//! | line | what it says |
//! |---|---|
//! | `on` · `off` | the switch |
//! | `daily cap 12` | so many a day |
//! | `every tue,thu 09:00 cap 8 except 24 dec` | a time slot, the weekdays it runs on, the dates it does not |
//! | `every day 09:00 cap 8 off` | a slot that is suspended |
//! | `2026-12-24 09:00 cap 12` · `24-26 dec cap 6` | another capacity on these dates, of a slot or of the day |
//! | `counts per person` · `counts per booking` | what takes one of the capacity |
//! | `open only 2026-07-01 - 2026-07-31` | nothing else is open; several such lines add up |
//! | `closed 24 dec - 2 jan, 2027-05-01` | these dates are closed |
//! | `closed 2026-12-25 "Christmas"` | the same with a note |
//! | `closed every mon,tue except 2026-12-28 "rest"` | every week |
//! | `closed every year 24 dec - 26 dec` | every year; it is kept as an RRULE |
//! | `closed RRULE:FREQ=MONTHLY;BYDAY=-1SU from 2026-01-01 except …` | as RFC 5545 repeats it, by whole days |
//! | `notice 24h` | how long before the start a booking must be made |
//! | `horizon 365d` | how far ahead |
//! | `party 1-8` · `party 2+` · `party up to 8` · `party 4` | sizes of party |
//! | `buffer 30m before 15m after` · `buffer 30m` | time to keep free |
//! | `# …` | ignored, and not kept |
//!
//! | part | how it may be written |
//! |---|---|
//! | date | `2026-12-24`, `24 dec`, `dec 24`, `24 december 2026`, `24-26 dec`, `today`, `tomorrow` |
//! | range | `A - B`, `A to B`; both days included |
//! | without a year | the next such date from today; of a range, the next that is not over |
//! | time | `09:00`, `9:30`, `9am`; several with commas make several slots |
//! | weekdays | `mon`, `monday`, `mon-fri`, `weekdays`, `weekends`, `day`; commas, `and` or blanks between |
//! | length | `30m`, `24h`, `2d`, `1w`, `1h30m`, `24 hours` |
//! | words | `cap` is also `capacity`, `max`, `seats`; `closed` also `blocked`; `except` also `but`, `not`; case is ignored |
//!
//! What is read is normalised, and reading what was written gives the same rules.

mod closed;
mod dates;
mod read;
mod values;
mod words;
mod write;

use chrono::NaiveDate;

use super::{
    closure::Closure,
    rules::{AvailabilityRules, AvailabilityType},
};
use crate::line_error::LineError;

/// Reads rules from text. `today` is the date in the service's zone, from which dates without a
/// year are counted. The type of availability is not part of the text.
///
/// # Errors
/// One [`LineError`] for each line that cannot be read; if all can, one for each thing that
/// [`validate`](AvailabilityRules::validate) refuses, at the line that says it.
pub fn parse(
    text: &str,
    kind: AvailabilityType,
    today: NaiveDate,
) -> Result<AvailabilityRules, Vec<LineError>> {
    read::read(text, kind, today)
}

/// A closure as a line of the language.
#[must_use]
pub fn closure_line(closure: &Closure) -> String {
    write::closure_line(closure)
}

impl AvailabilityRules {
    /// The rules as lines that [`parse`] reads back as the normalised rules.
    #[must_use]
    pub fn to_text(&self) -> String {
        write::write(self)
    }
}
