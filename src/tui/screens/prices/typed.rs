//! What is being typed into a form or as text, read after every key: the screen shows at once what
//! it would change.

use ratatui::text::Line;
use traveloure_core::{
    field::FieldError,
    pricing::{PricingTerms, text as prices},
};

use super::{Over, Prices};
use crate::tui::{app::desk::Desk, widgets::text};

/// See the module's head.
#[derive(Clone, Debug)]
pub(super) enum Typed {
    /// Nothing that can be read yet.
    Nothing,
    Terms(Box<PricingTerms>),
    /// Every field can be read, but not as prices: this is why.
    Fault(String),
}

impl Typed {
    pub(super) fn terms(&self) -> Option<&PricingTerms> {
        match self {
            Self::Terms(terms) => Some(terms),
            Self::Nothing | Self::Fault(_) => None,
        }
    }
}

impl Prices {
    pub(super) fn read_typed(&mut self, desk: &Desk) {
        self.typed = match &self.over {
            Some(Over::Form(_)) => self.read_form(desk),
            Some(Over::Text(_)) => self.read_text(desk),
            _ => Typed::Nothing,
        };
        if let (Some(Over::Try(form)), Some(trial)) = (&self.over, &mut self.trial) {
            trial.read(form);
        }
    }

    fn read_form(&self, desk: &Desk) -> Typed {
        let (Some(Over::Form(editing)), Some(sheet)) = (&self.over, self.sheet(desk)) else {
            return Typed::Nothing;
        };
        let Some(terms) = sheet.terms() else { return Typed::Nothing };
        let Ok(edit) = editing.edit(terms) else { return Typed::Nothing };
        match sheet.with(&edit) {
            Ok(terms) => Typed::Terms(Box::new(terms)),
            Err(faults) => Typed::Fault(first(&faults)),
        }
    }

    fn read_text(&mut self, desk: &Desk) -> Typed {
        let currency = self.sheet(desk).and_then(|sheet| sheet.terms()).map(|terms| terms.currency);
        let (Some(Over::Text(editor)), Some(currency)) = (&mut self.over, currency) else {
            return Typed::Nothing;
        };
        match prices::parse(&editor.text(), currency) {
            Ok(terms) => {
                editor.judge(Vec::new());
                Typed::Terms(Box::new(terms))
            }
            Err(faults) => {
                editor.judge(faults);
                Typed::Nothing
            }
        }
    }

    /// What the form or text would change, for below it.
    pub(super) fn typed_lines(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        match (&self.typed, &self.preview) {
            (Typed::Fault(fault), _) => {
                let said = format!("{} {fault}", desk.look.symbols.no);
                text::wrapped(&said, width, theme.bad)
            }
            (Typed::Terms(_), Some(preview)) if !preview.is_empty() => preview.lines(width, desk),
            (Typed::Terms(_), _) => text::wrapped("This changes nothing.", width, theme.dim),
            (Typed::Nothing, _) => Vec::new(),
        }
    }
}

fn first(faults: &[FieldError]) -> String {
    faults.first().map_or_else(String::new, |fault| fault.message.clone())
}
