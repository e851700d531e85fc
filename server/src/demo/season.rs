//! The past season: who asked for what, and how it went, drawn from a seed.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use traveloure_core::{category::Category, payment::Method, request::Side, time};

use super::{
    cast::{House, Offer, TRAVELERS, Traveler},
    story::{Act, Cancelling, Counter, Paying, Step, Story, Wish, cards},
    words,
};

/// How long the season was.
const DAYS: i64 = 95;
/// A request with all its rounds, and the payment nobody made, is over this long after the time to answer it.
const LONGEST_TAIL: TimeDelta = TimeDelta::hours(84);

/// The requests of a house in the season before `now`. With `is_settled` all of them are closed by then, and nothing
/// that lies ahead is paid; else the last ones are still open.
pub fn stories(house: &House, now: DateTime<Utc>, seed: u64, is_settled: bool) -> Vec<Story> {
    let mut rng = StdRng::seed_from_u64(seed);
    // Drawn apart, so that who asks for what does not depend on it.
    let mut purse = StdRng::seed_from_u64(!seed);
    (0..house.season)
        .map(|_| {
            let mut story = story(house, now, is_settled, &mut rng);
            story.paying = paying(house, &story, now, is_settled, &mut purse);
            story
        })
        .collect()
}

fn story(house: &House, now: DateTime<Utc>, is_settled: bool, rng: &mut StdRng) -> Story {
    let offer = offer(house, rng);
    let window = TimeDelta::hours(i64::from(offer.response_hours));
    let tail = if is_settled { window + LONGEST_TAIL } else { TimeDelta::minutes(30) };
    let minutes_ago = rng.random_range(tail.num_minutes()..DAYS * 24 * 60);
    let at = now - TimeDelta::minutes(minutes_ago);
    let traveler = TRAVELERS.choose(rng).unwrap_or(&TRAVELERS[0]);
    let wish = wish(house, offer, traveler, at, rng);
    // Answers come in the first two thirds of their time, most of them early.
    let first = later(at, window * 2 / 3, rng);
    let steps = if offer.is_quoted() {
        after_quote(first, rng)
    } else {
        match rng.random_range(0..100) {
            0..50 => vec![yes(first, Side::Provider, rng)],
            50..61 => vec![no(first, Side::Provider, rng)],
            61..80 => after_counter(first, rng),
            80..86 => after_talk(at, first, rng),
            86..93 => vec![Step { at: first, by: Side::Traveler, act: Act::Withdraw }],
            // Nobody answers in time.
            _ => Vec::new(),
        }
    };
    Story { at, traveler: traveler.account, offer: offer.key, wish, steps, paying: None }
}

/// Most pay, some of them with another card than they thought, and a few of those think better of it. Of the other houses
/// less is seen, and every payment is some time that the demo takes to be made.
fn paying(
    house: &House,
    story: &Story,
    now: DateTime<Utc>,
    is_settled: bool,
    rng: &mut StdRng,
) -> Option<Paying> {
    let is_paid = rng.random_bool(if is_settled { 0.93 } else { 0.55 });
    let cards = match rng.random_range(0..100) {
        0..3 => Some(cards::DECLINED),
        3..8 => Some(cards::SECOND),
        _ => cards::GOOD.choose(rng).copied(),
    };
    let offer = house.offers.iter().find(|offer| offer.key == story.offer);
    let on_site = offer.is_some_and(|offer| offer.category == Category::Meal);
    let method = match rng.random_range(0..100) {
        0..55 if on_site => Method::PayLater,
        0..40 => Method::Deposit,
        _ => Method::Full,
    };
    let after = TimeDelta::minutes(rng.random_range(4..400));
    let cancelling = cancelling(story, rng).filter(|_| is_settled);
    let cards = cards.filter(|_| is_paid)?;
    // A page that is open still would be on a port that nobody listens on any more.
    let is_left_open = cards == cards::DECLINED;
    let over_by = (is_settled || is_left_open).then_some(now);
    Some(Paying { method, cards, after, over_by, cancelling })
}

fn cancelling(story: &Story, rng: &mut StdRng) -> Option<Cancelling> {
    let is_cancelled = rng.random_bool(0.12);
    let by = if rng.random_bool(0.3) { Side::Provider } else { Side::Traveler };
    let hours = rng.random_range(10..24 * 11);
    let from = if by == Side::Provider { words::CANNOT } else { words::NOT_COMING };
    let words = said(from, rng);
    let at = story.wish.date.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(hours);
    is_cancelled.then_some(Cancelling { at, by, words, bounces: false })
}

fn offer(house: &House, rng: &mut StdRng) -> &'static Offer {
    house.offers.choose_weighted(rng, |offer| offer.asked.share).unwrap_or(&house.offers[0])
}

