//! How it looks, at every size and in every tone.

use crate::tui::theme::Tone;

use super::*;

const SIZES: [(u16, u16); 4] = [(40, 20), (60, 20), (80, 24), (120, 40)];

/// Opens each state of the screen in turn.
const STATES: [(&str, &str); 4] = [
    ("terms", "j"),
    ("month", "tab > right right right right"),
    ("text", "e ctrl-end enter o n space"),
    ("selling", "b"),
];

#[test]
fn the_screen_at_every_size() {
    for (width, height) in SIZES {
        for (name, keys) in STATES {
            let mut stage = at_prices(width, height);
            stage.press(keys);
            stage.serve();
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), stage.styled());
        }
    }
}

#[test]
fn drafts_forms_and_plans_at_every_size() {
    for (width, height) in SIZES {
        let mut stage = at_prices(width, height);
        stage.press("a s");
        for text in ["Fair", "", "", "+50%"] {
            stage.type_text(text);
            stage.press("tab");
        }
        stage.serve();
        insta::assert_snapshot!(format!("form_{width}x{height}"), stage.styled());
        stage.press("ctrl-s");
        stage.press("G x");
        stage.serve();
        stage.wait(chrono::TimeDelta::seconds(15));
        insta::assert_snapshot!(format!("draft_{width}x{height}"), stage.styled());
        stage.press("S");
        insta::assert_snapshot!(format!("plan_{width}x{height}"), stage.styled());
    }
}

#[test]
fn the_screen_in_every_tone() {
    for (tone, name) in [(Tone::Light, "light"), (Tone::Mono, "mono")] {
        let mut stage = at_prices_with(Settings { tone, ..settings() }, 120, 40);
        stage.press("tab > right v right x");
        stage.serve();
        insta::assert_snapshot!(name, stage.styled());
    }
    let mut stage = at_prices_with(Settings { plain: true, ..settings() }, 80, 24);
    insta::assert_snapshot!("plain_terms", stage.styled());
    stage.press("tab >");
    insta::assert_snapshot!("plain_month", stage.styled());
}

#[test]
fn every_size_is_survived() {
    for keys in ["", "tab", "a s", "e", "s", "=", "x S"] {
        let mut stage = at_prices(80, 24);
        stage.press("j");
        stage.press(keys);
        for (width, height) in
            [(1, 1), (20, 5), (40, 12), (41, 13), (60, 20), (101, 12), (120, 40), (500, 200)]
        {
            stage.resize(width, height);
        }
    }
}
