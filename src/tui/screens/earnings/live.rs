//! What is asked for, and what comes of it.

use super::{Earnings, Over, behind::Behind, period::Period};
use crate::tui::app::{
    call::{ApiError, Call, Reply, Ticket},
    cx::Cx,
};

impl Earnings {
    pub(super) fn ask(&mut self, cx: &mut Cx) {
        let Some(provider) = cx.desk.provider() else { return };
        let Period { from, to } = self.period(cx.desk);
        let ticket = cx.call(Call::Earnings { provider, from, to });
        self.earned.asked(ticket, cx);
    }

    pub(super) fn ask_account(&mut self, cx: &mut Cx) {
        let Some(provider) = cx.desk.provider() else { return };
        let ticket = cx.call(Call::PayoutAccount(provider));
        self.account.asked(ticket, cx);
    }

    /// The books have moved: the figures are fetched anew, and with them the entries that are read.
    pub(super) fn changed(&mut self, cx: &mut Cx) {
        if self.earned.is_loading() {
            self.changed_again = true;
            return;
        }
        self.state += 1;
        self.ask(cx);
    }

    pub(super) fn came(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if self.statement == Some(ticket) {
            self.statement = None;
            let Some(Over::Statement(saving)) = &mut self.over else { return };
            match result {
                Ok(Reply::Text(text)) => saving.write(text, cx),
                Ok(_) => saving.failed(&ApiError::unexpected()),
                Err(error) => saving.failed(&error),
            }
        } else if let Some(Over::Link(link)) = &mut self.over
            && link.waits_for(ticket)
        {
            link.came(result, cx);
        } else if self.account.waits_for(ticket) {
            let account = result.and_then(|reply| match reply {
                Reply::PayoutAccount(account) => Ok(account),
                _ => Err(ApiError::unexpected()),
            });
            self.account.came(account, cx.now());
        } else if self.earned.waits_for(ticket) {
            let earned = result.and_then(|reply| match reply {
                Reply::Earnings(earned) => Ok(*earned),
                _ => Err(ApiError::unexpected()),
            });
            self.earned.came(earned, cx.now());
            self.sort_out();
            if std::mem::take(&mut self.changed_again) {
                self.changed(cx);
            }
        } else if let Some(of) = self.entries.asked().filter(|_| self.entries.waits_for(ticket)) {
            match result {
                Ok(Reply::Entries(entries)) => self.entries.put(Behind { of, entries }),
                Ok(_) => self.entries.failed(ApiError::unexpected()),
                Err(error) => self.entries.failed(error),
            }
        }
    }
}
