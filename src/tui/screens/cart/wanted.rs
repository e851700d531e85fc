//! The form in which a service is put into the cart, or changed there: when, for how many, and how;
//! below it whether it can be booked and what it costs, line by line.

use chrono::NaiveDate;
use chrono_tz::Tz;
use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect, text::Line};
use traveloure_core::{
    api::{
        availability::Days,
        cart::{CartItem, Wish},
        pricing::ServiceQuote,
        service::{Check, Service},
    },
    availability::{self, Answer, Reason, SlotState},
    pricing::{Priced, PricingType},
    time::{next_day, today},
};

use crate::tui::{
    app::{
        call::{ApiError, Call, QuoteAsk, Reply, Ticket},
        cx::Cx,
        desk::Desk,
        load::Load,
    },
    commands::Action,
    layers::form::{Field, Form, Kind, Outcome},
    screens::Handled,
    widgets::{bill, text},
};

/// See the module's head.
#[derive(Debug)]
pub struct Wanted {
    service: Service,
    /// The item that is changed; none for a new one.
    pub position: Option<usize>,
    form: Form,
    /// What `quote` and `check` are about.
    asked: Option<QuoteAsk>,
    quote: Load<ServiceQuote>,
    check: Load<Check>,
    /// The times of the date that is typed.
    days: Load<Days>,
}

impl Wanted {
    /// A form that begins with `wish`; `asks` if its provider is asked first.
    #[must_use]
    pub fn new(
        service: Service,
        wish: &Wish,
        asks: bool,
        position: Option<usize>,
        cx: &mut Cx,
    ) -> Self {
        let form = form(&service, wish, asks, position.is_some(), cx.desk);
        let mut wanted = Self {
            service,
            position,
            form,
            asked: None,
            quote: Load::default(),
            check: Load::default(),
            days: Load::default(),
        };
        wanted.look(cx);
        wanted
    }

    /// What is typed as a question; none while it is none yet.
    fn ask(&self) -> Option<QuoteAsk> {
        let date = self.form.field("date").date()?;
        let end_date = self.form.try_field("end_date").and_then(Field::date);
        let time = self.form.try_field("time").and_then(Field::time);
        let party = self.form.field("travelers").number().ok()?;
        Some(QuoteAsk { date, end_date, time, party })
    }

    /// Asks what it costs and whether it is free, when something else is typed than was asked. One
    /// question of a kind is on its way at a time.
    fn look(&mut self, cx: &mut Cx) {
        let is_asking =
            self.quote.is_loading() || self.check.is_loading() || self.days.is_loading();
        let Some(ask) = self.ask().filter(|ask| !is_asking && Some(ask) != self.asked.as_ref())
        else {
            return;
        };
        let service = self.service.id;
        if self.asked.as_ref().is_none_or(|before| before.date != ask.date) {
            self.days.clear();
            let call = Call::Days { service, from: ask.date, to: next_day(ask.date) };
            let ticket = cx.call(call);
            self.days.asked(ticket, cx);
        }
        self.quote.clear();
        let ticket = cx.call(Call::Quote { service, ask: ask.clone() });
        self.quote.asked(ticket, cx);
        self.check.clear();
        let QuoteAsk { date, end_date, time, party } = ask;
        let asked = availability::Ask { date, end_date, time, party };
        let ticket = cx.call(Call::Check { service, ask: asked });
        self.check.asked(ticket, cx);
        self.asked = Some(ask);
    }

    /// Takes an answer; `false` when it is another's.
    pub fn reply(&mut self, ticket: Ticket, result: &Result<Reply, ApiError>, cx: &mut Cx) -> bool {
        let now = cx.now();
        if self.quote.waits_for(ticket) {
            self.quote.came(
                result.clone().and_then(|reply| match reply {
                    Reply::Quote(quote) => Ok(*quote),
                    _ => Err(ApiError::unexpected()),
                }),
                now,
            );
        } else if self.check.waits_for(ticket) {
            self.check.came(
                result.clone().and_then(|reply| match reply {
                    Reply::Check(check) => Ok(check),
                    _ => Err(ApiError::unexpected()),
                }),
                now,
            );
        } else if self.days.waits_for(ticket) {
            self.days.came(
                result.clone().and_then(|reply| match reply {
                    Reply::Days(days) => Ok(days),
                    _ => Err(ApiError::unexpected()),
                }),
                now,
            );
            self.say_times();
        } else {
            return false;
        }
        self.look(cx);
        true
    }

    /// The slots of the date of which something is left.
    fn slots(&self) -> Vec<SlotState> {
        let days = self.days.get().into_iter().flat_map(|days| &days.days);
        days.flat_map(|day| &day.slots).filter(|slot| slot.left > 0).copied().collect()
    }

    /// Why it is closed; where a time is missing, with those that there are.
    fn in_words(&self, reason: &Reason) -> String {
        let times: Vec<String> =
            self.slots().into_iter().map(|slot| text::clock(slot.time)).collect();
        if *reason == Reason::TimeNeeded && !times.is_empty() {
            return format!("it is sold at certain times: name {}", times.join(" or "));
        }
        reason.to_string()
    }

    /// The times there are, below the field for it; the only one is filled in.
    fn say_times(&mut self) {
        let slots = self.slots();
        let said: Vec<String> = slots
            .iter()
            .map(|slot| format!("{} ({} left)", text::clock(slot.time), slot.left))
            .collect();
        let Some(field) = self.form.field_mut("time") else { return };
        field.hint = if said.is_empty() {
            "leave it empty where there are no times".to_owned()
        } else {
            said.join(", ")
        };
        if let [one] = slots.as_slice()
            && field.is_empty()
        {
            field.set(&text::clock(one.time));
        }
    }

