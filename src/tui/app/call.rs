//! What the app asks of the API, what it gets back, and how it can fail.
//!
//! A [`Call`] is one request in the app's words; the client turns it into HTTP and the answer into
//! the [`Reply`] named beside it. Bodies are the wire types of `traveloure_core::api`.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use traveloure_core::{
    actor::Role,
    api::{
        auth::{Login, Register, User},
        availability::{Availability, AvailabilityChange, AvailabilityEdit, Days},
        booking::{Booking, BookingRow},
        cancel::{Cancel, Cancellation},
        cart::{Cart, CartItem, CartResult},
        checkout::{ChargeBalance, Checkout, PaymentStarted, SavedCard, StartPayment},
        earnings::{Earnings, LedgerEntry},
        fee::{Fee, FeeCalculation, FeePatch, NewFee},
        job::{Jobs, Retried, Trouble},
        manifest::Manifest,
        page::Page,
        payout::{Onboarding, PayoutAccount},
        pricing::{Pricing, PricingChange, PricingEdit, ServiceQuote},
        problem::{Code, Problem},
        provider::{NewProvider, Provider},
        report::{FeeSimulation, Reconciliation, Revenue, RevenueEntry, SimulateFee},
        request::{
            Accept, Answered, Bulk, BulkResult, CounterOffer, Decline, Message, NewMessage,
            Request, RequestRow,
        },
        service::{Check, FoundService, NewPool, NewService, Pool, Service, ServicePatch},
    },
    availability, booking, ids,
    job::Job,
    money::{Currency, Money},
    request,
};
use uuid::Uuid;

/// Names one call, so that its reply finds the screen that asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// A call on its way out.
#[derive(Clone, Debug)]
pub struct Dispatch {
    pub ticket: Ticket,
    /// The role to act in (header `Traveloure-Role`).
    pub role: Role,
    /// The `Idempotency-Key`, on every call that changes something. Sent again with the same key, a
    /// call is a replay: the client may repeat it after a lost connection without asking.
    pub key: Option<Uuid>,
    pub call: Call,
}

/// One request to the API.
#[derive(Clone, Debug)]
pub enum Call {
    /// `GET /api/auth/me/` -> [`Reply::User`]. Without a stored token: `not_signed_in`.
    Me,
    /// -> [`Reply::User`]; the client keeps the token.
    SignIn(Login),
    /// -> [`Reply::User`]; the client keeps the token.
    Register(Register),
    /// -> [`Reply::Done`]; the client forgets the token, also when the server cannot be reached.
    SignOut,

    /// -> [`Reply::Provider`]
    Provider(ids::ProviderId),
    /// -> [`Reply::Provider`]
    NewProvider(NewProvider),
    /// Every service of a provider, all pages of it. -> [`Reply::Services`]
    Services(ids::ProviderId),
    /// -> [`Reply::Service`]
    NewService(NewService),
    /// -> [`Reply::Service`]
    EditService { id: ids::ServiceId, version: i64, patch: ServicePatch },
    /// -> [`Reply::Pools`]
    Pools(ids::ProviderId),
    /// -> [`Reply::Pool`]
    NewPool { provider: ids::ProviderId, pool: NewPool },

    /// One page of a provider's requests. -> [`Reply::Requests`]
    Requests { provider: ids::ProviderId, filter: RequestFilter, after: Option<String>, limit: u32 },
    /// -> [`Reply::Request`]
    Request(ids::RequestId),
    /// -> [`Reply::Answered`]
    Accept { id: ids::RequestId, body: Accept },
    /// -> [`Reply::Answered`]
    Decline { id: ids::RequestId, body: Decline },
    /// -> [`Reply::Answered`]
    Counter { id: ids::RequestId, body: CounterOffer },
    /// -> [`Reply::Message`]
    Message { id: ids::RequestId, body: NewMessage },
    /// -> [`Reply::Bulk`]
    Bulk(Bulk),

    /// With the explanation. -> [`Reply::Check`]
    Check { service: ids::ServiceId, ask: availability::Ask },
    /// -> [`Reply::Quote`]
    Quote { service: ids::ServiceId, ask: QuoteAsk },
    /// Painted days, `to` not included, at most 400. -> [`Reply::Days`]
    Days { service: ids::ServiceId, from: NaiveDate, to: NaiveDate },
    /// -> [`Reply::Availability`]
    Availability { provider: ids::ProviderId, service: ids::ServiceId },
    /// `dry_run` shows the plan and changes nothing. -> [`Reply::AvailabilityChange`]
    EditAvailability {
        provider: ids::ProviderId,
        service: ids::ServiceId,
        /// The version that was read (`If-Match`).
        version: i64,
        edit: AvailabilityEdit,
        dry_run: bool,
    },
    /// -> [`Reply::Pricing`]
    Pricing { provider: ids::ProviderId, service: ids::ServiceId },
    /// `dry_run` shows the plan and changes nothing. -> [`Reply::PricingChange`]
    EditPricing {
        provider: ids::ProviderId,
        service: ids::ServiceId,
        /// The version that was read (`If-Match`).
        version: i64,
        edit: PricingEdit,
        dry_run: bool,
    },
    /// What the platform keeps of an amount and what the provider receives. -> [`Reply::Fee`]
    Fee { provider: ids::ProviderId, category: traveloure_core::category::Category, amount: Money },

