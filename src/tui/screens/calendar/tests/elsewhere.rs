//! What changes on the server while somebody looks on or edits, and a server out of reach.

use chrono::TimeDelta;
use traveloure_core::{
    api::event::Kind,
    availability::{Reason, State, Used},
    ids::PoolId,
};
use uuid::Uuid;

use super::scene::{applied, before_work, event, open, services, stage, text, walk};
use crate::tui::{
    app::{
        call::{Call, News as Stream, Reply},
        message::Message,
    },
    testing::{noon, settings},
};

#[test]
fn rules_that_changed_elsewhere_are_taken_in_below_the_edits() {
    let mut stage = stage(80, 24);
    stage.press("l x");
    let lines = format!(
        "{}\nclosed 2026-12-31\nnotice 48h",
        super::scene::WALK.replace("\nnotice 24h", "")
    );
    stage.server.calendars.write(&services()[0], &lines, noon());
    stage.press("S");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("The rules were changed elsewhere meanwhile."), "{screen}");
    assert!(screen.contains("- notice 24h") && screen.contains("+ notice 2d"), "{screen}");
    stage.press("y");
    assert!(applied(&stage).is_empty());
    stage.press("b");
    stage.serve();
    assert!(stage.screen().contains("Taken in; your edits are on top."));
    stage.press("s");
    stage.serve();
    assert!(matches!(applied(&stage)[..], [Call::EditAvailability { version: 2, .. }]));
    let text = text(&stage);
    assert!(text.contains("notice 2d") && text.contains("closed 2026-11-21, "), "{text}");
    assert!(text.contains("2026-12-31"), "{text}");
}

#[test]
fn a_day_without_a_limit_says_which_key_types_one() {
    let mut stage = stage(80, 24);
    stage.server.calendars.write(&services()[0], "every day 10:00 cap 3", noon());
    event(&mut stage, Kind::AvailabilityChanged, walk(), Some(2));
    stage.serve();
    stage.press("l enter j j +");
    let screen = stage.screen();
    assert!(screen.contains("the day has no limit of its own yet; = types one."), "{screen}");
    assert!(!screen.contains("1 edit"), "{screen}");
}

#[test]
fn news_of_other_rules_is_shown_at_once_and_moves_no_cursor() {
    let mut stage = stage(80, 24);
    stage.press("j h");
    stage.server.calendars.write(&services()[0], "every day 10:00 cap 3", noon());
    event(&mut stage, Kind::AvailabilityChanged, walk(), Some(2));
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Thu 26 Nov") && screen.contains("▌ 10:00"), "{screen}");
    stage.press("x");
    stage.server.calendars.write(&services()[0], "every day 10:00 cap 4", noon());
    event(&mut stage, Kind::AvailabilityChanged, walk(), Some(3));
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("changed elsewhere, b takes it in"), "{screen}");
    assert!(screen.contains("Calendar 1"), "the edit is kept: {screen}");
    stage.press("b");
    assert!(stage.screen().contains("1 edit: 1 day closes"));
    assert!(stage.row_with("▌ 10:00").trim_end().ends_with('4'));
}

#[test]
fn what_is_booked_elsewhere_shows_at_once() {
    let mut stage = stage(80, 24);
    stage.press("l l l l l l");
    assert!(stage.screen().contains("26 ○"));
    stage.server.calendars.take(walk(), "2026-11-26", Some("09:00"), Used { booked: 7, held: 1 });
    event(&mut stage, Kind::CapacityChanged, walk(), None);
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("26 ◌") && screen.contains("Thu 26 Nov"), "{screen}");
    let asked = stage.asked.len();
    event(&mut stage, Kind::CapacityChanged, services()[2].id, None);
    assert_eq!(stage.asked.len(), asked, "nobody looks at that one");
}

