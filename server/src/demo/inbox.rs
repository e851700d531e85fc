//! The demo provider's last days: what lies in the inbox when the demo is opened, and what was just answered.
//! Everything is counted back from the moment of opening, so that there is something to decide whenever that is.

use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};
use traveloure_core::{
    request::Side::{Provider, Traveler},
    time,
};

use super::{
    cast::INES,
    season::clock,
    story::{Act, Counter, Story, Wish},
    words,
};

/// The stories of the last days before `now`.
pub fn stories(now: DateTime<Utc>) -> Vec<Story> {
    let days = Days { now };
    [
        days.accepted(),
        days.ended(),
        days.about_to_expire(),
        days.rivals(),
        days.negotiated(),
        days.fresh(),
    ]
    .concat()
}

/// A request that was accepted so many hours ago: by whom and for how many, for what, how many days ahead, when,
/// and the traveler's words.
type Accepted = (i64, (&'static str, u32), &'static str, i64, Start, &'static str);

const ACCEPTED: [Accepted; 14] = [
    (23, ("leilani", 3), "table", 5, Start::At("13:00"), "Three of us, hungry since Honolulu."),
    (22, ("noor", 5), "alfama", 4, Start::At("08:30"), ""),
    (
        21,
        ("ivana", 3),
        "alfama",
        4,
        Start::At("08:30"),
        "We were told to ask for the stairs with the cats.",
    ),
    (21, ("grace", 4), "alfama", 7, Start::At("08:30"), "Asante! We are four teachers on holiday."),
    (19, ("bronwyn", 2), "alfama", 2, Start::At("08:30"), ""),
    (
        18,
        ("matteo", 4),
        "sintra",
        6,
        Start::At("09:00"),
        "Mio padre ha 80 anni e cammina con il bastone.",
    ),
    (
        16,
        ("priya", 5),
        "arrabida",
        10,
        Start::At("09:00"),
        "Is there a place to change after swimming?",
    ),
    (14, ("thandiwe", 2), "studio", 6, Start::Nights(3), "Finally!"),
    (12, ("camille", 2), "studio", 28, Start::Nights(4), "On se réjouit déjà de la fenêtre."),
    (
        9,
        ("amara", 6),
        "table",
        12,
        Start::At("13:00"),
        "Birthday! No singing, please. All right, one song.",
    ),
    (7, ("fatima", 4), "table", 12, Start::At("13:00"), ""),
    (5, ("dmytro", 2), "pickup", 2, Start::At("10:40"), "Рейс із Варшави, дві валізи."),
    (3, ("minseo", 2), "sintra", 13, Start::At("14:30"), "사진은 노을이 있으면 좋겠어요 🌇"),
    (1, ("yuki", 1), "pickup", 8, Start::At("22:50"), "夜遅くて申し訳ありません。"),
];

/// Counts from the moment of opening.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    pub now: DateTime<Utc>,
}

impl Days {
    pub fn ago(&self, hours: i64, minutes: i64) -> DateTime<Utc> {
        self.now - TimeDelta::hours(hours) - TimeDelta::minutes(minutes)
    }

    /// A request made at `at` for the first suitable day that is at least `ahead` days from the opening.
    pub fn ask(
        &self,
        at: DateTime<Utc>,
        (traveler, party): (&'static str, u32),
        offer: &'static str,
        ahead: i64,
        start: Start,
        words: &str,
    ) -> Story {
        let wish = Wish {
            date: time::today(self.now, INES.zone) + TimeDelta::days(ahead),
            nights: if let Start::Nights(nights) = start { nights } else { 0 },
            time: match start {
                Start::At(text) => Some(clock(text)),
                Start::AtTime(time) => Some(time),
                Start::Nights(_) => None,
            },
            party,
            words: words.to_owned(),
            or_later: 12,
        };
        Story { at, traveler, offer, wish, steps: Vec::new(), paying: None }
    }

    /// Accepted within the last day, so that the payment is awaited and the calendar shows it.
    fn accepted(&self) -> Vec<Story> {
        let mut stories: Vec<Story> = ACCEPTED
            .into_iter()
            .enumerate()
            .map(|(number, (hours, who, offer, ahead, start, words))| {
                let yes = words::YES[number % words::YES.len()];
                let asked = self.ago(hours + 5, 20);
                self.ask(asked, who, offer, ahead, start, words).then(
                    self.ago(hours, 11),
                    Provider,
                    Act::Accept(yes),
                )
            })
            .collect();
        // A day that is blocked although somebody has booked it: a conflict to be talked about.
        for story in stories.iter_mut().filter(|story| story.offer == "arrabida") {
            let block = Act::BlockTheDay("the bridge is closed for a race");
            *story = story.clone().then(self.ago(2, 30), Provider, block);
        }
        let wedding = "Eighteen guests, one accordion. We would like to be on the water at noon.";
        stories.push(
            self.ask(self.ago(80, 0), ("soren", 18), "wedding", 40, Start::At("10:00"), wedding)
                .then(self.ago(50, 0), Provider, counter(35, 0, 72, false, words::QUOTE[0]))
                .then(self.ago(6, 30), Traveler, Act::Accept("")),
        );
        stories
    }

    /// The other ways in which a request can have ended lately.
    fn ended(&self) -> Vec<Story> {
        let busy = "If the small group is full, we would also come in the evening.";
        vec![
            self.ask(self.ago(17, 0), ("lukasz", 6), "alfama", 3, Start::At("08:30"), busy).then(
                self.ago(7, 40),
                Provider,
                Act::Decline(words::NO[3]),
            ),
            self.ask(self.ago(11, 0), ("zoe", 2), "pickup", 4, Start::At("13:05"), "").then(
                self.ago(5, 5),
                Traveler,
                Act::Withdraw,
            ),
            // Nobody answered this one in time.
            self.ask(self.ago(26, 0), ("callum", 2), "table", 9, Start::At("13:00"), ""),
        ]
    }

    /// The time to answer these ends in minutes or in a few hours.
    fn about_to_expire(&self) -> Vec<Story> {
        let slow = "One of us walks with a stick, but she walks! Could we start a little slower than the others?";
        let pram = "Vi har en barnevogn med. Kan den være i bilen? (It folds, with some swearing.)";
        let walk = "はじめまして。二人で伺います。庭園をゆっくり見て回れたら嬉しいです。写真も少し撮りたいです。";
        let late = time::local(self.now + TimeDelta::hours(9), INES.zone);
        let soon =
            NaiveTime::from_hms_opt(late.hour(), late.minute() / 15 * 15, 0).unwrap_or_default();
        let mut tonight = self
            .ask(
                self.ago(3, 5),
                ("amara", 2),
                "pickup",
                0,
                Start::AtTime(soon),
                "Our train is now a plane, so this is a bit sudden. Two people, two rucksacks.",
            )
            .then(self.ago(1, 0), Provider, Act::RaiseNotice(12));
        tonight.wish.date = late.date();
        vec![
            self.ask(self.ago(23, 53), ("thandiwe", 2), "alfama", 3, Start::At("08:30"), slow),
            self.ask(self.ago(11, 22), ("soren", 3), "pickup", 2, Start::At("20:30"), pram),
            self.ask(self.ago(21, 50), ("yuki", 2), "sintra", 8, Start::At("09:00"), walk),
            // The provider wants to know earlier since an hour ago.
            tonight,
        ]
    }

    /// More is asked for than there is.
    fn rivals(&self) -> Vec<Story> {
        let table = |hours, minutes, who, words| {
            self.ask(self.ago(hours, minutes), who, "table", 5, Start::At("13:00"), words)
        };
        let garden = "Two gardens, one palace, many pictures. We were four, now we are six: my sister heard of it.";
        vec![
            table(19, 0, ("camille", 2), "C'est notre dernier jour, et le premier d'été. Une table à l'ombre ? Un très petit chien gêne-t-il ?"),
            table(15, 30, ("matteo", 3), "Siamo in tre, uno mangia per due. Niente noci, per favore."),
            table(2, 10, ("ivana", 2), "If it is only the two chairs next to the stove, we take them."),
            self.ask(self.ago(8, 15), ("fatima", 6), "sintra", 20, Start::At("09:00"), garden),
            self.ask(
                self.ago(4, 40),
                ("minseo", 4),
                "sintra",
                20,
                Start::At("09:00"),
                "안녕하세요! 가족 네 명이에요 👨‍👩‍👧‍👦 아이들이 성을 정말 좋아해요 🏰✨ 천천히 가도 괜찮을까요?",
            ),
            self.ask(
                self.ago(6, 0),
                ("zoe", 2),
                "studio",
                34,
                Start::Nights(4),
                "Wij schrijven allebei, dus het wordt heel stil. Is er een tweede stoel?",
            ),
            self.ask(
                self.ago(0, 25),
                ("priya", 1),
                "studio",
                36,
                Start::Nights(3),
                "Travelling alone with a very small dog who thinks he is a cat.",
            ),
        ]
    }

    /// Where the two sides are in the middle of it.
    fn negotiated(&self) -> Vec<Story> {
        let summit = "Grüß Gott! Wir sind fünf Bergfreunde aus Tirol und möchten auch einmal ganz unten sein. Schwimmen müssen wir nicht, essen schon.";
        let sister = "We are sisters and have not shared a room since 1988. Two beds?";
        vec![
            self.ask(self.ago(20, 0), ("lukasz", 3), "sintra", 15, Start::At("14:30"), "Is it suitable in the rain?")
                .then(self.ago(18, 50), Provider, Act::Say(words::TALK[2][1]))
                .then(self.ago(18, 20), Traveler, Act::Say("Then we hope for rain ☔ One of us gets car-sick on bends. Is the front seat free?"))
                .then(self.ago(3, 0), Provider, Act::Say("It is hers. I also know the road without the bends."))
                .then(self.ago(0, 18), Traveler, Act::Say("You are an angel. And would half past four be too late to start? Our ferry comes in at three.")),
            // The traveler has to answer; the day is held for them.
            self.ask(self.ago(20, 30), ("anneliese", 5), "arrabida", 24, Start::At("09:00"), summit)
                .then(self.ago(3, 15), Provider, counter(95, 1, 48, true, words::INSTEAD[3])),
            self.ask(self.ago(10, 0), ("traveler", 2), "sintra", 27, Start::At("09:00"), "We have walked and eaten; now we want to sit and be driven. Is the morning better, or the afternoon?")
                .then(self.ago(1, 10), Provider, counter(90, 0, 26, false, "The morning, always. And since you ate everything my mother cooked, a little less.")),
            // The provider's turn again.
            self.ask(self.ago(30, 0), ("tomasz", 2), "studio", 44, Start::Nights(4), sister)
                .then(self.ago(20, 0), Provider, counter(105, 1, 30, false, "There is a second bed, I only have to carry it up 58 stairs, hence the price."))
                .then(self.ago(0, 40), Traveler, counter(95, 0, 30, false, "We will carry it up ourselves if we may pay the old price. We have brothers.")),
            // Asked for while the day was still open.
            self.ask(self.ago(20, 45), ("joseangel", 4), "arrabida", 17, Start::At("09:00"), "Vamos con mi abuela, que anda despacio pero no se pierde nada. ¿Hay sombra?")
                .then(self.ago(2, 0), Provider, Act::BlockTheDay("Duarte's christening")),
        ]
    }

    /// Not looked at yet.
    fn fresh(&self) -> Vec<Story> {
        vec![
            self.ask(self.ago(47, 0), ("aoife", 26), "wedding", 75, Start::At("10:00"), words::LONG),
            self.ask(
                self.ago(5, 30),
                ("grace", 14),
                "wedding",
                52,
                Start::At("10:00"),
                "Fourteen nurses, one retirement. She must not know. Something with boats?",
            ),
            self.ask(
                self.ago(9, 0),
                ("maryam", 4),
                "table",
                19,
                Start::At("13:00"),
                "مساء الخير، نحن أربعة، ولا نأكل لحم الخنزير. هل يمكن الجلوس بجانب النافذة؟ شكراً جزيلاً.",
            ),
            self.ask(
                self.ago(7, 20),
                ("rut", 2),
                "pickup",
                6,
                Start::At("07:15"),
                "שלום! טיסה לילית, אנחנו נהיה עייפות ושמחות. שתי מזוודות.",
            ),
            self.ask(
                self.ago(1, 35),
                ("dmytro", 3),
                "alfama",
                14,
                Start::At("08:30"),
                "Доброго дня! Нас троє, один не їсть м'яса, усі люблять трамваї. Дякую!",
            ),
            self.ask(self.ago(0, 9), ("callum", 2), "alfama", 10, Start::At("08:30"), words::MISCHIEF),
        ]
    }
}

/// When on the day, or for how long.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    At(&'static str),
    AtTime(NaiveTime),
    Nights(u32),
}

fn counter(percent: u32, days_later: i64, hours: i64, hold: bool, words: &'static str) -> Act {
    let valid = TimeDelta::hours(hours);
    Act::Counter(Counter { percent, days_later, time: None, hold, valid, words })
}
