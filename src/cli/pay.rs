//! `traveloure pay`: paying for what is booked.

use std::io::{self, IsTerminal};

use clap::{Args, Subcommand};
use traveloure_core::{
    api::{
        checkout::{ChargeBalance, Checkout, Payment, PaymentStarted, StartPayment},
        event::Kind,
    },
    ids::{BookingId, CheckoutId, PaymentId},
    payment::{Method, Status},
};

use super::{
    context::Context,
    dates::left,
    failure::Failure,
    find,
    output::warn,
    session::{Session, Side},
    sheet::Sheet,
    table::Table,
    words::{spoken, status_of},
};
use crate::{
    client::{Client, Key, Notice},
    embedded::reachable,
};

/// Pay for what is booked
#[derive(Debug, Subcommand)]
pub enum Pay {
    Start(Start),
    /// Show what is paid together: bookings, ways to pay, payments so far
    Show {
        /// The checkout's id
        checkout: CheckoutId,
    },
    /// Ask the payment processor what became of a payment
    Confirm {
        /// The payment's id
        payment: PaymentId,
    },
    Balance(Balance),
}

/// Begin to pay a checkout, or bookings that wait to be paid
///
/// Prints the link under which the card is entered, unless a saved card is charged or nothing is
/// due now. Where no payment processor is configured the page is in the sandbox that this command
/// carries, and is there while the command runs.
#[derive(Debug, Args)]
pub struct Start {
    /// The bookings: confirmation codes, ids, or the ends of them
    #[arg(required_unless_present = "checkout")]
    bookings: Vec<String>,
    /// All of a checkout, by its id
    #[arg(long, value_name = "ID", conflicts_with = "bookings")]
    checkout: Option<CheckoutId>,
    /// full, deposit or pay-later (on site)
    #[arg(long, value_parser = status_of::<Method>, default_value = "full")]
    method: Method,
    /// Charge this saved card, by its id
    #[arg(long, value_name = "ID")]
    card: Option<String>,
    /// Keep the card for later
    #[arg(long)]
    save_card: bool,
    #[command(flatten)]
    stay: Stay,
}

/// Pay what is owed after a deposit
#[derive(Debug, Args)]
pub struct Balance {
    /// The booking: its confirmation code, its id, or the end of it
    booking: String,
    /// Charge this saved card, by its id
    #[arg(long, value_name = "ID")]
    card: Option<String>,
    #[command(flatten)]
    stay: Stay,
}

#[derive(Clone, Copy, Debug, Args)]
struct Stay {
    /// Go on until it is paid or the page closes, and print what came of it. In a terminal that is what it does anyway
    /// if the page is this command's own
    #[arg(long)]
    wait: bool,
}

impl Pay {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, user) = session.traveler().await?;
        let side = Side::Traveler(user);
        let (started, stay) = match self {
            Self::Start(start) => (start.run(&client, side).await?, start.stay),
            Self::Balance(balance) => (balance.run(&client, side).await?, balance.stay),
            Self::Show { checkout } => {
                return read(&client.checkout(*checkout).await?, context, session);
            }
            Self::Confirm { payment } => {
                return read(&client.confirm_payment(*payment).await?, context, session);
            }
        };
        context.output.show(&started, |started, sheet| {
            match &started.payment {
                Some(payment) => standing(payment, sheet),
                None => sheet.line("Nothing is due now."),
            }
            sheet.gap();
            whole(&started.checkout, context, sheet);
        })?;
        match started.payment {
            Some(payment) => stay.attend(&payment, &client, context, session).await,
            None => Ok(()),
        }
    }
}

impl Stay {
    /// Sees to it that a page can be used: goes on until the payment has come to its end, or says where
    /// the page will be.
    async fn attend(
        self,
        payment: &Payment,
        client: &Client,
        context: &Context,
        session: &Session,
    ) -> Result<(), Failure> {
        let Some(url) = &payment.url else { return Ok(()) };
        let later = page_later(url, context, session);
        let somebody_reads = io::stdout().is_terminal() && !context.output.is_json();
        let goes_on = self.wait || (somebody_reads && later.is_some());
        if !goes_on {
            if let Some(later) = later {
                warn(&format!(
                    "The page to pay on ends with this command. Say --wait and it goes on until it is paid. {later}"
                ));
            }
            return Ok(());
        }
        session.look_on();
        warn("Waiting until it is paid. Ctrl-C stops waiting, and the page stays open.");
        if let Some(later) = later {
            warn(&format!("To pay later, say the same again. {later}"));
        }
        let checkout = end_of(payment, client).await?;
        context.output.show(&checkout, |one, sheet| whole(one, context, sheet))?;
        let outcome = checkout.payments.iter().find(|one| one.id == payment.id);
        if outcome.is_some_and(|one| one.status == Status::Succeeded) {
            return Ok(());
        }
        Err(Failure::Refused(
            "This payment did not go through. What is booked can be paid until it lapses."
                .to_owned(),
        ))
    }
}

