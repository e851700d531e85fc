//! `traveloure cart`: what is wanted, and having it booked.

use std::collections::HashMap;

use chrono::NaiveTime;
use clap::{Args, Subcommand};
use traveloure_core::{
    api::cart::{Cart, CartItem, CartResult, Wish},
    availability::Ask,
    ids::ServiceId,
    money::Money,
    pricing::Priced,
};

use super::{
    context::Context,
    dates::{self, DateArg, when},
    failure::Failure,
    find, pay, prompt,
    session::Session,
    sheet::Sheet,
    table::Table,
};
use crate::client::{ApiError, Client, Key};

/// Your cart
#[derive(Debug, Subcommand)]
pub enum Commands {
    /// Show what is in the cart, with the prices of now
    Show,
    Add(Add),
    /// Take an item out
    Remove {
        /// Its number in the cart, from 1
        number: usize,
    },
    /// Take everything out
    Empty {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    Process(Process),
}

/// Put a service on a date into the cart
#[derive(Debug, Args)]
pub struct Add {
    /// The service (name or id)
    service: String,
    /// The date there: 2026-07-14, today, tomorrow or +3
    date: DateArg,
    /// The day of leaving, for services sold by night
    #[arg(long, value_name = "DATE")]
    end: Option<DateArg>,
    /// The slot: 09:00
    #[arg(long, value_parser = dates::time)]
    time: Option<NaiveTime>,
    /// How many people
    #[arg(long, default_value_t = 1)]
    party: u32,
    /// Words to the provider
    #[arg(long, short, value_name = "TEXT", default_value = "", hide_default_value = true)]
    message: String,
    /// Ask the provider first instead of booking at once
    #[arg(long)]
    ask: bool,
}

/// Book, ask for, link and hand over what is in the cart, item by item
///
/// An item that does not go through costs the others nothing, and stays in the cart. A price that
/// changed since it was asked about is refused.
#[derive(Debug, Args)]
pub struct Process {
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Commands {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, _) = session.traveler().await?;
        match self {
            Self::Show => show(client.cart().await?, &client, context).await,
            Self::Add(add) => add.run(context, session, &client).await,
            Self::Remove { number } => {
                let mut cart = client.cart().await?;
                let at = number.checked_sub(1).filter(|at| *at < cart.items.len());
                let at = at.ok_or_else(|| {
                    let count = cart.items.len();
                    Failure::Refused(format!(
                        "The cart has {count} items; there is no number {number}."
                    ))
                })?;
                cart.items.remove(at);
                show(client.save_cart(cart.items, cart.version).await?, &client, context).await
            }
            Self::Empty { yes } => {
                prompt::confirm("Take everything out of the cart?", *yes).await?;
                client.empty_cart().await?;
                context.output.remark("The cart is empty.")
            }
            Self::Process(process) => process.run(context, &client).await,
        }
    }
}

impl Add {
    async fn run(
        &self,
        context: &Context,
        session: &Session,
        client: &Client,
    ) -> Result<(), Failure> {
        let service = find::any_service(session, &self.service).await?;
        let wish = Wish {
            service_id: service.id,
            date: self.date.at(service.zone, context.now),
            end_date: self.end.map(|end| end.at(service.zone, context.now)),
            time: self.time,
            travelers: self.party,
            special_requests: self.message.clone(),
            expected_total: None,
            trip_item_id: None,
        };
        let mut cart = client.cart().await?;
        cart.items.push(if self.ask { CartItem::Request(wish) } else { CartItem::Instant(wish) });
        show(client.save_cart(cart.items, cart.version).await?, client, context).await
    }
}

impl Process {
    async fn run(&self, context: &Context, client: &Client) -> Result<(), Failure> {
        let mut cart = client.cart().await?;
        if cart.items.is_empty() {
            return Err(Failure::Refused("The cart is empty; nothing was booked.".to_owned()));
        }
        let mut totals: Vec<Money> = Vec::new();
        for (item, position) in cart.items.iter_mut().zip(0_u32..) {
            if let CartItem::Instant(wish) = item
                && let Ok(Priced::Quote(quote)) = price(client, wish).await
            {
                wish.expected_total = Some(quote.total);
                if cart.closed.iter().all(|closed| closed.position != position) {
                    totals.push(quote.total);
                }
            }
        }
        let totals: Vec<String> = totals.iter().map(ToString::to_string).collect();
        let question = format!(
            "Book or ask for {} items ({} to be paid)?",
            cart.items.len(),
            if totals.is_empty() { "nothing".to_owned() } else { totals.join(" + ") }
        );
        prompt::confirm(&question, self.yes).await?;
        let result = client.process_cart(cart.items.clone(), &Key::random()).await?;
        let failed: Vec<usize> =
            result.errors.iter().filter_map(|one| usize::try_from(one.position).ok()).collect();
        let all = cart.items.len();
        let rest: Vec<CartItem> =
            failed.iter().filter_map(|at| cart.items.get(*at).cloned()).collect();
        client.save_cart(rest, cart.version).await?;
        context.output.show(&result, |result, sheet| outcome(result, context, sheet))?;
        if failed.is_empty() {
            return Ok(());
        }
        Err(Failure::Partly { done: all - failed.len(), all })
    }
}

