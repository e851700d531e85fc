//! How a service is sold: its name, whether it is on the market, how it is booked, paid and cancelled; and
//! another one to be offered.
//! Unlike prices this is no draft: it is small, and saved as it is sent.

use traveloure_core::{
    api::service::{NewService, Service, ServicePatch},
    booking::SettingsPatch,
    cancellation::Policy,
    ids::ServiceId,
};

use uuid::Uuid;

use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::{Cx, Notice},
    },
    layers::form::{Field, Form, Kind},
    screens::new_service,
};

/// See the module's head.
#[derive(Debug)]
pub(super) struct Selling {
    about: About,
    pub(super) form: Form,
    sent: Option<Ticket>,
    /// What was sent last and whose answer never came: the same again goes under the same key.
    unheard: Option<(NewService, Uuid)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Service {
        id: ServiceId,
        version: i64,
    },
    /// One to be offered.
    Another,
}

/// What came of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    Refused,
    Saved,
    Made(ServiceId),
}

impl Selling {
    /// Begins with how the service is now.
    #[must_use]
    pub(super) fn of(service: &Service) -> Self {
        let about = About::Service { id: service.id, version: service.version };
        Self { about, form: form(service), sent: None, unheard: None }
    }

    /// Begins with nothing.
    #[must_use]
    pub(super) fn another() -> Self {
        let form = new_service::form("Another service", "offer it");
        Self { about: About::Another, form, sent: None, unheard: None }
    }

    pub(super) fn is_of(&self, service: Option<ServiceId>) -> bool {
        match self.about {
            About::Service { id, .. } => service == Some(id),
            About::Another => service.is_none(),
        }
    }

    pub(super) fn waits_for(&self, ticket: Ticket) -> bool {
        self.sent == Some(ticket)
    }

    pub(super) fn send(&mut self, cx: &mut Cx) {
        let ticket = match self.about {
            About::Service { id, version } => {
                let patch = self.patch();
                cx.call(Call::EditService { id, version, patch })
            }
            About::Another => {
                let Some(new) = new_service::read(&mut self.form) else { return };
                let known = self.unheard.take().filter(|(before, _)| *before == new);
                let key = known.map_or_else(|| cx.fresh_key(), |(_, key)| key);
                self.unheard = Some((new.clone(), key));
                cx.call_again(Call::NewService(new), key)
            }
        };
        self.form.busy(cx.now());
        self.sent = Some(ticket);
    }

    pub(super) fn came(&mut self, result: Result<Reply, ApiError>, cx: &mut Cx) -> Came {
        self.sent = None;
        match result {
            Ok(Reply::Service(service)) if self.about == About::Another => {
                let name = &service.name;
                cx.say(Notice::good(format!(
                    "{name} can be booked now. The Calendar has its days."
                )));
                Came::Made(service.id)
            }
            Ok(_) => {
                let name = self.form.text("name");
                cx.say(Notice::good(format!(
                    "Saved: {name}. Bookings keep what they were made under."
                )));
                Came::Saved
            }
            Err(error) => {
                self.form.refused(&error);
                Came::Refused
            }
        }
    }

    /// The service as it is known now: what was typed stays, and goes with its version when it is sent again.
    pub(super) fn known(&mut self, services: &[Service]) {
        if let About::Service { id, version } = &mut self.about
            && let Some(service) = services.iter().find(|service| service.id == *id)
        {
            *version = service.version;
        }
    }

    fn patch(&self) -> ServicePatch {
        let is_on = |name| self.form.field(name).is_on();
        let ways = self.form.text("settings.request");
        ServicePatch {
            name: Some(self.form.text("name")),
            response_hours: self.form.field("response_hours").number().ok(),
            is_listed: Some(is_on("is_listed")),
            settings: Some(SettingsPatch {
                instant: Some(ways != "request"),
                request: Some(ways != "instant"),
                pay_later: Some(is_on("pay_later")),
                cancellation: Some(policy(&self.form.text("cancellation"))),
                refund_if_resold: Some(is_on("refund_if_resold")),
            }),
            ..ServicePatch::default()
        }
    }
}

fn form(service: &Service) -> Form {
    let settings = &service.settings;
    let ways = match (settings.instant, settings.request) {
        (true, true) => "both",
        (true, false) => "instant",
        _ => "request",
    };
    let fields = vec![
        Field::new("name", "Name", Kind::Line).limit(120).with(&service.name),
        Field::new("is_listed", "On the market", Kind::Switch(service.is_listed))
            .hint("off: nobody finds it any more, bookings stay"),
        Field::new(
            "settings.request",
            "Booked",
            choice(
                &[
                    ("both", "at once, or asked for first"),
                    ("instant", "at once"),
                    ("request", "asked for first"),
                ],
                ways,
            ),
        )
        .hint("what is priced by your offer is always asked for"),
        Field::new("response_hours", "Answer within", Kind::Number { min: 1, max: 168 })
            .with(&service.response_hours.to_string())
            .hint("hours in which you mean to answer a request"),
        Field::new("pay_later", "Paid on site", Kind::Switch(settings.pay_later))
            .hint("travelers may choose to pay you when they come"),
        Field::new(
            "cancellation",
            "Cancelled",
            choice(
                &[
                    ("flexible", "flexible: all back until a day before"),
                    ("moderate", "moderate: all until 5 days, half until 1"),
                    ("strict", "strict: all until 2 weeks, half until 1"),
                ],
                settings.cancellation.as_str(),
            ),
        )
        .hint("bookings that were made keep theirs"),
        Field::new("refund_if_resold", "Back if resold", Kind::Switch(settings.refund_if_resold))
            .hint("who cancelled late gets the rest when somebody else books the place"),
    ];
    Form::new("How it is sold", "save", fields)
}

fn choice(options: &[(&'static str, &str)], now: &str) -> Kind {
    Kind::Choice {
        options: options.iter().map(|(value, label)| (*value, (*label).to_owned())).collect(),
        chosen: options.iter().position(|(value, _)| *value == now).unwrap_or(0),
    }
}

fn policy(word: &str) -> Policy {
    Policy::ALL.into_iter().find(|policy| policy.as_str() == word).unwrap_or_default()
}
