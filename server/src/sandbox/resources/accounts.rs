//! `/v1/accounts`: accounts connected to the platform, to which it transfers money.

use serde_json::{Map, Value, json};

use super::{Call, Kind, Object, Outcome, Params, Place, change_metadata};
use crate::sandbox::{currency, list as lists, refusal::Refusal};

/// What a new account has to give.
const WANTED: [&str; 5] = [
    "business_type",
    "external_account",
    "individual.verification.document",
    "tos_acceptance.date",
    "tos_acceptance.ip",
];

/// How far a person got on the onboarding page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Onboarding {
    Finished,
    /// Everything was filled in, and a document is missing.
    LacksDocument,
}

pub(in crate::sandbox) async fn create(call: &mut Call<'_>, mut params: Params) -> Outcome {
    let metadata = params.metadata()?;
    let kind = params.one_of("type", &["express", "standard", "custom", "none"])?;
    let controller = params.document("controller")?;
    let country = params.text("country")?.unwrap_or_else(|| "US".to_owned());
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let message = "Country is an ISO 3166-1 alpha-2 code.";
        return Err(params.invalid("country", "country_code_invalid", message).into());
    }
    let email = params.text("email")?;
    let business_type = params.text("business_type")?;
    let currency = match params.text("default_currency")? {
        Some(code) => currency::check(&params, &code)?,
        None => if country == "US" { "usd" } else { "eur" }.to_owned(),
    };
    let wanted = params.document("capabilities")?;
    params.accept(&["business_profile", "settings", "tos_acceptance", "individual", "company"]);
    params.finish()?;
    let capabilities: Map<String, Value> = if wanted.is_empty() {
        [("transfers".to_owned(), "inactive".into())].into_iter().collect()
    } else {
        wanted.into_iter().map(|(name, _)| (name, "inactive".into())).collect()
    };
    let kind =
        kind.unwrap_or_else(|| if controller.is_empty() { "standard" } else { "none" }.into());
    let account = call.make_for(
        "",
        Kind::Account,
        json!({
            "business_profile": {"name": null, "url": null}, "business_type": business_type,
            "capabilities": capabilities, "charges_enabled": false, "controller": controller,
            "country": country, "default_currency": currency, "details_submitted": false,
            "email": email, "external_accounts": {
                "object": "list", "data": [], "has_more": false, "url": "/v1/accounts/external_accounts",
            },
            "metadata": metadata.fresh(), "payouts_enabled": false,
            "requirements": requirements(&WANTED, Some("requirements.past_due")),
            "future_requirements": requirements(&[], None),
            "settings": {}, "tos_acceptance": {"date": null}, "type": kind,
        }),
    );
    call.insert(&account).await?;
    Ok(account.shown())
}

fn requirements(due: &[&str], disabled_reason: Option<&str>) -> Value {
    json!({
        "alternatives": [], "current_deadline": null, "currently_due": due, "errors": [],
        "disabled_reason": disabled_reason, "eventually_due": due, "past_due": due,
        "pending_verification": [],
    })
}

/// What a person did on the onboarding page. The account is locked.
pub(in crate::sandbox) async fn onboard(
    call: &mut Call<'_>,
    account: &mut Object,
    onboarding: Onboarding,
) -> Outcome<()> {
    let is_finished = onboarding == Onboarding::Finished;
    account.set("details_submitted", true);
    account.set("charges_enabled", is_finished);
    account.set("payouts_enabled", is_finished);
    account.set(
        "requirements",
        if is_finished {
            requirements(&[], None)
        } else {
            requirements(&["individual.verification.document"], Some("requirements.past_due"))
        },
    );
    let standing = if is_finished { "active" } else { "inactive" };
    if let Some(Value::Object(capabilities)) = account.doc.get_mut("capabilities") {
        for (_, capability) in capabilities.iter_mut() {
            *capability = standing.into();
        }
    }
    call.save(account).await?;
    let of = account.id.clone();
    call.tell_of("account.updated", account, &of).await
}

/// Whether money can be transferred to it.
pub(super) fn takes_transfers(account: &Object) -> bool {
    let capability = account.doc.get("capabilities").and_then(|all| all.get("transfers"));
    capability.is_some_and(|standing| standing == "active")
}

pub(in crate::sandbox) async fn retrieve(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    super::retrieve(call, params, Kind::Account, id).await
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, params: Params) -> Outcome {
    lists::of(call, params, Kind::Account, "/v1/accounts", &[], None).await
}

pub(in crate::sandbox) async fn update(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    let metadata = params.metadata()?;
    let email = params.text("email")?;
    let business_type = params.text("business_type")?;
    let wanted = params.document("capabilities")?;
    params.accept(&["business_profile", "settings", "tos_acceptance"]);
    params.finish()?;
    let mut account = call.find_to_change(Kind::Account, id, Place::Path).await?;
    change_metadata(&mut account, &metadata);
    for (name, text) in [("email", email), ("business_type", business_type)] {
        if let Some(text) = text {
            account.set(name, text);
        }
    }
    let standing = if account.has("payouts_enabled") { "active" } else { "inactive" };
    if let Some(Value::Object(capabilities)) = account.doc.get_mut("capabilities") {
        for name in wanted.keys() {
            capabilities.entry(name.clone()).or_insert_with(|| standing.into());
        }
    }
    call.save(&account).await?;
    let of = account.id.clone();
    call.tell_of("account.updated", &account, &of).await?;
    Ok(account.shown())
}

/// The account that a parameter names, among those connected to the platform.
pub(super) async fn named(call: &mut Call<'_>, id: &str, param: &str) -> Outcome<Object> {
    let place = Place::Param(param);
    call.find(Kind::Account, id, place).await.map_err(|_| {
        let message = format!("No such destination: '{id}'");
        Refusal::parameter(param, "resource_missing", message).into()
    })
}
