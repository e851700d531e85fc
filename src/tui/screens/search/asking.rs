//! The form that says where, when and for how many.

use traveloure_core::{category::Category, time::today};

use crate::tui::{
    app::{call::SearchFilter, desk::Desk},
    layers::form::{Field, Form, Kind},
    widgets::text,
};

/// A form that begins with what was looked for before.
#[must_use]
pub fn form(before: &SearchFilter, desk: &Desk) -> Form {
    let today = today(desk.now, desk.settings.zone);
    let date = |name, label, date: Option<chrono::NaiveDate>| {
        Field::new(name, label, Kind::Date { today })
            .with(&date.map(|date| date.to_string()).unwrap_or_default())
            .optional()
    };
    let mut options = vec![("", "anything".to_owned())];
    options.extend(Category::ALL.iter().map(|one| (one.as_str(), one.to_string())));
    let chosen = before
        .category
        .and_then(|category| options.iter().position(|(value, _)| *value == category.as_str()));
    let fields = vec![
        Field::new("city", "City", Kind::Line)
            .with(&before.city)
            .limit(120)
            .optional()
            .hint("its whole name; empty is anywhere"),
        date("date", "Date", before.date).hint("empty shows no prices"),
        date("end_date", "Until", before.end_date)
            .hint("the day of leaving: only what is sold by night"),
        Field::new("time", "Time", Kind::Time)
            .with(&before.time.map(text::clock).unwrap_or_default())
            .optional()
            .hint("only what can be booked at that time"),
        Field::new("party", "People", Kind::Number { min: 1, max: 1_000 })
            .with(&before.party.unwrap_or(2).to_string()),
        Field::new("category", "Kind", Kind::Choice { options, chosen: chosen.unwrap_or(0) })
            .hint("left and right choose"),
    ];
    Form::new("What are you looking for?", "search", fields)
}

/// What is typed as a filter; none, with the fault noted, where the fields do not go together.
pub fn read(form: &mut Form, words: &str) -> Option<SearchFilter> {
    let date = form.field("date").date();
    let end_date = form.field("end_date").date();
    let time = form.field("time").time();
    if date.is_none() && (end_date.is_some() || time.is_some()) {
        form.fault("date", "needed with a day of leaving or a time");
        return None;
    }
    if let (Some(date), Some(end)) = (date, end_date)
        && end <= date
    {
        form.fault("end_date", "has to be after the date");
        return None;
    }
    Some(SearchFilter {
        city: form.text("city"),
        category: form.text("category").parse().ok(),
        words: words.to_owned(),
        date,
        end_date,
        time,
        party: date.and(form.field("party").number().ok()),
    })
}
