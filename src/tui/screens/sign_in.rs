//! Signing in, and making an account.

use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect};
use traveloure_core::api::auth::{Login, Register};

use super::{Focus, Handled, Keys, Screen, Tab};
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::{Cx, Go},
        desk::{Desk, Start},
    },
    commands::{Action, Context},
    keymap::Key,
    layers::form::{Field, Form, Kind, Outcome},
    widgets::{bars::KeyHint, spinner},
};

/// The key that turns between signing in and making an account.
const TURN: &str = "ctrl-n";

#[derive(Debug)]
pub struct SignIn {
    form: Form,
    makes_account: bool,
    server: String,
    accounts: Option<String>,
    asked: Option<Ticket>,
}

impl SignIn {
    /// `is_new` says that there is no account yet: then one is made first.
    #[must_use]
    pub fn new(is_new: bool, desk: &Desk) -> Self {
        let server = match &desk.settings.start {
            Start::Private => "this computer".to_owned(),
            Start::Server(address) => address.clone(),
        };
        let accounts = desk.settings.accounts.clone();
        let form = if is_new {
            register_form(&server, "", "")
        } else {
            login_form(&server, accounts.as_deref(), "")
        };
        Self { form, makes_account: is_new, server, accounts, asked: None }
    }

    /// The same, saying why it is here: the person did not ask for it.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.form.reason = Some(reason.into());
        self
    }

    /// What was typed goes along.
    fn turn(&mut self) {
        let email = self.form.text("email");
        let reason = self.form.reason.take();
        self.makes_account = !self.makes_account;
        self.form = if self.makes_account {
            register_form(&self.server, &email, "")
        } else {
            login_form(&self.server, self.accounts.as_deref(), &email)
        };
        self.form.reason = reason;
    }

    fn send(&mut self, cx: &mut Cx) {
        let (email, password) = (self.form.text("email"), self.form.text("password"));
        let call = if self.makes_account {
            Call::Register(Register { email, password, name: self.form.text("name") })
        } else {
            Call::SignIn(Login { email, password, device: None })
        };
        self.form.busy(cx.now());
        self.asked = Some(cx.call(call));
    }
}

fn email(text: &str) -> Field {
    Field::new("email", "E-mail", Kind::Line).with(text)
}

fn login_form(server: &str, accounts: Option<&str>, typed: &str) -> Form {
    let password = Field::new("password", "Password", Kind::Secret);
    let mut intro = format!("To {server}. No account yet? {TURN} makes one.");
    if let Some(accounts) = accounts {
        intro = format!("{intro}\n{accounts}");
    }
    Form::new("Sign in", "sign in", vec![email(typed), password]).intro(intro).without_way_back()
}

fn register_form(server: &str, typed: &str, name: &str) -> Form {
    let password = Field::new("password", "Password", Kind::Secret)
        .hint("10 characters or more; a few words together are easy to remember");
    let name =
        Field::new("name", "Your name", Kind::Line).with(name).limit(80).hint("as others see it");
    Form::new("Make an account", "make the account", vec![name, email(typed), password])
        .intro(format!("On {server}. You have one already? {TURN} signs in."))
        .without_way_back()
}

impl Screen for SignIn {
    fn tab(&self) -> Tab {
        Tab::SignIn
    }

    fn focus(&self) -> Focus {
        Focus { contexts: &[Context::Form], keys: Keys::Typing }
    }

    fn hints(&self, _: &Desk) -> Vec<KeyHint> {
        let label = if self.makes_account { "sign in instead" } else { "make an account" };
        vec![KeyHint { key: TURN.to_owned(), label: label.to_owned() }]
    }

    fn enter(&mut self, _: &mut Cx) {}

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        match self.form.act(action) {
            Outcome::Submit => self.send(cx),
            Outcome::Consumed | Outcome::Edit(_) => {}
            Outcome::Ignored => return Handled::Ignored,
        }
        Handled::Consumed
    }

    fn key(&mut self, key: KeyEvent, _: &mut Cx) -> Handled {
        if Key::of(key).to_string() == TURN {
            if self.asked.is_none() {
                self.turn();
            }
            return Handled::Consumed;
        }
        self.form.key(key)
    }

    fn paste(&mut self, text: &str, _: &mut Cx) -> Handled {
        self.form.paste(text);
        Handled::Consumed
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if self.asked != Some(ticket) {
            return;
        }
        self.asked = None;
        match result {
            Ok(Reply::User(user)) => cx.go(Go::SignedIn(Box::new(user))),
            Ok(_) => self.form.refused(&ApiError::Unreadable("not an account".to_owned())),
            Err(error) => self.form.refused(&error),
        }
    }

    fn next_wake(&self, desk: &Desk) -> Option<chrono::DateTime<chrono::Utc>> {
        spinner::next_change(self.form.busy_since()?, desk.now, &desk.look.symbols)
    }

    fn is_idle(&self) -> bool {
        self.asked.is_none()
    }

    fn is_home(&self) -> bool {
        true
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        self.form.draw(frame, area, desk);
    }
}
