//! What the commands of the inbox do, and why they cannot be used.

use std::borrow::Cow;

use traveloure_core::{
    api::request::{Accept, RequestRow},
    request::Side,
};

use super::{
    Inbox,
    answers::Target,
    asking::{Accepting, Asking, Countering, DraftName, Leftovers, Step, Wording, Words},
    filter::{Filter, View},
};
use crate::tui::{
    app::{
        cx::{Cx, Notice},
        desk::Desk,
        unsent::{Answer, Unsent},
    },
    commands::{Action, InboxAct, ListAct},
    listing::browse::Pane,
    screens::Handled,
    widgets::text,
};

impl Inbox {
    pub(super) fn act_in_list(&mut self, act: ListAct, cx: &mut Cx) -> Handled {
        match act {
            ListAct::Mark => {
                if let Some(row) = self.rows.current() {
                    self.marks.end_range(&self.rows);
                    self.marks.turn(row.id);
                    self.browse().step(ListAct::Down, cx);
                }
            }
            ListAct::MarkRange => self.marks.turn_range(&self.rows),
            act => return self.browse().act(act, cx),
        }
        Handled::Consumed
    }

    pub(super) fn act_on_requests(&mut self, act: InboxAct, cx: &mut Cx) -> Handled {
        match act {
            InboxAct::Accept => self.ask_to_accept(None, cx),
            InboxAct::Decline => self.ask_to_decline("", cx),
            InboxAct::Counter => self.ask_for_offer(false, cx),
            InboxAct::Message => self.ask_for_message(),
            InboxAct::Repeat => self.repeat(cx),
            InboxAct::TakeBack => self.take_back(cx),
            InboxAct::UnmarkAll => self.marks.clear(),
            InboxAct::Leftovers => {
                self.asking = Some(Asking::Leftovers(Leftovers::new(&self.leftovers)));
            }
            act => match View::of(act) {
                Some(view) => self.show(view, cx),
                None => return Handled::Ignored,
            },
        }
        Handled::Consumed
    }

    fn show(&mut self, view: View, cx: &mut Cx) {
        self.find.forget();
        self.marks.clear();
        self.pane = Pane::List;
        self.rows.show(Filter { view, words: String::new() }, cx);
    }

    /// What an answer is about: the marked rows, else the row under the cursor, as far as they can
    /// be answered now, and how many cannot.
    fn about(&mut self, now: chrono::DateTime<chrono::Utc>) -> (Vec<RequestRow>, usize) {
        self.marks.end_range(&self.rows);
        if self.marks.is_empty() {
            return (self.rows.current().cloned().into_iter().collect(), 0);
        }
        let marked = self.rows.items().iter().filter(|row| self.marks.contains(row.id));
        let (may, not): (Vec<&RequestRow>, Vec<&RequestRow>) =
            marked.partition(|row| self.why_not_answer(row, now).is_none());
        (may.into_iter().cloned().collect(), not.len())
    }