#[test]
fn a_day_that_another_service_took_says_what_took_it() {
    let mut stage = stage(80, 24);
    stage.press("l l l l l l");
    let before = stage.screen();
    event(&mut stage, Kind::CapacityChanged, walk(), None);
    let place = stage.calls.iter().position(|one| matches!(one.call, Call::Days { .. })).unwrap();
    let dispatch = stage.calls.remove(place);
    let now = stage.now;
    let answer = stage.server.calendars.answer(&dispatch.call, None, &services(), now);
    let Some(Ok(Reply::Days(mut days))) = answer else { panic!("days are answered with days") };
    let date = "2026-11-26".parse().unwrap();
    let day = days.days.iter_mut().find(|day| day.date == date).unwrap();
    let at = "2026-11-26T08:30:00".parse().unwrap();
    let name = "the blue van".to_owned();
    day.reasons = vec![Reason::PoolBusy { pool: PoolId::from(Uuid::from_u128(7)), name, at }];
    day.state = State::Full;
    stage.message(Message::Reply { ticket: dispatch.ticket, result: Ok(Reply::Days(days)) });
    let screen = stage.screen();
    assert!(screen.contains("● taken elsewhere"), "{screen}");
    assert!(screen.contains("The blue van is taken at Thu 26 Nov"), "{screen}");
    // The eight places of the day are no longer free.
    assert!(before.contains("November: 46 of 236 taken, 20%"), "{before}");
    assert!(screen.contains("Nov: 54 of 236 taken (8 elsewhere), 23%"), "{screen}");
}

#[test]
fn an_answer_lost_on_the_way_is_asked_for_with_the_same_key() {
    let mut stage = stage(80, 24);
    stage.press("j h x S");
    stage.serve();
    stage.server.calendars.loses_answers = true;
    stage.press("y");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Whether the edits arrived is not known."), "{screen}");
    stage.press("esc l x");
    assert!(stage.screen().contains("The edits are being applied: wait for the answer."));
    stage.press("S y");
    stage.serve();
    assert!(!stage.screen().contains("Calendar 1"), "{}", stage.screen());
    assert_eq!(stage.server.calendars.version(walk()), 2, "it took effect once");
    assert_eq!(applied(&stage).len(), 2);
}

#[test]
fn a_plan_without_a_server_keeps_the_edits() {
    let mut stage = stage(80, 24);
    stage.press("j h x");
    stage.server.is_down = true;
    stage.press("S");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("The edits are kept. r tries again."), "{screen}");
    assert!(screen.contains("- close  Thu 26 Nov 2026"), "known here: {screen}");
    stage.press("y");
    assert!(applied(&stage).is_empty());
    stage.server.is_down = false;
    stage.press("r");
    stage.serve();
    stage.press("y");
    stage.serve();
    assert!(stage.screen().contains("Applied: 1 day closes."));
}

#[test]
fn before_the_counts_have_come_nothing_is_called_open() {
    let mut stage = before_work(settings(), 80, 24);
    stage.serve();
    open(&mut stage);
    let rules = stage.calls.iter().position(|call| matches!(call.call, Call::Availability { .. }));
    let dispatch = stage.calls.remove(rules.unwrap());
    stage.calls.insert(0, dispatch.clone());
    let answer = stage.server.answer(&dispatch);
    stage.reply(answer);
    let screen = stage.screen();
    assert!(screen.contains("21 ?") && screen.contains("23 ×"), "{screen}");
    stage.server.is_down = true;
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("21 ?"), "{screen}");
    assert!(screen.contains("bookings missing, R tries again"), "{screen}");
    stage.server.is_down = false;
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("21 ◐"));
}

#[test]
fn a_lost_connection_is_said_and_made_good_by_itself() {
    let mut stage = stage(80, 24);
    stage.news(Stream::Offline { retry_at: noon() + TimeDelta::seconds(9) });
    stage.server.is_down = true;
    stage.press("> >");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("January 2027") && screen.contains("offline, as of 12:00"), "{screen}");
    assert!(screen.contains("14 ?"), "{screen}");
    stage.server.is_down = false;
    stage.news(Stream::Online);
    stage.serve();
    assert!(stage.screen().contains("14 ○"), "{}", stage.screen());
}

#[test]
fn rules_that_cannot_be_fetched_say_so() {
    let mut stage = before_work(settings(), 80, 24);
    stage.serve();
    stage.server.is_down = true;
    open(&mut stage);
    stage.serve();
    assert!(stage.screen().contains("The server cannot be reached."));
    stage.press("x");
    assert!(stage.screen().contains("Not now: the rules have not come yet"));
    stage.server.is_down = false;
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("20 ◐"));
}
