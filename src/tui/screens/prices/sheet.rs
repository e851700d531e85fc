//! The prices of one service: as they are saved, and the draft on top of them.

use traveloure_core::{
    api::{
        pricing::{Pricing, PricingEdit},
        problem::Code,
    },
    field::FieldError,
    ids::ServiceId,
    pricing::PricingTerms,
};
use uuid::Uuid;

use super::{draft::Draft, edit::Edit, forms::Editing};
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::{Cx, Notice},
        load::Load,
    },
    commands::{Action, PricesAct},
    layers::text_editor::TextEditor,
    widgets::text,
};

/// See the module's head.
#[derive(Debug)]
pub struct Sheet {
    service: ServiceId,
    load: Load<Pricing>,
    draft: Option<Draft>,
    /// The version that the draft is made on.
    version: i64,
    /// Why the draft does not fit what was saved elsewhere.
    clash: Option<String>,
    applying: Option<Applying>,
    /// A form and a text that were closed before they were sent.
    pub closed_form: Option<Editing>,
    pub closed_text: Option<TextEditor>,
}

/// What is being saved. Sent again after an answer that did not arrive, it keeps its key.
#[derive(Clone, Debug)]
struct Applying {
    ticket: Option<Ticket>,
    key: Uuid,
    version: i64,
    terms: PricingTerms,
}

impl Sheet {
    #[must_use]
    pub fn new(service: ServiceId) -> Self {
        Self {
            service,
            load: Load::default(),
            draft: None,
            version: 0,
            clash: None,
            applying: None,
            closed_form: None,
            closed_text: None,
        }
    }

    #[must_use]
    pub const fn load(&self) -> &Load<Pricing> {
        &self.load
    }

    /// The saved terms that the draft is compared with; none until they have come.
    #[must_use]
    pub fn saved(&self) -> Option<&PricingTerms> {
        match &self.draft {
            Some(draft) => Some(draft.saved()),
            None => self.load.get().map(|pricing| &pricing.terms),
        }
    }

    /// The terms with the draft's edits; none until they have come.
    #[must_use]
    pub fn terms(&self) -> Option<&PricingTerms> {
        match &self.draft {
            Some(draft) => Some(draft.terms()),
            None => self.load.get().map(|pricing| &pricing.terms),
        }
    }

    /// How many edits wait to be applied.
    #[must_use]
    pub fn edits(&self) -> usize {
        self.draft.as_ref().map_or(0, Draft::edits)
    }

