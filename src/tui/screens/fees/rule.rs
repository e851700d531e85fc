//! A fee rule as it is filled in and as it is read.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use traveloure_core::{
    api::{
        fee::{Fee, FeePatch, NewFee},
        provider::Provider,
    },
    category::Category,
    fee::{FeeMethod, FeeType},
    money::Currency,
};

use crate::tui::layers::form::{Field, Form, Kind};

/// For whom a new rule is.
const WHOM: &str = "whom";
const METHOD: &str = "method";
const FIGURE: &str = "figure";
const DAYS: &str = "days";
/// As the choice has it.
const EVERYTHING: &str = "everything";
const PERCENT: &str = "percentage";
const FIXED: &str = "fixed";

/// What a rule is for, in words.
#[must_use]
pub fn whom(fee: &Fee) -> String {
    match (fee.category, &fee.provider_name) {
        (Some(category), _) => category.to_string(),
        (None, Some(name)) => name.clone(),
        (None, None) => EVERYTHING.to_owned(),
    }
}

/// What it keeps: `15 %`, `4.00 EUR`.
#[must_use]
pub fn figure(fee: &Fee) -> String {
    match fee.fee_type_method {
        FeeMethod::Percentage => {
            let percent = fee.fee_percentage.map(|percent| percent.normalize().to_string());
            format!("{} %", percent.unwrap_or_default())
        }
        FeeMethod::Fixed => amount(fee.fee_fixed_amount, fee.currency),
    }
}

/// An amount of a rule beside its currency; nothing for none.
#[must_use]
pub fn amount(amount: Option<Decimal>, currency: Option<Currency>) -> String {
    match (amount, currency) {
        (Some(amount), Some(currency)) => format!("{} {currency}", plain(amount)),
        (Some(amount), None) => plain(amount),
        (None, _) => String::new(),
    }
}

fn plain(amount: Decimal) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string()
}

/// How a provider is chosen: by what tells those of one name apart.
#[must_use]
pub fn provider_label(provider: &Provider) -> String {
    let id = provider.id.as_uuid().simple().to_string();
    format!("{}, {} ({})", provider.name, provider.city, &id[id.len() - 6..])
}

/// A form for a rule for everything or for a category.
#[must_use]
pub fn adding() -> Form {
    let mut options = vec![(EVERYTHING, EVERYTHING.to_owned())];
    options.extend(Category::ALL.iter().map(|one| (one.as_str(), one.to_string())));
    let whom = Field::new(WHOM, "For", Kind::Choice { options, chosen: 0 });
    form("A fee", vec![whom.hint("left and right choose")], None)
}

/// A form for a rule for one provider.
#[must_use]
pub fn adding_for(providers: &[Provider]) -> Form {
    let options = providers.iter().map(provider_label).collect();
    let whom = Field::new("provider_id", "Provider", Kind::Pick { options });
    form("A provider's own fee", vec![whom.hint("some letters of the name; right takes it")], None)
}

/// A form for other figures of `fee`.
#[must_use]
pub fn editing(fee: &Fee) -> Form {
    form(&format!("The fee for {}", whom(fee)), Vec::new(), Some(fee))
}

fn form(title: &str, mut fields: Vec<Field>, fee: Option<&Fee>) -> Form {
    let text = |figure: Option<Decimal>| {
        figure.map(|figure| figure.normalize().to_string()).unwrap_or_default()
    };
    let is_fixed = fee.is_some_and(|fee| fee.fee_type_method == FeeMethod::Fixed);
    let kept = fee.and_then(|fee| if is_fixed { fee.fee_fixed_amount } else { fee.fee_percentage });
    let methods =
        vec![(PERCENT, "percent of the price".to_owned()), (FIXED, "a fixed amount".to_owned())];
    let currency = fee.and_then(|fee| fee.currency).map(|currency| currency.to_string());
    let days = vec![
        ("30", "30 days".to_owned()),
        ("90", "90 days".to_owned()),
        ("365", "365 days".to_owned()),
    ];
    fields.extend([
        Field::new(
            METHOD,
            "Keeps",
            Kind::Choice { options: methods, chosen: usize::from(is_fixed) },
        )
        .hint("left and right choose"),
        Field::new(FIGURE, "How much", Kind::Line)
            .with(&text(kept))
            .limit(20)
            .hint("12.5 percent, or the amount"),
        Field::new("min_fee", "At least", Kind::Line)
            .with(&text(fee.and_then(|fee| fee.min_fee)))
            .limit(20)
            .optional()
            .hint("of each booking; nothing for no smallest fee"),
        Field::new("max_fee", "At most", Kind::Line)
            .with(&text(fee.and_then(|fee| fee.max_fee)))
            .limit(20)
            .optional()
            .hint("of each booking; nothing for no largest fee"),
        Field::new("currency", "Currency", Kind::Line)
            .with(&currency.unwrap_or_default())
            .limit(3)
            .optional()
            .hint("of the amounts, such as EUR: the rule is for bookings in it alone"),
        Field::new("priority", "Priority", Kind::Line)
            .with(&fee.map_or(0, |fee| fee.priority).to_string())
            .limit(8)
            .hint("among rules of one level the higher number counts"),
        Field::new(DAYS, "Try it on", Kind::Choice { options: days, chosen: 1 })
            .hint("bookings of so many days are counted anew before anything is saved"),
    ]);
    Form::new(title.to_owned(), "see what it changes", fields)
}

