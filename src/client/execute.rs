//! Each call of the screens as a call of the API.

use traveloure_core::{
    api::{earnings::LedgerEntry, page::MAX_LIMIT, provider::Provider, request, service::Service},
    availability::Ask,
    ids::ProviderId,
    ledger::Account,
};
use uuid::Uuid;

use super::{ApiError, BookingFilter, Client, Key, RequestFilter, RevenueFilter, ServiceFilter};
use crate::tui::app::call::{self, Call, Reply, Traced};

/// More services than this belong to no provider; whoever sends more pages is no server of ours.
const MOST_PAGES: usize = 20;

/// Carries out what needs nothing but a client: everything except signing in and out.
#[expect(clippy::too_many_lines, reason = "one arm for each call, and none forgotten")]
pub(super) async fn execute(
    client: &Client,
    key: Option<Uuid>,
    call: Call,
) -> Result<Reply, ApiError> {
    // Every act comes with a key; one that is missing only costs the safe repetition.
    let key = key.map_or_else(Key::random, |key| Key::from(key.to_string()));
    match call {
        Call::Me => client.me().await.map(Reply::User),
        Call::SignIn(_) | Call::Register(_) | Call::SignOut => Err(ApiError::Unexpected {
            status: None,
            what: "signing in and out is the account's".to_owned(),
        }),

        Call::Provider(id) => client.provider(id).await.map(Reply::Provider),
        Call::NewProvider(provider) => {
            client.create_provider(&provider, &key).await.map(Reply::Provider)
        }
        Call::Services(provider) => services(client, provider).await.map(Reply::Services),
        Call::NewService(service) => {
            client.create_service(&service, &key).await.map(Box::new).map(Reply::Service)
        }
        Call::EditService { id, version, patch } => {
            client.edit_service(id, &patch, version).await.map(Box::new).map(Reply::Service)
        }
        Call::Pools(provider) => client.pools(provider).await.map(Reply::Pools),
        Call::NewPool { provider, pool } => {
            client.create_pool(provider, &pool, &key).await.map(Reply::Pool)
        }

        Call::Requests { provider, filter, after, limit } => {
            let filter = request_filter(filter, after, limit);
            client.provider_requests(provider, &filter).await.map(Reply::Requests)
        }
        Call::Request(id) => client.request(id).await.map(Box::new).map(Reply::Request),
        Call::Accept { id, body } => {
            client.accept(id, &body, &key).await.map(Box::new).map(Reply::Answered)
        }
        Call::Decline { id, body } => {
            client.decline(id, &body, &key).await.map(Box::new).map(Reply::Answered)
        }
        Call::Counter { id, body } => {
            client.counter(id, &body, &key).await.map(Box::new).map(Reply::Answered)
        }
        Call::Message { id, body } => {
            client.message(id, &body, &key).await.and_then(last_message).map(Reply::Message)
        }
        Call::Bulk(bulk) => client.answer_many(&bulk, &key).await.map(Reply::Bulk),

        Call::Check { service, ask } => client.check(service, &ask, true).await.map(Reply::Check),
        Call::Quote { service, ask } => {
            let call::QuoteAsk { date, end_date, time, party } = ask;
            let ask = Ask { date, end_date, time, party };
            client.quote(service, &ask).await.map(Box::new).map(Reply::Quote)
        }
        Call::Days { service, from, to } => client.days(service, from, to).await.map(Reply::Days),
        Call::Availability { provider, service } => {
            client.availability(provider, service).await.map(Box::new).map(Reply::Availability)
        }
        Call::EditAvailability { provider, service, version, edit, dry_run } => {
            let change = if dry_run {
                client.plan_availability(provider, service, &edit, version).await
            } else {
                client.edit_availability(provider, service, &edit, version).await
            };
            change.map(Box::new).map(Reply::AvailabilityChange)
        }
        Call::Pricing { provider, service } => {
            client.pricing(provider, service).await.map(Box::new).map(Reply::Pricing)
        }
        Call::EditPricing { provider, service, version, edit, dry_run } => {
            let change = if dry_run {
                client.plan_pricing(provider, service, &edit, version).await
            } else {
                client.edit_pricing(provider, service, &edit, version).await
            };
            change.map(Box::new).map(Reply::PricingChange)
        }
        Call::Fee { provider, category, amount } => client
            .calculate_fee(amount, Some(category), Some(provider))
            .await
            .map(Box::new)
            .map(Reply::Fee),

        Call::Bookings { provider, filter, after, limit } => {
            let filter = booking_filter(filter, after, limit);
            client.provider_bookings(provider, &filter).await.map(Reply::Bookings)
        }
        Call::Journeys { user, filter, after, limit } => {
            let filter = booking_filter(filter, after, limit);
            client.user_bookings(user, &filter).await.map(Reply::Bookings)
        }
        Call::Booking(id) => client.booking(id).await.map(Box::new).map(Reply::Booking),
        Call::QuoteCancellation(id) => {
            client.quote_cancellation(id).await.map(Box::new).map(Reply::Cancellation)
        }
        Call::Cancel { id, body } => {
            client.cancel_booking(id, &body, &key).await.map(Box::new).map(Reply::Cancellation)
        }

        Call::Manifest { provider, date } => {
            client.manifest(provider, date).await.map(Box::new).map(Reply::Manifest)
        }

        Call::Earnings { provider, from, to } => {
            client.earnings(provider, Some(from), Some(to)).await.map(Box::new).map(Reply::Earnings)
        }
        Call::Entries { provider, traced } => {
            entries(client, provider, traced).await.map(Reply::Entries)
        }
        Call::Statement { provider, month } => {
            client.earnings_statement(provider, &month).await.map(Reply::Text)
        }
        Call::PayoutAccount(provider) => {
            client.payout_account(provider).await.map(Reply::PayoutAccount)
        }
        Call::Onboard(provider) => {
            client.onboard(provider, &key).await.map(Box::new).map(Reply::Onboarding)
        }

        Call::Fees => client.fees().await.map(Reply::Fees),
        Call::NewFee(fee) => client.create_fee(&fee, &key).await.map(Box::new).map(Reply::FeeRule),
        Call::EditFee { id, version, patch } => {
            client.edit_fee(id, &patch, version).await.map(Box::new).map(Reply::FeeRule)
        }
        Call::SimulateFee(simulate) => {
            client.simulate_fee(&simulate, &key).await.map(Box::new).map(Reply::Simulation)
        }
        Call::Providers => providers(client).await.map(Reply::Providers),
        Call::Revenue { from, to } => {
            client.revenue(Some(from), Some(to)).await.map(Box::new).map(Reply::Revenue)
        }
        Call::RevenueEntries { month, category, currency, after, limit } => {
            let filter = RevenueFilter {
                month: Some(month),
                category,
                currency: Some(currency),
                after,
                limit: Some(limit),
                ..RevenueFilter::default()
            };
            client.revenue_entries(&filter).await.map(Reply::RevenueEntries)
        }
        Call::Reconciliation { settled } => {
            client.reconciliation(settled).await.map(Box::new).map(Reply::Reconciliation)
        }

        Call::Jobs => client.jobs().await.map(Box::new).map(Reply::Jobs),
        Call::Troubles { only_stuck, limit } => {
            client.troubles(None, only_stuck, None, Some(limit)).await.map(Reply::Troubles)
        }
        Call::RetryJob { job, subject } => {
            client.retry_job(job, &subject, &key).await.map(Reply::Retried)
        }

        Call::Search { filter, after, limit } => {
            client.services(&search_filter(filter, after, limit)).await.map(Reply::Found)
        }
        Call::Service(id) => client.service(id).await.map(Box::new).map(Reply::Service),
        Call::Cart => client.cart().await.map(Reply::Cart),
        Call::SaveCart { items, version } => {
            client.save_cart(items, version).await.map(Reply::Cart)
        }
        Call::ProcessCart(items) => {
            client.process_cart(items, &key).await.map(Box::new).map(Reply::Processed)
        }
        Call::Checkout(id) => client.checkout(id).await.map(Box::new).map(Reply::Checkout),
        Call::Pay(payment) => {
            client.start_payment(&payment, &key).await.map(Box::new).map(Reply::Paying)
        }
        Call::PayBalance(balance) => {
            client.charge_balance(&balance, &key).await.map(Box::new).map(Reply::Paying)
        }
        Call::ConfirmPayment(id) => {
            client.confirm_payment(id).await.map(Box::new).map(Reply::Checkout)
        }
        Call::Cards => client.saved_cards().await.map(Reply::Cards),
        Call::ForgetCard(card) => client.forget_card(&card).await.map(|()| Reply::Done),
    }
}

