//! The rows: pages that come as the cursor moves, and rows that arrive live.

use traveloure_core::api::page::Page;

use super::{Filter, Row};
use crate::tui::{
    app::{
        call::{ApiError, Ticket},
        cx::Cx,
        desk::Desk,
        load::Load,
    },
    widgets::list::ListState,
};

/// Rows of the first page: a screenful, soon there.
const FIRST_PAGE: u32 = 60;
/// Rows of a further page.
const PAGE: u32 = 250;
/// How far before the last loaded row the next page is asked for.
const AHEAD: usize = 80;

/// Names a row of the list.
pub type IdOf<F> = <<F as Filter>::Row as Row>::Id;

/// See the module's head.
#[derive(Debug)]
pub struct Rows<F: Filter> {
    filter: F,
    items: Vec<F::Row>,
    pub list: ListState,
    next: Option<String>,
    total: Option<u64>,
    /// Rows that stay in their place and no longer belong here.
    done: u64,
    /// Of the newest question: whether it is on its way, failed, or how old its answer is.
    load: Load<()>,
    /// A refresh gathers its rows here, so that the old ones stay until all are there.
    gathering: Option<Vec<F::Row>>,
    /// The end was asked for: pages are fetched until it is reached.
    to_the_end: bool,
    /// The filter changed while a question was on its way: it is asked again.
    ask_again: bool,
    /// So much changed at once that the list is fetched instead; `true` when more has changed since.
    catching_up: Option<bool>,
}

impl<F: Filter> Rows<F> {
    #[must_use]
    pub fn new(filter: F) -> Self {
        Self {
            filter,
            items: Vec::new(),
            list: ListState::default(),
            next: None,
            total: None,
            done: 0,
            load: Load::default(),
            gathering: None,
            to_the_end: false,
            ask_again: false,
            catching_up: None,
        }
    }

    #[must_use]
    pub fn filter(&self) -> &F {
        &self.filter
    }

    #[must_use]
    pub fn items(&self) -> &[F::Row] {
        &self.items
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    #[must_use]
    pub fn load(&self) -> &Load<()> {
        &self.load
    }

    /// How many there are in all, where that is known.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        let loaded = u64::try_from(self.items.len()).unwrap_or(u64::MAX);
        if self.next.is_none() && self.load.get().is_some() {
            return Some(loaded);
        }
        self.total.map(|total| total.max(loaded))
    }

    /// How many belong here still, where that is known.
    #[must_use]
    pub fn left(&self) -> Option<u64> {
        self.total().map(|total| total.saturating_sub(self.done))
    }

