//! How a service is sold: sent as it is, and nothing typed is lost.

use traveloure_core::{
    api::event::{Event, Kind},
    cancellation::Policy,
};

use super::*;
use crate::tui::app::call::News;

fn sold(stage: &Stage) -> traveloure_core::booking::BookingSettings {
    stage.server.services[0].settings
}

#[test]
fn how_it_is_booked_paid_and_cancelled_is_edited() {
    let mut stage = at_prices(80, 24);
    stage.press("b");
    assert!(stage.screen().contains("at once, or asked for first"), "{}", stage.screen());
    // Name, on the market, booked: asked for first; answer within; paid on site; cancelled: strict.
    stage.press("tab tab right right tab tab space tab right ctrl-s");
    stage.serve();
    assert!(!sold(&stage).instant && sold(&stage).request && sold(&stage).pay_later);
    assert_eq!(sold(&stage).cancellation, Policy::Strict);
    assert!(stage.screen().contains("Saved: Fado walk with dinner."), "{}", stage.screen());
}

#[test]
fn what_was_typed_outlives_a_change_elsewhere_and_going_back() {
    let mut stage = at_prices(80, 24);
    stage.press("b end");
    stage.type_text(" by night");
    stage.server.services[0].version = 7;
    stage.press("ctrl-s");
    stage.serve();
    assert!(stage.screen().contains("changed in the meantime"), "{}", stage.screen());
    let event = Event {
        kind: Kind::ServiceChanged,
        subject: first().as_uuid(),
        version: Some(7),
        at: chrono::DateTime::UNIX_EPOCH,
    };
    stage.news(News::Event(event));
    stage.serve();
    stage.press("esc b");
    assert!(stage.screen().contains("Fado walk with dinner by night"), "{}", stage.screen());
    stage.press("ctrl-s");
    stage.serve();
    assert_eq!(stage.server.services[0].name, "Fado walk with dinner by night");
    assert_eq!(stage.server.services[0].version, 8);
}

#[test]
fn another_service_is_offered_once_however_often_it_is_sent() {
    let mut stage = at_prices(80, 24);
    stage.press("a n");
    stage.type_text("Sunset cruise");
    stage.press("tab tab tab tab tab tab");
    stage.type_text("80");
    stage.press("ctrl-s");
    let first = stage.calls[0].key;
    assert!(first.is_some());
    stage.reply(Err(crate::tui::app::call::ApiError::TimedOut));
    stage.press("ctrl-s");
    assert_eq!(stage.calls[0].key, first, "the same goes under the same key");
    stage.serve();
    assert_eq!(stage.server.new_services.len(), 1);
    assert_eq!(stage.server.new_services[0].base_price, Some("80".parse().unwrap()));
    assert!(stage.screen().contains("Sunset cruise can be booked now."), "{}", stage.screen());
}
