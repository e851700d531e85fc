//! The answers to one request, of whose turn it is.

use chrono::{NaiveTime, TimeDelta};
use clap::Args;
use traveloure_core::{
    api::request::{self, Answered, CounterOffer, Request},
    arithmetic,
    ids::RequestId,
    money::{Currency, Money},
    pricing::Priced,
};

use super::{
    super::{
        context::Context,
        dates::{self, DateArg},
        failure::Failure,
        find, prompt,
        session::{Session, Side},
        words::{currency, money},
    },
    draw,
};
use crate::client::{Client, Key};

/// Which request is meant.
#[derive(Debug, Args)]
struct Which {
    /// The request: its id, or the end of it
    request: String,
}

impl Which {
    async fn find(&self, session: &Session) -> Result<(Client, Side, RequestId), Failure> {
        let (client, side) = session.side().await?;
        let id = find::request(&client, side, &self.request).await?;
        Ok((client, side, id))
    }
}

#[derive(Debug, Args)]
pub struct Accept {
    #[command(flatten)]
    which: Which,
    /// Words to the other side
    #[arg(long, short, value_name = "TEXT")]
    message: Option<String>,
    /// Accept only if this is still the last round
    #[arg(long)]
    round: Option<u32>,
    /// Accept although your own rules do not offer it (never against capacity)
    #[arg(long)]
    over_rules: bool,
    /// Show what it would use up and pay, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask before accepting over the rules
    #[arg(long, short)]
    yes: bool,
}

impl Accept {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, side, id) = self.which.find(session).await?;
        if self.dry_run {
            let request = client.request(id).await?;
            return context.output.show(&request, |request, sheet| {
                draw::whole(request, side, context.now, sheet);
                sheet.gap();
                sheet.line("Nothing was changed.");
            });
        }
        if self.over_rules {
            prompt::confirm("Accept although your rules do not offer it?", self.yes).await?;
        }
        let accept = request::Accept {
            over_rules: self.over_rules,
            round: self.round,
            message: self.message.clone(),
        };
        let answered = client.accept(id, &accept, &Key::random()).await?;
        say(context, &answered)
    }
}

#[derive(Debug, Args)]
pub struct Decline {
    #[command(flatten)]
    which: Which,
    /// Words to the other side
    #[arg(long, short, value_name = "TEXT", default_value = "", hide_default_value = true)]
    message: String,
}

impl Decline {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, _, id) = self.which.find(session).await?;
        let decline = request::Decline { message: self.message.clone() };
        let answered = client.decline(id, &decline, &Key::random()).await?;
        say(context, &answered)
    }
}

/// Offer another date, time or price
///
/// What is left out stays as it is on the table.
#[derive(Debug, Args)]
pub struct Counter {
    #[command(flatten)]
    which: Which,
    /// The date there: 2026-07-14, today, tomorrow or +3
    #[arg(long)]
    date: Option<DateArg>,
    /// The day of leaving, for services sold by night
    #[arg(long, value_name = "DATE")]
    end: Option<DateArg>,
    /// The slot: 09:00
    #[arg(long, value_parser = dates::time)]
    time: Option<NaiveTime>,
    /// How many people
    #[arg(long)]
    party: Option<u32>,
    /// The price for all: 120, =120*0.9, or from the present one: -15, +10%, *0.9
    #[arg(long, allow_hyphen_values = true)]
    price: Option<String>,
    /// The currency, where no price is on the table yet
    #[arg(long, value_parser = currency, requires = "price")]
    currency: Option<Currency>,
    /// Words to the other side
    #[arg(long, short, value_name = "TEXT", default_value = "", hide_default_value = true)]
    message: String,
    /// How long the offer is valid: 90m, 24h, 3d
    #[arg(long, value_name = "LENGTH", value_parser = dates::length)]
    valid: Option<TimeDelta>,
    /// Hold the slot until then
    #[arg(long)]
    hold: bool,
    /// Show the offer, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Counter {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, _, id) = self.which.find(session).await?;
        let request = client.request(id).await?;
        let offer = self.offer(&request, context)?;
        if self.dry_run {
            return context.output.show(&offer, |offer, sheet| draw_offer(&request, offer, sheet));
        }
        let answered = client.counter(id, &offer, &Key::random()).await?;
        say(context, &answered)
    }

    fn offer(&self, request: &Request, context: &Context) -> Result<CounterOffer, Failure> {
        let zone = request.row.zone;
        Ok(CounterOffer {
            date: self.date.map(|date| date.at(zone, context.now)),
            end_date: self.end.map(|date| date.at(zone, context.now)),
            time: self.time,
            travelers: self.party,
            price: self.price.as_deref().map(|typed| self.price(typed, request)).transpose()?,
            message: self.message.clone(),
            valid_until: self.valid.map(|length| context.now + length),
            hold: self.hold,
        })
    }

    fn price(&self, typed: &str, request: &Request) -> Result<Money, Failure> {
        let on_the_table = request.row.price;
        let currency = on_the_table
            .map(Money::currency)
            .or(self.currency)
            .unwrap_or_else(|| priced_in(&request.quote));
        arithmetic::price(typed, on_the_table.map(Money::amount), currency).map_err(|error| {
            Failure::Usage(format!("The price {typed:?}: {error}. Nothing was sent."))
        })
    }
}