async fn price(client: &Client, wish: &Wish) -> Result<Priced, ApiError> {
    let ask =
        Ask { date: wish.date, end_date: wish.end_date, time: wish.time, party: wish.travelers };
    client.quote(wish.service_id, &ask).await.map(|quote| quote.priced)
}

async fn show(cart: Cart, client: &Client, context: &Context) -> Result<(), Failure> {
    let mut names: HashMap<ServiceId, String> = HashMap::new();
    let mut rows = Vec::new();
    for item in cart.items.iter().filter(|_| !context.output.is_json()) {
        rows.push(row(item, &mut names, client).await?);
    }
    for closed in &cart.closed {
        let row = usize::try_from(closed.position).ok().and_then(|at| rows.get_mut(at));
        if let Some([.., price]) = row {
            "gone".clone_into(price);
        }
    }
    context.output.show(&cart, |cart, sheet| {
        if rows.is_empty() {
            sheet.line("The cart is empty.");
            return;
        }
        let mut table = Table::new()
            .right("NO")
            .left("HOW")
            .flexible("WHAT")
            .left("WHEN")
            .right("PARTY")
            .right("PRICE");
        for (number, [how, what, when, party, price]) in (1..).zip(rows) {
            table.row([number.to_string(), how, what, when, party, price]);
        }
        sheet.table(&table);
        if !cart.closed.is_empty() {
            sheet.gap();
        }
        for closed in &cart.closed {
            let number = closed.position + 1;
            sheet.line(format!("Number {number} is not to be had: {}.", closed.reason));
        }
    })
}

/// How, what, when, party, price.
async fn row(
    item: &CartItem,
    names: &mut HashMap<ServiceId, String>,
    client: &Client,
) -> Result<[String; 5], Failure> {
    let (how, wish) = match item {
        CartItem::Instant(wish) => ("at once", wish),
        CartItem::Request(wish) => ("ask first", wish),
        CartItem::External(wish) => {
            let days = when(wish.date, wish.end_date, None);
            let people = wish.travelers.to_string();
            return Ok([
                wish.partner.name().to_owned(),
                wish.title.clone(),
                days,
                people,
                String::new(),
            ]);
        }
        CartItem::ExpertAssisted(wish) => {
            let day = when(wish.date, None, None);
            return Ok([
                "expert".to_owned(),
                wish.title.clone(),
                day,
                String::new(),
                String::new(),
            ]);
        }
    };
    let name = if let Some(name) = names.get(&wish.service_id) {
        name.clone()
    } else {
        let name = match client.service(wish.service_id).await {
            Ok(service) => service.name,
            Err(ApiError::Problem(_)) => "(gone)".to_owned(),
            Err(error) => return Err(error.into()),
        };
        names.insert(wish.service_id, name.clone());
        name
    };
    let price = match price(client, wish).await {
        Ok(Priced::Quote(quote)) => quote.total.to_string(),
        Ok(Priced::Estimate(range)) => format!("{} – {}", range.min, range.max),
        Err(ApiError::Problem(problem)) => problem.title.clone(),
        Err(error) => return Err(error.into()),
    };
    let days = when(wish.date, wish.end_date, wish.time);
    Ok([how.to_owned(), name, days, wish.travelers.to_string(), price])
}

fn outcome(result: &CartResult, context: &Context, sheet: &mut Sheet) {
    for one in &result.instant {
        let row = &one.booking;
        sheet.line(format!(
            "Booked, to be paid: {} {}, {} ({})",
            row.title,
            when(row.date, row.end_date, row.time),
            row.total_amount,
            row.confirmation_code
        ));
    }
    for one in &result.requests {
        let row = &one.request;
        let days = when(row.date, row.end_date, row.time);
        sheet.line(format!("Asked: {} {days}, of {}", row.service_name, row.provider_name));
    }
    for one in &result.external {
        let link = if one.url.is_empty() { "no link is set up for it" } else { &one.url };
        sheet.line(format!("Book at {}: {}, {link}", one.partner, one.title));
    }
    for one in &result.expert_assisted {
        sheet.line(format!("Given to the expert: {}", one.title));
    }
    for one in &result.errors {
        let why =
            if one.problem.detail.is_empty() { &one.problem.title } else { &one.problem.detail };
        sheet.line(format!("Not done, number {}: {why}", one.position + 1));
    }
    for checkout in &result.payment_intent {
        sheet.gap();
        pay::whole(checkout, context, sheet);
    }
}
