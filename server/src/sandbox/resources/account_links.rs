//! `/v1/account_links`: a link to the onboarding page, good once and for five minutes.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Call, Kind, Outcome, Params, Place};

const GOOD_FOR: TimeDelta = TimeDelta::minutes(5);

pub(in crate::sandbox) async fn create(call: &mut Call<'_>, mut params: Params) -> Outcome {
    let account = params.required("account")?;
    let refresh_url = params.required("refresh_url")?;
    let return_url = params.required("return_url")?;
    let kind = params.one_of("type", &["account_onboarding", "account_update"])?;
    kind.ok_or_else(|| params.missing("type"))?;
    params.accept(&["collection_options", "collect"]);
    params.finish()?;
    let account = call.find(Kind::Account, &account, Place::Param("account")).await?;
    let mut link = call.make(Kind::AccountLink, json!({}));
    link.set("expires_at", (call.now + GOOD_FOR).timestamp());
    link.set("url", format!("{}/onboard/{}", call.origin.base, link.id));
    link.hide("account", account.id);
    link.hide("refresh_url", refresh_url);
    link.hide("return_url", return_url);
    call.insert(&link).await?;
    let mut shown = link.shown();
    if let Value::Object(fields) = &mut shown {
        // Stripe gives links no id.
        fields.remove("id");
        fields.remove("livemode");
    }
    Ok(shown)
}
