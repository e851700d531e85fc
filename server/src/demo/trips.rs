//! What is booked and paid around the day of opening: who sits at the table today, what Robin is going to do, and what
//! went wrong with somebody's money.

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    payment::Method::{self, Deposit, Full, PayLater},
    request::Side::{Provider, Traveler},
};

use super::{
    inbox::{
        Days,
        Start::{self, At, Nights},
    },
    story::{Act, Cancelling, Paying, Story, cards},
    words,
};

/// A booking that was paid: by whom and for how many; for what, how many days from now, when; how many days ago it was
/// asked for, how it was paid and with which cards; and the traveler's words.
type Paid = (
    (&'static str, u32),
    (&'static str, i64, Start),
    (i64, Method, &'static [&'static str]),
    &'static str,
);

const VISA: &[&str] = cards::GOOD[0];
const AMEX: &[&str] = cards::GOOD[2];

const PAID: [Paid; 13] = [
    // Robin's own.
    (
        ("traveler", 2),
        ("alfama", -26, At("08:30")),
        (33, Full, VISA),
        "We are early birds, more or less.",
    ),
    (
        ("traveler", 2),
        ("table", -12, At("13:00")),
        (16, PayLater, VISA),
        "Is it true about the cake?",
    ),
    (
        ("traveler", 2),
        ("alfama", 11, At("08:30")),
        (9, Full, VISA),
        "With my mother this time. She walks faster than I do.",
    ),
    (
        ("traveler", 2),
        ("studio", 10, Nights(4)),
        (30, Deposit, VISA),
        "Is there a desk next to the window?",
    ),
    // Who is here now, and who comes tomorrow.
    (
        ("callum", 2),
        ("studio", -1, Nights(3)),
        (25, Deposit, AMEX),
        "We bring the dog's blanket but not the dog.",
    ),
    (("grace", 2), ("alfama", 0, At("08:30")), (6, Full, VISA), ""),
    (
        ("bronwyn", 4),
        ("table", 0, At("13:00")),
        (5, PayLater, VISA),
        "Four Welsh people who will sing only if asked.",
    ),
    (
        ("amara", 2),
        ("alfama", 1, At("08:30")),
        (8, Full, cards::SECOND),
        "Second try: my bank did not believe me the first time.",
    ),
    (
        ("lukasz", 3),
        ("table", 1, At("13:00")),
        (4, Full, VISA),
        "One of us is three and eats like six.",
    ),
    // Over, and not yet paid out, or only just.
    (("noor", 3), ("alfama", -1, At("08:30")), (10, Full, AMEX), ""),
    (
        ("fatima", 4),
        ("sintra", -2, At("09:00")),
        (31, Deposit, VISA),
        "Is there a prayer room on the way? If not, a quiet bench.",
    ),
    (("yuki", 2), ("sintra", -5, At("09:00")), (28, Deposit, VISA), "霧でも大丈夫です。"),
    // The bank wants to see the cardholder for the balance, and nobody was there.
    (
        ("camille", 3),
        ("sintra", 5, At("09:00")),
        (29, Deposit, cards::ASKS),
        "On préfère un jardin et pas de file d'attente.",
    ),
];

/// The stories around the day of `now`.
pub fn stories(now: DateTime<Utc>) -> Vec<Story> {
    let days = Days { now };
    let mut stories: Vec<Story> = PAID
        .into_iter()
        .enumerate()
        .map(|(number, (who, what, (asked, method, cards), words))| {
            let hours = i64::try_from(number).unwrap_or(0) % 5;
            let yes = words::YES[number % words::YES.len()];
            let mut story = booked(days, who, what, asked * 24 + hours, yes, words)
                .paid(Paying::by(method, TimeDelta::minutes(25 + 13 * hours)).with(cards));
            // Far from its day it would be in the way of what the inbox has to show.
            story.wish.or_later = 3;
            story
        })
        .collect();
    stories.extend(given_back(days));
    stories.extend(not_paid(days));
    stories
}

/// Asked for so many hours ago, and accepted the same day.
fn booked(
    days: Days,
    who: (&'static str, u32),
    (offer, ahead, start): (&'static str, i64, Start),
    hours: i64,
    yes: &'static str,
    words: &str,
) -> Story {
    days.ask(days.ago(hours, 12), who, offer, ahead, start, words).then(
        days.ago(hours - 3, 40),
        Provider,
        Act::Accept(yes),
    )
}

/// Paid and cancelled: by a traveler whose bank does not take the money, and by the provider.
fn given_back(days: Days) -> [Story; 2] {
    let yes = words::YES[0];
    let late = "Just the two of us, and a camera.";
    let closed = Cancelling {
        at: days.ago(0, 50),
        by: Traveler,
        words: "We can only stay for the studio after all. I am sorry!",
        bounces: true,
    };
    let van = Cancelling {
        at: days.ago(6 * 24, 30),
        by: Provider,
        words: words::CANNOT[0],
        bounces: false,
    };
    let party = "Six colleagues who have never met. Please bring patience.";
    [
        booked(days, ("traveler", 2), ("alfama", 13, At("08:30")), 7 * 24, yes, late)
            .paid(Paying::by(Full, TimeDelta::minutes(35)).with(cards::CLOSED).then(closed)),
        booked(days, ("anneliese", 6), ("sintra", -3, At("09:00")), 20 * 24, yes, party)
            .paid(Paying::by(Full, TimeDelta::minutes(50)).then(van)),
    ]
}

/// The card was turned down, and the time to pay passed.
fn not_paid(days: Days) -> [Story; 1] {
    let words = "We land in the evening, tired and with a surfboard.";
    [booked(days, ("traveler", 2), ("pickup", 10, At("20:30")), 5 * 24, words::YES[3], words)
        .paid(Paying::by(Full, TimeDelta::minutes(90)).with(cards::DECLINED))]
}
