//! Requests as tables and pages.

use chrono::{DateTime, NaiveDate, Utc};
use traveloure_core::{
    api::request::{Request, RequestRow, Round},
    payment::deposit_of,
    pricing::Priced,
    request,
    time::today,
};

use super::super::{
    dates::{left, when},
    find::short,
    session::Side,
    sheet::Sheet,
    table::Table,
    words::{money, spoken},
};

/// The inbox, or what a traveler has asked for.
pub(in super::super) fn inbox(
    rows: &[RequestRow],
    side: Side,
    now: DateTime<Utc>,
    sheet: &mut Sheet,
) {
    if rows.is_empty() {
        sheet.line("No requests.");
        return;
    }
    let other = if matches!(side, Side::Provider(_)) { "FROM" } else { "PROVIDER" };
    let mut table = Table::new()
        .left("ID")
        .flexible(other)
        .flexible("SERVICE")
        .left("WHEN")
        .right("PARTY")
        .right("PRICE")
        .right("YOU GET")
        .left("STATUS")
        .right("EXPIRES");
    for row in rows {
        let other =
            if matches!(side, Side::Provider(_)) { &row.traveler_name } else { &row.provider_name };
        let expires = if row.status.is_open() { left(row.expires_at, now) } else { String::new() };
        table.row([
            short(row.id.into()),
            other.clone(),
            row.service_name.clone(),
            when(row.date, row.end_date, row.time),
            row.travelers.to_string(),
            money(row.price),
            money(row.provider_payout),
            status(row, side),
            expires,
        ]);
    }
    sheet.table(&table);
}

/// The state of a request as the side sees it: open ones say whose turn it is.
fn status(row: &RequestRow, side: Side) -> String {
    let own = match side {
        Side::Provider(_) => request::Side::Provider,
        Side::Traveler(_) => request::Side::Traveler,
    };
    match row.status.turn() {
        Some(turn) if turn == own => "your turn".to_owned(),
        Some(turn) => format!("{turn}'s turn"),
        None => spoken(&row.status),
    }
}

/// Everything that a decision needs.
pub(super) fn whole(request: &Request, side: Side, now: DateTime<Utc>, sheet: &mut Sheet) {
    let row = &request.row;
    let local = row.zone.name();
    let expires = row.status.is_open().then(|| {
        let moment = row.expires_at.with_timezone(&row.zone).format("%a %-d %b %H:%M");
        format!("{} left ({moment})", left(row.expires_at, now))
    });
    let payout = row.provider_payout.map(|payout| {
        let fee = request.platform_fee.map_or_else(String::new, |fee| format!(", fee {fee}"));
        format!("you get {payout}{fee}")
    });
    sheet.fields([
        ("Request", Some(row.id.to_string())),
        ("From", Some(row.traveler_name.clone())),
        ("Provider", matches!(side, Side::Traveler(_)).then(|| row.provider_name.clone())),
        ("Service", Some(row.service_name.clone())),
        ("When", Some(format!("{} ({local})", when(row.date, row.end_date, row.time)))),
        ("Party", Some(row.travelers.to_string())),
        ("Price", Some(row.price.map_or_else(|| "none yet".to_owned(), |price| price.to_string()))),
        ("", payout),
        ("Fee", request.fee_reason.clone()),
        ("Status", Some(status(row, side))),
        ("Expires", expires),
        ("Uses", request.uses.as_ref().map(|uses| uses.summary.clone())),
        (
            "Rivals",
            request
                .uses
                .as_ref()
                .filter(|uses| uses.rivals > 0)
                .map(|uses| format!("{} other open requests want the same", uses.rivals)),
        ),
        ("Booking", request.booking_id.map(|id| id.to_string())),
    ]);
    sheet.quote("They write:", &request.special_requests);
    price(&request.quote, row.date, today(now, row.zone), sheet);
    rounds(&request.rounds, sheet);
    for message in &request.messages {
        let at = message.created_at.with_timezone(&row.zone).format("%-d %b %H:%M");
        sheet.quote(&format!("{} wrote, {at}:", message.by), &message.text);
    }
}

/// A price line by line, or its range; with the deposit that is asked for if it is booked `today` for `date`, both
/// local to the service.
pub(in super::super) fn price(
    priced: &Priced,
    date: NaiveDate,
    today: NaiveDate,
    sheet: &mut Sheet,
) {
    sheet.gap();
    match priced {
        Priced::Estimate(range) => {
            sheet.line(format!(
                "Estimated between {} and {}; the provider names the price.",
                range.min, range.max
            ));
        }
        Priced::Quote(quote) => {
            let mut table = Table::new().flexible("PRICE").right("");
            for line in &quote.lines {
                table.row([line.label.clone(), line.amount.to_string()]);
            }
            table.row(["Total".to_owned(), quote.total.to_string()]);
            if let Ok(Some(offer)) = deposit_of(quote, date, today) {
                let balance = offer
                    .due_later_on
                    .map_or_else(|| "Balance".to_owned(), |on| format!("Balance, due {on}"));
                table.row(["Deposit".to_owned(), offer.due_now.to_string()]);
                table.row([balance, offer.due_later.to_string()]);
            }
            sheet.table(&table);
        }
    }
}

fn rounds(rounds: &[Round], sheet: &mut Sheet) {
    if rounds.len() < 2 {
        return;
    }
    sheet.gap();
    let mut table = Table::new()
        .right("ROUND")
        .left("BY")
        .left("WHEN")
        .right("PARTY")
        .right("PRICE")
        .left("SLOT")
        .flexible("WORDS");
    for round in rounds {
        table.row([
            round.number.to_string(),
            round.by.to_string(),
            when(round.date, round.end_date, round.time),
            round.travelers.to_string(),
            money(round.price),
            if round.holds_slot { "held".to_owned() } else { String::new() },
            round.message.clone(),
        ]);
    }
    sheet.table(&table);
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;
    use traveloure_core::{
        money::{Currency, Money},
        pricing::Quote,
    };

    use super::*;

    #[test]
    fn a_deposit_is_said_only_where_one_is_asked_for() {
        let eur = |cents| Money::try_new(Decimal::new(cents, 2), Currency::EUR).unwrap();
        let quote = Quote {
            lines: Vec::new(),
            total: eur(48000),
            deposit: Some(eur(14400)),
            balance: eur(33600),
        };
        let said = |date: &str| {
            let mut sheet = Sheet::new(None);
            let (date, today) = (date.parse().unwrap(), "2026-06-01".parse().unwrap());
            price(&Priced::Quote(quote.clone()), date, today, &mut sheet);
            sheet.into_text()
        };
        let far = said("2026-06-09");
        assert!(far.contains("144.00 EUR") && far.contains("Balance, due 2026-06-02"), "{far}");
        let near = said("2026-06-08");
        assert!(near.contains("480.00 EUR") && !near.contains("Deposit"), "{near}");
    }
}
