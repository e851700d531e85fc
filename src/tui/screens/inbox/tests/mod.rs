//! The inbox: how it looks; what it does is below.

mod answering;
mod listing;

use chrono::TimeDelta;

use crate::tui::{
    app::desk::Settings,
    testing::{Stage, noon, settings},
    theme::Tone,
};

fn seconds(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds)
}

/// The inbox with its preview, and what lies over it, as a person with these settings sees it.
fn shown(tone: Tone, width: u16, height: u16) -> String {
    let mut stage = Stage::at_work_with(Settings { tone, ..settings() }, width, height);
    stage.server.requests[1].messages.push(traveloure_core::api::request::Message {
        by: traveloure_core::request::Side::Provider,
        text: "Is a table inside fine too?".to_owned(),
        created_at: noon() - TimeDelta::minutes(20),
    });
    stage.press("space v j");
    stage.serve();
    stage.styled()
}

#[test]
fn the_list_at_every_size() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40)] {
        insta::assert_snapshot!(format!("list_{width}x{height}"), shown(Tone::Dark, width, height));
    }
}

#[test]
fn the_list_in_every_tone() {
    insta::assert_snapshot!("list_light", shown(Tone::Light, 120, 40));
    insta::assert_snapshot!("list_mono", shown(Tone::Mono, 120, 40));
    let mut stage = Stage::at_work_with(Settings { plain: true, ..settings() }, 80, 24);
    stage.press("j space");
    insta::assert_snapshot!("list_plain", stage.styled());
}

#[test]
fn questions_and_forms_at_every_size() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40)] {
        for (name, keys) in [("accept", "a"), ("decline", "d"), ("counter", "c"), ("read", "enter")]
        {
            let mut stage = Stage::at_work(width, height);
            stage.press(keys);
            stage.serve();
            stage.wait(seconds(1));
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), stage.styled());
        }
    }
}
