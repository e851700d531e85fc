//! How it looks, at every size and in every tone.

use crate::tui::theme::Tone;

use super::*;

#[test]
fn lists_and_bookings_at_every_size() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40)] {
        for (name, keys) in [("list", "j"), ("read", "j enter")] {
            let mut stage = at_bookings(width, height);
            stage.press(keys);
            settle(&mut stage);
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), stage.styled());
        }
    }
}

#[test]
fn lists_and_bookings_in_every_tone() {
    for (tone, name) in [(Tone::Light, "light"), (Tone::Mono, "mono")] {
        let mut stage = at_bookings_with(Settings { tone, ..settings() }, 120, 40);
        stage.press("f f");
        settle(&mut stage);
        insta::assert_snapshot!(name, stage.styled());
    }
    let mut stage = at_bookings_with(Settings { plain: true, ..settings() }, 80, 24);
    insta::assert_snapshot!("plain", stage.styled());
}

#[test]
fn every_size_is_survived() {
    for keys in ["", "enter", "/", "f", "enter r"] {
        let mut stage = at_bookings(80, 24);
        stage.press(keys);
        settle(&mut stage);
        for (width, height) in
            [(1, 1), (20, 5), (40, 12), (41, 13), (60, 20), (101, 12), (120, 40), (500, 200)]
        {
            stage.resize(width, height);
        }
    }
}
