//! From an account to a provider with a first service, so that nobody begins before an empty list.

use std::str::FromStr;

use chrono_tz::{TZ_VARIANTS, Tz};
use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect};
use rust_decimal::Decimal;
use traveloure_core::{
    api::{provider::NewProvider, service::NewService},
    arithmetic,
    availability::AvailabilityType,
    booking::SettingsPatch,
    category::Category,
    money::Currency,
    pricing::PricingType,
};

use super::{Focus, Handled, Keys, Screen, Tab};
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
            form: service_form("Before travelers can ask, there has to be something to ask for."),
            asked: None,
        }
    }

    fn send(&mut self, cx: &mut Cx) {
        let call = match self.step {
            Step::Provider => self.new_provider().map(Call::NewProvider),
            Step::Account => Some(Call::Me),
            Step::Service => self.new_service().map(Call::NewService),
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

    fn new_service(&mut self) -> Option<NewService> {
        let currency = match self.form.text("currency").to_uppercase().parse::<Currency>() {
            Ok(currency) => currency,
            Err(error) => {
                self.form.fault("currency", error.to_string());
                return None;
            }
        };
        let pricing_type = pricing_type(&self.form.text("pricing_type"));
        let makes_offers = pricing_type == PricingType::QuoteBased;
        let base_price = self.amount("base_price", currency, !makes_offers)?;
        let estimated_range_min = self.amount("estimated_range_min", currency, makes_offers)?;
        let estimated_range_max = self.amount("estimated_range_max", currency, makes_offers)?;
        let duration = self.form.field("duration_minutes").number().ok();
        Some(NewService {
            name: self.form.text("name"),
            category: self.form.text("category").parse().unwrap_or(Category::Activity),
            description: String::new(),
            city: None,
            zone: None,
            duration_minutes: duration,
            by_night: self.form.field("by_night").is_on(),
            availability_type: availability_type(&self.form.text("availability_type")),
            pricing_type,
            currency,
            base_price,
            estimated_range_min,
            estimated_range_max,
            response_hours: self.form.field("response_hours").number().unwrap_or(24),
            pools: Vec::new(),
            settings: SettingsPatch::default(),
        })
    }

    /// The amount in a field that counts only if `is_wanted`; the outer none is a fault, noted at the
    /// field.
    #[allow(clippy::option_option)]
    fn amount(
        &mut self,
        field: &'static str,
        currency: Currency,
        is_wanted: bool,
    ) -> Option<Option<Decimal>> {
        if !is_wanted {
            return Some(None);
        }
        match arithmetic::price(&self.form.text(field), None, currency) {
            Ok(price) => Some(Some(price.amount())),
            Err(error) => {
                self.form.fault(field, error.to_string());
                None
            }
        }
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

fn service_form(intro: &str) -> Form {
    let options = |words: &[(&'static str, &str)]| Kind::Choice {
        options: words.iter().map(|(value, label)| (*value, (*label).to_owned())).collect(),
        chosen: 0,
    };
    let fields = vec![
        Field::new("name", "What", Kind::Line).limit(120).hint("such as Alfama walking tour"),
        Field::new(
            "category",
            "Kind",
            options(&[
                ("activity", "activity"),
                ("accommodation", "accommodation"),
                ("meal", "meal"),
                ("transport", "transport"),
            ]),
        )
        .hint("left and right choose"),
        Field::new(
            "availability_type",
            "Bookable",
            options(&[
                ("toggle", "always, until switched off"),
                ("calendar", "once a day or night"),
                ("inventory", "so many a day or time"),
            ]),
        )
        .hint("left and right choose"),
        Field::new("by_night", "By the night", Kind::Switch(false))
            .hint("space turns it on and off"),
        Field::new("duration_minutes", "Minutes", Kind::Number { min: 1, max: 10_080 })
            .optional()
            .hint("how long it takes; leave it empty where that does not matter"),
        Field::new(
            "pricing_type",
            "Priced",
            options(&[
                ("fixed", "at one price"),
                ("dynamic", "by season and date"),
                ("quote_based", "by your offer each time"),
            ]),
        )
        .hint("left and right choose"),
        Field::new("base_price", "Price", Kind::Line)
            .optional()
            .hint("for one person or night; leave it empty where you make offers"),
        Field::new("estimated_range_min", "Offers from", Kind::Line)
            .optional()
            .hint("what it is expected to cost at the least, where you make offers"),
        Field::new("estimated_range_max", "Offers up to", Kind::Line)
            .optional()
            .hint("what it is expected to cost at the most, where you make offers"),
        Field::new("currency", "Currency", Kind::Line)
            .with("EUR")
            .limit(3)
            .hint("three letters, such as EUR"),
        Field::new("response_hours", "Answer within", Kind::Number { min: 1, max: 168 })
            .with("24")
            .hint("hours in which you mean to answer a request"),
    ];
    Form::new("Your first service", "open for business", fields).intro(intro).without_way_back()
}

fn availability_type(word: &str) -> AvailabilityType {
    match word {
        "calendar" => AvailabilityType::Calendar,
        "inventory" => AvailabilityType::Inventory,
        _ => AvailabilityType::Toggle,
    }
}

fn pricing_type(word: &str) -> PricingType {
    match word {
        "dynamic" => PricingType::Dynamic,
        "quote_based" => PricingType::QuoteBased,
        _ => PricingType::Fixed,
    }
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
                self.form = service_form("Step two of two: what you offer.");
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
