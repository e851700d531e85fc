//! Setting prices, key by key.

mod drafts;
mod elsewhere;
mod forms;
mod looking;
mod looks;
mod selling;
mod writing;

use traveloure_core::{
    api::service::Service,
    ids::ServiceId,
    money::Currency,
    pricing::{PricingTerms, text},
};

use crate::tui::{
    app::{call::Call, desk::Settings},
    screens::Tab,
    testing::{Stage, sample, settings},
};

/// The prices of the first service, before the tab was looked at for the first time.
fn at_prices(width: u16, height: u16) -> Stage {
    at_prices_with(settings(), width, height)
}

fn at_prices_with(settings: Settings, width: u16, height: u16) -> Stage {
    let mut stage = Stage::at_work_with(settings, width, height);
    look_at_prices(&mut stage);
    stage
}

/// The prices of a service of one's own making.
fn at_prices_of(service: Service, lines: &str, width: u16, height: u16) -> Stage {
    let mut stage = Stage::begun(settings(), width, height);
    stage.server.is_signed_in = true;
    stage.server.prices.set(service.id, lines);
    stage.server.services = vec![service];
    stage.serve();
    look_at_prices(&mut stage);
    stage
}

fn look_at_prices(stage: &mut Stage) {
    while stage.app.tab() != Some(Tab::Prices) {
        stage.press("]");
    }
    stage.serve();
}

fn first() -> ServiceId {
    sample::services()[0].id
}

fn terms(lines: &str) -> PricingTerms {
    text::parse(lines, Currency::EUR).unwrap()
}

/// What the server has of the first service, as text.
fn saved(stage: &Stage) -> String {
    text::to_text(&stage.server.prices.of[&first()].terms)
}

/// Every save there was, with its version.
fn saves(stage: &Stage) -> Vec<i64> {
    let asked = stage.asked.iter();
    asked
        .filter_map(|call| match call {
            Call::EditPricing { version, dry_run: false, .. } => Some(*version),
            _ => None,
        })
        .collect()
}

/// Fills in the fields of an open form from the first to the last and sends it.
fn fill(stage: &mut Stage, fields: &[&str]) {
    for (index, text) in fields.iter().enumerate() {
        if index > 0 {
            stage.press("tab");
        }
        if !text.is_empty() {
            stage.press("end");
            for _ in 0..40 {
                stage.press("backspace");
            }
            stage.type_text(text);
        }
    }
    stage.press("ctrl-s");
}

/// Adds a season from a fair in spring, which no other season touches.
fn add_fair(stage: &mut Stage) {
    stage.press("a s");
    fill(stage, &["Fair", "2027-04-10", "2027-04-14", "+50%"]);
}
