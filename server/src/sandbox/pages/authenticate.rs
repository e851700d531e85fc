//! The page on which a bank asks a cardholder, for an intent that no checkout made.

use axum::{http::StatusCode, response::Response};
use serde_json::Value;
use subtle::ConstantTimeEq;

use super::{Form, buttons, escape, failed, link, not_found, not_genuine, page, see};
use crate::sandbox::{
    Sandbox,
    call::{Call, Origin},
    currency,
    object::{Kind, Object},
    refusal::{Failure, Outcome, Place, Refusal},
    request::Request,
    resources::{payment_intents, setup_intents},
};

fn origin(request: &Request) -> Origin {
    Origin { base: request.base.clone(), ..Origin::default() }
}

/// The intent, locked, for whoever has its secret.
async fn find(call: &mut Call<'_>, id: &str, secret: &str) -> Outcome<Object> {
    let kind = if id.starts_with(Kind::SetupIntent.prefix()) {
        Kind::SetupIntent
    } else {
        Kind::PaymentIntent
    };
    let intent = call.find_to_change(kind, id, Place::Path).await?;
    let is_theirs = intent.known("client_secret").as_bytes().ct_eq(secret.as_bytes());
    if bool::from(is_theirs) && intent.hidden_text("session").is_none() {
        Ok(intent)
    } else {
        Err(Refusal::missing(kind.as_str(), id, Place::Path).into())
    }
}

/// `GET /authenticate/{intent}?secret=…`
pub(in crate::sandbox) async fn show(sandbox: &Sandbox, request: &Request, id: &str) -> Response {
    let Some(secret) = request.field("secret") else { return not_found() };
    let (intent_id, given) = (id.to_owned(), secret.clone());
    let found = sandbox.transact(origin(request), move |call| {
        Box::pin(async move { find(call, &intent_id, &given).await })
    });
    let intent = match found.await {
        Ok(intent) => intent,
        Err(failure) => return failed(&failure),
    };
    let form = Form::of(sandbox, request, id);
    form.set(draw(request, &intent, &form, &secret))
}

fn draw(request: &Request, intent: &Object, form: &Form, secret: &str) -> Response {
    let back = intent.hidden.get("return_url").and_then(Value::as_str);
    if !intent.is("status", "requires_action") {
        let passed = intent.is("status", "succeeded");
        let title = if passed { "Done" } else { "Not confirmed" };
        let mut body = if passed {
            "<p>Your bank has confirmed it. You can close this page now.</p>".to_owned()
        } else {
            "<p>Nothing was charged. You can close this page now.</p>".to_owned()
        };
        body.push_str(&link(back, "Back to where you came from"));
        return page(StatusCode::OK, title, &body);
    }
    let mut body = String::new();
    if intent.kind == Kind::PaymentIntent {
        let amount = currency::shown(intent.int("amount"), intent.known("currency"));
        body = format!("<p class=\"amount\">{}</p>", escape(&amount));
    }
    body.push_str("<p>Your bank wants to know whether it is you (3-D Secure).</p>");
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("secret", secret).finish();
    let action = format!("{}/authenticate/{}?{query}", request.base, intent.id);
    let choices = [("complete", "Complete".to_owned()), ("fail", "Fail".to_owned())];
    body.push_str(&buttons(&action, form, "outcome", &choices));
    page(StatusCode::OK, "Your bank asks", &body)
}

/// `POST /authenticate/{intent}?secret=…`
pub(in crate::sandbox) async fn answer(sandbox: &Sandbox, request: &Request, id: &str) -> Response {
    if !Form::is_genuine(sandbox, request, id) {
        return not_genuine();
    }
    let Some(secret) = request.field("secret") else { return not_found() };
    let passes = request.field("outcome").as_deref() == Some("complete");
    let (intent_id, given) = (id.to_owned(), secret.clone());
    let outcome = sandbox.transact(origin(request), move |call| {
        Box::pin(async move {
            let mut intent = find(call, &intent_id, &given).await?;
            if intent.kind == Kind::SetupIntent {
                setup_intents::authenticated(call, &mut intent, passes).await
            } else {
                payment_intents::authenticated(call, &mut intent, passes).await
            }
        })
    });
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("secret", &secret)
        .finish();
    match outcome.await {
        // Whatever it was, the page says how it is now.
        Ok(_) => see(request, &format!("/authenticate/{id}?{query}")),
        Err(Failure::Refused(refusal)) if refusal.status == 400 => {
            see(request, &format!("/authenticate/{id}?{query}"))
        }
        Err(failure) => failed(&failure),
    }
}