    /// A command of the form; the item once the person wants it so.
    pub fn act(&mut self, action: Action, cx: &mut Cx) -> (Handled, Option<CartItem>) {
        let outcome = self.form.act(action);
        self.look(cx);
        match outcome {
            Outcome::Submit => (Handled::Consumed, self.item()),
            Outcome::Edit(text) => {
                cx.edit(text);
                (Handled::Consumed, None)
            }
            Outcome::Consumed => (Handled::Consumed, None),
            Outcome::Ignored => (Handled::Ignored, None),
        }
    }

    fn item(&self) -> Option<CartItem> {
        let ask = self.ask()?;
        let wish = Wish {
            service_id: self.service.id,
            date: ask.date,
            end_date: ask.end_date,
            time: ask.time,
            travelers: ask.party,
            special_requests: self.form.text("special_requests"),
            expected_total: None,
            trip_item_id: None,
        };
        let asks = self.form.text("how") == "request";
        Some(if asks { CartItem::Request(wish) } else { CartItem::Instant(wish) })
    }

    pub fn key(&mut self, key: KeyEvent, cx: &mut Cx) {
        self.form.key(key);
        self.look(cx);
    }

    pub fn paste(&mut self, text: &str, cx: &mut Cx) {
        self.form.paste(text);
        self.look(cx);
    }

    pub fn edited(&mut self, text: &str) {
        self.form.edited(text);
    }

    #[must_use]
    pub fn is_idle(&self) -> bool {
        !self.quote.is_loading() && !self.check.is_loading() && !self.days.is_loading()
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let width = area.width.min(76).saturating_sub(4);
        self.form.below(self.below(width, desk));
        self.form.draw(frame, area, desk);
    }

    fn below(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let mut lines = vec![Line::default()];
        match (self.check.get().map(|check| &check.explanation.answer), self.check.error()) {
            (Some(Answer::Open { left: Some(left) }), _) => {
                let words = format!("{} can be booked; {left} left", desk.look.symbols.yes);
                lines.extend(text::wrapped(&words, width, theme.good));
            }
            (Some(Answer::Open { left: None }), _) => {
                let words = format!("{} can be booked", desk.look.symbols.yes);
                lines.extend(text::wrapped(&words, width, theme.good));
            }
            (Some(Answer::Closed { reasons }), _) => {
                let mut said: Vec<String> =
                    reasons.iter().map(|reason| self.in_words(reason)).collect();
                // A guide and a van that are taken read the same where nobody is told their names.
                said.dedup();
                for reason in said.iter().take(3) {
                    let words = format!("{} {reason}", desk.look.symbols.no);
                    lines.extend(text::wrapped(&words, width, theme.bad));
                }
            }
            (None, Some(error)) => {
                lines.extend(text::wrapped(&error.to_string(), width, theme.warn));
            }
            (None, None) => lines.push(Line::styled("asking whether it is free", theme.dim)),
        }
        match (self.quote.get(), self.quote.error()) {
            (Some(quote), _) => {
                let zone = self.service.zone;
                lines.extend(price_lines(&quote.priced, quote.date, zone, width, desk));
            }
            (None, Some(error)) if self.check.error().is_none() => {
                lines.extend(text::wrapped(&error.to_string(), width, theme.warn));
            }
            _ => {}
        }
        lines
    }
}

/// A price for `date` at a service in `zone` as the traveler reads it, line by line.
#[must_use]
pub fn price_lines(
    priced: &Priced,
    date: NaiveDate,
    zone: Tz,
    width: u16,
    desk: &Desk,
) -> Vec<Line<'static>> {
    bill::for_traveler(priced, date, today(desk.now, zone), &desk.look.theme)
        .iter()
        .map(|entry| Line::styled(bill::row(entry, width), entry.style))
        .collect()
}

fn form(service: &Service, wish: &Wish, asks: bool, is_change: bool, desk: &Desk) -> Form {
    let today = today(desk.now, service.zone);
    let mut fields =
        vec![Field::new("date", "Date", Kind::Date { today }).with(&wish.date.to_string())];
    if service.by_night {
        let end = wish.end_date.unwrap_or_else(|| next_day(wish.date));
        fields.push(
            Field::new("end_date", "Until", Kind::Date { today })
                .with(&end.to_string())
                .hint("the day of leaving"),
        );
    } else {
        let time = wish.time.map(text::clock).unwrap_or_default();
        fields.push(Field::new("time", "Time", Kind::Time).with(&time).optional());
    }
    let mut options = vec![("request", "its provider is asked first".to_owned())];
    if service.pricing_type != PricingType::QuoteBased {
        options.insert(0, ("instant", "booked at once".to_owned()));
    }
    let chosen = usize::from(asks && options.len() > 1);
    fields.extend([
        Field::new("travelers", "People", Kind::Number { min: 1, max: 1_000 })
            .with(&wish.travelers.to_string()),
        Field::new("how", "How", Kind::Choice { options, chosen }).hint("left and right choose"),
        Field::new("special_requests", "Words", Kind::Lines)
            .with(&wish.special_requests)
            .optional()
            .hint("what the provider should know"),
    ]);
    let does = if is_change { "change it" } else { "into the cart" };
    Form::new(text::clean(&service.name).into_owned(), does, fields)
}
