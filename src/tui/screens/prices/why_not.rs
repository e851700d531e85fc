//! Why a key does nothing now.

use std::borrow::Cow;

use traveloure_core::pricing::PricingType;

use super::{Pane, Prices};
use crate::tui::{
    app::desk::Desk,
    commands::{Action, ListAct, PricesAct},
};

impl Prices {
    pub(super) fn why_not_now(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        let act = match action {
            Action::Prices(act) => act,
            Action::List(
                ListAct::Mark | ListAct::Find | ListAct::NextFound | ListAct::PreviousFound,
            ) => {
                return Some("there is nothing to find or mark here".into());
            }
            Action::List(ListAct::MarkRange) if self.pane == Pane::Terms => {
                return Some("days are chosen in the calendar; Tab goes there".into());
            }
            _ => return None,
        };
        if matches!(act, PricesAct::Selling | PricesAct::AddService) {
            return None;
        }
        if act == PricesAct::Service {
            return (desk.services.len() < 2).then(|| "there is one service".into());
        }
        let Some(sheet) = self.sheet(desk).filter(|sheet| sheet.terms().is_some()) else {
            return Some("the prices have not come yet".into());
        };
        let is_looking = matches!(
            act,
            PricesAct::Try
                | PricesAct::MorePeople
                | PricesAct::FewerPeople
                | PricesAct::PreviousMonth
                | PricesAct::NextMonth
                | PricesAct::Today
        );
        if is_looking {
            return None;
        }
        if sheet.is_applying() {
            return Some("the draft is being saved".into());
        }
        let is_quoted =
            sheet.terms().is_some_and(|terms| terms.pricing_type == PricingType::QuoteBased);
        match act {
            PricesAct::Apply if sheet.edits() == 0 => Some("nothing was changed".into()),
            PricesAct::Apply => sheet.clash().map(Cow::Owned),
            PricesAct::Undo | PricesAct::Discard if sheet.edits() == 0 => {
                Some("nothing was changed".into())
            }
            PricesAct::Redo if !sheet.can_redo() => Some("nothing was taken back".into()),
            PricesAct::Remove => {
                self.removal(desk).is_none().then(|| "there is nothing to take out here".into())
            }
            PricesAct::AddSeason
            | PricesAct::AddDate
            | PricesAct::AddGroup
            | PricesAct::AddEarly
            | PricesAct::AddLastMinute
                if is_quoted =>
            {
                Some("you price each request yourself; p changes that".into())
            }
            _ => None,
        }
    }
}
