//! Keys, pastes and the mouse: to the layer on top, else to the screen in front, else to the app.

use crossterm::event::{Event, KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;
use traveloure_core::actor::Role;

use super::{App, cx::Go, cx::Notice, message::Effect};
use crate::tui::{
    commands::{Action, AppAct, Context, FormAct, ListAct},
    keymap::{Key, Meaning},
    layers::{
        Layer,
        choose::{Choice, Choose},
        confirm::Answer,
        help::Help,
        losing::Losing,
        palette::{Outcome, Palette},
    },
    screens::{Focus, Handled, Keys},
};

impl App {
    pub(super) fn input(&mut self, event: Event) {
        match event {
            Event::Key(key) => self.key(key),
            Event::Paste(text) => self.paste(&text),
            Event::Mouse(mouse) => self.mouse(mouse),
            Event::Resize(..) | Event::FocusGained | Event::FocusLost => {}
        }
    }

    fn key(&mut self, event: KeyEvent) {
        let key = Key::of(event);
        if self.layer.is_some() {
            self.layer_key(event, key);
            return;
        }
        let Some(focus) = self.front(|screen, _| screen.focus()) else { return };
        let is_esc = key.code == KeyCode::Esc;
        if is_esc {
            self.back();
            return;
        }
        // Where text is typed or a decision is asked for, Ctrl-C gives that up, not the session.
        if focus.keys != Keys::Commands && key.to_string() == "ctrl-c" {
            if self.is_home() {
                self.leave();
            } else {
                self.back();
            }
            return;
        }
        match focus.keys {
            Keys::Modal => self.raw_key(event),
            Keys::Typing if key.typed().is_some() => self.raw_key(event),
            Keys::Typing => match self.desk.settings.keymap.meaning(focus.contexts, &[key]) {
                Meaning::Command(command) => self.perform(command.action),
                Meaning::Begins(_) | Meaning::Nothing => self.raw_key(event),
            },
            Keys::Commands => self.command_key(event, key, focus),
        }
    }

    fn raw_key(&mut self, event: KeyEvent) {
        self.front(|screen, cx| screen.key(event, cx));
    }

    fn command_key(&mut self, event: KeyEvent, key: Key, focus: Focus) {
        self.pressed.push(key);
        let contexts = contexts(focus);
        match self.desk.settings.keymap.meaning(&contexts, &self.pressed) {
            Meaning::Command(command) => {
                self.pressed.clear();
                self.perform(command.action);
            }
            Meaning::Begins(_) => {}
            Meaning::Nothing => {
                let begun = self.pressed.len() > 1;
                self.pressed.clear();
                if !begun {
                    self.raw_key(event);
                }
            }
        }
    }

    /// Esc: the chord, else what is open on the screen, else what is said.
    fn back(&mut self) {
        if !self.pressed.is_empty() {
            self.pressed.clear();
            return;
        }
        let handled = self.front(|screen, cx| screen.act(Action::App(AppAct::Back), cx));
        if handled != Some(Handled::Consumed) {
            self.notices.clear();
        }
    }

    /// Runs a command, or says why it cannot be used now.
    pub(super) fn perform(&mut self, action: Action) {
        let desk = &self.desk;
        let screen = self.screens.get(self.front);
        let why_not = screen
            .and_then(|screen| screen.why_not(action, desk))
            .or_else(|| self.own_why_not(action).map(Into::into));
        if let Some(why_not) = why_not {
            self.out.notices.push(Notice::warn(format!("Not now: {why_not}")));
            return;
        }
        let handled = self.front(|screen, cx| screen.act(action, cx));
        if handled != Some(Handled::Consumed)
            && let Action::App(act) = action
        {
            self.own_act(act);
        }
    }

    pub(super) fn own_why_not(&self, action: Action) -> Option<&'static str> {
        if action == Action::Form(FormAct::Editor) && !self.desk.settings.capabilities.editor {
            return Some("this terminal has no editor of your own");
        }
        let Action::App(act) = action else { return None };
        let works = !self.desk.services.is_empty();
        match act {
            AppAct::Suspend if !self.desk.settings.capabilities.suspend => {
                Some("this terminal has no shell to go back to")
            }
            AppAct::SignOut | AppAct::Role | AppAct::BecomeProvider if self.desk.user.is_none() => {
                Some("nobody is signed in")
            }
            AppAct::BecomeProvider if self.desk.provider().is_some() => {
                Some("you are one; @ acts as one")
            }
            AppAct::NextTab | AppAct::PreviousTab | AppAct::Tab(_) if self.screens.len() < 2 => {
                Some(if works { "there is one tab" } else { "there are no tabs yet" })
            }
            AppAct::Tab(index) if usize::from(index) >= self.screens.len() => {
                Some("there is no such tab")
            }
            _ => None,
        }
    }

    /// Asks first if leaving would lose something.
    fn asks_to_lose(&mut self, act: AppAct) -> bool {
        let lost: Vec<String> =
            self.screens.iter().filter_map(|screen| screen.would_lose()).collect();
        let asks = !lost.is_empty() && self.leaving.is_none();
        if asks {
            let keys = self.desk.settings.keymap.keys_of(Action::App(act));
            self.layer = Some(Layer::Losing(Losing::new(act, lost, &keys)));
        }
        asks
    }

    fn own_act(&mut self, act: AppAct) {
        let count = self.screens.len().max(1);
        match act {
            AppAct::Quit | AppAct::SignOut | AppAct::Role if self.asks_to_lose(act) => {}
            AppAct::Quit => self.leave(),
            AppAct::Back => self.back(),
            AppAct::Help => {
                let focus = self.front(|screen, _| screen.focus());
                let contexts = focus.map(contexts).unwrap_or_default();
                self.layer = Some(Layer::Help(Help::new(contexts)));
            }
            AppAct::Palette => {
                let focus = self.front(|screen, _| screen.focus());
                let contexts = focus.map(contexts).unwrap_or_default();
                let tabs: Vec<_> = self.screens.iter().map(|screen| screen.tab()).collect();
                self.layer = Some(Layer::Palette(Box::new(Palette::new(&contexts, &tabs))));
            }
            AppAct::NextTab => self.bring_to_front((self.front + 1) % count),
            AppAct::PreviousTab => self.bring_to_front((self.front + count - 1) % count),
            AppAct::Tab(index) => self.bring_to_front(index.into()),
            AppAct::Refresh => {
                self.front(|screen, cx| screen.refresh(cx));
            }
            AppAct::Role => self.layer = Some(Layer::Roles(self.roles())),
            AppAct::BecomeProvider => self.out.go.push(Go::Role(Role::Provider)),
            AppAct::SignOut => self.sign_out(),
            AppAct::Redraw => self.out.effects.push(Effect::Repaint),
            AppAct::Suspend => self.out.effects.push(Effect::Suspend),
        }
    }

    fn roles(&self) -> Choose<Role> {
        let held = self.desk.user.as_ref().map(|user| user.roles.as_slice()).unwrap_or_default();
        let choices = Role::ALL.map(|role| Choice {
            value: role,
            label: match role {
                Role::Provider if self.desk.provider().is_none() => {
                    "Provider: become one".to_owned()
                }
                _ => role_title(role).to_owned(),
            },
            why_not: match role {
                Role::Traveler | Role::Provider => None,
                Role::Admin if held.contains(&role) => None,
                _ if held.contains(&role) => Some("no screens yet; use the commands".to_owned()),
                _ => Some("your account does not hold it".to_owned()),
            },
        });
        Choose::new("Act as", choices.into(), self.desk.role)
    }

    fn layer_key(&mut self, event: KeyEvent, key: Key) {
        let closes = key.code == KeyCode::Esc || key.to_string() == "ctrl-c";
        let Some(mut layer) = self.layer.take() else { return };
        if closes {
            return;
        }
        let stays = match &mut layer {
            Layer::Help(help) => self.help_key(help, key),
            Layer::Palette(palette) => match palette.key(event) {
                Outcome::Stay => true,
                Outcome::Run(action) => {
                    self.perform(action);
                    false
                }
                Outcome::Go(tab) => {
                    self.out.go.push(Go::Tab(tab));
                    false
                }
            },
            Layer::Losing(losing) => match (losing.key(event), losing.act) {
                (Answer::Open, _) => true,
                (Answer::Yes, AppAct::SignOut) => {
                    self.sign_out();
                    false
                }
                (Answer::Yes, AppAct::Role) => {
                    self.layer = Some(Layer::Roles(self.roles()));
                    return;
                }
                (Answer::Yes, _) => {
                    self.leave();
                    false
                }
            },
            Layer::Roles(roles) => match roles.key(event) {
                Some(role) => {
                    self.out.go.push(Go::Role(role));
                    false
                }
                None => true,
            },
        };
        if stays {
            self.layer = Some(layer);
        }
    }

    /// Moves in the help; what asked for it, and the key that leaves, close it.
    fn help_key(&self, help: &mut Help, key: Key) -> bool {
        let contexts = [Context::List, Context::App];
        match self.desk.settings.keymap.meaning(&contexts, &[key]) {
            Meaning::Command(command) => match command.action {
                Action::List(act) => help.go(act),
                Action::App(AppAct::Help | AppAct::Quit) => return false,
                _ => {}
            },
            Meaning::Begins(_) | Meaning::Nothing => {}
        }
        true
    }

    fn paste(&mut self, text: &str) {
        match &mut self.layer {
            Some(Layer::Palette(palette)) => palette.paste(text),
            Some(_) => {}
            None => {
                self.front(|screen, cx| screen.paste(text, cx));
            }
        }
    }

    fn mouse(&mut self, mouse: MouseEvent) {
        if let Some(layer) = &mut self.layer {
            if let Layer::Help(help) = layer {
                match mouse.kind {
                    MouseEventKind::ScrollDown => help.go(ListAct::Down),
                    MouseEventKind::ScrollUp => help.go(ListAct::Up),
                    _ => {}
                }
            }
            return;
        }
        let at = Position { x: mouse.column, y: mouse.row };
        let tab = self.tabs.iter().position(|tab| tab.contains(at));
        match (mouse.kind, tab) {
            (MouseEventKind::Down(MouseButton::Left), Some(index)) => self.bring_to_front(index),
            _ => {
                self.front(|screen, cx| screen.mouse(mouse, cx));
            }
        }
    }
}

/// The contexts of a screen, and the app's own where keys are commands.
pub(super) fn contexts(focus: Focus) -> Vec<Context> {
    let mut contexts = focus.contexts.to_vec();
    if focus.keys == Keys::Commands {
        contexts.push(Context::App);
    }
    contexts
}

/// A role with a capital letter.
pub(super) const fn role_title(role: Role) -> &'static str {
    match role {
        Role::Traveler => "Traveler",
        Role::Provider => "Provider",
        Role::Expert => "Expert",
        Role::Admin => "Admin",
    }
}