/// The checkout once no more can come of the payment.
async fn end_of(payment: &Payment, client: &Client) -> Result<Checkout, Failure> {
    let mut events = client.events();
    while let Some(notice) = events.next().await {
        let may_have_changed = match notice {
            Notice::Online | Notice::Reset => true,
            Notice::Event(event) => event.kind == Kind::PaymentChanged,
            Notice::Offline { .. } => false,
            Notice::Refused(error) => return Err(error.into()),
        };
        if may_have_changed {
            let checkout = client.checkout(payment.checkout_id).await?;
            let mut payments = checkout.payments.iter();
            if !payments.any(|one| one.id == payment.id && one.status.is_live()) {
                return Ok(checkout);
            }
        }
    }
    Err(Failure::Other("The server says nothing more of the payment.".to_owned()))
}

/// If a page is one of this process, and so goes with it: where it is as soon as a server stays.
pub(super) fn page_later(url: &str, context: &Context, session: &Session) -> Option<String> {
    let page = url.strip_prefix(&session.backend()?.server().to_string())?;
    let (program, address) = (&context.program, reachable(context.settings.listen));
    Some(format!("While `{program} serve` runs, the page is at http://{address}{page}"))
}

/// Prints a checkout that is only looked at.
fn read(checkout: &Checkout, context: &Context, session: &Session) -> Result<(), Failure> {
    context.output.show(checkout, |one, sheet| whole(one, context, sheet))?;
    let open = checkout.payments.iter().find_map(|one| one.url.as_ref());
    if let Some(later) = open.and_then(|url| page_later(url, context, session)) {
        let program = &context.program;
        warn(&format!(
            "The page to pay on has ended with this command; `{program} pay start` opens it. {later}"
        ));
    }
    Ok(())
}

impl Start {
    async fn run(&self, client: &Client, side: Side) -> Result<PaymentStarted, Failure> {
        let mut booking_ids: Vec<BookingId> = Vec::new();
        for booking in &self.bookings {
            booking_ids.push(find::booking(client, side, booking).await?);
        }
        let payment = StartPayment {
            checkout_id: self.checkout,
            booking_ids,
            method: self.method,
            saved_card: self.card.clone(),
            save_card: self.save_card,
        };
        Ok(client.start_payment(&payment, &Key::random()).await?)
    }
}

impl Balance {
    async fn run(&self, client: &Client, side: Side) -> Result<PaymentStarted, Failure> {
        let booking_id = find::booking(client, side, &self.booking).await?;
        let balance = ChargeBalance { booking_id, saved_card: self.card.clone() };
        Ok(client.charge_balance(&balance, &Key::random()).await?)
    }
}

fn standing(payment: &Payment, sheet: &mut Sheet) {
    sheet.fields([
        ("Payment", Some(payment.id.to_string())),
        ("Amount", Some(payment.amount.to_string())),
        ("Status", Some(spoken(&payment.status))),
        ("Failure", payment.failure.clone()),
        ("Pay here", payment.url.clone()),
    ]);
}

/// A checkout for a person.
pub(super) fn whole(checkout: &Checkout, context: &Context, sheet: &mut Sheet) {
    let pay_by = checkout.pay_by.map(|by| {
        format!("by {}, {} left", by.format("%a %-d %b %H:%M UTC"), left(by, context.now))
    });
    sheet.fields([
        ("Checkout", Some(checkout.id.to_string())),
        ("Total", Some(checkout.total.to_string())),
        ("To pay", pay_by),
    ]);
    sheet.gap();
    let mut bookings = Table::new()
        .flexible("BOOKING")
        .left("DATE")
        .right("TOTAL")
        .right("PAID")
        .left("STATUS")
        .left("BALANCE");
    for one in &checkout.bookings {
        let balance = one.balance.as_ref().map(|balance| {
            format!("{} due {}, {}", balance.amount, balance.due, spoken(&balance.status))
        });
        bookings.row([
            one.title.clone(),
            one.date.to_string(),
            one.total.to_string(),
            one.paid.to_string(),
            spoken(&one.status),
            balance.unwrap_or_default(),
        ]);
    }
    sheet.table(&bookings);
    if !checkout.offers.is_empty() {
        sheet.gap();
        let mut offers = Table::new().left("WAY TO PAY").right("NOW").right("LATER").left("DUE");
        for offer in &checkout.offers {
            offers.row([
                spoken(&offer.method),
                offer.due_now.to_string(),
                offer.due_later.to_string(),
                offer.due_later_on.map_or_else(String::new, |due| due.to_string()),
            ]);
        }
        sheet.table(&offers);
    }
    for payment in &checkout.payments {
        sheet.gap();
        standing(payment, sheet);
    }
}
