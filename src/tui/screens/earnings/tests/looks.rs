//! How it looks, at every size and in every tone.

use super::*;
use crate::tui::theme::Tone;

#[test]
fn weeks_payouts_and_entries_at_every_size() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40)] {
        for (name, keys) in [("weeks", "j"), ("payouts", "f p"), ("entries", "j enter")] {
            let mut stage = at_earnings(width, height);
            stage.press(keys);
            settle(&mut stage);
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), stage.styled());
        }
    }
}

#[test]
fn the_link_where_there_is_room_for_its_code_and_where_there_is_none() {
    for (width, height) in [(60, 20), (80, 24), (120, 40)] {
        let mut stage = Stage::at_work(width, height);
        stage.server.purse = Purse::season(noon());
        let account = &mut stage.server.purse.account;
        (account.can_receive, account.status) = (false, AccountStatus::Pending);
        account.requirements_due =
            vec!["external_account".to_owned(), "tos_acceptance.date".to_owned()];
        go_there(&mut stage);
        insta::assert_snapshot!(format!("unpaid_{width}x{height}"), stage.styled());
        stage.press("o");
        settle(&mut stage);
        insta::assert_snapshot!(format!("link_{width}x{height}"), stage.styled());
    }
}

#[test]
fn weeks_in_every_tone() {
    for (tone, name) in [(Tone::Light, "light"), (Tone::Mono, "mono")] {
        let mut stage = at_earnings_with(Settings { tone, ..settings() }, 120, 40);
        insta::assert_snapshot!(name, stage.styled());
    }
    let mut stage = at_earnings_with(Settings { plain: true, ..settings() }, 80, 24);
    insta::assert_snapshot!("plain", stage.styled());
}

#[test]
fn every_size_is_survived() {
    for keys in ["", "enter", "f p", "o", "s", "enter G"] {
        let mut stage = at_earnings(80, 24);
        stage.press(keys);
        settle(&mut stage);
        for (width, height) in
            [(1, 1), (20, 5), (40, 12), (41, 13), (60, 20), (101, 12), (120, 40), (500, 200)]
        {
            stage.resize(width, height);
        }
    }
}
