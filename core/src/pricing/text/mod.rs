//! Terms as lines of text, for the editor and the command line.
//!
//! ```text
//! base 120 USD per person
//! season "High summer" 2026-07-01 - 2026-08-31 x1.4
//! on 2026-12-31 price 500
//! group 5+ 10%
//! early 60d 5%
//! last minute 3d 10%
//! deposit 30%
//! ```
//!
//! `quote 800 - 1500 USD` in place of `base` makes the pricing quote-based; any `season` or `on` makes
//! it dynamic, and the word `dynamic` does before there is one. `deposit 50` is a fixed amount. The
//! currency is said once, after `base` or `quote`. Words may be in capitals, lines in any order; what
//! follows a `#` is a comment and is not kept.

mod cursor;
mod parse;
mod write;

pub use parse::parse;
pub use write::{to_lines, to_text};

#[cfg(test)]
mod tests;
