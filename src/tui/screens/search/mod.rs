//! Search: what can be booked where, when and for how many, and what it costs.

mod asking;
mod draw;
mod filter;
mod live;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use chrono::{DateTime, Days, Utc};
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::{Frame, layout::Rect};
use traveloure_core::{
    api::{cart::Wish, event::Event, service::Service},
    pricing::PricingType,
    time::{next_day, today},
};

use super::{Focus, Handed, Handled, Keys, Screen, Tab, cart::wanted::Wanted};
use crate::tui::{
    app::{
        call::{ApiError, Reply, SearchFilter, Ticket},
        cx::{Cx, Go},
        desk::Desk,
    },
    commands::{Action, AppAct, Context, ListAct, SearchAct},
    layers::form::{Form, Outcome},
    listing::{
        browse::{Browse, Pane},
        find::Find,
        rows::Rows,
    },
    widgets::{bars::KeyHint, scroll::Scroll, spinner},
};
use filter::Filter;

/// What is filled in over the list.
#[derive(Debug)]
enum Over {
    Asking(Box<Form>),
    Wanting(Box<Wanted>),
}

/// See the module's head.
#[derive(Debug)]
pub struct Search {
    rows: Rows<Filter>,
    find: Find<Filter>,
    pane: Pane,
    scroll: Scroll,
    over: Option<Over>,
    /// When what is shown was looked at last.
    looked_at: Option<DateTime<Utc>>,
    /// The question on its way is the same as before.
    looks_again: bool,
    /// What was read when it began.
    was_read: Option<Service>,
    is_front: bool,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            rows: Rows::new(Filter::default()),
            find: Find::default(),
            pane: Pane::List,
            scroll: Scroll::default(),
            over: None,
            looked_at: None,
            looks_again: false,
            was_read: None,
            is_front: false,
        }
    }
}

impl Search {
    fn look_for(&mut self, filter: SearchFilter, cx: &mut Cx) {
        self.find.forget();
        self.pane = Pane::List;
        self.scroll.top();
        self.looks_again = false;
        self.rows.show(Filter(filter), cx);
    }

    fn browse(&mut self) -> Browse<'_, Filter> {
        let Self { rows, find, pane, scroll, .. } = self;
        Browse { rows, find, pane, scroll }
    }

    fn back(&mut self, cx: &mut Cx) -> Handled {
        if self.over.take().is_some() {
            // The list is below it.
        } else if self.pane == Pane::Detail {
            self.pane = Pane::List;
        } else if !self.find.widen(&mut self.rows, cx) {
            return Handled::Ignored;
        }
        Handled::Consumed
    }

    fn act_on_search(&mut self, act: SearchAct, cx: &mut Cx) {
        match act {
            SearchAct::Ask => {
                let form = asking::form(&self.rows.filter().0, cx.desk);
                self.over = Some(Over::Asking(Box::new(form)));
            }
            SearchAct::Add => self.want(cx),
            SearchAct::NextDay => self.shift(1, cx),
            SearchAct::PreviousDay => self.shift(-1, cx),
        }
    }

    fn shift(&mut self, days: i64, cx: &mut Cx) {
        let mut filter = self.rows.filter().0.clone();
        let by = Days::new(days.unsigned_abs());
        let moved = |date: chrono::NaiveDate| {
            let to = if days > 0 { date.checked_add_days(by) } else { date.checked_sub_days(by) };
            to.unwrap_or(date)
        };
        filter.date = filter.date.map(moved);
        filter.end_date = filter.end_date.map(moved);
        self.look_for(filter, cx);
    }

    fn want(&mut self, cx: &mut Cx) {
        let Some(found) = self.rows.current() else { return };
        let service = found.service.clone();
        let filter = &self.rows.filter().0;
        let date = filter.date.unwrap_or_else(|| next_day(today(cx.now(), service.zone)));
        let wish = Wish {
            service_id: service.id,
            date,
            end_date: filter.end_date.filter(|_| service.by_night),
            time: filter.time.filter(|_| !service.by_night),
            travelers: filter.party.unwrap_or(2),
            special_requests: String::new(),
            expected_total: None,
            trip_item_id: None,
        };
        let asks = service.pricing_type == PricingType::QuoteBased;
        self.over = Some(Over::Wanting(Box::new(Wanted::new(service, &wish, asks, None, cx))));
    }

    fn act_over(&mut self, action: Action, cx: &mut Cx) -> Handled {
        match &mut self.over {
            Some(Over::Asking(form)) => match form.act(action) {
                Outcome::Submit => {
                    let words = self.rows.filter().0.words.clone();
                    if let Some(filter) = asking::read(form, &words) {
                        self.over = None;
                        self.look_for(filter, cx);
                    }
                }
                Outcome::Ignored => return Handled::Ignored,
                Outcome::Consumed | Outcome::Edit(_) => {}
            },
            Some(Over::Wanting(wanted)) => {
                let (handled, item) = wanted.act(action, cx);
                if let Some(item) = item {
                    self.over = None;
                    cx.go(Go::Hand(Tab::Cart, Handed::Wish(item)));
                }
                return handled;
            }
            None => return Handled::Ignored,
        }
        Handled::Consumed
    }
}