fn wish(
    house: &House,
    offer: &Offer,
    traveler: &Traveler,
    at: DateTime<Utc>,
    rng: &mut StdRng,
) -> Wish {
    let asked = &offer.asked;
    // Most ask for the next weeks, some for months ahead; what is quoted is planned for longer.
    let soonest = if offer.is_quoted() { 16 } else { 3 };
    let ahead = rng.random_range(0..8_i64).pow(2) + rng.random_range(soonest..soonest + 9);
    let words = match (rng.random_range(0..10), traveler.words) {
        (0..3, _) => None,
        (3..6, own) if !own.is_empty() => own.choose(rng),
        _ => asked.words.choose(rng),
    };
    Wish {
        date: time::today(at, house.zone) + TimeDelta::days(ahead),
        nights: rng.random_range(asked.nights.0..=asked.nights.1),
        time: asked.times.choose(rng).map(|time| clock(time)),
        party: rng.random_range(asked.party.0..=asked.party.1),
        words: words.copied().unwrap_or_default().to_owned(),
        or_later: 9,
    }
}

/// A time of day as the cast writes it.
pub fn clock(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap_or_default()
}

fn later(after: DateTime<Utc>, within: TimeDelta, rng: &mut StdRng) -> DateTime<Utc> {
    let minutes = within.num_minutes().max(9);
    let draw = rng.random_range(8..minutes).min(rng.random_range(8..minutes));
    after + TimeDelta::minutes(draw)
}

fn said(from: &[&'static str], rng: &mut StdRng) -> &'static str {
    from.choose(rng).copied().unwrap_or_default()
}

fn yes(at: DateTime<Utc>, by: Side, rng: &mut StdRng) -> Step {
    let words = if by == Side::Provider { said(words::YES, rng) } else { "" };
    Step { at, by, act: Act::Accept(words) }
}

fn no(at: DateTime<Utc>, by: Side, rng: &mut StdRng) -> Step {
    let from = if by == Side::Provider { words::NO } else { words::THANKS_BUT };
    Step { at, by, act: Act::Decline(said(from, rng)) }
}

/// Other terms, which the traveler takes, refuses, answers with their own, or lets go.
fn after_counter(at: DateTime<Utc>, rng: &mut StdRng) -> Vec<Step> {
    let counter = Counter {
        percent: *[85, 90, 95, 100, 110].choose(rng).unwrap_or(&100),
        days_later: rng.random_range(0..3),
        time: None,
        hold: rng.random_bool(0.5),
        valid: TimeDelta::hours(24),
        words: said(words::INSTEAD, rng),
    };
    vec![Step { at, by: Side::Provider, act: Act::Counter(counter) }]
        .into_iter()
        .chain(answer_to_counter(at, rng))
        .collect()
}

fn after_quote(at: DateTime<Utc>, rng: &mut StdRng) -> Vec<Step> {
    if rng.random_bool(0.15) {
        return vec![no(at, Side::Provider, rng)];
    }
    let counter = Counter {
        percent: rng.random_range(10..80),
        days_later: 0,
        time: None,
        hold: false,
        valid: TimeDelta::hours(24),
        words: said(words::QUOTE, rng),
    };
    vec![Step { at, by: Side::Provider, act: Act::Counter(counter) }]
        .into_iter()
        .chain(answer_to_counter(at, rng))
        .collect()
}

fn answer_to_counter(at: DateTime<Utc>, rng: &mut StdRng) -> Vec<Step> {
    let answer = later(at, TimeDelta::hours(20), rng);
    match rng.random_range(0..10) {
        0..5 => vec![yes(answer, Side::Traveler, rng)],
        5..6 => vec![no(answer, Side::Traveler, rng)],
        6..8 => {
            let counter = Counter {
                percent: 94,
                days_later: 0,
                time: None,
                hold: false,
                valid: TimeDelta::hours(24),
                words: said(words::COULD_YOU, rng),
            };
            let end = later(answer, TimeDelta::hours(20), rng);
            let back = Step { at: answer, by: Side::Traveler, act: Act::Counter(counter) };
            let last = if rng.random_bool(0.7) {
                yes(end, Side::Provider, rng)
            } else {
                no(end, Side::Provider, rng)
            };
            vec![back, last]
        }
        _ => Vec::new(),
    }
}

/// A few words before the answer.
fn after_talk(asked: DateTime<Utc>, first: DateTime<Utc>, rng: &mut StdRng) -> Vec<Step> {
    let talk = words::TALK.choose(rng).unwrap_or(&words::TALK[0]);
    let part = (first - asked) / 4;
    let sides = [Side::Traveler, Side::Provider, Side::Traveler];
    let mut at = asked;
    let mut steps: Vec<Step> = sides
        .into_iter()
        .zip(talk)
        .map(|(by, words)| {
            at += part;
            Step { at, by, act: Act::Say(words) }
        })
        .collect();
    steps.push(yes(first, Side::Provider, rng));
    steps
}
