//! How it looks, at each size and in each tone.

use insta::assert_snapshot;
use ratatui::layout::Size;

use super::scene::{look, services, stage, stage_with};
use crate::{
    terminal::{Colours, Painter},
    tui::{
        testing::{Stage, noon},
        theme::Tone,
    },
};

const SIZES: [(u16, u16); 4] = [(40, 20), (60, 20), (80, 24), (120, 40)];

fn at_each_size(name: &str, script: impl Fn(&mut Stage)) {
    for (width, height) in SIZES {
        let mut stage = stage(width, height);
        script(&mut stage);
        assert_snapshot!(format!("{name}_{width}x{height}"), stage.styled());
    }
}

#[test]
fn the_month() {
    at_each_size("month", |stage| stage.press("l"));
}

#[test]
fn the_month_with_edits_and_a_range() {
    at_each_size("edits", |stage| stage.press("j h x l = 3 enter j h h v l l l tab"));
}

#[test]
fn the_plan() {
    at_each_size("plan", |stage| {
        stage.press("j h x l l = 9 enter o o + S");
        stage.serve();
    });
}

#[test]
fn the_rules_as_text() {
    at_each_size("text", |stage| {
        stage.press("e ctrl-end enter");
        stage.type_text("every sun 10:00 cpa 3");
    });
}

#[test]
fn why() {
    at_each_size("why", |stage| stage.press("l l l w"));
}

#[test]
fn a_house_by_the_night() {
    at_each_size("house", |stage| {
        stage.press("s 3");
        stage.serve();
        stage.press("j");
    });
}

#[test]
fn every_tone() {
    for (name, tone, plain) in
        [("light", Tone::Light, false), ("mono", Tone::Mono, false), ("plain", Tone::Mono, true)]
    {
        let mut stage = stage_with(look(tone, plain), 80, 24);
        stage.press("j h x l");
        assert_snapshot!(format!("month_{name}"), stage.styled());
    }
}

#[test]
fn plain_on_a_small_terminal() {
    let mut stage = stage_with(look(Tone::Mono, true), 40, 20);
    stage.press("e");
    assert_snapshot!("text_plain_40x20", stage.styled());
    stage.press("esc");
    assert_snapshot!("month_plain_40x20", stage.styled());
}

#[test]
fn the_smallest_terminal_gives_the_day_all_of_it_when_asked() {
    let mut stage = stage(40, 12);
    assert_snapshot!("month_40x12", stage.styled());
    stage.press("tab");
    assert_snapshot!("day_40x12", stage.styled());
}

/// Months that are easy to get wrong: the clocks change, February leaps, a month begins on a
/// Monday or takes six weeks.
#[test]
fn odd_months_are_whole() {
    let mut stage = stage(80, 24);
    let lines = "every day 01:30 cap 4\nevery day 02:30 cap 4\nclosed 29 feb";
    stage.server.calendars.write(&services()[0], lines, noon());
    stage.press("R");
    stage.serve();
    for (month, steps) in
        [("2027-03", 4), ("2028-02", 11), ("2029-10", 20), ("2030-09", 11), ("2030-12", 3)]
    {
        for _ in 0..steps {
            stage.press(">");
        }
        stage.serve();
        stage.press("G");
        stage.serve();
        assert_snapshot!(format!("odd_{month}"), stage.screen());
    }
}

/// A step through the month, as bytes to a terminal.
#[test]
fn a_step_costs_few_bytes() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut stage = stage(width, height);
        let mut painter = Painter::new(Size::new(width, height), Colours::Sixteen);
        let mut paint = |stage: &mut Stage| {
            painter.draw(|frame| stage.app.view(frame)).map_or(0, |bytes| bytes.len())
        };
        stage.press("g");
        paint(&mut stage);
        for key in "llljjjhhhkkkllllllljjjh".chars() {
            stage.press(&key.to_string());
            let bytes = paint(&mut stage);
            assert!(bytes <= 300, "{key} took {bytes} bytes at {width}x{height}");
        }
        assert_eq!(paint(&mut stage), 0, "at rest nothing is sent");
    }
}