    /// What the edits do, the first one first.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        self.draft.as_ref().map(Draft::labels).unwrap_or_default()
    }

    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.draft.as_ref().is_some_and(Draft::can_redo)
    }

    #[must_use]
    pub fn is_applying(&self) -> bool {
        self.applying.as_ref().is_some_and(|applying| applying.ticket.is_some())
    }

    /// Why the draft cannot be applied as it is.
    #[must_use]
    pub fn clash(&self) -> Option<String> {
        self.clash.clone().or_else(|| self.draft.as_ref().and_then(Draft::fault))
    }

    /// Asks for the saved terms.
    pub fn fetch(&mut self, cx: &mut Cx) {
        let Some(provider) = cx.desk.provider() else { return };
        let ticket = cx.call(Call::Pricing { provider, service: self.service });
        self.load.asked(ticket, cx);
    }

    /// The prices were changed to `version`: asks for them if that is news.
    pub fn changed_elsewhere(&mut self, version: Option<i64>, cx: &mut Cx) {
        let known = self.load.get().map(|pricing| pricing.version);
        let is_news = known.is_some() && (version.is_none() || known < version);
        // What is being saved here comes back with its answer.
        if is_news && !self.is_applying() {
            self.fetch(cx);
        }
    }

    /// What the terms would be with `edit` as well.
    ///
    /// # Errors
    /// What is wrong with them then.
    pub fn with(&self, edit: &Edit) -> Result<PricingTerms, Vec<FieldError>> {
        match (&self.draft, self.load.get()) {
            (Some(draft), _) => draft.with(edit),
            (None, Some(pricing)) => Draft::new(pricing.terms.clone()).with(edit),
            (None, None) => Err(Vec::new()),
        }
    }

    /// Makes an edit in the draft. `false` when it changes nothing.
    ///
    /// # Errors
    /// What is wrong with the terms then; nothing is changed.
    pub fn edit(&mut self, edit: Edit) -> Result<bool, Vec<FieldError>> {
        let Some(pricing) = self.load.get() else { return Ok(false) };
        if self.draft.is_none() {
            self.version = pricing.version;
        }
        let draft = self.draft.get_or_insert_with(|| Draft::new(pricing.terms.clone()));
        let changed = draft.make(edit)?;
        self.after_change();
        Ok(changed)
    }

    pub fn undo(&mut self) -> Option<String> {
        let label = self.draft.as_mut()?.undo();
        self.after_change();
        label
    }

    pub fn redo(&mut self) -> Option<String> {
        let label = self.draft.as_mut()?.redo();
        self.after_change();
        label
    }

    pub fn discard(&mut self) {
        self.draft = None;
        self.clash = None;
        self.applying = None;
    }

    /// A draft that does not fit may fit now.
    fn after_change(&mut self) {
        self.applying = None;
        if self.clash.is_some() {
            self.meet();
        }
    }

    /// Moves the draft onto the newest saved terms, if they are newer than what it is made on.
    /// Returns whether it moved.
    fn meet(&mut self) -> bool {
        let (Some(draft), Some(pricing)) = (&mut self.draft, self.load.get()) else { return false };
        if pricing.version == self.version {
            return false;
        }
        match draft.move_onto(pricing.terms.clone()) {
            Ok(()) => {
                self.version = pricing.version;
                self.clash = None;
                true
            }
            Err(faults) => {
                self.clash = faults.into_iter().next().map(|fault| fault.message);
                false
            }
        }
    }

    /// Whether the newest saved terms are those of the draft: an answer that never came, or
    /// somebody with the same thought.
    fn is_saved(&self) -> bool {
        match (&self.draft, self.load.get()) {
            (Some(draft), Some(pricing)) => draft.edits() > 0 && *draft.terms() == pricing.terms,
            _ => false,
        }
    }

    /// Saves the draft over the version that it was made on.
    pub fn apply(&mut self, cx: &mut Cx) {
        let (Some(draft), Some(provider)) = (&self.draft, cx.desk.provider()) else { return };
        let (terms, version) = (draft.terms().clone(), self.version);
        // The same save once more, as its answer never came: with its key it takes effect once.
        let before = self.applying.as_ref();
        let again = before.filter(|tried| tried.terms == terms && tried.version == version);
        let key = again.map_or_else(|| cx.fresh_key(), |tried| tried.key);
        let edit = PricingEdit { terms: Some(terms.clone()), text: None };
        let service = self.service;
        let call = Call::EditPricing { provider, service, version, edit, dry_run: false };
        let ticket = Some(cx.call_again(call, key));
        self.applying = Some(Applying { ticket, key, version, terms });
    }

    /// Whether `ticket` is one of this sheet's.
    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.load.waits_for(ticket) || self.applies(ticket)
    }

    fn applies(&self, ticket: Ticket) -> bool {
        self.applying.as_ref().is_some_and(|applying| applying.ticket == Some(ticket))
    }

    /// The answer to a call of this sheet.
    pub fn came(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if self.applies(ticket) {
            self.applied(result, cx);
            return;
        }
        let pricing = result.and_then(|reply| match reply {
            Reply::Pricing(pricing) => Ok(*pricing),
            _ => Err(ApiError::Unreadable("not the prices of a service".to_owned())),
        });
        self.load.came(pricing, cx.now());
        if self.is_saved() {
            self.discard();
            cx.say(Notice::good("Saved."));
            return;
        }
        let had_clashed = self.clash.is_some();
        if self.meet() {
            cx.say(Notice::info(
                "The prices were changed elsewhere. Your draft is kept, on top of them.",
            ));
        } else if !had_clashed && let Some(clash) = &self.clash {
            cx.say(Notice::warn(format!(
                "The prices were changed elsewhere, and your draft does not fit: {clash}. It is \
                 kept; change it or take it back."
            )));
        }
    }

    fn applied(&mut self, result: Result<Reply, ApiError>, cx: &mut Cx) {
        let error = match result {
            Ok(Reply::PricingChange(change)) => {
                let days: u32 = change
                    .plan
                    .changes
                    .iter()
                    .map(traveloure_core::pricing::PriceChange::days)
                    .sum();
                let what = match days {
                    0 => "Saved.".to_owned(),
                    _ => format!("Saved: {} change.", text::counted(days.into(), "date", "dates")),
                };
                cx.say(Notice::good(what));
                self.discard();
                self.load.came(Ok(change.pricing), cx.now());
                return;
            }
            Ok(_) => ApiError::Unreadable("not a change of prices".to_owned()),
            Err(error) => error,
        };
        if error.code() == Some(Code::VersionMismatch) {
            self.applying = None;
            cx.say(Notice::warn(
                "Not saved: the prices were changed elsewhere meanwhile. Your draft is kept.",
            ));
            self.fetch(cx);
            return;
        }
        if error.may_pass() {
            if let Some(applying) = &mut self.applying {
                applying.ticket = None;
            }
        } else {
            self.applying = None;
        }
        cx.say(Notice::bad(if error.code().is_some() {
            format!("Not saved, your draft is kept. {}", words(&error))
        } else {
            let apply = cx.desk.key(Action::Prices(PricesAct::Apply));
            format!("Whether it is saved is not known; {apply} sends it again, once. {error}")
        }));
    }
}

/// The refusal with the fields that were refused.
fn words(error: &ApiError) -> String {
    match error {
        ApiError::Problem(problem) if !problem.fields.is_empty() => {
            let fields: Vec<_> = problem.fields.iter().map(|f| f.message.as_str()).collect();
            fields.join("; ")
        }
        _ => error.to_string(),
    }
}
