//! What the platform keeps of amounts that are being tried. The rules are the server's; its answers
//! are remembered, and one question is on its way at a time.

use std::collections::HashMap;

use traveloure_core::{
    api::{fee::FeeCalculation, service::Service},
    category::Category,
    fee::FeeDecision,
    money::Money,
};

use crate::tui::app::{
    call::{ApiError, Call, Reply, Ticket},
    cx::Cx,
};

/// Answers that are remembered at most.
const MOST: usize = 500;

type Question = (Category, Money);

/// See the module's head.
#[derive(Debug, Default)]
pub struct Fees {
    known: HashMap<Question, FeeDecision>,
    asked: Option<(Ticket, Question)>,
    /// Not asked again by itself.
    failed: Option<Question>,
}

impl Fees {
    /// The fee of `amount`, if it has come.
    #[must_use]
    pub fn get(&self, service: &Service, amount: Money) -> Option<&FeeDecision> {
        self.known.get(&(service.category, amount))
    }

    /// Whether the fee of `amount` could not be fetched.
    #[must_use]
    pub fn has_failed(&self, service: &Service, amount: Money) -> bool {
        self.failed == Some((service.category, amount))
    }

    /// Asks for the fee of `amount` unless it is known, or something else is being asked.
    pub fn want(&mut self, service: &Service, amount: Money, cx: &mut Cx) {
        let question = (service.category, amount);
        let is_settled = self.known.contains_key(&question) || self.failed == Some(question);
        if self.asked.is_some() || is_settled {
            return;
        }
        let (provider, category) = (service.provider_id, service.category);
        let ticket = cx.call(Call::Fee { provider, category, amount });
        self.asked = Some((ticket, question));
        self.failed = None;
    }

    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.asked.is_some_and(|(asked, _)| asked == ticket)
    }

    pub fn came(&mut self, result: Result<Reply, ApiError>) {
        let Some((_, question)) = self.asked.take() else { return };
        match result {
            Ok(Reply::Fee(fee)) => {
                if self.known.len() >= MOST {
                    self.known.clear();
                }
                let FeeCalculation { decision, .. } = *fee;
                self.known.insert(question, decision);
            }
            _ => self.failed = Some(question),
        }
    }

    /// The rules may have changed.
    pub fn forget(&mut self) {
        self.known.clear();
        self.failed = None;
    }

    /// What failed may be asked again.
    pub fn try_again(&mut self) {
        self.failed = None;
    }
}