impl Screen for Search {
    fn tab(&self) -> Tab {
        Tab::Search
    }

    fn focus(&self) -> Focus {
        if self.over.is_some() {
            return Focus { contexts: &[Context::Form], keys: Keys::Typing };
        }
        if self.find.is_typing {
            return Focus { contexts: &[], keys: Keys::Typing };
        }
        Focus { contexts: &[Context::Search, Context::List], keys: Keys::Commands }
    }

    fn why_not(&self, action: Action, _: &Desk) -> Option<Cow<'static, str>> {
        match action {
            Action::List(ListAct::Mark | ListAct::MarkRange) => {
                Some("there is nothing to do with several services at once".into())
            }
            Action::List(ListAct::NextFound | ListAct::PreviousFound)
                if self.find.words.is_empty() =>
            {
                Some("nothing was looked for; / does".into())
            }
            Action::List(ListAct::Open | ListAct::NextPane) | Action::Search(SearchAct::Add)
                if self.rows.current().is_none() =>
            {
                Some("there is no service here".into())
            }
            Action::Search(SearchAct::NextDay | SearchAct::PreviousDay)
                if self.rows.filter().0.date.is_none() =>
            {
                Some("no day was said; s does".into())
            }
            _ => None,
        }
    }

    fn enter(&mut self, cx: &mut Cx) {
        self.is_front = true;
        if self.rows.load().is_untouched() {
            self.rows.refresh(cx);
        }
        self.keep_up(cx);
    }

    fn leave(&mut self) {
        self.is_front = false;
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        let handled = match action {
            Action::App(AppAct::Back) => self.back(cx),
            _ if self.over.is_some() => self.act_over(action, cx),
            Action::App(AppAct::Refresh) => {
                self.look_again(cx);
                Handled::Consumed
            }
            Action::List(act) => self.browse().act(act, cx),
            Action::Search(act) => {
                self.act_on_search(act, cx);
                Handled::Consumed
            }
            _ => Handled::Ignored,
        };
        self.keep_up(cx);
        handled
    }

    fn key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        match &mut self.over {
            Some(Over::Asking(form)) => return form.key(key),
            Some(Over::Wanting(wanted)) => wanted.key(key, cx),
            None if self.find.is_typing => {
                self.looks_again = false;
                self.find.key(key, &mut self.rows, cx);
            }
            None => return Handled::Ignored,
        }
        self.keep_up(cx);
        Handled::Consumed
    }

    fn paste(&mut self, text: &str, cx: &mut Cx) -> Handled {
        match &mut self.over {
            Some(Over::Asking(form)) => form.paste(text),
            Some(Over::Wanting(wanted)) => wanted.paste(text, cx),
            None if self.find.is_typing => {
                self.looks_again = false;
                self.find.paste(text, &mut self.rows, cx);
            }
            None => return Handled::Ignored,
        }
        Handled::Consumed
    }

    fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        if self.over.is_some() { Handled::Consumed } else { self.browse().mouse(mouse, cx) }
    }

    fn edited(&mut self, text: Option<String>, _: &mut Cx) {
        if let (Some(Over::Wanting(wanted)), Some(text)) = (&mut self.over, text) {
            wanted.edited(&text);
        }
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if let Some(Over::Wanting(wanted)) = &mut self.over
            && wanted.reply(ticket, &result, cx)
        {
            return;
        }
        if !self.rows.waits_for(ticket) {
            return;
        }
        self.came(result, cx);
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        self.take_event(event, cx);
    }

    fn refresh(&mut self, cx: &mut Cx) {
        if !self.rows.load().is_untouched() {
            self.look_again(cx);
        }
    }

    fn wake(&mut self, cx: &mut Cx) {
        self.keep_up(cx);
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let since = self.rows.load().loading_since();
        let spinner =
            since.and_then(|since| spinner::next_change(since, desk.now, &desk.look.symbols));
        spinner.or(self.due(desk))
    }

    fn hints(&self, _: &Desk) -> Vec<KeyHint> {
        if self.find.is_typing {
            return vec![KeyHint { key: "enter".into(), label: "keep to what is found".into() }];
        }
        Vec::new()
    }

    fn is_idle(&self) -> bool {
        let wants = match &self.over {
            Some(Over::Wanting(wanted)) => wanted.is_idle(),
            _ => true,
        };
        wants && !self.rows.load().is_loading()
    }

    fn is_home(&self) -> bool {
        self.over.is_none()
            && self.pane == Pane::List
            && !self.find.is_typing
            && !self.find.is_narrowed()
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        self.draw_panes(frame, area, desk);
    }

    fn draw_over(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        match &mut self.over {
            Some(Over::Asking(form)) => form.draw(frame, area, desk),
            Some(Over::Wanting(wanted)) => wanted.draw(frame, area, desk),
            None => {}
        }
    }
}
