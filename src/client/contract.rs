//! Every method of the client asks for something that the server documents, in the words it
//! documents.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::Value;
use traveloure_core::{
    api::{
        auth::{Login, Register},
        availability::AvailabilityEdit,
        cancel::{Cancel, GivenBack, NewRefund},
        checkout::{ChargeBalance, StartPayment},
        fee::{FeePatch, NewFee},
        pricing::PricingEdit,
        provider::{NewProvider, ProviderPatch},
        report::SimulateFee,
        request::{Accept, Bulk, BulkAnswer, CounterOffer, Decline, NewMessage, Respond, Submit},
        service::{NewPool, PoolPatch, ServicePatch},
    },
    availability::Ask,
    category::Category,
    fee::{FeeMethod, FeeType},
    ids::{
        BookingId, CheckoutId, FeeId, PaymentId, PoolId, ProviderId, RefundId, RequestId,
        ServiceId, TokenId, UserId,
    },
    job::Job,
    ledger::Account,
    money::{Currency, Money},
    payment::Method,
};
use uuid::Uuid;

use super::{
    BookingFilter, Client, Key, RequestFilter, RevenueFilter, ServiceFilter,
    test_server::{Reply, TestServer},
};
use traveloure_core::api::problem::Code;

const ID: Uuid = Uuid::nil();

fn date() -> NaiveDate {
    "2026-07-14".parse().unwrap()
}

/// Calls every method once, each with all its parameters. What comes back does not matter here.
async fn ask_everything(client: &Client) {
    accounts(client).await;
    providers(client).await;
    services(client).await;
    rules(client).await;
    requests(client).await;
    bookings(client).await;
    paying(client).await;
    earnings(client).await;
    fees(client).await;
    jobs(client).await;
    let _ = client.is_alive().await;
    let _ = client.is_ready().await;
    let _ = client.events().next().await;
}

async fn accounts(client: &Client) {
    let (email, password) = ("ana@example.com".to_owned(), "a long enough one".to_owned());
    let register =
        Register { email: email.clone(), password: password.clone(), name: "Ana".to_owned() };
    let _ = client.register(&register).await;
    let _ = client.login(&Login { email, password, device: None }).await;
    let _ = client.me().await;
    let _ = client.tokens().await;
    let _ = client.revoke_token(TokenId::from(ID)).await;
    let _ = client.logout().await;
}

async fn providers(client: &Client) {
    let (provider, key) = (ProviderId::from(ID), Key::random());
    let new = NewProvider {
        name: "Ana".to_owned(),
        city: "Lisbon".to_owned(),
        country: "PT".to_owned(),
        zone: chrono_tz::Tz::Europe__Lisbon,
        description: String::new(),
    };
    let _ = client.create_provider(&new, &key).await;
    let _ = client.provider(provider).await;
    let _ = client.edit_provider(provider, &ProviderPatch::default(), 1).await;
    let _ = client.providers(Some("ana"), Some("x"), Some(5)).await;
    let _ = client.manifest(provider, date()).await;
    let _ = client.pools(provider).await;
    let pool = NewPool { name: "the van".to_owned(), capacity: 1 };
    let _ = client.create_pool(provider, &pool, &key).await;
    let _ = client.edit_pool(provider, PoolId::from(ID), &PoolPatch::default(), 1).await;
    let _ = client.delete_pool(provider, PoolId::from(ID)).await;
    let _ = client.provider_services(provider, Some("x"), Some(5)).await;
    let _ = client.conflicts(provider).await;
}

async fn services(client: &Client) {
    let service = ServiceId::from(ID);
    let filter = ServiceFilter {
        provider_id: Some(ProviderId::from(ID)),
        city: Some("Lisbon".to_owned()),
        category: Some(Category::Meal),
        words: Some("tour".to_owned()),
        date: Some(date()),
        end_date: Some(date()),
        time: Some("09:00:00".parse().unwrap()),
        party: Some(2),
        after: Some("x".to_owned()),
        limit: Some(5),
    };
    let _ = client.services(&filter).await;
    let new = r#"{"name": "Tour", "category": "activity", "availability_type": "toggle",
        "pricing_type": "fixed", "currency": "EUR"}"#;
    let _ = client.create_service(&serde_json::from_str(new).unwrap(), &Key::random()).await;
    let _ = client.service(service).await;
    let _ = client.edit_service(service, &ServicePatch::default(), 1).await;
    let _ = client.days(service, date(), date()).await;
    let time = "09:00:00".parse().unwrap();
    let ask = Ask { date: date(), end_date: Some(date()), time: Some(time), party: 2 };
    let _ = client.check(service, &ask, true).await;
    let _ = client.quote(service, &ask).await;
}

