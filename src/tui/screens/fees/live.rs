//! What is asked for, and what comes of it.

use traveloure_core::{api::fee::Fee, ids::FeeId};

use super::{Fees, rule};
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::{Cx, Notice},
    },
    commands::FeesAct,
};

impl Fees {
    pub(super) fn ask(&mut self, cx: &mut Cx) {
        if self.rules.is_loading() {
            self.changed_again = true;
            return;
        }
        let ticket = cx.call(Call::Fees);
        self.rules.asked(ticket, cx);
    }

    pub(super) fn came(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if let Some(trial) = self.trial.as_mut().filter(|trial| trial.waits_for(ticket)) {
            if let Some(fee) = trial.came(ticket, result, cx.now()) {
                self.saved(fee, cx);
                return;
            }
            self.say_in_the_form();
        } else if self.providers.waits_for(ticket) {
            let providers = result.and_then(|reply| match reply {
                Reply::Providers(providers) => Ok(providers),
                _ => Err(ApiError::unexpected()),
            });
            self.providers.came(providers, cx.now());
            if std::mem::take(&mut self.waits_for_providers) {
                self.offer_providers(cx);
            }
        } else if self.rules.waits_for(ticket) {
            let before = self.current().map(|fee| fee.id);
            let fees = result.and_then(|reply| match reply {
                Reply::Fees(fees) => Ok(fees),
                _ => Err(ApiError::unexpected()),
            });
            self.rules.came(fees, cx.now());
            self.select(before);
            if std::mem::take(&mut self.changed_again) {
                self.ask(cx);
            }
        }
    }

    fn offer_providers(&mut self, cx: &mut Cx) {
        match (self.providers.get(), self.providers.error()) {
            (_, Some(error)) => {
                cx.say(Notice::bad(format!("The providers could not be fetched. {error}")));
            }
            (Some(providers), None) if providers.is_empty() => {
                cx.say(Notice::info("There is no provider yet."));
            }
            (Some(providers), None) => {
                let form = rule::adding_for(providers);
                self.fill(form, None, FeesAct::Provider);
            }
            (None, None) => {}
        }
    }

    /// A rule that the server refuses goes back into its form, the faults beside their fields.
    fn say_in_the_form(&mut self) {
        let refused = self.trial.as_ref().and_then(|trial| trial.error()).cloned();
        let Some(ApiError::Problem(mut problem)) = refused.filter(|_| self.filling.is_some())
        else {
            return;
        };
        if problem.fields.is_empty() {
            return;
        }
        for fault in &mut problem.fields {
            fault.field = rule::field_of(&fault.field).to_owned();
        }
        self.trial = None;
        if let Some(filling) = &mut self.filling {
            filling.form.refused(&ApiError::Problem(problem));
        }
    }

    fn saved(&mut self, fee: Fee, cx: &mut Cx) {
        (self.trial, self.filling) = (None, None);
        let state = if fee.is_active { rule::figure(&fee) } else { "off".to_owned() };
        cx.say(Notice::good(format!("The fee for {} is {state} from now on.", rule::whom(&fee))));
        let id = fee.id;
        if let Some(fees) = self.rules.get_mut() {
            match fees.iter_mut().find(|known| known.id == id) {
                Some(known) => *known = fee,
                None => fees.push(fee),
            }
        }
        self.select(Some(id));
        self.ask(cx);
    }

    fn select(&mut self, id: Option<FeeId>) {
        let len = self.listed().len();
        let index = self.listed().iter().position(|fee| Some(fee.id) == id);
        self.list.select(index.unwrap_or_else(|| self.list.cursor()), len);
    }
}
