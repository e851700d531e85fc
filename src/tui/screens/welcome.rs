//! From an account to a provider with a first service, so that nobody begins before an empty list.

use std::str::FromStr;

use chrono_tz::{TZ_VARIANTS, Tz};
use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect};
use traveloure_core::api::provider::NewProvider;

use super::{Focus, Handled, Keys, Screen, Tab, new_service};
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::{Cx, Go, Notice},
        desk::Desk,
    },
    commands::{Action, AppAct, Context},
    layers::form::{Field, Form, Kind, Outcome},
    widgets::spinner,
};

#[derive(Debug)]
pub struct Welcome {
    step: Step,
    form: Form,
    asked: Option<Ticket>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Provider,
    /// The provider is made; the account is fetched anew because it now holds the role.
    Account,
    Service,
}

impl Welcome {
    /// For an account without a provider.
    #[must_use]
    pub fn for_provider(desk: &Desk) -> Self {
        Self { step: Step::Provider, form: provider_form(desk), asked: None }
    }

    /// For a provider without a service.
    #[must_use]
    pub fn for_service() -> Self {
        Self {
            step: Step::Service,
            form: first_service("Before travelers can ask, there has to be something to ask for."),
            asked: None,
        }
    }

    fn send(&mut self, cx: &mut Cx) {
        let call = match self.step {
            Step::Provider => self.new_provider().map(Call::NewProvider),
            Step::Account => Some(Call::Me),
            Step::Service => new_service::read(&mut self.form).map(Call::NewService),
        };
        if let Some(call) = call {
            self.form.busy(cx.now());
            self.asked = Some(cx.call(call));
        }
    }

    fn new_provider(&mut self) -> Option<NewProvider> {
        let Ok(zone) = Tz::from_str(&self.form.text("zone")) else {
            self.form.fault("zone", "choose one that exists, such as Europe/Lisbon");
            return None;
        };
        Some(NewProvider {
            name: self.form.text("name"),
            city: self.form.text("city"),
            country: self.form.text("country").chars().take(2).collect(),
            zone,
            description: self.form.text("description"),
        })
    }
}

fn provider_form(desk: &Desk) -> Form {
    let zones = TZ_VARIANTS.iter().map(|zone| zone.name().to_owned()).collect();
    let name = desk.user.as_ref().map_or("", |user| user.name.as_str());
    let fields = vec![
        Field::new("name", "Name", Kind::Line)
            .with(name)
            .limit(120)
            .hint("what travelers see: your own name or that of your house"),
        Field::new("city", "City", Kind::Line).limit(120),
        Field::new("country", "Country", Kind::Pick { options: countries() })
            .hint("some letters of its name, or its code: PT"),
        Field::new("zone", "Time zone", Kind::Pick { options: zones })
            .with(desk.settings.zone.name())
            .hint("some letters of it are enough: eulis is Europe/Lisbon"),
        Field::new("description", "About you", Kind::Lines).optional(),
    ];
    Form::new("You as a provider", "go on", fields)
        .intro("Step one of two: who offers. Everything can be changed later.")
}

/// `PT Portugal`: what is stored (ISO 3166-1 alpha-2) and what people call it.
fn countries() -> Vec<String> {
    iso3166::LIST.iter().map(|country| format!("{} {}", country.alpha2, country.name)).collect()
}

fn first_service(intro: &str) -> Form {
    new_service::form("Your first service", "open for business").intro(intro).without_way_back()
}

impl Screen for Welcome {
    fn tab(&self) -> Tab {
        Tab::Welcome
    }

    fn focus(&self) -> Focus {
        Focus { contexts: &[Context::Form], keys: Keys::Typing }
    }

    fn enter(&mut self, _: &mut Cx) {}

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        if action == Action::App(AppAct::Back) && self.step == Step::Provider {
            // To travel one needs no provider.
            cx.go(Go::ToWork);
            return Handled::Consumed;
        }
        match self.form.act(action) {
            Outcome::Submit => self.send(cx),
            Outcome::Edit(text) => cx.edit(text),
            Outcome::Consumed => {}
            Outcome::Ignored => return Handled::Ignored,
        }
        Handled::Consumed
    }

    fn key(&mut self, key: KeyEvent, _: &mut Cx) -> Handled {
        self.form.key(key)
    }

    fn paste(&mut self, text: &str, _: &mut Cx) -> Handled {
        self.form.paste(text);
        Handled::Consumed
    }

    fn edited(&mut self, text: Option<String>, _: &mut Cx) {
        if let Some(text) = text {
            self.form.edited(&text);
        }
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if self.asked != Some(ticket) {
            return;
        }
        self.asked = None;
        match (self.step, result) {
            (_, Err(error)) => self.form.refused(&error),
            (Step::Provider, Ok(Reply::Provider(_))) => {
                self.step = Step::Account;
                self.send(cx);
            }
            (Step::Account, Ok(Reply::User(user))) => {
                cx.go(Go::BecameProvider(Box::new(user)));
                self.step = Step::Service;
                self.form = first_service("Step two of two: what you offer.");
            }
            (Step::Service, Ok(Reply::Service(service))) => {
                cx.say(Notice::good(format!("{} can be booked now.", service.name)));
                cx.go(Go::ToWork);
            }
            (_, Ok(_)) => {
                self.form.refused(&ApiError::Unreadable("not what was asked for".to_owned()));
            }
        }
    }

    fn next_wake(&self, desk: &Desk) -> Option<chrono::DateTime<chrono::Utc>> {
        spinner::next_change(self.form.busy_since()?, desk.now, &desk.look.symbols)
    }

    fn is_idle(&self) -> bool {
        self.asked.is_none()
    }

    fn is_home(&self) -> bool {
        self.step != Step::Provider
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        self.form.draw(frame, area, desk);
    }
}