async fn rules(client: &Client) {
    let (provider, service) = (ProviderId::from(ID), ServiceId::from(ID));
    let _ = client.availability(provider, service).await;
    let edit = AvailabilityEdit { rules: None, text: Some("on".to_owned()) };
    let _ = client.plan_availability(provider, service, &edit, 1).await;
    let _ = client.edit_availability(provider, service, &edit, 1).await;
    let _ = client.pricing(provider, service).await;
    let edit = PricingEdit { terms: None, text: Some("base 120 EUR".to_owned()) };
    let _ = client.plan_pricing(provider, service, &edit, 1).await;
    let _ = client.edit_pricing(provider, service, &edit, 1).await;
}

async fn requests(client: &Client) {
    let (request, key) = (RequestId::from(ID), Key::random());
    let submit = Submit {
        service_id: ServiceId::from(ID),
        date: date(),
        end_date: None,
        time: None,
        travelers: 2,
        special_requests: String::new(),
    };
    let _ = client.submit_request(&submit, &key).await;
    let filter = RequestFilter {
        service: Some(ServiceId::from(ID)),
        from: Some(date()),
        to: Some(date()),
        words: Some("ana".to_owned()),
        after: Some("x".to_owned()),
        limit: Some(5),
        ..RequestFilter::default()
    };
    let _ = client.provider_requests(ProviderId::from(ID), &filter).await;
    let _ = client.user_requests(UserId::from(ID), &filter).await;
    let _ = client.request(request).await;
    let _ = client.respond(request, &Respond::Decline(Decline::default()), &key).await;
    let _ = client.accept(request, &Accept::default(), &key).await;
    let _ = client.decline(request, &Decline::default(), &key).await;
    let _ = client.counter(request, &CounterOffer::default(), &key).await;
    let _ = client.withdraw(request, &key).await;
    let _ = client.message(request, &NewMessage { text: "Hello".to_owned() }, &key).await;
    let bulk = Bulk { ids: vec![request], answer: BulkAnswer::Accept(Accept::default()) };
    let _ = client.answer_many(&bulk, &key).await;
}

async fn bookings(client: &Client) {
    let filter = BookingFilter {
        service: Some(ServiceId::from(ID)),
        from: Some(date()),
        to: Some(date()),
        words: Some("ana".to_owned()),
        latest_first: true,
        after: Some("x".to_owned()),
        limit: Some(5),
        ..BookingFilter::default()
    };
    let _ = client.provider_bookings(ProviderId::from(ID), &filter).await;
    let _ = client.user_bookings(UserId::from(ID), &filter).await;
    let (booking, key) = (BookingId::from(ID), Key::random());
    let _ = client.booking(booking).await;
    let _ = client.quote_cancellation(booking).await;
    let _ = client.cancel_booking(booking, &Cancel::default(), &key).await;
    let refund = NewRefund { amount: Money::zero(Currency::EUR), reason: String::new() };
    let _ = client.refund_booking(booking, &refund, &key).await;
}

async fn paying(client: &Client) {
    let key = Key::random();
    let _ = client.cart().await;
    let _ = client.save_cart(Vec::new(), 0).await;
    let _ = client.empty_cart().await;
    let _ = client.process_cart(Vec::new(), &key).await;
    let _ = client.checkout(CheckoutId::from(ID)).await;
    let payment = StartPayment {
        checkout_id: Some(CheckoutId::from(ID)),
        booking_ids: Vec::new(),
        method: Method::Full,
        saved_card: None,
        save_card: false,
    };
    let _ = client.start_payment(&payment, &key).await;
    let _ = client.confirm_payment(PaymentId::from(ID)).await;
    let balance = ChargeBalance { booking_id: BookingId::from(ID), saved_card: None };
    let _ = client.charge_balance(&balance, &key).await;
    let _ = client.saved_cards().await;
    let _ = client.forget_card("pm_1").await;
}

