//! The terms as rows that a cursor moves over: each thing they say once, under headings.

use chrono::NaiveDate;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};
use rust_decimal::Decimal;
use traveloure_core::{
    money::Money,
    pricing::{DepositType, LeadTime, LeadTimeDiscount, PricingTerms, PricingType, Season},
};

use super::{
    figures::{percent_change, plain, range},
    forms::What,
    signs,
};
use crate::{
    terminal::fit,
    tui::{
        app::desk::Desk,
        theme::Look,
        widgets::{list::ListState, text},
    },
};

/// A row of the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    Heading(&'static str),
    Item(Item),
}

/// One thing that the terms say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub what: What,
    sign: &'static str,
    style: Style,
    name: String,
    when: String,
    change: String,
    price: String,
}

impl Item {
    fn new(what: What, name: impl Into<String>) -> Self {
        Self {
            what,
            sign: " ",
            style: Style::new(),
            name: name.into(),
            when: String::new(),
            change: String::new(),
            price: String::new(),
        }
    }
}

/// Everything that `terms` say.
#[must_use]
pub fn rows(terms: &PricingTerms, today: NaiveDate, look: &Look) -> Vec<Row> {
    let mut rows = vec![Row::Heading("Price"), Row::Item(price(terms))];
    let mut section = |heading: &'static str, items: Vec<Item>| {
        if !items.is_empty() {
            rows.push(Row::Heading(heading));
            rows.extend(items.into_iter().map(Row::Item));
        }
    };
    let seasons = terms.seasonal_pricing.iter();
    section("Seasons", seasons.map(|season| season_item(terms, season, today, look)).collect());
    let dates = terms.date_overrides.iter().map(|own| Item {
        sign: look.symbols.mark,
        style: look.theme.marked,
        price: plain(own.price, terms.currency),
        ..Item::new(What::Date(Some(own.clone())), text::day(own.date, today))
    });
    section("Dates with a price of their own", dates.collect());
    let groups = terms.group_discounts.iter().map(|tier| Item {
        price: format!("{}% off", tier.discount_percent),
        ..Item::new(What::Group(Some(tier.clone())), format!("from {} people", tier.min_people))
    });
    let leads = terms.lead_time_discounts.iter().map(|tier| Item {
        price: format!("{}% off", tier.discount_percent),
        ..Item::new(What::Lead(Some(tier.clone())), lead_words(tier))
    });
    section("Discounts", groups.chain(leads).collect());
    section("Deposit", vec![deposit(terms)]);
    rows
}

fn price(terms: &PricingTerms) -> Item {
    let currency = terms.currency;
    let each = if terms.per_person { "per person" } else { "per party" };
    let (name, price) = match (terms.pricing_type, terms.base_price) {
        (PricingType::QuoteBased, _) => {
            let end = |amount: Option<Decimal>| {
                amount.map_or_else(|| "?".to_owned(), |amount| plain(amount, currency))
            };
            let (min, max) = (end(terms.estimated_range_min), end(terms.estimated_range_max));
            ("Your offer, about", format!("{min} - {max}"))
        }
        (_, Some(base)) => ("Base price", plain(base, currency)),
        (_, None) => ("Base price", "none yet".to_owned()),
    };
    Item { when: format!("{currency} {each}"), price, ..Item::new(What::Price, name) }
}

fn season_item(terms: &PricingTerms, season: &Season, today: NaiveDate, look: &Look) -> Item {
    let base = terms.base_price.and_then(|base| Money::try_new(base, terms.currency).ok());
    let price = base.and_then(|base| base.times(season.multiplier).ok());
    Item {
        sign: signs::letter(terms, season),
        style: signs::style(season.multiplier, look),
        when: range(season.from, season.to, today),
        change: percent_change(season.multiplier),
        price: price.map_or_else(String::new, |price| price.amount().to_string()),
        ..Item::new(What::Season(Some(season.clone())), season.season.clone())
    }
}

fn lead_words(tier: &LeadTimeDiscount) -> String {
    let days = text::counted(tier.days_before.into(), "day", "days");
    match (tier.kind, tier.days_before) {
        (LeadTime::Early, _) => format!("{days} before or more"),
        (LeadTime::LastMinute, 0) => "on the day".to_owned(),
        (LeadTime::LastMinute, _) => format!("{days} before or fewer"),
    }
}

