//! The named phases of a checkout, from the cart to the payout: the moments at which the server is killed.

use crate::trap::{
    Edge::{self, After, Before},
    Moment,
    What::{self, Call, Commit},
};

/// Which part of a traveler's way leads through a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    /// From the cart to a confirmed booking, paid on the processor's page.
    Page,
    /// The same by somebody whom the processor does not know.
    NewCustomer,
    /// Paying with a saved card, from the intention on.
    Saved,
    /// Cancelling what is paid.
    Refund,
    /// What follows when a paid booking has taken place.
    Payout,
}

/// A moment with a name.
#[derive(Clone, Copy, Debug)]
pub struct Phase {
    pub name: &'static str,
    pub leg: Leg,
    pub moment: Moment,
}

const fn phase(leg: Leg, name: &'static str, edge: Edge, what: What) -> Phase {
    Phase { name, leg, moment: Moment { edge, what } }
}

const ITEM: What = Commit(&["INSERT INTO bookings"]);
const CLOSED: What = Commit(&["INSERT INTO checkouts"]);
const INTENTION: What = Commit(&["INSERT INTO payments"]);
const CUSTOMER: What = Call("POST", "/v1/customers");
const PAGE: What = Call("POST", "/v1/checkout/sessions");
const WRITTEN: What = Commit(&["SET status = $2::varchar, session_id"]);
const WEBHOOK: What = Commit(&["INSERT INTO webhook_events"]);
const READ_AGAIN: What = Call("GET", "/v1/checkout/sessions/");
const READ_INTENT: What = Call("GET", "/v1/payment_intents/");
const CHARGE: What = Call("POST", "/v1/payment_intents");
const BOOKED: What = Commit(&["INSERT INTO ledger_entries"]);
const HEARD: What = Commit(&["UPDATE webhook_events SET done_at"]);
const BACK: What = Commit(&["INSERT INTO refunds"]);
const REFUND: What = Call("POST", "/v1/refunds");
const OWED: What = Commit(&["INSERT INTO payouts"]);
const DECIDED: What = Commit(&["UPDATE payouts"]);
const PAID_OUT: What = Commit(&["INSERT INTO ledger_entries", "UPDATE payouts"]);
const TRANSFER: What = Call("POST", "/v1/transfers");

/// In the order in which a checkout goes through them.
pub const ALL: [Phase; 42] = [
    phase(Leg::Page, "cart: before an item is committed", Before, ITEM),
    phase(Leg::Page, "cart: after an item is committed", After, ITEM),
    phase(Leg::Page, "cart: before the checkout is committed", Before, CLOSED),
    phase(Leg::Page, "cart: after the checkout is committed", After, CLOSED),
    phase(Leg::Page, "page: before the intention is committed", Before, INTENTION),
    phase(Leg::Page, "page: after the intention is committed", After, INTENTION),
    phase(Leg::NewCustomer, "customer: before the processor makes one", Before, CUSTOMER),
    phase(Leg::NewCustomer, "customer: after the processor made one", After, CUSTOMER),
    phase(Leg::Page, "page: before the processor makes it", Before, PAGE),
    phase(Leg::Page, "page: after the processor made it", After, PAGE),
    phase(Leg::Page, "page: before its address is committed", Before, WRITTEN),
    phase(Leg::Page, "page: after its address is committed", After, WRITTEN),
    phase(Leg::Page, "webhook: before it is committed", Before, WEBHOOK),
    phase(Leg::Page, "webhook: after it is committed", After, WEBHOOK),
    phase(Leg::Page, "acting on it: before the page is read again", Before, READ_AGAIN),
    phase(Leg::Page, "acting on it: after the page is read again", After, READ_AGAIN),
    phase(Leg::Page, "acting on it: before the intent is read", Before, READ_INTENT),
    phase(Leg::Page, "acting on it: after the intent is read", After, READ_INTENT),
    phase(Leg::Page, "outcome of the page: before it is committed", Before, BOOKED),
    phase(Leg::Page, "outcome of the page: after it is committed", After, BOOKED),
    phase(Leg::Page, "webhook: before it is marked as done", Before, HEARD),
    phase(Leg::Page, "webhook: after it is marked as done", After, HEARD),
    phase(Leg::Saved, "saved card: before the intention is committed", Before, INTENTION),
    phase(Leg::Saved, "saved card: after the intention is committed", After, INTENTION),
    phase(Leg::Saved, "saved card: before it is charged", Before, CHARGE),
    phase(Leg::Saved, "saved card: after it was charged", After, CHARGE),
    phase(Leg::Saved, "saved card: before the outcome is committed", Before, BOOKED),
    phase(Leg::Saved, "saved card: after the outcome is committed", After, BOOKED),
    phase(Leg::Refund, "refund: before the intention is committed", Before, BACK),
    phase(Leg::Refund, "refund: after the intention is committed", After, BACK),
    phase(Leg::Refund, "refund: before the processor makes it", Before, REFUND),
    phase(Leg::Refund, "refund: after the processor made it", After, REFUND),
    phase(Leg::Refund, "refund: before the outcome is committed", Before, BOOKED),
    phase(Leg::Refund, "refund: after the outcome is committed", After, BOOKED),
    phase(Leg::Payout, "payout: before it is owed", Before, OWED),
    phase(Leg::Payout, "payout: after it is owed", After, OWED),
    phase(Leg::Payout, "payout: before the intention is committed", Before, DECIDED),
    phase(Leg::Payout, "payout: after the intention is committed", After, DECIDED),
    phase(Leg::Payout, "payout: before the processor transfers", Before, TRANSFER),
    phase(Leg::Payout, "payout: after the processor transferred", After, TRANSFER),
    phase(Leg::Payout, "payout: before the outcome is committed", Before, PAID_OUT),
    phase(Leg::Payout, "payout: after the outcome is committed", After, PAID_OUT),
];