async fn earnings(client: &Client) {
    let (provider, key) = (ProviderId::from(ID), Key::random());
    let (from, until) = (Some(date()), Some(date()));
    let _ = client.earnings(provider, from, until).await;
    let account = Some(Account::ProviderPayable);
    let (week, after) = (Some("2026-W24"), Some("x"));
    let _ = client.earnings_entries(provider, week, None, account, after, Some(5)).await;
    let booking = Some(BookingId::from(ID));
    let _ = client.earnings_entries(provider, None, booking, account, None, None).await;
    let _ = client.earnings_statement(provider, "2026-06").await;
    let _ = client.payout_account(provider).await;
    let _ = client.onboard(provider, &key).await;
    let _ = client.revenue(from, until).await;
    let filter = RevenueFilter {
        from,
        until,
        month: Some("2026-06".to_owned()),
        category: Some(Category::Meal),
        currency: Some(Currency::EUR),
        after: Some("x".to_owned()),
        limit: Some(5),
    };
    let _ = client.revenue_entries(&filter).await;
    let _ = client.reconciliation(true).await;
}

async fn jobs(client: &Client) {
    let _ = client.jobs().await;
    let _ = client.troubles(Some(Job::PayOut), true, Some("x"), Some(5)).await;
    let _ = client.retry_job(Job::PayOut, &ID.to_string(), &Key::random()).await;
    let given = GivenBack { reference: "SEPA 1".to_owned(), note: String::new() };
    let _ = client.refund_given_back(RefundId::from(ID), &given, &Key::random()).await;
}

fn rule() -> NewFee {
    NewFee {
        fee_type: FeeType::Global,
        category: None,
        provider_id: None,
        fee_type_method: FeeMethod::Percentage,
        fee_percentage: None,
        fee_fixed_amount: None,
        min_fee: None,
        max_fee: None,
        currency: None,
        priority: 0,
    }
}

async fn fees(client: &Client) {
    let fee = rule();
    let simulate = SimulateFee { rule: Some(rule()), replaces: None, from: date(), to: date() };
    let _ = client.simulate_fee(&simulate, &Key::random()).await;
    let _ = client.fees().await;
    let _ = client.create_fee(&fee, &Key::random()).await;
    let _ = client.edit_fee(FeeId::from(ID), &FeePatch::default(), 1).await;
    let amount = Money::zero(Currency::EUR);
    let _ = client.calculate_fee(amount, Some(Category::Meal), Some(ProviderId::from(ID))).await;
}

/// What a request's first line asks for: method, path, names of parameters.
fn asked(request: &str) -> (String, String, BTreeSet<String>) {
    let mut words = request.lines().next().unwrap().split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let names = query.split('&').filter(|pair| !pair.is_empty());
    let names = names.map(|pair| pair.split('=').next().unwrap().to_owned());
    (method.to_owned(), path.to_owned(), names.collect())
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path) = (template.trim_matches('/'), path.trim_matches('/'));
    template.split('/').count() == path.split('/').count()
        && template
            .split('/')
            .zip(path.split('/'))
            .all(|(wanted, found)| wanted.starts_with('{') || wanted == found)
}

/// What people look at with other programs than this one.
const NOT_FOR_US: [&str; 5] =
    ["/metrics/", "/api/docs/", "/api/openapi.json/", "/paid/", "/api/webhooks/stripe/"];

#[tokio::test]
async fn the_client_asks_for_what_the_server_documents() {
    let server = TestServer::start(vec![Reply::refusal(Code::NotFound, "Not here.")]).await;
    ask_everything(&server.client()).await;

    let document = serde_json::to_value(traveloure_server::http::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut faults = Vec::new();
    let mut asked_for = BTreeSet::new();
    for request in server.requests() {
        let (method, path, names) = asked(&request);
        // A literal step counts more than a placeholder: `/requests/bulk/` is no request's id.
        let route = paths
            .iter()
            .filter(|(template, item)| fits(template, &path) && item.get(&method).is_some())
            .min_by_key(|(template, _)| template.matches('{').count());
        let Some((template, item)) = route else {
            faults.push(format!("{method} {path} is no route"));
            continue;
        };
        asked_for.insert((template.clone(), method.clone()));
        let documented = |item: &Value| {
            let parameters = item["parameters"].as_array().cloned().unwrap_or_default();
            parameters.into_iter().filter(|one| one["in"] == "query").collect::<Vec<_>>()
        };
        let known: BTreeSet<String> = documented(&item[&method])
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect();
        for name in names.difference(&known) {
            faults.push(format!("{method} {template} does not know `{name}`"));
        }
    }
    for (template, item) in paths {
        for method in ["get", "post", "patch", "put", "delete"] {
            let is_asked_for = asked_for.contains(&(template.clone(), method.to_owned()));
            if item.get(method).is_some()
                && !is_asked_for
                && !NOT_FOR_US.contains(&template.as_str())
            {
                faults.push(format!("{method} {template} is never asked for"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
