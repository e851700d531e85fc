//! What a key costs on a full calendar: time for the frame, bytes to the terminal.
//!
//! The budgets: a key's frame within 2 ms, no byte while nothing changes. What a step to another day
//! writes is printed and not judged: the day stands beside the month, and each has a text of its own. The
//! calendar is a busy one: five slots a day, all of them taken in
//! part, ten recurring closures, hundreds of dates of their own, bookings on every day. Each line
//! ends with how many times the measured value fits into its budget.
#![allow(clippy::print_stdout, clippy::float_arithmetic, clippy::cast_precision_loss)]

use std::{
    fmt::Write,
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Size;
use rust_decimal::Decimal;
use traveloure::{
    terminal::{Capabilities, Colours, Painter},
    tui::{
        app::{
            App,
            call::{Call, Dispatch, Reply},
            desk::{Settings, Start},
            message::{Effect, Message},
        },
        keymap::Keymap,
        theme::Tone,
    },
};
use traveloure_core::{
    actor::Role,
    api::{
        auth::User,
        availability::{Availability, Days as DaysOf},
        booking::BookingRow,
        page::Page,
        service::Service,
    },
    availability::{
        AvailabilityRules, AvailabilityType, Occupancy, PreparedRules, Setting, Used, days, text,
    },
    booking::{BookingType, OwnSettings, ProviderSettings, Status},
    category::Category,
    ids::{BookingId, ProviderId, ServiceId, UserId},
    money::{Currency, Money},
    pricing::PricingType,
    time,
};
use uuid::Uuid;

const FRAME: Duration = Duration::from_millis(2);
const SLOTS: [&str; 5] = ["08:30", "10:00", "13:30", "16:00", "20:00"];

fn main() -> ExitCode {
    // Cargo says so when it benchmarks, and not when it only checks that this still runs.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let keys = if is_bench { 600 } else { 12 };
    let mut kept = true;
    for size in [Size::new(80, 24), Size::new(120, 40)] {
        println!("a busy calendar at {}x{}", size.width, size.height);
        kept &= measure(size, keys, is_bench);
    }
    if kept || !is_bench { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn measure(size: Size, keys: usize, is_bench: bool) -> bool {
    let mut desk = Desk::open(size);
    let none = KeyModifiers::NONE;
    desk.press(KeyCode::Char('2'), none);
    desk.serve();
    desk.press(KeyCode::Char('g'), none);
    let mut run = |keys: usize, key: &dyn Fn(usize) -> KeyCode| {
        let mut measured = Measured::default();
        for index in 0..keys {
            measured.add(desk.press(key(index), none));
            desk.serve();
        }
        measured
    };
    let steps = run(keys, &|index| KeyCode::Char(if index / 20 % 2 == 0 { 'l' } else { 'h' }));
    let pages = run(keys, &|index| KeyCode::Char(if index / 9 % 2 == 0 { '>' } else { '<' }));
    let edits = run(keys.min(200), &|index| KeyCode::Char(if index % 3 == 2 { 'u' } else { '+' }));
    run(1, &|_| KeyCode::Char('X'));
    run(1, &|_| KeyCode::Char('e'));
    let letters: Vec<char> = "closed 31 dec # ".chars().collect();
    let writing = run(keys.min(200), &|index| KeyCode::Char(letters[index % letters.len()]));
    run(1, &|_| KeyCode::Esc);
    let idle = desk.idle();

    let mut kept = true;
    for (name, mut measured) in
        [("a step", steps), ("a month", pages), ("an edit", edits), ("a letter", writing)]
    {
        let (usual, most) = measured.bytes();
        let (median, slowest) = measured.times();
        println!(
            "  {name:<9} frame {:>7.1} us median, {:>7.1} us 95th percentile, {:>6.1} x in 2 ms, {usual:>4} bytes median, {most:>4} at most",
            micros(median),
            micros(slowest),
            FRAME.as_secs_f64() / slowest.as_secs_f64(),
        );
        kept &= !is_bench || slowest <= FRAME;
    }
    println!("  at rest   {idle:>5} bytes");
    kept && idle == 0
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[derive(Default)]
struct Measured {
    times: Vec<Duration>,
    bytes: Vec<usize>,
}

impl Measured {
    fn add(&mut self, (time, bytes): (Duration, usize)) {
        self.times.push(time);
        self.bytes.push(bytes);
    }

    /// The median and the 95th percentile. Beyond that a busy machine measures its other work.
    fn times(&mut self) -> (Duration, Duration) {
        self.times.sort_unstable();
        let last = self.times.len() - 1;
        (self.times[last / 2], self.times[last * 95 / 100])
    }

    /// The median and the most.
    fn bytes(&mut self) -> (usize, usize) {
        self.bytes.sort_unstable();
        let last = self.bytes.len() - 1;
        (self.bytes[last / 2], self.bytes[last])
    }
}

/// An app with a calendar and the painter of its terminal.
struct Desk {
    app: App,
    painter: Painter,
    now: DateTime<Utc>,
    calls: Vec<Dispatch>,
}

impl Desk {
    fn open(size: Size) -> Self {
        let now = DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default();
        let mut desk = Self {
            app: App::new(settings(), size, now),
            painter: Painter::new(size, Colours::Sixteen),
            now,
            calls: Vec::new(),
        };
        desk.message(Message::Begin { unsent: Vec::new() });
        desk.serve();
        desk.draw();
        desk
    }

    fn message(&mut self, message: Message) {
        for effect in self.app.update(message, self.now) {
            if let Effect::Call(dispatch) = effect {
                self.calls.push(*dispatch);
            }
        }
    }

    fn serve(&mut self) {
        let mut served = false;
        while let Some(dispatch) = self.calls.pop() {
            let reply = match dispatch.call {
                Call::Me => Reply::User(user()),
                Call::Services(_) => Reply::Services(vec![service()]),
                Call::Requests { .. } => {
                    Reply::Requests(Page { items: Vec::new(), next: None, total: Some(0) })
                }
                Call::Availability { .. } => Reply::Availability(Box::new(document(self.now))),
                Call::Days { from, to, .. } => Reply::Days(painted(from, to, self.now)),
                Call::Bookings { filter, .. } => {
                    let from = filter.from.unwrap_or_default();
                    let to = filter.to.unwrap_or_default();
                    let dates = time::nights(from, to);
                    let items = dates.flat_map(|date| (0..6).map(move |n| booking(date, n)));
                    Reply::Bookings(Page { items: items.collect(), next: None, total: None })
                }
                _ => continue,
            };
            self.message(Message::Reply { ticket: dispatch.ticket, result: Ok(reply) });
            served = true;
        }
        if served {
            self.draw();
        }
    }

    fn draw(&mut self) -> usize {
        let app = &mut self.app;
        black_box(self.painter.draw(|frame| app.view(frame))).map_or(0, |frame| frame.len())
    }

    fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) -> (Duration, usize) {
        let begin = Instant::now();
        self.message(Message::Input(Event::Key(KeyEvent::new(code, modifiers))));
        let bytes = self.draw();
        (begin.elapsed(), bytes)
    }

    /// Bytes while nothing is pressed and nothing is said any more.
    fn idle(&mut self) -> usize {
        self.now += TimeDelta::seconds(30);
        self.message(Message::Wake);
        self.draw();
        let mut bytes = 0;
        for _ in 0..50 {
            self.message(Message::Wake);
            bytes += self.draw();
        }
        bytes
    }
}

fn settings() -> Settings {
    Settings {
        start: Start::Server("https://traveloure.example".to_owned()),
        tone: Tone::Dark,
        plain: false,
        keymap: Keymap::standard(),
        undo: TimeDelta::seconds(5),
        accounts: None,
        zone: Tz::Europe__Lisbon,
        capabilities: Capabilities {
            name: "bench",
            editor: false,
            files: false,
            keyring: false,
            suspend: false,
            clipboard: false,
            mouse: false,
            colours: Colours::Sixteen,
        },
        seed: 1,
    }
}

fn user() -> User {
    User {
        id: UserId::from(Uuid::from_u128(1)),
        email: "rita@alfama.example".to_owned(),
        name: "Rita Duarte".to_owned(),
        roles: vec![Role::Provider],
        provider_id: Some(ProviderId::from(Uuid::from_u128(2))),
        expert_id: None,
        created_at: DateTime::UNIX_EPOCH,
    }
}

fn service() -> Service {
    Service {
        id: ServiceId::from(Uuid::from_u128(3)),
        provider_id: ProviderId::from(Uuid::from_u128(2)),
        provider_name: "Alfama Walks".to_owned(),
        name: "Fado walk with dinner".to_owned(),
        category: Category::Activity,
        description: String::new(),
        city: "Lisbon".to_owned(),
        country: "PT".to_owned(),
        zone: Tz::Europe__Lisbon,
        duration_minutes: Some(90),
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

fn rules(now: DateTime<Utc>) -> AvailabilityRules {
    let today = time::today(now, Tz::Europe__Lisbon);
    let mut lines = String::from("daily cap 60\nnotice 24h\nhorizon 365d\nparty 1-8\n");
    for slot in SLOTS {
        let _ = writeln!(lines, "every day {slot} cap 14");
    }
    for day in 1..=10 {
        let rule = format!("FREQ=MONTHLY;BYMONTHDAY={}", day * 2 + 5);
        let _ = writeln!(lines, "closed RRULE:{rule};INTERVAL=2 from 2025-{day:02}-01");
    }
    for day in (0..900).step_by(3) {
        let date = today + Days::new(day);
        let _ = writeln!(lines, "{date} {} cap 9", SLOTS[usize::try_from(day).unwrap_or(0) % 5]);
    }
    text::parse(&lines, AvailabilityType::Inventory, today).unwrap_or_default()
}

fn document(now: DateTime<Utc>) -> Availability {
    let rules = rules(now);
    let text = rules.to_text();
    Availability { service_id: service().id, zone: Tz::Europe__Lisbon, rules, text, version: 1 }
}

fn painted(from: NaiveDate, to: NaiveDate, now: DateTime<Utc>) -> DaysOf {
    let setting = Setting { duration_minutes: Some(90), ..Setting::in_zone(Tz::Europe__Lisbon) };
    let prepared = PreparedRules::prepare(&rules(now), &setting, from..to);
    let mut taken = Occupancy::new();
    for (date, number) in time::nights(from, to).zip(0_u32..) {
        for (slot, index) in SLOTS.iter().zip(0_u32..) {
            let slot = NaiveTime::parse_from_str(slot, "%H:%M").ok();
            let booked = (number * 7 + index * 5) % 14;
            taken.add(date, slot, Used { booked, held: u32::from(number % 3 == 0) });
        }
    }
    let days = days(&prepared, &taken, from..to, None);
    DaysOf { service_id: service().id, zone: Tz::Europe__Lisbon, from, to, days }
}

const NAMES: [&str; 6] = [
    "Ana Silva",
    "Jürgen Groß",
    "山田 太郎",
    "Siobhán O'Sullivan-Fitzgerald",
    "Mehmet Yılmaz",
    "Łukasz Wiśniewski",
];

fn booking(date: NaiveDate, number: u32) -> BookingRow {
    let day = u32::try_from(date.signed_duration_since(NaiveDate::MIN).num_days()).unwrap_or(0);
    let price = Money::try_new(Decimal::from(35), Currency::EUR).unwrap_or_else(|_| unreachable!());
    let slot = SLOTS[usize::try_from(number % 5).unwrap_or(0)];
    BookingRow {
        id: BookingId::from(Uuid::from_u128(u128::from(day) * 10 + u128::from(number))),
        title: service().name,
        service_id: service().id,
        provider_id: service().provider_id,
        provider_name: service().provider_name,
        traveler_name: NAMES[usize::try_from(day + number).unwrap_or(0) % 6].to_owned(),
        booking_type: BookingType::Request,
        status: Status::Confirmed,
        date,
        end_date: None,
        time: NaiveTime::parse_from_str(slot, "%H:%M").ok(),
        zone: Tz::Europe__Lisbon,
        travelers: 1 + number,
        total_amount: price,
        provider_payout: Some(price),
        confirmation_code: String::new(),
        payment_deadline: None,
        balance: None,
        created_at: DateTime::UNIX_EPOCH,
        version: 1,
    }
}
