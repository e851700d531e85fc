//! `traveloure pay`: paying for what is booked.

use clap::{Args, Subcommand};
use traveloure_core::{
    api::checkout::{ChargeBalance, Checkout, Payment, PaymentStarted, StartPayment},
    ids::{BookingId, CheckoutId, PaymentId},
    payment::Method,
};

use super::{
    context::Context,
    dates::left,
    failure::Failure,
    find,
    session::{Session, Side},
    sheet::Sheet,
    table::Table,
    words::{spoken, status_of},
};
use crate::client::{Client, Key};

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
/// due now.
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
}

/// Pay what is owed after a deposit
#[derive(Debug, Args)]
pub struct Balance {
    /// The booking: its confirmation code, its id, or the end of it
    booking: String,
    /// Charge this saved card, by its id
    #[arg(long, value_name = "ID")]
    card: Option<String>,
}

impl Pay {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, user) = session.traveler().await?;
        let side = Side::Traveler(user);
        let started = match self {
            Self::Start(start) => start.run(&client, side).await?,
            Self::Balance(balance) => balance.run(&client, side).await?,
            Self::Show { checkout } => {
                let checkout = client.checkout(*checkout).await?;
                return context.output.show(&checkout, |one, sheet| whole(one, context, sheet));
            }
            Self::Confirm { payment } => {
                let checkout = client.confirm_payment(*payment).await?;
                return context.output.show(&checkout, |one, sheet| whole(one, context, sheet));
            }
        };
        context.output.show(&started, |started, sheet| {
            match &started.payment {
                Some(payment) => standing(payment, sheet),
                None => sheet.line("Nothing is due now."),
            }
            sheet.gap();
            whole(&started.checkout, context, sheet);
        })
    }
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
