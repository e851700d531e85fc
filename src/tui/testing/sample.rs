//! Believable people, services and requests.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use traveloure_core::{
    actor::Role,
    api::{
        auth::User,
        event::{Event, Kind},
        request::{Request, RequestRow, Round, Uses},
        service::Service,
    },
    availability::{Answer, AvailabilityType},
    booking::{OwnSettings, ProviderSettings},
    category::Category,
    ids::{ProviderId, RequestId, ServiceId, UserId},
    money::{Currency, Money},
    pricing::{Line, LineKind, Priced, PricingType, Quote},
    request::{Side, Status},
};
use uuid::Uuid;

use crate::tui::app::call::News;

pub(crate) fn provider() -> ProviderId {
    ProviderId::from(Uuid::from_u128(0xa))
}

pub(crate) fn user() -> User {
    User {
        id: UserId::from(Uuid::from_u128(0xb)),
        email: "rita@alfama.example".to_owned(),
        name: "Rita Duarte".to_owned(),
        roles: vec![Role::Traveler, Role::Provider],
        provider_id: Some(provider()),
        expert_id: None,
        created_at: DateTime::UNIX_EPOCH,
    }
}

pub(crate) fn service(number: u128, name: &str) -> Service {
    Service {
        id: ServiceId::from(Uuid::from_u128(0x5_0000 + number)),
        provider_id: provider(),
        provider_name: "Alfama Walks".to_owned(),
        name: name.to_owned(),
        category: Category::Activity,
        description: String::new(),
        city: "Lisbon".to_owned(),
        country: "PT".to_owned(),
        zone: Tz::Europe__Lisbon,
        duration_minutes: Some(180),
        by_night: false,
        availability_type: AvailabilityType::Inventory,
        pricing_type: PricingType::Fixed,
        currency: Currency::EUR,
        response_hours: 24,
        pools: Vec::new(),
        is_listed: true,
        settings: OwnSettings::default().resolve(ProviderSettings::default()),
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
    }
}

pub(crate) fn services() -> Vec<Service> {
    ["Fado walk with dinner", "Tram 28 photo tour", "Sintra by tuk-tuk"]
        .iter()
        .zip(1..)
        .map(|(name, number)| service(number, name))
        .collect()
}

pub(crate) fn euros(amount: &str) -> Money {
    Money::try_new(amount.parse().unwrap(), Currency::EUR).unwrap()
}

pub(crate) fn id(number: u128) -> RequestId {
    RequestId::from(Uuid::from_u128(0x7_0000 + number))
}

/// Names of several scripts and lengths, one with a control character in it.
const NAMES: [&str; 8] = [
    "Ana Silva",
    "Jürgen Groß",
    "山田 太郎",
    "Siobhán O'Sullivan-Fitzgerald",
    "Mehmet Yılmaz",
    "Eve\u{1b}[2J\u{202e}",
    "Noor",
    "Łukasz Wiśniewski",
];

/// Minutes until each of the first requests expires.
const MINUTES: [i64; 8] = [7, 48, 190, 433, 600, 1_435, 2_900, 4_330];

pub(crate) fn row(number: u128, now: DateTime<Utc>) -> RequestRow {
    let index = usize::try_from(number).unwrap();
    let service = &services()[index % 3];
    let price = Decimal::from(40 + (number % 7) * 35);
    let price = Money::try_new(price, Currency::EUR).unwrap();
    let days = i64::try_from(number % 60).unwrap();
    let minutes = MINUTES.get(index).copied().unwrap_or(5_000 + i64::try_from(number).unwrap());
    RequestRow {
        id: id(number),
        service_id: service.id,
        service_name: service.name.clone(),
        provider_id: provider(),
        provider_name: service.provider_name.clone(),
        traveler_name: NAMES[index % NAMES.len()].to_owned(),
        status: Status::PendingProvider,
        date: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap() + TimeDelta::days(days),
        end_date: None,
        time: chrono::NaiveTime::from_hms_opt(9 + u32::try_from(number % 9).unwrap(), 30, 0),
        zone: Tz::Europe__Lisbon,
        travelers: 1 + u32::try_from(number % 5).unwrap(),
        price: Some(price),
        provider_payout: Some(price.times(Decimal::new(85, 2)).unwrap()),
        round: 1,
        has_message: number % 4 == 3,
        expires_at: now + TimeDelta::minutes(minutes),
        created_at: now - TimeDelta::minutes(90),
        updated_at: now - TimeDelta::minutes(90),
        version: 1,
    }
}

pub(crate) fn request(number: u128, now: DateTime<Utc>) -> Request {
    whole(row(number, now))
}

/// Everything about a request of which only the row is given.
pub(crate) fn whole(row: RequestRow) -> Request {
    let price = row.price.unwrap_or_else(|| euros("0"));
    let round = Round {
        number: 1,
        by: Side::Traveler,
        date: row.date,
        end_date: row.end_date,
        time: row.time,
        travelers: row.travelers,
        price: row.price,
        message: String::new(),
        valid_until: row.expires_at,
        holds_slot: false,
        created_at: row.created_at,
    };
    let payout = row.provider_payout.unwrap_or(price);
    Request {
        user_id: UserId::from(Uuid::from_u128(0xc)),
        special_requests: "It is our anniversary. Could we have a table by the window, and is \
                           there something without fish?"
            .to_owned(),
        quote: Priced::Quote(Quote {
            lines: vec![Line {
                kind: LineKind::Base,
                label: "Base price".to_owned(),
                amount: price,
                date: None,
            }],
            total: price,
            deposit: None,
            balance: price,
        }),
        platform_fee: price.minus(payout).ok(),
        fee_reason: Some("15 % for activities".to_owned()),
        uses: row.status.is_open().then(|| Uses {
            answer: Answer::Open { left: Some(6) },
            summary: format!(
                "takes 2 of the 6 left for {}, {}",
                row.date.format("%a %-d %b"),
                row.time.unwrap().format("%H:%M")
            ),
            rivals: 1,
        }),
        rounds: vec![round],
        messages: Vec::new(),
        booking_id: None,
        row,
    }
}

/// An event about a request.
pub(crate) fn event(kind: Kind, number: u128, version: i64) -> News {
    let at = DateTime::UNIX_EPOCH;
    News::Event(Event { kind, subject: id(number).as_uuid(), version: Some(version), at })
}

/// Eight requests that wait, the most urgent first.
pub(crate) fn requests(now: DateTime<Utc>) -> Vec<Request> {
    (0..8).map(|number| request(number, now)).collect()
}