    /// One page of a provider's bookings. -> [`Reply::Bookings`]
    Bookings { provider: ids::ProviderId, filter: BookingFilter, after: Option<String>, limit: u32 },
    /// One page of a traveler's bookings. -> [`Reply::Bookings`]
    Journeys { user: ids::UserId, filter: BookingFilter, after: Option<String>, limit: u32 },
    /// -> [`Reply::Booking`]
    Booking(ids::BookingId),
    /// Who comes on a day. -> [`Reply::Manifest`]
    Manifest { provider: ids::ProviderId, date: NaiveDate },
    /// What cancelling would give back. -> [`Reply::Cancellation`]
    QuoteCancellation(ids::BookingId),
    /// -> [`Reply::Cancellation`]
    Cancel { id: ids::BookingId, body: Cancel },

    /// What was earned from a day to another, which is not included. -> [`Reply::Earnings`]
    Earnings { provider: ids::ProviderId, from: NaiveDate, to: NaiveDate },
    /// Every entry behind a figure, of the provider's account and of the platform's.
    /// -> [`Reply::Entries`]
    Entries { provider: ids::ProviderId, traced: Traced },
    /// A month's statement as CSV. -> [`Reply::Text`]
    Statement { provider: ids::ProviderId, month: String },
    /// -> [`Reply::PayoutAccount`]
    PayoutAccount(ids::ProviderId),
    /// -> [`Reply::Onboarding`]
    Onboard(ids::ProviderId),

    /// Every fee rule. -> [`Reply::Fees`]
    Fees,
    /// -> [`Reply::FeeRule`]
    NewFee(NewFee),
    /// -> [`Reply::FeeRule`]
    EditFee { id: ids::FeeId, version: i64, patch: FeePatch },
    /// What a changed rule would have kept of past bookings. -> [`Reply::Simulation`]
    SimulateFee(SimulateFee),
    /// Every provider, for administrators. -> [`Reply::Providers`]
    Providers,
    /// -> [`Reply::Revenue`]
    Revenue { from: NaiveDate, to: NaiveDate },
    /// One page of the ledger's entries behind the revenue of a month (`2026-06`).
    /// -> [`Reply::RevenueEntries`]
    RevenueEntries {
        month: String,
        category: Option<traveloure_core::category::Category>,
        currency: Currency,
        after: Option<String>,
        limit: u32,
    },
    /// With those that agree again, or without. -> [`Reply::Reconciliation`]
    Reconciliation { settled: bool },

    /// One page of what can be booked. -> [`Reply::Found`]
    Search { filter: SearchFilter, after: Option<String>, limit: u32 },
    /// -> [`Reply::Service`]
    Service(ids::ServiceId),
    /// -> [`Reply::Cart`]
    Cart,
    /// All of the cart, over the version that was read (`If-Match`). -> [`Reply::Cart`]
    SaveCart { items: Vec<CartItem>, version: i64 },
    /// -> [`Reply::Processed`]
    ProcessCart(Vec<CartItem>),
    /// -> [`Reply::Checkout`]
    Checkout(ids::CheckoutId),
    /// -> [`Reply::Paying`]
    Pay(StartPayment),
    /// -> [`Reply::Paying`]
    PayBalance(ChargeBalance),
    /// What became of a payment, by the processor's word. -> [`Reply::Checkout`]
    ConfirmPayment(ids::PaymentId),
    /// -> [`Reply::Cards`]
    Cards,
    /// By the processor's reference. -> [`Reply::Done`]
    ForgetCard(String),

    /// How every job does. -> [`Reply::Jobs`]
    Jobs,
    /// What the jobs could not do, the oldest first. -> [`Reply::Troubles`]
    Troubles { only_stuck: bool, limit: u32 },
    /// -> [`Reply::Retried`]
    RetryJob { job: Job, subject: String },
}

impl Call {
    /// Whether the call changes something on the server, and so carries an `Idempotency-Key`.
    /// Accounts are the exception: answers that hold a token are never stored.
    #[must_use]
    pub const fn changes_something(&self) -> bool {
        match self {
            Self::NewProvider(_)
            | Self::NewService(_)
            | Self::EditService { .. }
            | Self::NewPool { .. }
            | Self::Accept { .. }
            | Self::Decline { .. }
            | Self::Counter { .. }
            | Self::Message { .. }
            | Self::Bulk(_)
            | Self::Cancel { .. }
            | Self::Onboard(_)
            | Self::NewFee(_)
            | Self::EditFee { .. }
            | Self::ProcessCart(_)
            | Self::Pay(_)
            | Self::PayBalance(_)
            | Self::ForgetCard(_)
            | Self::RetryJob { .. } => true,
            Self::EditAvailability { dry_run, .. } | Self::EditPricing { dry_run, .. } => !*dry_run,
            _ => false,
        }
    }
}

