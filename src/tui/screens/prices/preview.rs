//! What a draft, or an edit that is still being typed, would change: the plan, kept until something
//! it depends on is another, so that drawing costs nothing.

use chrono::{Days, NaiveDate};
use ratatui::{
    style::Style,
    text::{Line, Span},
};
use traveloure_core::{
    pricing::{DateTotal, MAX_WINDOW_DAYS, PriceChange, PricePlan, PricingTerms, Window, plan},
    text::clean_line,
};

use super::figures::range;
use crate::{
    terminal::fit,
    tui::{app::desk::Desk, widgets::text},
};

/// How far ahead prices are compared, in days, unless the terms reach further.
const YEAR: u64 = 365;

/// See the module's head.
#[derive(Clone, Debug)]
pub struct Preview {
    saved: PricingTerms,
    terms: PricingTerms,
    party: u32,
    today: NaiveDate,
    plan: PricePlan,
}

impl Preview {
    /// What changes from `saved` to `terms` for a party; none if no plan can be made.
    #[must_use]
    pub fn new(
        saved: &PricingTerms,
        terms: &PricingTerms,
        party: u32,
        today: NaiveDate,
    ) -> Option<Self> {
        let farthest = today.checked_add_days(Days::new(MAX_WINDOW_DAYS.unsigned_abs() - 1))?;
        let year = today.checked_add_days(Days::new(YEAR))?;
        let reach = [reach(saved), reach(terms)].into_iter().flatten().max().unwrap_or(year);
        let window =
            Window { from: today, to: reach.max(year).min(farthest), party, booked_on: today };
        let plan = plan(Some(saved), terms, window).ok()?;
        Some(Self { saved: saved.clone(), terms: terms.clone(), party, today, plan })
    }

    /// Whether this is the plan for these values.
    #[must_use]
    pub fn is_of(
        &self,
        saved: &PricingTerms,
        terms: &PricingTerms,
        party: u32,
        today: NaiveDate,
    ) -> bool {
        (self.party, self.today) == (party, today) && self.saved == *saved && self.terms == *terms
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plan.is_empty()
    }

    /// In a line: how many dates change, and how.
    #[must_use]
    pub fn summary(&self) -> String {
        let who = text::counted(self.party.into(), "person", "people");
        let days: u32 = self.plan.changes.iter().map(PriceChange::days).sum();
        if days == 0 {
            return format!("No date changes price for {who}");
        }
        let dates = text::counted(days.into(), "date changes", "dates change");
        let mut parts = Vec::new();
        for (count, word) in [(self.plan.dearer, "dearer"), (self.plan.cheaper, "cheaper")] {
            if count > 0 {
                parts.push(format!("{count} {word}"));
            }
        }
        let how = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        format!("{dates} for {who}{how}")
    }

    /// The whole plan, wrapped to `width`.
    #[must_use]
    pub fn lines(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let summary = format!("{}.", self.summary());
        let mut lines = text::wrapped(&summary, width, desk.look.theme.strong);
        lines.extend(self.changes(width, desk));
        lines
    }

    /// The dates with their old and new price, then the lines of the terms that go and come.
    #[must_use]
    pub fn changes(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let mut lines = self.change_lines(desk);
        let (removed, added) = (&self.plan.removed, &self.plan.added);
        let trades = !removed.is_empty() || !added.is_empty();
        if trades && !lines.is_empty() {
            lines.push(Line::default());
        }
        let both = [("-", removed, theme.bad), ("+", added, theme.good)];
        for (sign, which, style) in both {
            for line in which {
                lines.extend(text::wrapped(&format!("{sign} {}", clean_line(line)), width, style));
            }
        }
        lines
    }

    fn change_lines(&self, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let changes = &self.plan.changes;
        let rows: Vec<[String; 3]> = changes
            .iter()
            .map(|change| {
                let dates = range(change.from, change.to, self.today);
                [dates, bare(change.before), shown(change.after)]
            })
            .collect();
        let widest =
            |column: usize| rows.iter().map(|row| fit::width(&row[column])).max().unwrap_or(0);
        let widths = [widest(0), widest(1), widest(2)];
        rows.iter()
            .zip(changes)
            .map(|([dates, before, after], change)| {
                let (word, style) = direction(change, desk);
                Line::from(vec![
                    Span::styled(fit::pad_end(dates, widths[0]), theme.text),
                    Span::styled(format!("  {}", fit::pad_start(before, widths[1])), theme.dim),
                    Span::styled(format!(" {} ", desk.look.symbols.arrow), theme.dim),
                    Span::styled(fit::pad_start(after, widths[2]), style),
                    Span::styled(format!(" {word}"), style),
                ])
            })
            .collect()
    }
}

/// The last date that `terms` say something about.
fn reach(terms: &PricingTerms) -> Option<NaiveDate> {
    let seasons = terms.seasonal_pricing.iter().map(|season| season.to);
    seasons.chain(terms.date_overrides.iter().map(|own| own.date)).max()
}

fn shown(total: DateTotal) -> String {
    match total {
        DateTotal::Price(price) => price.to_string(),
        DateTotal::Estimate(range) => format!("{} - {}", range.min.amount(), range.max),
        DateTotal::None => "no price".to_owned(),
    }
}

/// Without the currency, which stands behind the new price.
fn bare(total: DateTotal) -> String {
    match total {
        DateTotal::Price(price) => price.amount().to_string(),
        DateTotal::Estimate(range) => {
            format!("{} - {}", range.min.amount(), range.max.amount())
        }
        DateTotal::None => "no price".to_owned(),
    }
}

fn direction(change: &PriceChange, desk: &Desk) -> (&'static str, Style) {
    let theme = &desk.look.theme;
    match (change.before, change.after) {
        (DateTotal::Price(old), DateTotal::Price(new)) if old.currency() == new.currency() => {
            if new.amount() > old.amount() {
                ("dearer", theme.partly)
            } else {
                ("cheaper", theme.held)
            }
        }
        _ => ("", theme.text),
    }
}
