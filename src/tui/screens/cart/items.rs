//! What is in the cart as the person sees it: edits included that are still on their way, names and
//! prices looked up beside it.

use std::collections::HashMap;

use traveloure_core::{
    api::{
        cart::{Cart, CartItem, Closed, Wish},
        pricing::ServiceQuote,
        problem::Code,
        service::Service,
    },
    ids::ServiceId,
    money::{Currency, Money},
    pricing::Priced,
};

use crate::tui::app::{
    call::{ApiError, Call, QuoteAsk, Reply, Ticket},
    cx::{Cx, Notice},
    load::Load,
};

/// How many names and prices are asked for at a time.
const AT_ONCE: usize = 4;

/// One change of the cart; it means the same on whatever version it is made.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    Put(CartItem),
    Replace(CartItem, CartItem),
    Remove(CartItem),
}

impl Edit {
    fn apply(&self, items: &mut Vec<CartItem>) {
        match self {
            Self::Put(item) => items.push(item.clone()),
            Self::Replace(old, new) => match items.iter().position(|item| item == old) {
                Some(at) => items[at] = new.clone(),
                None => items.push(new.clone()),
            },
            Self::Remove(item) => {
                if let Some(at) = items.iter().position(|one| one == item) {
                    items.remove(at);
                }
            }
        }
    }
}

/// See the module's head.
#[derive(Debug, Default)]
pub struct Items {
    cart: Load<Cart>,
    /// Not saved yet, in their order; those before `sent` are on their way.
    edits: Vec<Edit>,
    saving: Option<(Ticket, usize)>,
    names: HashMap<ServiceId, Load<Service>>,
    prices: Vec<(ServiceId, QuoteAsk, Load<ServiceQuote>)>,
}

impl Items {
    pub const fn load(&self) -> &Load<Cart> {
        &self.cart
    }

    /// By the way in which they are booked, in the cart's order among themselves.
    pub fn shown(&self) -> Vec<CartItem> {
        let mut items = self.cart.get().map(|cart| cart.items.clone()).unwrap_or_default();
        for edit in &self.edits {
            edit.apply(&mut items);
        }
        items.sort_by_key(kind);
        items
    }

    pub fn is_idle(&self) -> bool {
        let asks = |load: &Load<_>| load.is_loading();
        !self.cart.is_loading()
            && self.saving.is_none()
            && !self.names.values().any(asks)
            && !self.prices.iter().any(|(.., load)| load.is_loading())
    }

    /// How many edits have not arrived.
    pub fn unsaved(&self) -> usize {
        self.edits.len()
    }

    pub fn fetch(&mut self, cx: &mut Cx) {
        self.prices.clear();
        let ticket = cx.call(Call::Cart);
        self.cart.asked(ticket, cx);
    }

    /// Changes the cart, at once for the eye, and on the server as soon as it can be.
    pub fn edit(&mut self, edits: impl IntoIterator<Item = Edit>, cx: &mut Cx) {
        self.edits.extend(edits);
        if self.cart.is_untouched() {
            self.fetch(cx);
        } else {
            self.save(cx);
        }
    }

    pub fn save(&mut self, cx: &mut Cx) {
        if self.edits.is_empty() || self.saving.is_some() || self.cart.is_loading() {
            return;
        }
        let Some(cart) = self.cart.get() else { return };
        let version = cart.version;
        let mut items = cart.items.clone();
        for edit in &self.edits {
            edit.apply(&mut items);
        }
        let ticket = cx.call(Call::SaveCart { items, version });
        self.saving = Some((ticket, self.edits.len()));
    }

    /// Takes an answer; `false` when it is another's.
    pub fn reply(&mut self, ticket: Ticket, result: &Result<Reply, ApiError>, cx: &mut Cx) -> bool {
        let now = cx.now();
        if self.cart.waits_for(ticket) {
            self.cart.came(
                result.clone().and_then(|reply| match reply {
                    Reply::Cart(cart) => Ok(cart),
                    _ => Err(ApiError::unexpected()),
                }),
                now,
            );
            if self.cart.error().is_none() {
                self.save(cx);
            }
        } else if let Some((_, count)) = self.saving.take_if(|(saving, _)| *saving == ticket) {
            self.saved(result, count, cx);
        } else if let Some(load) = self.names.values_mut().find(|load| load.waits_for(ticket)) {
            load.came(
                result.clone().and_then(|reply| match reply {
                    Reply::Service(service) => Ok(*service),
                    _ => Err(ApiError::unexpected()),
                }),
                now,
            );
        } else if let Some((.., load)) =
            self.prices.iter_mut().find(|(.., load)| load.waits_for(ticket))
        {
            load.came(
                result.clone().and_then(|reply| match reply {
                    Reply::Quote(quote) => Ok(*quote),
                    _ => Err(ApiError::unexpected()),
                }),
                now,
            );
        } else {
            return false;
        }
        self.look(cx);
        true
    }

    fn saved(&mut self, result: &Result<Reply, ApiError>, count: usize, cx: &mut Cx) {
        match result {
            Ok(Reply::Cart(cart)) => {
                self.edits.drain(..count.min(self.edits.len()));
                self.cart.came(Ok(cart.clone()), cx.now());
                self.save(cx);
            }
            // Somebody changed it elsewhere: the same edits, on what is there now.
            Err(error) if error.code() == Some(Code::VersionMismatch) => {
                let ticket = cx.call(Call::Cart);
                self.cart.asked(ticket, cx);
            }
            Err(error) if error.may_pass() => {
                let retry = cx
                    .desk
                    .key(crate::tui::commands::Action::App(crate::tui::commands::AppAct::Refresh));
                cx.say(Notice::warn(format!(
                    "The cart is not saved yet. {error} {retry} tries again."
                )));
            }
            Err(error) => {
                self.edits.clear();
                cx.say(Notice::bad(format!("The cart stays as it was. {error}")));
            }
            Ok(_) => cx.say(Notice::bad(ApiError::unexpected().to_string())),
        }
    }

