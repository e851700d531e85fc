//! A provider with three services: an inventory with slots, a toggle, and nights in a house.

use chrono::NaiveTime;
use chrono_tz::Tz;
use traveloure_core::{
    api::{
        booking::BookingRow,
        event::{Event as News, Kind},
        service::Service,
    },
    availability::{AvailabilityType, Used},
    booking::{BookingType, Status},
    ids::{BookingId, ServiceId},
};
use uuid::Uuid;

use crate::tui::{
    app::{
        call::{Call, News as Stream},
        desk::Settings,
    },
    screens::Tab,
    testing::{Stage, noon, sample, settings},
    theme::Tone,
};

/// Slots at 09:00 and 14:00, some of them taken.
pub(crate) const WALK: &str = "every day 09:00 cap 8
every fri,sat 14:00 cap 4
closed every mon \"rest\"
closed 24 dec - 26 dec
2026-11-28 09:00 cap 12
notice 24h
horizon 60d
party 1-8";

pub(crate) fn walk() -> ServiceId {
    sample::services()[0].id
}

pub(crate) fn services() -> Vec<Service> {
    let mut services = sample::services();
    services[1].availability_type = AvailabilityType::Toggle;
    services[2].name = "House by the sea".to_owned();
    services[2].availability_type = AvailabilityType::Calendar;
    services[2].by_night = true;
    services[2].zone = Tz::Pacific__Auckland;
    services
}

pub(crate) fn booking(
    number: u128,
    service: &Service,
    date: &str,
    time: Option<&str>,
    who: &str,
) -> BookingRow {
    let price = sample::euros("120.00");
    BookingRow {
        id: BookingId::from(Uuid::from_u128(0x9_0000 + number)),
        title: service.name.clone(),
        service_id: service.id,
        provider_id: service.provider_id,
        provider_name: service.provider_name.clone(),
        traveler_name: who.to_owned(),
        booking_type: BookingType::Request,
        status: if number % 3 == 2 { Status::PendingPayment } else { Status::Confirmed },
        date: date.parse().unwrap(),
        end_date: None,
        time: time.map(|time| NaiveTime::parse_from_str(time, "%H:%M").unwrap()),
        zone: service.zone,
        travelers: 1 + u32::try_from(number % 4).unwrap(),
        total_amount: price,
        provider_payout: Some(price),
        confirmation_code: format!("TRV-{number:04}"),
        payment_deadline: None,
        balance: None,
        created_at: noon(),
        version: 1,
    }
}

/// The calendar of the walk, with everything answered.
pub(crate) fn stage(width: u16, height: u16) -> Stage {
    stage_with(settings(), width, height)
}

pub(crate) fn look(tone: Tone, plain: bool) -> Settings {
    Settings { tone, plain, ..settings() }
}

pub(crate) fn stage_with(settings: Settings, width: u16, height: u16) -> Stage {
    let mut stage = before_work(settings, width, height);
    stage.serve();
    open(&mut stage);
    stage.serve();
    stage
}

/// Signed in, nothing answered yet.
pub(crate) fn before_work(settings: Settings, width: u16, height: u16) -> Stage {
    let mut stage = Stage::begun(settings, width, height);
    stage.server.is_signed_in = true;
    let services = services();
    stage.server.services.clone_from(&services);
    let calendars = &mut stage.server.calendars;
    calendars.write(&services[0], WALK, noon());
    calendars.write(&services[1], "on\nclosed 1 dec - 3 dec \"away\"", noon());
    calendars.write(&services[2], "closed every year 24 dec - 26 dec\nhorizon 365d", noon());
    let used = |booked, held| Used { booked, held };
    let walk = services[0].id;
    for (date, slot, used) in [
        ("2026-11-20", "09:00", used(3, 0)),
        ("2026-11-20", "14:00", used(4, 0)),
        ("2026-11-21", "09:00", used(5, 1)),
        ("2026-11-21", "14:00", used(0, 0)),
        ("2026-11-22", "09:00", used(8, 0)),
        ("2026-11-24", "09:00", used(6, 2)),
        ("2026-11-25", "09:00", used(1, 0)),
        ("2026-11-28", "09:00", used(12, 0)),
        ("2026-11-28", "14:00", used(3, 1)),
    ] {
        calendars.take(walk, date, Some(slot), used);
    }
    for date in ["2026-11-27", "2026-11-28", "2026-11-29"] {
        calendars.take(services[2].id, date, None, used(1, 0));
    }
    calendars.take(services[2].id, "2026-12-05", None, used(0, 1));
    let mut stay = booking(20, &services[2], "2026-11-27", None, "Łukasz Wiśniewski");
    stay.end_date = Some("2026-11-30".parse().unwrap());
    calendars.bookings = vec![
        booking(0, &services[0], "2026-11-20", Some("09:00"), "Ana Silva"),
        booking(1, &services[0], "2026-11-20", Some("14:00"), "Jürgen Groß"),
        booking(2, &services[0], "2026-11-21", Some("09:00"), "山田 太郎"),
        booking(3, &services[0], "2026-11-21", Some("09:00"), "Eve\u{1b}[2J\u{202e}"),
        stay,
    ];
    stage
}

pub(crate) fn open(stage: &mut Stage) {
    stage.press("2");
    assert_eq!(stage.app.tab(), Some(Tab::Calendar));
}

/// Edits that were sent to be applied.
pub(crate) fn applied(stage: &Stage) -> Vec<&Call> {
    let is_edit = |call: &&Call| matches!(call, Call::EditAvailability { dry_run: false, .. });
    stage.asked.iter().filter(is_edit).collect()
}

/// The rules of the walk as the server has them.
pub(crate) fn text(stage: &Stage) -> String {
    stage.server.calendars.text(walk())
}

/// Something changed on the server.
pub(crate) fn event(stage: &mut Stage, kind: Kind, service: ServiceId, version: Option<i64>) {
    let subject: Uuid = service.as_uuid();
    stage.news(Stream::Event(News { kind, subject, version, at: stage.now }));
}
