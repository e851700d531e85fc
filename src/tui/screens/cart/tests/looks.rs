//! How the cart and the checkout look.

use chrono::TimeDelta;
use traveloure_core::payment::Status;

use super::{at_cart, at_cart_with, book};
use crate::tui::{
    app::desk::Settings,
    testing::{sample, settings},
    theme::Tone,
};

#[test]
fn the_cart_and_the_checkout_at_every_size() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40)] {
        let mut stage = at_cart(width, height);
        insta::assert_snapshot!(format!("cart_{width}x{height}"), stage.styled());
        stage.press("b");
        insta::assert_snapshot!(format!("book_{width}x{height}"), stage.styled());
        stage.server.travel.sold_out.insert(sample::service(2, "").id);
        stage.press("y");
        stage.serve();
        insta::assert_snapshot!(format!("outcome_{width}x{height}"), stage.styled());
        stage.press("enter");
        insta::assert_snapshot!(format!("ways_{width}x{height}"), stage.styled());
        stage.press("enter");
        stage.serve();
        insta::assert_snapshot!(format!("link_{width}x{height}"), stage.styled());
        let _ = stage.server.travel.settle(Status::Succeeded);
        stage.wait(TimeDelta::seconds(4));
        stage.serve();
        stage.wait(TimeDelta::seconds(20));
        insta::assert_snapshot!(format!("paid_{width}x{height}"), stage.styled());
    }
}

#[test]
fn the_checkout_in_every_tone() {
    for (tone, name) in [(Tone::Light, "light"), (Tone::Mono, "mono")] {
        let mut stage = at_cart_with(Settings { tone, ..settings() }, 120, 40);
        book(&mut stage);
        stage.press("enter enter");
        stage.serve();
        insta::assert_snapshot!(format!("link_{name}"), stage.styled());
    }
}

#[test]
fn every_size_is_survived() {
    for keys in ["", "enter", "b", "b y", "b y enter", "b y enter enter", "e"] {
        let mut stage = at_cart(80, 24);
        for key in keys.split_whitespace() {
            stage.press(key);
            stage.serve();
        }
        for (width, height) in [(1, 1), (20, 5), (40, 12), (41, 13), (101, 12), (500, 200)] {
            stage.resize(width, height);
        }
    }
}
