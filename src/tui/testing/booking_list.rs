//! Believable bookings, and how the server under test lists them.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use traveloure_core::{
    api::{
        booking::{Booking, BookingRow, Moved, Movement, MovementState},
        checkout::BalanceDue,
        event::{Event, Kind},
        manifest::{Arrival, Manifest},
        page::Page,
    },
    booking::{Amounts, BookingType, CancelledBy, Status},
    ids::{BookingId, UserId},
    money::{Currency, Money},
    payment::{Balance, Method, Offer, balance_due_date},
    pricing::{Line, LineKind},
    refund,
};
use uuid::Uuid;

use super::sample;
use crate::tui::app::call::{BookingFilter, News};

const NAMES: [&str; 7] = [
    "Ana Silva",
    "Jürgen Groß",
    "山田 太郎",
    "Siobhán O'Sullivan-Fitzgerald",
    "Eve\u{1b}[2J\u{202e}",
    "Noor",
    "Łukasz Wiśniewski",
];

/// Whose balance is still to come.
const BY_DEPOSIT: u128 = 4;

/// Where each of the first bookings stands, and how many days from now it is.
const STANDINGS: [(Status, i64); 8] = [
    (Status::Confirmed, 1),
    (Status::PendingPayment, 2),
    (Status::Confirmed, 4),
    (Status::PendingPayment, 9),
    (Status::Confirmed, 34),
    (Status::Cancelled, 12),
    (Status::Completed, -3),
    (Status::Refunded, -20),
];

pub(crate) fn id(number: u128) -> BookingId {
    BookingId::from(Uuid::from_u128(0x9_0000 + number))
}

/// Of the currencies with the fewest and the most decimals as well.
fn amounts(number: u128) -> Amounts {
    let (code, minor) = match number % 4 {
        1 => ("JPY", 18_000),
        3 => ("KWD", 45_500),
        _ => ("EUR", 24_000 + i64::try_from(number).unwrap() * 1_050),
    };
    let currency: Currency = code.parse().unwrap();
    let service = Money::try_new(Decimal::new(minor, currency.decimals()), currency).unwrap();
    let fee = service.percent(15.into()).unwrap();
    Amounts::try_new(service, fee, Money::zero(currency)).unwrap()
}

pub(crate) fn booking(number: u128, now: DateTime<Utc>) -> Booking {
    let index = usize::try_from(number).unwrap();
    let (status, days) = STANDINGS
        .get(index)
        .copied()
        .unwrap_or_else(|| (Status::Confirmed, 40 + i64::try_from(number).unwrap()));
    let service = &sample::services()[index % 3];
    let amounts = amounts(number);
    let is_abroad = number % 4 == 1;
    let is_stay = number % 4 == 3;
    let date: NaiveDate = now.date_naive() + TimeDelta::days(days);
    let is_unpaid = status == Status::PendingPayment;
    let is_cancelled = matches!(status, Status::Cancelled | Status::Refunded);
    let paid_by = TimeDelta::minutes(47 + 640 * i64::from(is_stay));
    let mut row = BookingRow {
        id: id(number),
        title: service.name.clone(),
        service_id: service.id,
        provider_id: sample::provider(),
        provider_name: service.provider_name.clone(),
        traveler_name: NAMES[index % NAMES.len()].to_owned(),
        booking_type: BookingType::Request,
        status,
        date,
        end_date: is_stay.then(|| date + TimeDelta::days(3)),
        time: (!is_stay).then(|| NaiveTime::from_hms_opt(9, 30, 0).unwrap()),
        zone: if is_abroad { Tz::Asia__Tokyo } else { Tz::Europe__Lisbon },
        travelers: 2 + u32::try_from(number % 3).unwrap(),
        total_amount: amounts.total_amount,
        provider_payout: Some(amounts.provider_payout),
        confirmation_code: format!("TRV-7K3M9Q{}{}", number / 10 % 10, number % 10),
        payment_deadline: is_unpaid.then(|| now + paid_by),
        balance: None,
        created_at: now - TimeDelta::hours(26),
        version: 1,
    };
    let (total, zero) = (amounts.total_amount, Money::zero(amounts.total_amount.currency()));
    let deposit = total.percent(30.into()).unwrap();
    let in_full =
        Offer { method: Method::Full, due_now: total, due_later: zero, due_later_on: None };
    let (rest, due) = (total.minus(deposit).unwrap(), balance_due_date(date));
    let by_deposit = (due > now.date_naive()).then_some(Offer {
        method: Method::Deposit,
        due_now: deposit,
        due_later: rest,
        due_later_on: Some(due),
    });
    let has_paid_deposit = number == BY_DEPOSIT;
    if has_paid_deposit {
        row.balance = Some(BalanceDue { amount: rest, due, status: Balance::Scheduled });
    }
    let paid = if has_paid_deposit { deposit } else { total };
    let movement = |hours, what, amount, reason| Movement {
        at: now - TimeDelta::hours(hours),
        what,
        state: MovementState::Done,
        amount,
        reason,
    };
    let mut movements = Vec::new();
    if !is_unpaid {
        let what = if has_paid_deposit { Moved::Deposit } else { Moved::Full };
        movements.push(movement(20, what, paid, None));
    }
    let is_back = status == Status::Refunded;
    if is_back {
        let reason = Some(refund::Reason::Cancelled);
        movements.push(movement(3, Moved::Refund, paid, reason));
    }
    Booking {
        user_id: UserId::from(Uuid::from_u128(0xc)),
        request_id: (number != 2).then(|| sample::id(number % 8)),
        special_requests: "It is our anniversary. Could we sit by the window?".to_owned(),
        lines: lines(&amounts),
        amounts: Some(amounts),
        fee_reason: Some(format!(
            "category rule (activity), 15%: {} of {}",
            amounts.platform_fee, amounts.service_amount
        )),
        checkout_id: None,
        paid: if is_unpaid || is_back { zero } else { paid },
        movements,
        offers: if is_unpaid {
            [in_full].into_iter().chain(by_deposit).collect()
        } else {
            Vec::new()
        },
        confirmed_at: (!is_unpaid).then(|| now - TimeDelta::hours(20)),
        cancelled_at: is_cancelled.then(|| now - TimeDelta::hours(3)),
        cancelled_by: is_cancelled.then_some(CancelledBy::User),
        cancellation_reason: is_cancelled.then(|| "Our flight was\u{7} moved.".to_owned()),
        row,
    }
}

