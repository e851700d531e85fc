//! A counter-offer: the form, and beside it what one's own prices say, the difference, what the
//! platform keeps and what one receives, and whether the day is free.

use chrono::{NaiveDate, NaiveTime};
use ratatui::{
    Frame,
    layout::{Rect, Size},
    style::Style,
    text::Line,
};
use traveloure_core::{
    api::{
        fee::FeeCalculation,
        pricing::ServiceQuote,
        request::{CounterOffer, RequestRow},
        service::Check,
    },
    availability::{self, Answer as Availability},
    money::Money,
    pricing::Priced,
    time::today,
};

use super::{
    super::{answers::Target, preview::two_ends},
    DraftName, Step, Words,
};
use crate::tui::{
    app::{
        call::{ApiError, Call, QuoteAsk, Reply, Ticket},
        cx::Cx,
        desk::Desk,
        load::Load,
        unsent::Answer,
    },
    commands::Action,
    layers::form::{Field, Form, Kind, Outcome},
    widgets::{popup, text},
};

/// The form, and beside it the facts.
const WIDTH: u16 = 96;
const FACTS: u16 = 36;

/// See the module's head.
#[derive(Debug)]
pub struct Countering {
    pub form: Form,
    row: RequestRow,
    /// For which day and time the prices and the calendar were asked last.
    asked_for: Option<QuoteAsk>,
    quote: Load<ServiceQuote>,
    check: Load<Check>,
    /// For which price the fee was asked last.
    asked_price: Option<Money>,
    fee: Load<FeeCalculation>,
}

/// What an offer was made with, to make the next one with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    price: String,
    message: String,
    hold: bool,
    valid_for: String,
}

impl Countering {
    /// An offer for `row`, beginning with what is on the table, or with what the last offer said.
    #[must_use]
    pub fn new(row: &RequestRow, last: Option<&Remembered>, desk: &Desk) -> Self {
        let form = offer_form(row, last, desk);
        Self {
            form,
            row: row.clone(),
            asked_for: None,
            quote: Load::default(),
            check: Load::default(),
            asked_price: None,
            fee: Load::default(),
        }
    }

    /// The same with a form that was filled in before.
    #[must_use]
    pub fn with_draft(self, form: Form) -> Self {
        Self { form, ..self }
    }

    pub fn draft_name(&self) -> DraftName {
        DraftName(self.row.id, Words::Offer)
    }

    /// What to begin the next offer with.
    #[must_use]
    pub fn remembered(&self) -> Remembered {
        Remembered {
            price: self.form.text("price"),
            message: self.form.text("message"),
            hold: self.form.field("hold").is_on(),
            valid_for: self.form.text("valid_until"),
        }
    }

    pub fn act(&mut self, action: Action, cx: &mut Cx) -> Step {
        match self.form.act(action) {
            Outcome::Submit => return self.submit(cx),
            Outcome::Edit(text) => return Step::Edit(text),
            Outcome::Consumed | Outcome::Ignored => {}
        }
        self.look_up(cx);
        Step::Stay
    }

    fn submit(&mut self, cx: &mut Cx) -> Step {
        let Ok(Some(price)) = self.form.field("price").money() else { return Step::Stay };
        if price.is_zero() {
            self.form.fault("price", "a price has to be above zero");
            return Step::Stay;
        }
        let (date, end_date, time) = self.when();
        if let (Some(date), Some(end)) = (date, end_date)
            && end <= date
        {
            self.form.fault("end_date", "is not after the day of arrival");
            return Step::Stay;
        }
        if self.is_taken(date, end_date, time) {
            let field = if time.is_some() { "time" } else { "date" };
            self.form.fault(field, "taken; another date or time may do");
            // It may be given back: the next try knows.
            self.asked_for = None;
            self.look_up(cx);
            return Step::Stay;
        }
        let valid_until = self.form.field("valid_until").span().map(|span| cx.now() + span);
        let offer = CounterOffer {
            date,
            end_date,
            time,
            travelers: None,
            price: Some(price),
            message: self.form.text("message"),
            valid_until,
            hold: self.form.field("hold").is_on(),
        };
        Step::Give(Answer::Counter(Box::new(offer)), vec![Target::of(&self.row)])
    }

    /// Whether what was looked up for these terms says that nobody can have them.
    fn is_taken(
        &self,
        date: Option<NaiveDate>,
        end_date: Option<NaiveDate>,
        time: Option<NaiveTime>,
    ) -> bool {
        let check = self.check.get();
        let check = check.filter(|check| {
            (Some(check.date), check.end_date, check.time) == (date, end_date, time)
        });
        check.is_some_and(|check| {
            let mut reasons = check.explanation.answer.reasons().iter();
            reasons.any(|reason| !reason.provider_may_overrule())
        })
    }