fn priced_in(priced: &Priced) -> Currency {
    match priced {
        Priced::Quote(quote) => quote.currency(),
        Priced::Estimate(range) => range.min.currency(),
    }
}

fn draw_offer(request: &Request, offer: &CounterOffer, sheet: &mut super::super::sheet::Sheet) {
    let row = &request.row;
    let before = dates::when(row.date, row.end_date, row.time);
    let after = dates::when(
        offer.date.unwrap_or(row.date),
        offer.end_date.or(row.end_date),
        offer.time.or(row.time),
    );
    let party = offer.travelers.unwrap_or(row.travelers);
    sheet.fields([
        ("When", Some(changed(&before, &after))),
        ("Party", Some(changed(&row.travelers.to_string(), &party.to_string()))),
        ("Price", Some(changed(&money(row.price), &money(offer.price.or(row.price))))),
        (
            "Until",
            offer
                .valid_until
                .map(|until| until.with_timezone(&row.zone).format("%a %-d %b %H:%M").to_string()),
        ),
        ("Slot", offer.hold.then(|| "held until then".to_owned())),
    ]);
    sheet.line("Nothing was sent.");
}

fn changed(before: &str, after: &str) -> String {
    if before == after { after.to_owned() } else { format!("{before} -> {after}") }
}

#[derive(Debug, Args)]
pub struct Withdraw {
    #[command(flatten)]
    which: Which,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Withdraw {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, user) = session.traveler().await?;
        let id = find::request(&client, Side::Traveler(user), &self.which.request).await?;
        prompt::confirm("Withdraw the request for good?", self.yes).await?;
        let answered = client.withdraw(id, &Key::random()).await?;
        say(context, &answered)
    }
}

#[derive(Debug, Args)]
pub struct Message {
    #[command(flatten)]
    which: Which,
    /// What to say, up to 2,000 characters
    text: String,
}

impl Message {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, _, id) = self.which.find(session).await?;
        let message = request::NewMessage { text: self.text.clone() };
        let sent = client.message(id, &message, &Key::random()).await?;
        context.output.show(&sent, |_, sheet| sheet.line("Sent."))
    }
}

fn say(context: &Context, answered: &Answered) -> Result<(), Failure> {
    context.output.show(answered, |answered, sheet| {
        let row = &answered.request.row;
        let when = dates::when(row.date, row.end_date, row.time);
        sheet.line(format!(
            "{} {}: {}, {when}, {}",
            super::super::words::spoken(&row.status),
            find::short(row.id.into()),
            row.traveler_name,
            row.service_name,
        ));
        if let Some(booking) = &answered.booking {
            let deadline = booking.row.payment_deadline.map_or_else(String::new, |deadline| {
                let local = deadline.with_timezone(&row.zone);
                format!("; to be paid by {}", local.format("%a %-d %b %H:%M"))
            });
            sheet.line(format!(
                "Booking {} of {}{deadline}",
                booking.row.confirmation_code, booking.row.total_amount
            ));
        }
    })
}