    /// The row under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&F::Row> {
        self.items.get(self.list.cursor())
    }

    #[must_use]
    pub fn get(&self, id: IdOf<F>) -> Option<&F::Row> {
        self.position(id).map(|index| &self.items[index])
    }

    #[must_use]
    pub fn position(&self, id: IdOf<F>) -> Option<usize> {
        // The cursor's row and its neighbours are asked for most.
        let near = self.list.cursor().saturating_sub(2);
        let (before, behind) = self.items.split_at(near.min(self.items.len()));
        let found = behind.iter().position(|row| row.id() == id).map(|index| index + before.len());
        found.or_else(|| before.iter().position(|row| row.id() == id))
    }

    /// The rows on the screen, as they were drawn last.
    pub fn visible(&self) -> impl Iterator<Item = &F::Row> {
        self.items[self.list.drawn(self.items.len())].iter()
    }

    pub fn select(&mut self, index: usize) {
        self.list.select(index, self.items.len());
    }

    /// Asks for the rows anew; those that are there stay until the new ones are.
    pub fn refresh(&mut self, cx: &mut Cx) {
        self.gathering = Some(Vec::new());
        let limit = u32::try_from(self.items.len()).unwrap_or(u32::MAX).clamp(FIRST_PAGE, 500);
        self.ask(None, limit, cx);
    }

    /// Asks for other rows. One question is on its way at a time; the newest filter wins.
    pub fn show(&mut self, filter: F, cx: &mut Cx) {
        if filter.is_apart_from(&self.filter) {
            self.items.clear();
            self.done = 0;
            self.list = ListState::default();
            self.load.clear();
        }
        self.filter = filter;
        self.to_the_end = false;
        self.total = None;
        self.next = None;
        self.gathering = Some(Vec::new());
        if self.load.is_loading() {
            self.ask_again = true;
        } else {
            self.ask(None, FIRST_PAGE, cx);
        }
    }

    /// Shows what another list shows until its own rows come.
    pub fn copy_from(&mut self, other: &Self) {
        self.items.clone_from(&other.items);
        self.list = other.list;
        self.next.clone_from(&other.next);
        self.total = other.total;
        self.done = other.done;
        self.load = other.load.clone();
        self.load.stop();
    }

    /// Goes to the last row there is, also when its page has not come yet.
    pub fn go_to_the_end(&mut self, cx: &mut Cx) {
        self.to_the_end = true;
        self.select(usize::MAX);
        self.ask_ahead(cx);
    }

    /// The cursor has moved: pages ahead of it are fetched before it gets there.
    pub fn moved(&mut self, cx: &mut Cx) {
        self.to_the_end = false;
        self.ask_ahead(cx);
    }

    #[must_use]
    pub fn is_going_to_the_end(&self) -> bool {
        self.to_the_end && self.next.is_some()
    }

    /// Asks for the next page when the cursor comes near the end of what is there.
    pub fn ask_ahead(&mut self, cx: &mut Cx) {
        let near_the_end = self.list.cursor() + AHEAD >= self.items.len();
        if let Some(after) = self.next.clone()
            && (near_the_end || self.to_the_end)
            && !self.load.is_loading()
        {
            self.ask(Some(after), if self.to_the_end { 500 } else { PAGE }, cx);
        }
    }

    fn ask(&mut self, after: Option<String>, limit: u32, cx: &mut Cx) {
        let Some(call) = self.filter.page(after, limit, cx.desk) else { return };
        let ticket = cx.call(call);
        self.load.asked(ticket, cx);
    }

    /// Takes out every row that no longer belongs here, except the one under the cursor.
    pub fn sweep(&mut self, desk: &Desk) {
        let cursor = self.current().map(Row::id);
        let before = self.items.len();
        let filter = &self.filter;
        self.items.retain(|row| filter.admits(row, desk) || Some(row.id()) == cursor);
        let gone = u64::try_from(before - self.items.len()).unwrap_or(0);
        self.total = self.total.map(|total| total.saturating_sub(gone));
        if let Some(index) = cursor.and_then(|id| self.position(id)) {
            self.select(index);
        }
        self.done = u64::from(self.current().is_some_and(|row| !self.filter.admits(row, desk)));
    }

    /// Whether `ticket` brings a page for this list.
    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.load.waits_for(ticket)
    }

    /// Whether the whole list, fetched anew, brings what has just changed: it does from when `many` rows are on their
    /// way one by one until it has come.
    pub fn brings_what_changed(&mut self, many: bool, cx: &mut Cx) -> bool {
        if let Some(again) = &mut self.catching_up {
            *again = true;
            return true;
        }
        if many {
            self.catching_up = Some(false);
            self.refresh(cx);
        }
        many
    }

    /// Takes a page. The cursor stays on its row. If more has changed since the list was fetched for what had, it is
    /// fetched once more.
    pub fn came(&mut self, result: Result<Page<F::Row>, ApiError>, cx: &mut Cx) {
        self.take(result, cx);
        if self.load.is_loading() {
            return;
        }
        if self.catching_up == Some(true) && self.load.error().is_none() {
            self.catching_up = Some(false);
            self.refresh(cx);
        } else {
            self.catching_up = None;
        }
    }

    fn take(&mut self, result: Result<Page<F::Row>, ApiError>, cx: &mut Cx) {
        if std::mem::take(&mut self.ask_again) {
            self.gathering = Some(Vec::new());
            self.ask(None, FIRST_PAGE, cx);
            return;
        }
        let page = match result {
            Ok(page) => page,
            Err(error) => {
                self.gathering = None;
                self.to_the_end = false;
                self.load.came(Err(error), cx.now());
                return;
            }
        };
        self.load.came(Ok(()), cx.now());
        self.total = page.total.or(self.total);
        let wanted = self.list.cursor() + 1;
        match &mut self.gathering {
            None => {
                self.items.extend(page.items);
                self.next = page.next;
            }
            Some(gathered) => {
                gathered.extend(page.items);
                let covers = gathered.len() >= wanted.min(self.items.len());
                if let Some(after) = page.next.clone()
                    && !covers
                {
                    self.ask(Some(after), 500, cx);
                    return;
                }
                self.next = page.next;
                let gathered = self.gathering.take().unwrap_or_default();
                self.replace(gathered);
            }
        }
        if self.to_the_end {
            self.select(usize::MAX);
        }
        // A page may hold less than was asked for, even nothing, and another follow.
        if self.to_the_end || self.items.len() < FIRST_PAGE as usize {
            self.ask_ahead(cx);
        }
    }

    fn replace(&mut self, items: Vec<F::Row>) {
        let before = self.current().map(Row::id);
        self.items = items;
        self.done = 0;
        if let Some(index) = before.and_then(|id| self.position(id)) {
            self.select(index);
        } else {
            self.select(self.list.cursor());
        }
    }

    /// Takes a row as it is now: in its place if it is there, else where it belongs if it belongs
    /// into this list. The cursor stays on its row. Returns whether it is new.
    pub fn update(&mut self, row: F::Row, desk: &Desk) -> bool {
        if let Some(index) = self.position(row.id()) {
            let did = self.filter.admits(&self.items[index], desk);
            let does = self.filter.admits(&row, desk);
            self.done =
                (self.done + u64::from(did && !does)).saturating_sub(u64::from(!did && does));
            self.items[index] = row;
            return false;
        }
        if !self.filter.admits(&row, desk) {
            return false;
        }
        let at = self.filter.place(&row, &self.items);
        self.total = self.total.map(|total| total + 1);
        if at == self.items.len() && self.next.is_some() {
            // It belongs to a page that has not been fetched.
            return false;
        }
        if !self.items.is_empty() {
            self.list.inserted(at);
        }
        self.items.insert(at, row);
        true
    }
}