    fn when(&self) -> (Option<NaiveDate>, Option<NaiveDate>, Option<NaiveTime>) {
        let date = self.form.field("date").date();
        let end_date = self.form.try_field("end_date").and_then(Field::date);
        let time = self.form.try_field("time").and_then(Field::time);
        (date, end_date, time)
    }

    /// Asks what is shown beside the form for what is typed now. One question of a kind is on its
    /// way at a time; the newest is asked when it has come back.
    pub fn look_up(&mut self, cx: &mut Cx) {
        let (date, end_date, time) = self.when();
        if let Some(date) = date
            && !self.quote.is_loading()
            && !self.check.is_loading()
        {
            let party = self.row.travelers;
            let ask = QuoteAsk { date, end_date, time, party };
            if self.asked_for.as_ref() != Some(&ask) {
                let service = self.row.service_id;
                let question = availability::Ask { date, end_date, time, party };
                let ticket = cx.call(Call::Quote { service, ask: ask.clone() });
                self.quote.asked(ticket, cx);
                let ticket = cx.call(Call::Check { service, ask: question });
                self.check.asked(ticket, cx);
                self.asked_for = Some(ask);
            }
        }
        if let Ok(Some(amount)) = self.form.field("price").money()
            && self.asked_price != Some(amount)
            && !self.fee.is_loading()
            && let Some(service) = cx.desk.service(self.row.service_id)
        {
            let (provider, category) = (service.provider_id, service.category);
            let ticket = cx.call(Call::Fee { provider, category, amount });
            self.fee.asked(ticket, cx);
            self.asked_price = Some(amount);
        }
    }

    /// Takes what was looked up; `false` if it was nothing of this.
    pub fn reply(&mut self, ticket: Ticket, result: &Result<Reply, ApiError>, cx: &mut Cx) -> bool {
        let now = cx.now();
        match result.clone() {
            result if self.quote.waits_for(ticket) => self.quote.came(
                result.and_then(|reply| match reply {
                    Reply::Quote(quote) => Ok(*quote),
                    _ => Err(ApiError::unexpected()),
                }),
                now,
            ),
            result if self.check.waits_for(ticket) => self.check.came(
                result.and_then(|reply| match reply {
                    Reply::Check(check) => Ok(check),
                    _ => Err(ApiError::unexpected()),
                }),
                now,
            ),
            result if self.fee.waits_for(ticket) => self.fee.came(
                result.and_then(|reply| match reply {
                    Reply::Fee(fee) => Ok(*fee),
                    _ => Err(ApiError::unexpected()),
                }),
                now,
            ),
            _ => return false,
        }
        self.look_up(cx);
        true
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let side_by_side = area.width >= WIDTH;
        if !side_by_side {
            let facts = self.facts(area.width.min(76).saturating_sub(4), desk);
            self.form.below(facts);
            self.form.draw(frame, area, desk);
            return;
        }
        self.form.below(Vec::new());
        let form_width = WIDTH - FACTS;
        let facts = self.facts(FACTS - 4, desk);
        let lines = u16::try_from(facts.len()).unwrap_or(u16::MAX).saturating_add(2);
        let height = self.form.height(form_width, desk).max(lines);
        let place = popup::place(area, Size::new(WIDTH, height));
        let left = Rect { width: form_width, ..place };
        let right = Rect { x: place.x + form_width, width: FACTS, ..place };
        self.form.draw_at(frame, left, desk);
        let inside = popup::frame(frame, right, "What it comes to", "", &desk.look);
        for (index, line) in (0..).zip(&facts) {
            let row = text::row(inside, index);
            if row.height > 0 {
                frame.buffer_mut().set_line(row.x, row.y, line, row.width);
            }
        }
    }

    fn facts(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let mut lines = self.prices(width, desk);
        let offer = self.form.field("price").money().ok().flatten();
        if let Some(offer) = offer {
            lines.push(two_ends("Your offer", &offer.to_string(), width, theme.strong));
            if let Some(Priced::Quote(quote)) = self.quote.get().map(|quote| &quote.priced)
                && let Ok(difference) = offer.minus(quote.total)
            {
                let style = if difference.is_negative() { theme.warn } else { theme.good };
                lines.push(two_ends("Difference", &signed(difference), width, style));
            }
        }
        lines.extend(self.share(offer, width, theme.good, theme.dim));
        lines.push(Line::default());
        lines.extend(self.day(width, desk));
        lines
    }

