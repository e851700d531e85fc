//! The form of a service to be offered: the first one, and others later.

use rust_decimal::Decimal;
use traveloure_core::{
    api::service::NewService, arithmetic, availability::AvailabilityType, booking::SettingsPatch,
    category::Category, money::Currency, pricing::PricingType,
};

use crate::tui::layers::form::{Field, Form, Kind};

/// The form of a service to be offered.
pub(super) fn form(title: &'static str, does: &'static str) -> Form {
    let options = |words: &[(&'static str, &str)]| Kind::Choice {
        options: words.iter().map(|(value, label)| (*value, (*label).to_owned())).collect(),
        chosen: 0,
    };
    let fields = vec![
        Field::new("name", "What", Kind::Line).limit(120).hint("such as Alfama walking tour"),
        Field::new(
            "category",
            "Kind",
            options(&[
                ("activity", "activity"),
                ("accommodation", "accommodation"),
                ("meal", "meal"),
                ("transport", "transport"),
            ]),
        )
        .hint("left and right choose"),
        Field::new(
            "availability_type",
            "Bookable",
            options(&[
                ("toggle", "always, until switched off"),
                ("calendar", "once a day or night"),
                ("inventory", "so many a day or time"),
            ]),
        )
        .hint("left and right choose"),
        Field::new("by_night", "By the night", Kind::Switch(false))
            .hint("space turns it on and off"),
        Field::new("duration_minutes", "Minutes", Kind::Number { min: 1, max: 10_080 })
            .optional()
            .hint("how long it takes; leave it empty where that does not matter"),
        Field::new(
            "pricing_type",
            "Priced",
            options(&[
                ("fixed", "at one price"),
                ("dynamic", "by season and date"),
                ("quote_based", "by your offer each time"),
            ]),
        )
        .hint("left and right choose"),
        Field::new("base_price", "Price", Kind::Line)
            .optional()
            .hint("for one person or night; leave it empty where you make offers"),
        Field::new("estimated_range_min", "Offers from", Kind::Line)
            .optional()
            .hint("what it is expected to cost at the least, where you make offers"),
        Field::new("estimated_range_max", "Offers up to", Kind::Line)
            .optional()
            .hint("what it is expected to cost at the most, where you make offers"),
        Field::new("currency", "Currency", Kind::Line)
            .with("EUR")
            .limit(3)
            .hint("three letters, such as EUR"),
        Field::new("response_hours", "Answer within", Kind::Number { min: 1, max: 168 })
            .with("24")
            .hint("hours in which you mean to answer a request"),
    ];
    Form::new(title, does, fields)
}

fn availability_type(word: &str) -> AvailabilityType {
    match word {
        "calendar" => AvailabilityType::Calendar,
        "inventory" => AvailabilityType::Inventory,
        _ => AvailabilityType::Toggle,
    }
}

fn pricing_type(word: &str) -> PricingType {
    match word {
        "dynamic" => PricingType::Dynamic,
        "quote_based" => PricingType::QuoteBased,
        _ => PricingType::Fixed,
    }
}

/// The service that is typed; none where something is wrong, which its field says then.
pub(super) fn read(form: &mut Form) -> Option<NewService> {
    let currency = match form.text("currency").to_uppercase().parse::<Currency>() {
        Ok(currency) => currency,
        Err(error) => {
            form.fault("currency", error.to_string());
            return None;
        }
    };
    let pricing_type = pricing_type(&form.text("pricing_type"));
    let makes_offers = pricing_type == PricingType::QuoteBased;
    let base_price = amount(form, "base_price", currency, !makes_offers)?;
    let estimated_range_min = amount(form, "estimated_range_min", currency, makes_offers)?;
    let estimated_range_max = amount(form, "estimated_range_max", currency, makes_offers)?;
    let duration = form.field("duration_minutes").number().ok();
    Some(NewService {
        name: form.text("name"),
        category: form.text("category").parse().unwrap_or(Category::Activity),
        description: String::new(),
        city: None,
        zone: None,
        duration_minutes: duration,
        by_night: form.field("by_night").is_on(),
        availability_type: availability_type(&form.text("availability_type")),
        pricing_type,
        currency,
        base_price,
        estimated_range_min,
        estimated_range_max,
        response_hours: form.field("response_hours").number().unwrap_or(24),
        pools: Vec::new(),
        settings: SettingsPatch::default(),
    })
}

/// The amount in a field that counts only if `is_wanted`; the outer none is a fault, noted at the
/// field.
#[allow(clippy::option_option)]
fn amount(
    form: &mut Form,
    field: &'static str,
    currency: Currency,
    is_wanted: bool,
) -> Option<Option<Decimal>> {
    if !is_wanted {
        return Some(None);
    }
    match arithmetic::price(&form.text(field), None, currency) {
        Ok(price) => Some(Some(price.amount())),
        Err(error) => {
            form.fault(field, error.to_string());
            None
        }
    }
}