    fn ask_to_accept(&mut self, message: Option<String>, cx: &mut Cx) {
        let (rows, mut left_out) = self.about(cx.now());
        let (rows, unpriced): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| row.price.is_some());
        left_out += unpriced.len();
        if rows.is_empty() {
            cx.say(Notice::warn("Nothing of what is marked can be accepted now."));
            return;
        }
        let keys = cx.desk.settings.keymap.keys_of(Action::Inbox(InboxAct::Accept));
        self.asking = Some(Asking::Accept(Accepting::new(rows, left_out, message, &keys)));
    }

    fn ask_to_decline(&mut self, words: &str, cx: &mut Cx) {
        let (rows, _) = self.about(cx.now());
        if rows.is_empty() {
            cx.say(Notice::warn("Nothing of what is marked can be declined now."));
            return;
        }
        let mut wording = Wording::decline(&rows, words);
        if let Some(draft) = wording.draft_name().and_then(|name| self.drafts.remove(&name)) {
            wording.form = draft;
        }
        self.asking = Some(Asking::Words(wording));
    }

    fn ask_for_message(&mut self) {
        let Some(row) = self.rows.current() else { return };
        let mut wording = Wording::message(row, "");
        if let Some(draft) = self.drafts.remove(&DraftName(row.id, Words::Message)) {
            wording.form = draft;
        }
        self.asking = Some(Asking::Words(wording));
    }

    fn ask_for_offer(&mut self, as_last: bool, cx: &mut Cx) {
        let Some(row) = self.rows.current() else { return };
        let last = self.last_offer.as_ref().filter(|_| as_last);
        let mut countering = Box::new(Countering::new(row, last, cx.desk));
        if let Some(draft) = self.drafts.remove(&DraftName(row.id, Words::Offer)) {
            countering = Box::new(countering.with_draft(draft));
        }
        countering.look_up(cx);
        self.asking = Some(Asking::Counter(countering));
    }

    /// Gives the last answer to what is marked or under the cursor. An offer is shown first: it is
    /// about another date and price. So is an acceptance of several.
    fn repeat(&mut self, cx: &mut Cx) {
        match self.last.clone() {
            None => {}
            Some(Answer::Counter(_)) => self.ask_for_offer(true, cx),
            Some(Answer::Accept(last)) if !self.marks.is_empty() => {
                self.ask_to_accept(last.message, cx);
            }
            Some(Answer::Accept(last)) => {
                let (rows, _) = self.about(cx.now());
                let Some(row) = rows.first() else { return };
                if row.price.is_none() {
                    cx.say(Notice::warn("Not now: there is no price yet; make an offer"));
                    return;
                }
                // Against one's own rules only when asked each time.
                let body =
                    Accept { over_rules: false, round: Some(row.round), message: last.message };
                let targets = vec![Target::of(row)];
                self.give(&Answer::Accept(body), &targets, cx);
            }
            Some(answer) => {
                let (rows, _) = self.about(cx.now());
                let targets: Vec<Target> = rows.iter().map(Target::of).collect();
                let single = matches!(answer, Answer::Message(_));
                let targets = if single { targets.into_iter().take(1).collect() } else { targets };
                self.give(&answer, &targets, cx);
            }
        }
    }

    /// Answers, and goes on to the next request that waits.
    fn give(&mut self, answer: &Answer, targets: &[Target], cx: &mut Cx) {
        self.answers.give(answer, targets, cx);
        self.last = Some(answer.clone());
        if matches!(answer, Answer::Message(_)) {
            return;
        }
        self.marks.clear();
        self.go_to_next(cx);
    }

    /// The next row below that waits for an answer, else the first one above; none is no move.
    fn go_to_next(&mut self, cx: &mut Cx) {
        let cursor = self.rows.list.cursor();
        let waits = |row: &RequestRow| self.why_not_answer(row, cx.now()).is_none();
        let (above, below) = self.rows.items().split_at(cursor.min(self.rows.len()));
        let next = below.iter().position(waits).map(|index| index + cursor);
        let next = next.or_else(|| above.iter().position(waits));
        if let Some(index) = next {
            self.rows.select(index);
            self.rows.moved(cx);
        } else if !self.rows.is_empty() {
            self.pane = Pane::List;
        }
    }

    fn take_back(&mut self, cx: &mut Cx) {
        let back = self.answers.take_back();
        let Some(first) = back.first() else { return };
        let whom = match back.as_slice() {
            [one] => one.whom(),
            many => {
                let count: usize = many.iter().map(|given| given.targets.len()).sum();
                format!("{count} requests")
            }
        };
        cx.say(Notice::info(format!("Taken back, nothing was sent: {}.", text::clean(&whom))));
        if let Some(index) = first.targets.first().and_then(|one| self.rows.position(one.id)) {
            self.rows.select(index);
            self.rows.moved(cx);
        }
    }

    /// Does what a question or form has come to.
    pub(super) fn take_step(&mut self, step: Step, cx: &mut Cx) {
        match step {
            Step::Stay => {}
            Step::Close => self.asking = None,
            Step::Edit(text) => cx.edit(text),
            Step::Give(answer, targets) => {
                if let Some(Asking::Counter(counter)) = &self.asking {
                    self.last_offer = Some(counter.remembered());
                }
                // Kept until the answer has arrived: a refusal loses nothing typed.
                if let Some((name, form)) = self.asking.take().and_then(Asking::into_draft) {
                    self.drafts.insert(name, form);
                }
                self.give(&answer, &targets, cx);
            }
            Step::SendLeftover(unsent) => {
                self.leftovers.retain(|kept| *kept != unsent);
                let expires_at = self.rows.get(unsent.request).map(|row| row.expires_at);
                self.answers.give_again(unsent, expires_at, cx);
                self.close_leftovers();
            }
            Step::DropLeftover(unsent) => {
                self.drop_leftover(&unsent, cx);
                self.close_leftovers();
            }
        }
    }

    fn drop_leftover(&mut self, unsent: &Unsent, cx: &mut Cx) {
        self.leftovers.retain(|kept| kept != unsent);
        cx.say(Notice::info(format!("Dropped: {} {}.", unsent.answer.doing(), unsent.traveler)));
    }

    fn close_leftovers(&mut self) {
        if let Some(Asking::Leftovers(leftovers)) = &self.asking
            && leftovers.is_done()
        {
            self.asking = None;
        }
    }

    /// Esc: closes one thing.
    pub(super) fn back(&mut self, cx: &mut Cx) -> Handled {
        if let Some(asking) = self.asking.take() {
            if let Some((name, form)) = asking.into_draft() {
                self.drafts.insert(name, form);
                cx.say(Notice::info("What you wrote is kept; the same key opens it again."));
            }
        } else if self.find.is_typing || self.find.is_narrowed() {
            self.find.widen(&mut self.rows, cx);
        } else if self.pane == Pane::Detail {
            self.pane = Pane::List;
        } else if !self.marks.back() {
            return Handled::Ignored;
        }
        Handled::Consumed
    }

    pub(super) fn why_not_now(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        let Action::Inbox(act) = action else { return self.why_not_move(action) };
        let current = self.rows.current();
        let has_marks = !self.marks.is_empty();
        let answer = || match current {
            _ if has_marks => None,
            None => Some("there is no request here".into()),
            Some(row) => self.why_not_answer(row, desk.now),
        };
        match act {
            InboxAct::Accept => answer().or_else(|| {
                let unpriced = !has_marks && current.is_some_and(|row| row.price.is_none());
                unpriced.then(|| "there is no price yet; make an offer".into())
            }),
            InboxAct::Counter if has_marks => {
                Some("an offer is made to one request at a time".into())
            }
            InboxAct::Message if current.is_none() => Some("there is no request here".into()),
            InboxAct::Repeat if self.last.is_none() => Some("nothing was answered yet".into()),
            InboxAct::Repeat if matches!(self.last, Some(Answer::Message(_))) => None,
            InboxAct::Decline | InboxAct::Counter | InboxAct::Repeat => answer(),
            InboxAct::TakeBack if !self.answers.can_take_back() => {
                Some("no answer waits to be taken back".into())
            }
            InboxAct::UnmarkAll if !has_marks => Some("nothing is marked".into()),
            InboxAct::Leftovers if self.leftovers.is_empty() => Some("everything was sent".into()),
            _ => None,
        }
    }

    fn why_not_move(&self, action: Action) -> Option<Cow<'static, str>> {
        let Action::List(act) = action else { return None };
        match act {
            ListAct::Open
            | ListAct::Mark
            | ListAct::MarkRange
            | ListAct::NextPane
            | ListAct::PreviousPane
                if self.rows.is_empty() =>
            {
                Some("there is no request here".into())
            }
            ListAct::Open if self.pane == Pane::Detail => Some("it is open".into()),
            ListAct::NextFound | ListAct::PreviousFound if self.find.words.trim().is_empty() => {
                Some("nothing was looked for".into())
            }
            _ => None,
        }
    }

    /// Why a request cannot be answered now; none if it can.
    pub(super) fn why_not_answer(
        &self,
        row: &RequestRow,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Option<Cow<'static, str>> {
        if let Some(given) = self.answers.of(row.id) {
            return Some(if given.is_waiting() {
                "your answer waits to be sent; take it back first".into()
            } else {
                "your answer is on its way".into()
            });
        }
        match row.status.turn() {
            None => Some(format!("it is {} already", row.status.as_str()).into()),
            Some(Side::Traveler) => Some("it is the traveler's turn".into()),
            Some(Side::Provider) if row.expires_at <= now => Some("its time is over".into()),
            Some(Side::Provider) => None,
        }
    }
}
