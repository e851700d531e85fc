//! Who comes on a day, as plain text to print: one arrival below the other, with a box to tick.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use traveloure_core::{
    api::manifest::{Arrival, Manifest},
    booking::Status,
    money::Money,
    text::clean_line,
};

use crate::{terminal::fit, tui::widgets::text};

/// Columns before what is said of an arrival.
const INDENT: usize = 11;

/// The list in lines of at most `width` columns (40 at least), ready to print. What travelers wrote is
/// cleaned.
#[must_use]
pub fn lines(manifest: &Manifest, width: u16) -> Vec<String> {
    let width = width.max(40);
    let people: u64 = manifest.arrivals.iter().map(|one| u64::from(one.travelers)).sum();
    let count = u64::try_from(manifest.arrivals.len()).unwrap_or(u64::MAX);
    let mut lines = text::wrap(&manifest.provider_name, width);
    lines.push(format!("Arrivals on {}", manifest.date.format("%A, %-d %B %Y")));
    if manifest.arrivals.is_empty() {
        lines.push("Nobody is booked.".to_owned());
        return lines;
    }
    let bookings = text::counted(count, "booking", "bookings");
    lines.push(format!("{bookings}, {}", text::counted(people, "person", "people")));
    let zone = one_zone(&manifest.arrivals);
    if let Some(zone) = zone {
        lines.push(format!("Times are of {}.", zone.name()));
    }
    for arrival in &manifest.arrivals {
        lines.push(String::new());
        lines.extend(arrival_lines(arrival, zone.is_none(), width));
    }
    let due = due_on_site(&manifest.arrivals);
    if !due.is_empty() {
        lines.push(String::new());
        lines.extend(text::wrap(&format!("To be paid on site: {}", due.join(" and ")), width));
    }
    lines
}

/// The same as one text.
#[must_use]
pub fn page(manifest: &Manifest, width: u16) -> String {
    let mut page = lines(manifest, width).join("\n");
    page.push('\n');
    page
}

/// The zone of all of them; none where there are several.
fn one_zone(arrivals: &[Arrival]) -> Option<Tz> {
    let first = arrivals.first()?.zone;
    arrivals.iter().all(|one| one.zone == first).then_some(first)
}

fn due_on_site(arrivals: &[Arrival]) -> Vec<String> {
    let mut sums: BTreeMap<&str, Money> = BTreeMap::new();
    for arrival in arrivals.iter().filter(|one| !one.due_on_site.is_zero()) {
        let sum = sums
            .entry(arrival.due_on_site.currency().code())
            .or_insert_with(|| Money::zero(arrival.due_on_site.currency()));
        *sum = sum.plus(arrival.due_on_site).unwrap_or(*sum);
    }
    sums.values().map(ToString::to_string).collect()
}

fn arrival_lines(arrival: &Arrival, says_zone: bool, width: u16) -> Vec<String> {
    let time = arrival.time.map_or_else(|| "     ".to_owned(), text::clock);
    let party = text::counted(arrival.travelers.into(), "person", "people");
    let who = format!("[ ] {time}  {}", clean_line(&arrival.traveler_name));
    let code = &arrival.confirmation_code;
    let room = usize::from(width).saturating_sub(fit::width(code) + 1);
    let mut lines = vec![format!("{} {code}", fit::pad_end(&who, room))];
    let mut say = |words: &str| {
        let room = width.saturating_sub(u16::try_from(INDENT).unwrap_or(0));
        let wrapped = text::wrap(words, room);
        lines.extend(wrapped.into_iter().map(|line| format!("{:INDENT$}{line}", "")));
    };
    let until = arrival
        .end_date
        .map(|end| format!(", until {}", end.format("%a %-d %b %Y")))
        .unwrap_or_default();
    let zone = if says_zone { format!(" ({})", arrival.zone.name()) } else { String::new() };
    say(&format!("{party}, {}{until}{zone}", arrival.title));
    if !arrival.due_on_site.is_zero() {
        say(&format!("TO BE PAID ON SITE: {}", arrival.due_on_site));
    }
    if let Some(balance) = arrival.balance {
        say(&format!("{balance} of {} is charged online still", arrival.total));
    }
    if matches!(arrival.status, Status::Pending | Status::PendingPayment) {
        say("not paid yet: it lapses if it is not paid in time");
    }
    if !arrival.special_requests.trim().is_empty() {
        say(&format!("They write: {}", arrival.special_requests.trim()));
    }
    lines
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;
    use proptest::prelude::*;
    use traveloure_core::money::Currency;
    use uuid::Uuid;

    use super::*;

    fn euros(amount: i64) -> Money {
        Money::try_new(amount.into(), Currency::EUR).unwrap()
    }

    fn arrival(name: &str, hour: u32) -> Arrival {
        Arrival {
            booking_id: Uuid::nil().into(),
            confirmation_code: "TRV-7K3M9Q00".to_owned(),
            service_id: Uuid::nil().into(),
            title: "Fado walk with dinner".to_owned(),
            status: Status::Confirmed,
            time: NaiveTime::from_hms_opt(hour, 30, 0),
            end_date: None,
            zone: Tz::Europe__Lisbon,
            travelers: 2,
            traveler_name: name.to_owned(),
            special_requests: String::new(),
            total: euros(120),
            paid: euros(120),
            due_on_site: euros(0),
            balance: None,
        }
    }

    fn manifest(arrivals: Vec<Arrival>) -> Manifest {
        Manifest {
            provider_id: Uuid::nil().into(),
            provider_name: "Alfama Walks".to_owned(),
            date: "2026-11-21".parse().unwrap(),
            arrivals,
        }
    }

    #[test]
    fn it_can_be_printed_and_ticked_off() {
        let late = Arrival {
            due_on_site: euros(120),
            paid: euros(0),
            special_requests: "A table by the window?\u{1b}[2J\nAnd no fish.".to_owned(),
            ..arrival("山田 太郎", 19)
        };
        let unpaid = Arrival { status: Status::PendingPayment, ..arrival("Ana", 9) };
        let deposit = Arrival { balance: Some(euros(90)), ..arrival("Jürgen", 9) };
        insta::assert_snapshot!(page(&manifest(vec![unpaid, deposit, late]), 60));
    }

    #[test]
    fn a_day_without_anybody_says_so() {
        let page = page(&manifest(Vec::new()), 78);
        assert_eq!(
            page,
            "Alfama Walks\nArrivals on Saturday, 21 November 2026\nNobody is booked.\n"
        );
    }

    #[test]
    fn zones_are_said_where_they_differ() {
        let tokyo = Arrival { zone: Tz::Asia__Tokyo, ..arrival("Ana", 9) };
        let page = page(&manifest(vec![tokyo, arrival("Ben", 10)]), 78);
        assert!(page.contains("(Asia/Tokyo)") && page.contains("(Europe/Lisbon)"), "{page}");
        assert!(!page.contains("Times are of"), "{page}");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_paper(name: String, words: String, width in 40_u16..100) {
            let one = Arrival { special_requests: words, ..arrival(&name, 9) };
            for line in lines(&manifest(vec![one]), width) {
                prop_assert!(fit::width(&line) <= usize::from(width), "{line:?}");
                prop_assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
            }
        }
    }
}
