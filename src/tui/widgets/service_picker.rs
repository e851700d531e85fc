//! Which of the provider's services a screen is about, and the choice of another one.

use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect};
use traveloure_core::{api::service::Service, ids::ServiceId};

use crate::tui::{
    app::desk::Desk,
    layers::choose::{Choice, Choose},
};

/// See the module's head. Without a choice it is the first service.
#[derive(Debug, Default)]
pub struct ServicePicker {
    chosen: Option<ServiceId>,
    open: Option<Choose<ServiceId>>,
}

impl ServicePicker {
    /// The service; none while there are none.
    #[must_use]
    pub fn service<'a>(&self, desk: &'a Desk) -> Option<&'a Service> {
        self.chosen.and_then(|id| desk.service(id)).or_else(|| desk.services.first())
    }

    pub fn choose(&mut self, id: ServiceId) {
        self.chosen = Some(id);
    }

    /// Offers all services.
    pub fn ask(&mut self, desk: &Desk) {
        let Some(now) = self.service(desk) else { return };
        let choices = desk.services.iter().map(|service| Choice {
            value: service.id,
            label: format!("{}, {}", service.name, service.city),
            why_not: None,
        });
        self.open = Some(Choose::new("Service", choices.collect(), now.id));
    }

    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    pub fn close(&mut self) {
        self.open = None;
    }

    /// A key for the open choice. `true` when it chose: the choice is closed then.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let Some(chosen) = self.open.as_mut().and_then(|open| open.key(key)) else { return false };
        self.chosen = Some(chosen);
        self.open = None;
        true
    }

    /// `Fado walk with dinner, 2 of 3`
    #[must_use]
    pub fn heading(&self, desk: &Desk) -> String {
        let Some(service) = self.service(desk) else { return String::new() };
        let count = desk.services.len();
        let at = desk.services.iter().position(|other| other.id == service.id).unwrap_or(0) + 1;
        match count {
            1 => service.name.clone(),
            _ => format!("{}, {at} of {count}", service.name),
        }
    }

    /// Draws the choice, if it is open, in the middle of `area`.
    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if let Some(open) = &mut self.open {
            open.draw(frame, area, desk);
        }
    }
}