    fn prices(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let mut lines = Vec::new();
        if let Some(price) = self.row.price {
            lines.push(two_ends("On the table", &price.to_string(), width, theme.text));
        }
        match (self.quote.get().map(|quote| &quote.priced), self.quote.error()) {
            (Some(Priced::Quote(quote)), _) => {
                lines.push(two_ends(
                    "Your own prices",
                    &quote.total.to_string(),
                    width,
                    theme.text,
                ));
            }
            (Some(Priced::Estimate(range)), _) => {
                let between = format!("{} to {}", range.min.amount(), range.max);
                lines.push(two_ends("You expect", &between, width, theme.text));
            }
            (None, Some(error)) => {
                lines.extend(text::wrapped(&format!("No price: {error}"), width, theme.warn));
            }
            (None, None) => {}
        }
        lines
    }

    /// What the provider receives of the offer, once the fee of exactly this offer is known.
    fn share(
        &self,
        offer: Option<Money>,
        width: u16,
        good: Style,
        dim: Style,
    ) -> Vec<Line<'static>> {
        let known = self.fee.get().filter(|fee| Some(fee.service_amount) == offer);
        let Some(fee) = known else { return Vec::new() };
        let keeps = fee.decision.platform_fee.to_string();
        let receives = fee.decision.provider_payout.to_string();
        vec![
            two_ends("Traveloure keeps", &keeps, width, dim),
            two_ends("You receive", &receives, width, good),
        ]
    }

    /// Whether the day is free.
    fn day(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let Some(check) = self.check.get() else { return Vec::new() };
        let here = today(desk.now, self.row.zone);
        let when = text::when(check.date, check.end_date, check.time, here);
        match &check.explanation.answer {
            Availability::Open { left: Some(left) } => {
                text::wrapped(&format!("{when}: {left} left"), width, theme.good)
            }
            Availability::Open { left: None } => {
                text::wrapped(&format!("{when}: open"), width, theme.good)
            }
            Availability::Closed { reasons } => reasons
                .iter()
                .flat_map(|reason| {
                    let words = format!("{} {reason}", desk.look.symbols.warn);
                    text::wrapped(&words, width, theme.bad)
                })
                .collect(),
        }
    }
}

fn signed(difference: Money) -> String {
    if difference.is_negative() || difference.is_zero() {
        difference.to_string()
    } else {
        format!("+{difference}")
    }
}

fn offer_form(row: &RequestRow, last: Option<&Remembered>, desk: &Desk) -> Form {
    let here = today(desk.now, row.zone);
    let service = desk.service(row.service_id);
    let by_night = row.end_date.is_some() || service.is_some_and(|service| service.by_night);
    let currency = row
        .price
        .map(Money::currency)
        .or_else(|| service.map(|service| service.currency))
        .unwrap_or(traveloure_core::money::Currency::EUR);
    let hours = service.map_or(24, |service| service.response_hours);
    let date = |name, label, date: NaiveDate| {
        Field::new(name, label, Kind::Date { today: here }).with(&date.to_string())
    };
    let mut fields = vec![date("date", "Date", row.date)];
    if by_night {
        fields.push(date("end_date", "Until", row.end_date.unwrap_or(row.date)));
    } else {
        let time = row.time.map(text::clock).unwrap_or_default();
        let field = Field::new("time", "Time", Kind::Time).with(&time).hint("as in 9:30 or 9pm");
        fields.push(if row.time.is_some() { field } else { field.optional() });
    }
    let base = row.price.map(Money::amount);
    let typed = last.map_or_else(
        || base.map(|amount| amount.to_string()).unwrap_or_default(),
        |last| last.price.clone(),
    );
    let span = last.map_or_else(|| format!("{hours}h"), |last| last.valid_for.clone());
    fields.extend([
        Field::new("price", "Price", Kind::Money { currency, base })
            .with(&typed)
            .hint("arithmetic works: =120*0.9, -10%, +15"),
        Field::new("message", "Your words", Kind::Lines)
            .optional()
            .with(last.map_or("", |last| &last.message))
            .hint("may stay empty; alt-enter begins a new line"),
        Field::new("hold", "Hold the slot", Kind::Switch(last.is_some_and(|last| last.hold)))
            .hint("nobody else gets it while the offer is valid; space turns it on and off"),
        Field::new("valid_until", "Valid for", Kind::Span).with(&span).hint("as in 45m, 24h, 2d"),
    ]);
    let title = format!("Offer to {}", text::clean(&row.traveler_name));
    let mut form = Form::new(title, "send the offer", fields);
    form.focus_on("price");
    form
}