async fn services(client: &Client, provider: ProviderId) -> Result<Vec<Service>, ApiError> {
    let mut services = Vec::new();
    let mut after = None;
    for _ in 0..MOST_PAGES {
        let page = client.provider_services(provider, after.as_deref(), Some(MAX_LIMIT)).await?;
        services.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(services)
}

async fn providers(client: &Client) -> Result<Vec<Provider>, ApiError> {
    let mut providers = Vec::new();
    let mut after = None;
    for _ in 0..MOST_PAGES {
        let page = client.providers(None, after.as_deref(), Some(MAX_LIMIT)).await?;
        providers.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(providers)
}

/// Every entry behind a figure: first what moved what the provider is paid, then what the platform
/// kept.
///
/// # Errors
/// As the client's.
pub async fn entries(
    client: &Client,
    provider: ProviderId,
    traced: Traced,
) -> Result<Vec<LedgerEntry>, ApiError> {
    let (week, booking) = match traced {
        Traced::Week(monday) => (Some(monday.format("%G-W%V").to_string()), None),
        Traced::Booking(booking) => (None, Some(booking)),
    };
    let mut entries = Vec::new();
    for account in [Account::ProviderPayable, Account::PlatformRevenue] {
        let mut after = None;
        loop {
            let page = client
                .earnings_entries(
                    provider,
                    week.as_deref(),
                    booking,
                    Some(account),
                    after.as_deref(),
                    Some(MAX_LIMIT),
                )
                .await?;
            entries.extend(page.items);
            after = page.next;
            // Part of the entries would not sum to the figure.
            if after.is_none() {
                break;
            }
        }
    }
    Ok(entries)
}

fn last_message(request: request::Request) -> Result<request::Message, ApiError> {
    request.messages.into_iter().next_back().ok_or_else(|| ApiError::Unexpected {
        status: None,
        what: "the server took the message and does not show it".to_owned(),
    })
}

fn request_filter(filter: call::RequestFilter, after: Option<String>, limit: u32) -> RequestFilter {
    let call::RequestFilter { inbox, statuses, words, service } = filter;
    RequestFilter {
        inbox,
        statuses,
        service,
        words: said(words),
        after,
        limit: Some(limit),
        ..RequestFilter::default()
    }
}

fn booking_filter(filter: call::BookingFilter, after: Option<String>, limit: u32) -> BookingFilter {
    let call::BookingFilter { statuses, words, service, descending, from, to } = filter;
    BookingFilter {
        statuses,
        service,
        from,
        to,
        words: said(words),
        latest_first: descending,
        after,
        limit: Some(limit),
    }
}

fn search_filter(filter: call::SearchFilter, after: Option<String>, limit: u32) -> ServiceFilter {
    let call::SearchFilter { city, category, words, date, end_date, time, party } = filter;
    ServiceFilter {
        provider_id: None,
        city: said(city),
        category,
        words: said(words),
        date,
        end_date,
        time,
        party,
        after,
        limit: Some(limit),
    }
}

fn said(words: String) -> Option<String> {
    Some(words).filter(|words| !words.trim().is_empty())
}