/// Which requests a list shows; everything that is set has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestFilter {
    /// Open requests only, the first to expire first; else all, the newest change first.
    pub inbox: bool,
    /// Any of these; all when empty.
    pub statuses: Vec<request::Status>,
    /// Part of the traveler's, the provider's or the service's name; none when empty.
    pub words: String,
    pub service: Option<ids::ServiceId>,
}

/// Which bookings a list shows; everything that is set has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookingFilter {
    /// Any of these; all when empty.
    pub statuses: Vec<booking::Status>,
    pub words: String,
    pub service: Option<ids::ServiceId>,
    /// The latest start first instead of the earliest.
    pub descending: bool,
    /// Starting on or after this date, and before that one.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// What a search finds; everything that is set has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchFilter {
    /// The whole name of a city; anywhere when empty.
    pub city: String,
    pub category: Option<traveloure_core::category::Category>,
    /// Part of the service's or the provider's name; none when empty.
    pub words: String,
    /// Only what the party can book then; local to the service.
    pub date: Option<NaiveDate>,
    pub end_date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub party: Option<u32>,
}

/// A figure that is traced to its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traced {
    /// Those of the week that begins on this Monday.
    Week(NaiveDate),
    /// All that moved for a booking, its payouts among it.
    Booking(ids::BookingId),
}

/// What is to be priced; dates and times are local to the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteAsk {
    pub date: NaiveDate,
    pub end_date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub party: u32,
}

/// What came back. Each [`Call`] names the one it gets.
#[derive(Clone, Debug)]
pub enum Reply {
    Done,
    User(User),
    Provider(Provider),
    Service(Box<Service>),
    Services(Vec<Service>),
    Pool(Pool),
    Pools(Vec<Pool>),
    Requests(Page<RequestRow>),
    Request(Box<Request>),
    Answered(Box<Answered>),
    Message(Message),
    Bulk(BulkResult),
    Check(Check),
    Quote(Box<ServiceQuote>),
    Days(Days),
    Availability(Box<Availability>),
    AvailabilityChange(Box<AvailabilityChange>),
    Pricing(Box<Pricing>),
    PricingChange(Box<PricingChange>),
    Fee(Box<FeeCalculation>),
    Bookings(Page<BookingRow>),
    Booking(Box<Booking>),
    Cancellation(Box<Cancellation>),
    Manifest(Box<Manifest>),
    Earnings(Box<Earnings>),
    Entries(Vec<LedgerEntry>),
    Text(String),
    PayoutAccount(PayoutAccount),
    Onboarding(Box<Onboarding>),
    Fees(Vec<Fee>),
    FeeRule(Box<Fee>),
    Simulation(Box<FeeSimulation>),
    Providers(Vec<Provider>),
    Revenue(Box<Revenue>),
    RevenueEntries(Page<RevenueEntry>),
    Reconciliation(Box<Reconciliation>),
    Found(Page<FoundService>),
    Cart(Cart),
    Processed(Box<CartResult>),
    Checkout(Box<Checkout>),
    Paying(Box<PaymentStarted>),
    Cards(Vec<SavedCard>),
    Jobs(Box<Jobs>),
    Troubles(Page<Trouble>),
    Retried(Retried),
}

/// Why a call brought nothing back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// The server refused, and says why.
    Problem(Box<Problem>),
    /// The server could not be reached; nothing is known of the call. The text is for a person.
    Offline(String),
    /// The server did not answer in time. Whether the call took effect is not known; the same call
    /// with the same key finds out.
    TimedOut,
    /// Something answered, but not as this API does.
    Unreadable(String),
}

impl ApiError {
    /// The code of a refusal; none when the server did not get to refuse.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// The answer was of another kind than the call's.
    #[must_use]
    pub fn unexpected() -> Self {
        Self::Unreadable("it answers another question".to_owned())
    }

    /// Whether the same call may succeed later, as it is.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Offline(_) | Self::TimedOut => true,
            Self::Unreadable(_) => false,
            Self::Problem(problem) => matches!(
                problem.code,
                Code::RateLimited
                    | Code::Unavailable
                    | Code::Internal
                    | Code::TimedOut
                    | Code::StillRunning
            ),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(problem) if problem.detail.is_empty() => f.write_str(&problem.title),
            Self::Problem(problem) => f.write_str(&problem.detail),
            Self::Offline(reason) => write!(f, "The server cannot be reached: {reason}"),
            Self::TimedOut => f.write_str("The server took too long to answer"),
            Self::Unreadable(reason) => {
                write!(f, "The server's answer could not be read: {reason}")
            }
        }
    }
}

/// What came over the event stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The stream is open; everything since the last event follows.
    Online,
    /// The stream broke; the client tries again at `retry_at`.
    Offline { retry_at: DateTime<Utc> },
    /// Something changed on the server. [`traveloure_core::api::event::Kind::Reset`] asks to fetch
    /// everything anew.
    Event(traveloure_core::api::event::Event),
}
