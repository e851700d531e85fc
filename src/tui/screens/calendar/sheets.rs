//! The services' calendars, and the one of them that is looked at.

use traveloure_core::ids::ServiceId;

use super::{Calendar, draft, place::Place, rules_text::RulesText, sheet::Sheet};
use crate::tui::app::cx::Cx;

impl Calendar {
    pub(super) fn sheet(&self) -> Option<&Sheet> {
        let front = self.front?;
        self.sheets.iter().find(|sheet| sheet.service == front)
    }

    pub(super) fn sheet_mut(&mut self) -> Option<&mut Sheet> {
        let front = self.front?;
        self.sheets.iter_mut().find(|sheet| sheet.service == front)
    }

    /// Looks after `service` from now on. The day stays, so that services can be compared.
    pub(super) fn show(&mut self, service: ServiceId, cx: &mut Cx) {
        let Some(known) = cx.desk.service(service) else { return };
        if self.sheets.iter().all(|sheet| sheet.service != service) {
            self.sheets.push(Sheet::new(known));
        }
        self.front = Some(service);
        let today = self.sheet().map(|sheet| sheet.today(cx.now()));
        if let (None, Some(today)) = (self.place, today) {
            self.place = Some(Place::new(today));
        }
        self.moved(cx);
    }

    /// What the cursor is on now is fetched where it is missing.
    pub(super) fn moved(&mut self, cx: &mut Cx) {
        let Some(date) = self.place.map(|place| place.date()) else { return };
        if let Some(sheet) = self.sheet_mut() {
            sheet.fetch(date, cx);
        }
        if let Some(why) = &mut self.why {
            why.moved(cx.now());
            self.why_scroll.top();
        }
    }

    pub(super) fn text_mut(&mut self) -> Option<&mut RulesText> {
        let front = self.front?;
        self.texts.iter_mut().find(|(service, _)| *service == front).map(|(_, text)| text)
    }

    /// Runs `visit` on the open text with the sheet it belongs to.
    pub(super) fn with_text(&mut self, visit: impl FnOnce(&mut RulesText, &Sheet)) {
        let Some(front) = self.front else { return };
        let sheet = self.sheets.iter().find(|sheet| sheet.service == front);
        let text = self.texts.iter_mut().find(|(service, _)| *service == front);
        if let (Some(sheet), Some((_, text))) = (sheet, text) {
            visit(text, sheet);
        }
    }

    /// Edits that are made and not applied, of every service.
    pub(super) fn edits(&self) -> usize {
        let drafts = self.sheets.iter().filter(|sheet| sheet.is_changed());
        drafts.filter_map(|sheet| sheet.draft()).map(draft::Draft::len).sum()
    }

    pub(super) fn is_applying(&self, service: ServiceId) -> bool {
        self.plan.as_ref().is_some_and(|(whose, plan)| *whose == service && plan.is_applying())
    }

    /// Takes the first service when there is one and none was chosen.
    pub(super) fn begin(&mut self, cx: &mut Cx) {
        let gone = |sheet: &Sheet| cx.desk.service(sheet.service).is_none();
        if self.front.is_some_and(|front| cx.desk.service(front).is_none()) {
            self.front = None;
        }
        if self.services_came {
            self.sheets.retain(|sheet| !gone(sheet) || sheet.is_changed());
        }
        match (self.front, cx.desk.services.first()) {
            (None, Some(service)) => self.show(service.id, cx),
            (Some(_), _) => self.moved(cx),
            (None, None) => {}
        }
    }
}