fn lines(amounts: &Amounts) -> Vec<Line> {
    let base = amounts.service_amount.percent(125.into()).unwrap();
    let off = amounts.service_amount.minus(base).unwrap();
    let line =
        |kind, label: &str, amount| Line { kind, label: label.to_owned(), amount, date: None };
    vec![
        line(LineKind::Base, "Base price", base),
        line(LineKind::GroupDiscount, "Group of 2 or more, 20% off", off),
    ]
}

/// Eight bookings in all their states.
pub(crate) fn bookings(now: DateTime<Utc>) -> Vec<Booking> {
    (0..8).map(|number| booking(number, now)).collect()
}

/// An event about a booking.
pub(crate) fn event(kind: Kind, number: u128, version: i64) -> News {
    let at = DateTime::UNIX_EPOCH;
    News::Event(Event { kind, subject: id(number).as_uuid(), version: Some(version), at })
}

/// A page as the server cuts it: by start, without a total.
pub(crate) fn page(
    all: &[Booking],
    filter: &BookingFilter,
    after: Option<&str>,
    limit: u32,
) -> Page<BookingRow> {
    let words = filter.words.to_lowercase();
    let mut rows: Vec<_> = all
        .iter()
        .map(|booking| &booking.row)
        .filter(|row| filter.statuses.is_empty() || filter.statuses.contains(&row.status))
        .filter(|row| filter.from.is_none_or(|from| row.date >= from))
        .filter(|row| filter.to.is_none_or(|to| row.date < to))
        .filter(|row| {
            [&row.traveler_name, &row.title, &row.confirmation_code]
                .iter()
                .any(|name| name.to_lowercase().contains(&words))
        })
        .cloned()
        .collect();
    let begin = |row: &BookingRow| {
        let time = row.time.unwrap_or(NaiveTime::MIN);
        (traveloure_core::time::instant(row.date, time, row.zone), row.id)
    };
    rows.sort_by_key(begin);
    if filter.descending {
        rows.reverse();
    }
    let from: usize = after.map_or(0, |after| after.parse().unwrap());
    let until = from + limit as usize;
    let next = (until < rows.len()).then(|| until.to_string());
    Page { items: rows.into_iter().skip(from).take(limit as usize).collect(), next, total: None }
}

/// Who comes on a day; whoever pays nothing before pays on site.
pub(crate) fn manifest(all: &[Booking], date: NaiveDate) -> Manifest {
    let mut arrivals: Vec<Arrival> = all
        .iter()
        .filter(|booking| booking.row.date == date && booking.row.status.holds_capacity())
        .map(|booking| {
            let row = &booking.row;
            let nothing = Money::zero(row.total_amount.currency());
            let on_site = booking.row.status == Status::Confirmed && booking.request_id.is_none();
            let due_on_site = if on_site { row.total_amount } else { nothing };
            Arrival {
                booking_id: row.id,
                confirmation_code: row.confirmation_code.clone(),
                service_id: row.service_id,
                title: row.title.clone(),
                status: row.status,
                time: row.time,
                end_date: row.end_date,
                zone: row.zone,
                travelers: row.travelers,
                traveler_name: row.traveler_name.clone(),
                special_requests: booking.special_requests.clone(),
                total: row.total_amount,
                paid: row.total_amount.minus(due_on_site).unwrap(),
                due_on_site,
                balance: None,
            }
        })
        .collect();
    arrivals.sort_by_key(|arrival| arrival.time);
    let provider_name = "Alfama Walks".to_owned();
    Manifest { provider_id: sample::provider(), provider_name, date, arrivals }
}
