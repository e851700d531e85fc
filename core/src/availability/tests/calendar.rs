use proptest::prelude::*;

use super::{
    super::{
        Ask, AvailabilityRules, AvailabilityType, Busy, DayState, Occupancy, PreparedRules, State,
        Used, check, days,
    },
    date, inventory, lisbon, moment, rules, strategies, time, window,
};

fn paint(rules: &AvailabilityRules, occupancy: &Occupancy, day: &str) -> DayState {
    let day = date(day);
    days(&lisbon(rules), occupancy, day..crate::time::next_day(day), None).remove(0)
}

#[test]
fn days_are_painted_by_what_is_left() {
    let tour = inventory("every day 09:00 cap 2\nevery day 14:00 cap 2\nclosed every mon");
    let (nine, two) = (Some(time("09:00")), Some(time("14:00")));
    let tuesday = date("2026-03-10");
    let mut occupancy = Occupancy::new();
    let paint = |occupancy: &Occupancy, day| paint(&tour, occupancy, day).state;
    assert_eq!(paint(&occupancy, "2026-03-10"), State::Open);
    assert_eq!(paint(&occupancy, "2026-03-09"), State::Closed);
    occupancy.add(tuesday, nine, Used { booked: 2, held: 0 });
    assert_eq!(paint(&occupancy, "2026-03-10"), State::Partly);
    occupancy.add(tuesday, two, Used { booked: 1, held: 1 });
    assert_eq!(paint(&occupancy, "2026-03-10"), State::Held);
    occupancy.add(tuesday, two, Used { booked: 1, held: 0 });
    assert_eq!(paint(&occupancy, "2026-03-10"), State::Full);
}

#[test]
fn a_closed_day_still_shows_what_is_booked() {
    let tour = inventory("every day 09:00 cap 2\nclosed 2026-03-10");
    let mut occupancy = Occupancy::new();
    occupancy.add(date("2026-03-10"), Some(time("09:00")), Used { booked: 2, held: 0 });
    occupancy.add(date("2026-03-10"), Some(time("07:00")), Used { booked: 1, held: 0 });
    let day = paint(&tour, &occupancy, "2026-03-10");
    assert_eq!((day.state, day.booked, day.left), (State::Closed, 3, Some(0)));
    let slots: Vec<_> =
        day.slots.iter().map(|slot| (slot.time, slot.capacity, slot.booked)).collect();
    assert_eq!(slots, [(time("07:00"), 0, 1), (time("09:00"), 2, 2)]);
    assert_eq!(day.reasons.len(), 1);
}

#[test]
fn the_past_is_closed_to_travelers_only() {
    let toggle = rules(AvailabilityType::Toggle, "on");
    let prepared = lisbon(&toggle);
    let now = moment("2026-03-03T12:00:00Z");
    let range = date("2026-03-02")..date("2026-03-04");
    let states = |now| -> Vec<State> {
        days(&prepared, &Occupancy::new(), range.clone(), now).iter().map(|day| day.state).collect()
    };
    assert_eq!(states(Some(now)), [State::Closed, State::Open]);
    assert_eq!(states(None), [State::Open, State::Open]);
}

#[test]
fn a_day_taken_by_another_calendar_is_closed() {
    let toggle = rules(AvailabilityType::Toggle, "on");
    let mut occupancy = Occupancy::new();
    let from = moment("2026-03-10T10:00:00Z");
    occupancy.add_busy(Busy { from, to: moment("2026-03-10T11:00:00Z") });
    let day = paint(&toggle, &occupancy, "2026-03-10");
    assert_eq!(day.state, State::Closed);
    assert_eq!(
        day.reasons[0].to_string(),
        "another calendar is busy from Tue 10 Mar 2026 10:00 to Tue 10 Mar 2026 11:00"
    );
}

#[test]
fn a_range_is_cut_to_the_window() {
    let prepared = lisbon(&rules(AvailabilityType::Toggle, "on"));
    let all = days(&prepared, &Occupancy::new(), date("2020-01-01")..date("2030-01-01"), None);
    assert_eq!(all.len(), 365);
    assert_eq!(all[0].date, window().start);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    // A party of one, with no limits of size: what is painted as bookable is bookable.
    #[test]
    fn the_paint_is_the_answer(
        rules in strategies::rules(),
        setting in strategies::setting(),
        occupancy in strategies::occupancy(),
        day in strategies::date(),
        now in strategies::now(),
    ) {
        let rules = AvailabilityRules { party_min: None, party_max: None, ..rules };
        let prepared = PreparedRules::prepare(&rules, &setting, window());
        let next = crate::time::next_day(day);
        let painted = days(&prepared, &occupancy, day..next, Some(now)).remove(0);
        let ask = Ask { end_date: setting.by_night.then_some(next), ..Ask::on(day, 1) };
        let is_open = |ask: &Ask| check(&prepared, &occupancy, ask, now).is_open();
        let bookable = if prepared.has_slots() {
            for slot in &painted.slots {
                prop_assert_eq!(slot.left > 0, is_open(&ask.at(slot.time)), "{:?}", painted);
            }
            painted.slots.iter().any(|slot| slot.left > 0)
        } else {
            is_open(&ask)
        };
        let paints_open = matches!(painted.state, State::Open | State::Partly);
        prop_assert_eq!(paints_open, bookable, "{:?}", painted);
        prop_assert_eq!(painted.reasons.is_empty(), bookable, "{:?}", painted);
        prop_assert_eq!(painted.left.is_none_or(|left| left > 0), bookable || painted.left.is_none());
    }
}