    /// Asks for names and prices that are not known, a few at a time.
    pub fn look(&mut self, cx: &mut Cx) {
        let mut free = AT_ONCE
            .saturating_sub(self.names.values().filter(|load| load.is_loading()).count())
            .saturating_sub(self.prices.iter().filter(|(.., load)| load.is_loading()).count());
        for item in self.shown() {
            let Some(wish) = wish(&item) else { continue };
            if free > 0 && !self.names.contains_key(&wish.service_id) {
                let mut load = Load::default();
                let ticket = cx.call(Call::Service(wish.service_id));
                load.asked(ticket, cx);
                self.names.insert(wish.service_id, load);
                free -= 1;
            }
            if free > 0 && self.price(wish).is_none() {
                let ask = ask(wish);
                let mut load = Load::default();
                let ticket = cx.call(Call::Quote { service: wish.service_id, ask: ask.clone() });
                load.asked(ticket, cx);
                self.prices.push((wish.service_id, ask, load));
                free -= 1;
            }
        }
    }

    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.names.get(&id)?.get()
    }

    /// What it is called: a service's own name, or what was written.
    pub fn name(&self, item: &CartItem) -> String {
        let load = match item {
            CartItem::Instant(wish) | CartItem::Request(wish) => self.names.get(&wish.service_id),
            CartItem::External(wish) => return wish.title.clone(),
            CartItem::ExpertAssisted(wish) => return wish.title.clone(),
        };
        match load.map(|load| (load.get(), load.error())) {
            Some((Some(service), _)) => service.name.clone(),
            Some((None, Some(_))) => "(not to be found)".to_owned(),
            _ => String::new(),
        }
    }

    /// What a wish costs now, as far as it was asked.
    pub fn price(&self, wish: &Wish) -> Option<&Load<ServiceQuote>> {
        let ask = ask(wish);
        let found = self
            .prices
            .iter()
            .find(|(service, asked, _)| *service == wish.service_id && *asked == ask)?;
        Some(&found.2)
    }

    /// The items with the prices that were shown, so that another price is refused.
    pub fn to_process(&self) -> Vec<CartItem> {
        let mut items = self.shown();
        for item in &mut items {
            if let CartItem::Instant(wish) = item {
                wish.expected_total = self.total(wish);
            }
        }
        items
    }

    fn total(&self, wish: &Wish) -> Option<Money> {
        match &self.price(wish)?.get()?.priced {
            Priced::Quote(quote) => Some(quote.total),
            Priced::Estimate(_) => None,
        }
    }

    /// Why an item cannot be had, as far as the server has said of it as it stands.
    pub fn closed(&self, item: &CartItem) -> Option<&Closed> {
        let cart = self.cart.get()?;
        cart.closed.iter().find(|closed| {
            let at = usize::try_from(closed.position).ok();
            at.and_then(|at| cart.items.get(at)) == Some(item)
        })
    }

    /// How many items cannot be had.
    pub fn closed_count(&self) -> u64 {
        let shown = self.shown();
        shown.iter().map(|item| u64::from(self.closed(item).is_some())).sum()
    }

    /// Asks anew what the cart holds, what of it can be had and for how much: something was refused.
    pub fn doubt(&mut self, cx: &mut Cx) {
        if self.saving.is_some() {
            // The answer to that says what can be had.
            self.prices.clear();
        } else {
            self.fetch(cx);
        }
    }

    /// What is paid at once, by currency, of what can be had.
    pub fn totals(&self) -> Vec<Money> {
        let mut sums: Vec<(Currency, Money)> = Vec::new();
        for item in self.shown() {
            let CartItem::Instant(wish) = &item else { continue };
            let total = self.total(wish).filter(|_| self.closed(&item).is_none());
            let Some(total) = total else { continue };
            match sums.iter_mut().find(|(currency, _)| *currency == total.currency()) {
                // A sum too large to be one helps nobody; it stays as it was.
                Some((_, sum)) => *sum = sum.plus(total).unwrap_or(*sum),
                None => sums.push((total.currency(), total)),
            }
        }
        sums.into_iter().map(|(_, sum)| sum).collect()
    }
}

/// The order of the kinds.
pub fn kind(item: &CartItem) -> u8 {
    match item {
        CartItem::Instant(_) => 0,
        CartItem::Request(_) => 1,
        CartItem::External(_) => 2,
        CartItem::ExpertAssisted(_) => 3,
    }
}

/// What its kind is called.
pub const fn kind_title(kind: u8) -> &'static str {
    match kind {
        0 => "Booked at once",
        1 => "Asked of the provider first",
        2 => "Booked elsewhere",
        _ => "Given to your local expert",
    }
}

/// The service that is wanted, where it is one of ours.
pub const fn wish(item: &CartItem) -> Option<&Wish> {
    match item {
        CartItem::Instant(wish) | CartItem::Request(wish) => Some(wish),
        CartItem::External(_) | CartItem::ExpertAssisted(_) => None,
    }
}

fn ask(wish: &Wish) -> QuoteAsk {
    let Wish { date, end_date, time, travelers, .. } = *wish;
    QuoteAsk { date, end_date, time, party: travelers }
}