/// What was filled in, and how many days back it is tried on. None where something is no figure: the form
/// says so then.
pub fn read(form: &mut Form, fee: Option<&Fee>, providers: &[Provider]) -> Option<(NewFee, u64)> {
    let kept = number(form, FIGURE).ok()?;
    let min_fee = number(form, "min_fee").ok()?;
    let max_fee = number(form, "max_fee").ok()?;
    let code = form.text("currency").to_uppercase();
    let currency = match code.parse::<Currency>() {
        _ if code.is_empty() => None,
        Ok(currency) => Some(currency),
        Err(error) => {
            form.fault("currency", error.to_string());
            return None;
        }
    };
    let Ok(priority) = form.text("priority").parse::<i32>() else {
        form.fault("priority", "write a whole number");
        return None;
    };
    let is_fixed = form.text(METHOD) == FIXED;
    let (fee_type, category, provider_id) = match fee {
        Some(fee) => (fee.fee_type, fee.category, fee.provider_id),
        None => level(form, providers)?,
    };
    let days = form.text(DAYS).parse().unwrap_or(90);
    let rule = NewFee {
        fee_type,
        category,
        provider_id,
        fee_type_method: if is_fixed { FeeMethod::Fixed } else { FeeMethod::Percentage },
        fee_percentage: kept.filter(|_| !is_fixed),
        fee_fixed_amount: kept.filter(|_| is_fixed),
        min_fee,
        max_fee,
        currency,
        priority,
    };
    Some((rule, days))
}

type Level = (FeeType, Option<Category>, Option<traveloure_core::ids::ProviderId>);

fn level(form: &mut Form, providers: &[Provider]) -> Option<Level> {
    let Some(field) = form.try_field("provider_id") else {
        let category = form.text(WHOM).parse().ok();
        let level = if category.is_some() { FeeType::Category } else { FeeType::Global };
        return Some((level, category, None));
    };
    let typed = field.text();
    let found = providers.iter().find(|provider| provider_label(provider) == typed);
    if found.is_none() {
        form.fault("provider_id", "choose one that exists");
    }
    found.map(|provider| (FeeType::Provider, None, Some(provider.id)))
}

/// The number in a field, none where nothing is typed.
///
/// # Errors
/// It is no number; the form says so.
fn number(form: &mut Form, name: &'static str) -> Result<Option<Decimal>, ()> {
    let typed = form.text(name);
    let typed = typed.trim_end_matches('%').trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let number = Decimal::from_str_exact(typed);
    if number.is_err() {
        form.fault(name, "write a number such as 12.5");
    }
    number.map(Some).map_err(drop)
}

/// The rule as it is, to be tried as if it were new.
#[must_use]
pub fn as_new(fee: &Fee) -> NewFee {
    NewFee {
        fee_type: fee.fee_type,
        category: fee.category,
        provider_id: fee.provider_id,
        fee_type_method: fee.fee_type_method,
        fee_percentage: fee.fee_percentage,
        fee_fixed_amount: fee.fee_fixed_amount,
        min_fee: fee.min_fee,
        max_fee: fee.max_fee,
        currency: fee.currency,
        priority: fee.priority,
    }
}

/// The edit that makes a rule what `rule` says.
#[must_use]
pub fn patch(rule: &NewFee) -> FeePatch {
    FeePatch {
        fee_type_method: Some(rule.fee_type_method),
        fee_percentage: Some(rule.fee_percentage),
        fee_fixed_amount: Some(rule.fee_fixed_amount),
        min_fee: Some(rule.min_fee),
        max_fee: Some(rule.max_fee),
        currency: Some(rule.currency),
        priority: Some(rule.priority),
        is_active: None,
    }
}

/// The field that a fault of the server is about.
#[must_use]
pub fn field_of(fault: &str) -> &str {
    match fault {
        "fee_percentage" | "fee_fixed_amount" => FIGURE,
        "fee_type_method" => METHOD,
        "category" => WHOM,
        other => other,
    }
}

/// The days that a rule is tried on, up to and with `today`.
#[must_use]
pub fn past(days: u64, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let to = traveloure_core::time::next_day(today);
    (to.checked_sub_days(chrono::Days::new(days)).unwrap_or(to), to)
}

/// Everything that a rule says about amounts: `15 %, at least 2.00 EUR`.
#[must_use]
pub fn figures(rule: &NewFee) -> String {
    let kept = match rule.fee_type_method {
        FeeMethod::Percentage => {
            let percent = rule.fee_percentage.map(|percent| percent.normalize().to_string());
            format!("{} %", percent.unwrap_or_default())
        }
        FeeMethod::Fixed => amount(rule.fee_fixed_amount, rule.currency),
    };
    let least = rule.min_fee.map(|min| format!("at least {}", amount(Some(min), rule.currency)));
    let most = rule.max_fee.map(|max| format!("at most {}", amount(Some(max), rule.currency)));
    let priority = (rule.priority != 0).then(|| format!("priority {}", rule.priority));
    let all = [Some(kept), least, most, priority];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
