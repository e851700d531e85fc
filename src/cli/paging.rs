//! How much of a list is shown, and where it goes on.

use clap::Args;
use traveloure_core::api::page::{DEFAULT_LIMIT, MAX_LIMIT, Page};

use super::sheet::Sheet;

#[derive(Debug, Args)]
pub struct Paging {
    /// How many rows at the most
    #[arg(long, default_value_t = DEFAULT_LIMIT, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_LIMIT)))]
    pub limit: u32,
    /// Go on after the page that ended with this cursor
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<String>,
}

/// Says how many of how many rows there are, and how to see more.
pub fn more<T>(page: &Page<T>, sheet: &mut Sheet) {
    let Some(next) = &page.next else { return };
    sheet.gap();
    let of = page.total.map_or_else(String::new, |total| format!(" of {total}"));
    sheet.line(format!("{}{of} shown. More with: --after {next}", page.items.len()));
}