fn deposit(terms: &PricingTerms) -> Item {
    let figure = match terms.deposit_type.filter(|_| terms.requires_deposit) {
        None => None,
        Some(DepositType::Percentage) => {
            terms.deposit_percentage.map(|percent| format!("{percent}%"))
        }
        Some(DepositType::Fixed) => terms.deposit_amount.map(|a| plain(a, terms.currency)),
    };
    match figure {
        Some(price) => Item { price, ..Item::new(What::Deposit, "Due at once") },
        None => Item { price: "none".to_owned(), ..Item::new(What::Deposit, "Due at once") },
    }
}

/// Puts the cursor on an item: the one it is on, else the next in the direction it came from.
pub fn onto_item(list: &mut ListState, rows: &[Row], goes_down: bool) {
    let is_item = |index: &usize| matches!(rows.get(*index), Some(Row::Item(_)));
    let at = list.cursor();
    let mut below = (at..rows.len()).filter(is_item);
    let mut above = (0..=at).rev().filter(is_item);
    let found =
        if goes_down { below.next().or(above.next()) } else { above.next().or(below.next()) };
    list.select(found.unwrap_or(0), rows.len());
}

/// Draws the visible rows into `area`.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    rows: &[Row],
    list: &mut ListState,
    has_keys: bool,
    desk: &Desk,
) {
    let theme = &desk.look.theme;
    let widths = Widths::of(rows, area.width);
    for (index, y) in list.visible(area, rows.len()).zip(0..) {
        let line = text::row(area, y);
        match &rows[index] {
            Row::Heading(heading) => {
                text::put(buffer, line, heading, theme.title);
            }
            Row::Item(item) => {
                let cursor = (index == list.cursor()).then_some(if has_keys {
                    theme.cursor
                } else {
                    theme.cursor_idle
                });
                widths.draw(buffer, line, item, cursor, desk);
            }
        }
    }
}

/// How wide the columns at the right are; the name gets what is left.
#[derive(Clone, Copy, Debug)]
struct Widths {
    when: u16,
    change: u16,
    price: u16,
}

/// The least that is left of a name.
const NAME: u16 = 8;
/// Cursor, sign and a blank.
const SIGNS: u16 = 3;

impl Widths {
    /// The change gives way first, then the dates.
    fn of(rows: &[Row], width: u16) -> Self {
        let widest = |of: fn(&Item) -> &str| {
            let items = rows.iter().filter_map(|row| match row {
                Row::Item(item) => Some(fit::width(of(item))),
                Row::Heading(_) => None,
            });
            u16::try_from(items.max().unwrap_or(0)).unwrap_or(u16::MAX)
        };
        let mut widths = Self {
            when: widest(|item| &item.when),
            change: widest(|item| &item.change),
            price: widest(|item| &item.price),
        };
        let room = width.saturating_sub(SIGNS + NAME);
        if widths.needed() > room {
            widths.change = 0;
        }
        if widths.needed() > room {
            widths.when = 0;
        }
        widths
    }

    fn needed(self) -> u16 {
        let columns = [self.when, self.change, self.price];
        columns.iter().filter(|width| **width > 0).map(|width| width.saturating_add(1)).sum()
    }

    fn draw(
        self,
        buffer: &mut Buffer,
        area: Rect,
        item: &Item,
        cursor: Option<Style>,
        desk: &Desk,
    ) {
        let theme = &desk.look.theme;
        if let Some(style) = cursor {
            buffer.set_style(area, style);
            text::put(buffer, area, desk.look.symbols.cursor, style);
        }
        let style = |own: Style| cursor.unwrap_or(own);
        let mut rest = inset(area, 1);
        text::put(buffer, rest, item.sign, style(item.style));
        rest = inset(rest, SIGNS - 1);
        for (words, width, own) in
            [(&item.price, self.price, theme.text), (&item.change, self.change, item.style)]
        {
            // A row without that column leaves it to its name.
            if width > 0 && !words.is_empty() {
                let right = width.min(rest.width);
                let cell = Rect { x: rest.right() - right, width: right, ..rest };
                text::put_end(buffer, cell, words, style(own));
            }
            if width > 0 && !(words.is_empty() && item.when.is_empty()) {
                rest.width = rest.width.saturating_sub(width + 1);
            }
        }
        if self.when > 0 && !item.when.is_empty() {
            let right = self.when.min(rest.width);
            let cell = Rect { x: rest.right() - right, width: right, ..rest };
            text::put(buffer, cell, &item.when, style(theme.dim));
            rest.width = rest.width.saturating_sub(self.when + 1);
        }
        text::put(buffer, rest, &item.name, style(theme.text));
    }
}

fn inset(area: Rect, columns: u16) -> Rect {
    let columns = columns.min(area.width);
    Rect { x: area.x + columns, width: area.width - columns, ..area }
}
