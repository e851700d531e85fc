//! What a key costs in an inbox of 100,000 requests: time for the frame, bytes to the terminal.
//!
//! The budgets: a key's frame within 2 ms, at most 300 bytes for a cursor move and 6 KB for a page
//! at 80x24, no byte while nothing changes. Each line ends with how many times the measured value
//! fits into its budget; below 1.0 it is broken, and the program says so by its exit code.
#![allow(clippy::print_stdout, clippy::float_arithmetic, clippy::cast_precision_loss)]

use std::{
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
    api::{auth::User, page::Page, request::RequestRow},
    ids::{ProviderId, RequestId, ServiceId, UserId},
    money::{Currency, Money},
    request::Status,
};
use uuid::Uuid;

const REQUESTS: u64 = 100_000;
const KEYS: usize = 2_000;

const FRAME: Duration = Duration::from_millis(2);
const MOVE: usize = 300;
const PAGE: usize = 6 * 1024;

fn main() -> ExitCode {
    // Cargo says so when it benchmarks, and not when it only checks that this still runs.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let keys = if is_bench { KEYS } else { 20 };
    let mut kept = true;
    for size in [Size::new(80, 24), Size::new(120, 40)] {
        println!("{REQUESTS} requests at {}x{}", size.width, size.height);
        kept &= measure(size, keys, is_bench);
    }
    if kept || !is_bench { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn measure(size: Size, keys: usize, is_bench: bool) -> bool {
    let mut desk = Desk::open(size);
    let narrow = size.width <= 100;
    // Away from the top, so that rows above and below are in play.
    desk.press(KeyCode::Char('G'), KeyModifiers::NONE);
    for _ in 0..200 {
        desk.press(KeyCode::PageUp, KeyModifiers::NONE);
    }
    desk.press(KeyCode::PageDown, KeyModifiers::NONE);
    desk.press(KeyCode::Char('d'), KeyModifiers::CONTROL);

    // Up and down inside the page: nothing scrolls.
    let mut moves = Measured::default();
    for index in 0..keys {
        let key = if index / 4 % 2 == 0 { 'k' } else { 'j' };
        moves.add(desk.press(KeyCode::Char(key), KeyModifiers::NONE));
    }
    let mut scrolls = Measured::default();
    for _ in 0..keys {
        scrolls.add(desk.press(KeyCode::Down, KeyModifiers::NONE));
    }
    let mut pages = Measured::default();
    for index in 0..keys {
        let key = if index / 50 % 2 == 0 { KeyCode::PageUp } else { KeyCode::PageDown };
        pages.add(desk.press(key, KeyModifiers::NONE));
    }
    let idle = desk.idle();

    let mut kept = true;
    for (name, measured) in
        [("a move", &mut moves), ("a scroll", &mut scrolls), ("a page", &mut pages)]
    {
        let (median, slowest) = measured.times();
        println!(
            "  {name:<9} frame {:>7.1} us median, {:>7.1} us 95th percentile, {:>6.1} x in 2 ms",
            micros(median),
            micros(slowest),
            FRAME.as_secs_f64() / slowest.as_secs_f64(),
        );
        kept &= !is_bench || slowest <= FRAME;
    }
    let (most, page) = (moves.most_bytes(), pages.most_bytes());
    // Beside the list stands the preview, which is another text on every row.
    let judged = if narrow { "" } else { " (with the preview beside it; no budget)" };
    println!("  a move    {most:>5} bytes at most, {:.1} x in {MOVE}{judged}", ratio(MOVE, most));
    println!("  a scroll  {:>5} bytes at most", scrolls.most_bytes());
    println!("  a page    {page:>5} bytes at most, {:.1} x in {PAGE}{judged}", ratio(PAGE, page));
    println!("  at rest   {idle:>5} bytes");
    kept && idle == 0 && (!narrow || (most <= MOVE && page <= PAGE))
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn ratio(limit: usize, value: usize) -> f64 {
    limit as f64 / value.max(1) as f64
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

    /// The median and the 95th percentile. Beyond that a busy machine measures its other work: a
    /// time slice is longer than forty frames.
    fn times(&mut self) -> (Duration, Duration) {
        self.times.sort_unstable();
        let last = self.times.len() - 1;
        (self.times[last / 2], self.times[last * 95 / 100])
    }

    fn most_bytes(&self) -> usize {
        self.bytes.iter().copied().max().unwrap_or(0)
    }
}

/// An app with a full inbox and the painter of its terminal.
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
        while let Some(dispatch) = desk.calls.pop() {
            let reply = match dispatch.call {
                Call::Me => Reply::User(user()),
                Call::Requests { .. } => Reply::Requests(Page {
                    items: (0..REQUESTS).map(|number| row(number, now)).collect(),
                    next: None,
                    total: Some(REQUESTS),
                }),
                _ => continue,
            };
            desk.message(Message::Reply { ticket: dispatch.ticket, result: Ok(reply) });
        }
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

    /// Bytes of a minute in which nothing is pressed, up to the first countdown that changes.
    fn idle(&mut self) -> usize {
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
        zone: Tz::Europe__Lisbon,
        accounts: None,
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
        roles: vec![Role::Traveler, Role::Provider],
        provider_id: Some(ProviderId::from(Uuid::from_u128(2))),
        expert_id: None,
        created_at: DateTime::UNIX_EPOCH,
    }
}

const NAMES: [&str; 6] = [
    "Ana Silva",
    "Jürgen Groß",
    "山田 太郎",
    "Siobhán O'Sullivan-Fitzgerald",
    "Mehmet Yılmaz",
    "Łukasz Wiśniewski",
];

const SERVICES: [&str; 4] =
    ["Fado walk with dinner", "Tram 28 photo tour", "Sintra by tuk-tuk", "River view room"];

fn row(number: u64, now: DateTime<Utc>) -> RequestRow {
    let index = usize::try_from(number).unwrap_or(0);
    let price = Money::try_new(Decimal::from(35 + number % 700), Currency::EUR).ok();
    let hour = 8 + u32::try_from(number % 12).unwrap_or(0);
    RequestRow {
        id: RequestId::from(Uuid::from_u128(u128::from(number) + 1_000)),
        service_id: ServiceId::from(Uuid::from_u128(u128::from(number % 4) + 10)),
        service_name: SERVICES[index % SERVICES.len()].to_owned(),
        provider_id: ProviderId::from(Uuid::from_u128(2)),
        provider_name: "Alfama Walks".to_owned(),
        traveler_name: NAMES[index % NAMES.len()].to_owned(),
        status: Status::PendingProvider,
        date: NaiveDate::from_ymd_opt(2026, 7, 1).unwrap_or_default() + Days::new(number % 300),
        end_date: None,
        time: NaiveTime::from_hms_opt(hour, 30, 0),
        zone: Tz::Europe__Lisbon,
        travelers: 1 + u32::try_from(number % 7).unwrap_or(0),
        price,
        provider_payout: price,
        round: 1,
        has_message: number.is_multiple_of(9),
        expires_at: now + TimeDelta::seconds(3_600 + i64::try_from(number).unwrap_or(0)),
        created_at: now,
        updated_at: now,
        version: 1,
    }
}
