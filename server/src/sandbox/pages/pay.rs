//! The page of a checkout: what is bought, and the card.

use std::fmt::Write as _;

use axum::{http::StatusCode, response::Response};
use chrono::Datelike;
use serde_json::Value;

use super::{Form, buttons, escape, failed, is_of_the_web, link, not_genuine, page, see};
use crate::sandbox::{
    Sandbox,
    call::Origin,
    cards::{CARDS, TestCard},
    currency,
    object::Object,
    refusal::{Failure, Outcome},
    request::Request,
    resources::{checkout, payments::Attempted, sessions},
};

const NO_REAL_CARD: &str = "<p class=\"notice\">This is a sandbox: no money moves. Never type a real \
                            card here; only test cards are taken, and nothing else is kept.</p>";

fn origin(request: &Request) -> Origin {
    Origin { base: request.base.clone(), ..Origin::default() }
}

/// The checkout as it is now, and whether the cardholder is being asked.
async fn look(sandbox: &Sandbox, request: &Request, id: &str) -> Outcome<(Object, bool)> {
    let id = id.to_owned();
    sandbox
        .transact(origin(request), move |call| {
            Box::pin(async move {
                let session = sessions::current(call, &id).await?;
                let is_asked = session.is("status", "open")
                    && checkout::waits_for_cardholder(call, &session).await?;
                Ok((session, is_asked))
            })
        })
        .await
}

/// `GET /pay/{session}`
pub(in crate::sandbox) async fn show(sandbox: &Sandbox, request: &Request, id: &str) -> Response {
    show_with(sandbox, request, id, StatusCode::OK, None).await
}

async fn show_with(
    sandbox: &Sandbox,
    request: &Request,
    id: &str,
    status: StatusCode,
    error: Option<&str>,
) -> Response {
    let (session, is_asked) = match look(sandbox, request, id).await {
        Ok(found) => found,
        Err(failure) => return failed(&failure),
    };
    let form = Form::of(sandbox, request, id);
    let response = match session.known("status") {
        "complete" => complete(&session),
        "open" if is_asked => asks_cardholder(request, &session, &form),
        "open" => card(request, &session, &form, status, error),
        _ => expired(&session),
    };
    form.set(response)
}

fn complete(session: &Object) -> Response {
    let is_payment = session.is("mode", "payment");
    let title = if is_payment { "Paid" } else { "Card saved" };
    let mut body = summary(session);
    body.push_str("<p>You can close this page now.</p>");
    let back = session.text("success_url");
    body.push_str(&link(back, "Back to where you came from"));
    if let Some(url) = back.filter(|url| is_of_the_web(url)) {
        let _ = write!(body, "<meta http-equiv=\"refresh\" content=\"3; url={}\">", escape(url));
    }
    page(StatusCode::OK, title, &body)
}

fn expired(session: &Object) -> Response {
    let mut body =
        "<p>Nothing was charged. Ask for a new link where you got this one.</p>".to_owned();
    body.push_str(&link(session.text("cancel_url"), "Back"));
    page(StatusCode::GONE, "This page has expired", &body)
}

fn asks_cardholder(request: &Request, session: &Object, form: &Form) -> Response {
    let mut body = summary(session);
    body.push_str("<p>Your bank wants to know whether it is you (3-D Secure).</p>");
    let action = format!("{}/pay/{}/authenticate", request.base, session.id);
    let choices = [("complete", "Complete".to_owned()), ("fail", "Fail".to_owned())];
    body.push_str(&buttons(&action, form, "outcome", &choices));
    page(StatusCode::OK, "Your bank asks", &body)
}

fn card(
    request: &Request,
    session: &Object,
    form: &Form,
    status: StatusCode,
    error: Option<&str>,
) -> Response {
    let is_payment = session.is("mode", "payment");
    let mut body = summary(session);
    body.push_str(NO_REAL_CARD);
    if let Some(error) = error {
        let _ = write!(body, "<p class=\"error\" role=\"alert\">{}</p>", escape(error));
    }
    let action = format!("{}/pay/{}", request.base, session.id);
    let verb = if is_payment {
        format!("Pay {}", currency::shown(session.int("amount_total"), session.known("currency")))
    } else {
        "Save the card".to_owned()
    };
    let _ = write!(
        body,
        "<form method=\"post\" action=\"{}\" autocomplete=\"off\">{}\
         <label>Number of a test card<input name=\"number\" inputmode=\"numeric\" required \
         maxlength=\"24\" placeholder=\"4242 4242 4242 4242\"></label>\
         <label>Expires (MM/YY)<input name=\"expiry\" inputmode=\"numeric\" required maxlength=\"7\" \
         placeholder=\"12/34\"></label>\
         <label>Security code<input name=\"cvc\" inputmode=\"numeric\" required maxlength=\"4\" \
         placeholder=\"123\"></label><button>{}</button></form><h2>Or take a test card that …</h2>",
        escape(&action),
        form.field(),
        escape(&verb),
    );
    let offered: Vec<(&str, String)> = CARDS
        .iter()
        .filter_map(|card| {
            let words = card.offered?;
            Some((card.number, format!("{words} (…{})", card.last4())))
        })
        .collect();
    body.push_str(&buttons(&action, form, "card", &offered));
    body.push_str(&link(session.text("cancel_url"), "Cancel and go back"));
    page(status, if is_payment { "Pay" } else { "Save a card" }, &body)
}

/// What is bought, and the sum.
fn summary(session: &Object) -> String {
    let mut html = String::new();
    if !session.is("mode", "payment") {
        html.push_str("<p>The card is saved for later; nothing is charged now.</p>");
        return html;
    }
    let total = currency::shown(session.int("amount_total"), session.known("currency"));
    let _ = write!(html, "<p class=\"amount\">{}</p><table>", escape(&total));
    let items = session.hidden.get("line_items").and_then(Value::as_array);
    for item in items.into_iter().flatten() {
        let quantity = item["quantity"].as_i64().unwrap_or(1);
        let amount = item["amount_total"].as_i64().unwrap_or_default();
        let _ = write!(
            html,
            "<tr><td>{}{}</td><td>{}</td></tr>",
            escape(item["description"].as_str().unwrap_or_default()),
            if quantity > 1 { format!(" × {quantity}") } else { String::new() },
            escape(&currency::shown(amount, session.known("currency"))),
        );
    }
    html.push_str("</table>");
    html
}

/// `POST /pay/{session}`
pub(in crate::sandbox) async fn pay(sandbox: &Sandbox, request: &Request, id: &str) -> Response {
    if !Form::is_genuine(sandbox, request, id) {
        return not_genuine();
    }
    let card = match chosen(sandbox, request) {
        Ok(card) => card,
        Err(error) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return show_with(sandbox, request, id, status, Some(error)).await;
        }
    };
    let session = id.to_owned();
    let outcome = sandbox.transact(origin(request), move |call| {
        Box::pin(async move { checkout::pay(call, &session, card).await })
    });
    answer(sandbox, request, id, outcome.await).await
}

/// `POST /pay/{session}/authenticate`
pub(in crate::sandbox) async fn authenticate(
    sandbox: &Sandbox,
    request: &Request,
    id: &str,
) -> Response {
    if !Form::is_genuine(sandbox, request, id) {
        return not_genuine();
    }
    let passes = request.field("outcome").as_deref() == Some("complete");
    let session = id.to_owned();
    let outcome = sandbox.transact(origin(request), move |call| {
        Box::pin(async move { checkout::authenticated(call, &session, passes).await })
    });
    answer(sandbox, request, id, outcome.await).await
}

async fn answer(
    sandbox: &Sandbox,
    request: &Request,
    id: &str,
    outcome: Outcome<(Object, Attempted)>,
) -> Response {
    match outcome {
        Ok((_, Attempted::Declined(why))) => {
            let status = StatusCode::PAYMENT_REQUIRED;
            show_with(sandbox, request, id, status, Some(why.message)).await
        }
        Ok(_) => see(request, &format!("/pay/{id}")),
        // Paid already, expired, or not waiting any more: the page says how it is now.
        Err(Failure::Refused(refusal)) if refusal.status == 400 => {
            see(request, &format!("/pay/{id}"))
        }
        Err(failure) => failed(&failure),
    }
}

/// The test card that was pressed, or typed.
fn chosen(sandbox: &Sandbox, request: &Request) -> Result<&'static TestCard, &'static str> {
    const NO_TEST_CARD: &str = "This is not one of the test cards, so nothing was charged, and it was \
                                not kept. Never type a real card here.";
    if let Some(pressed) = request.field("card") {
        return TestCard::by_number(&pressed).ok_or(NO_TEST_CARD);
    }
    let number = request.field("number").unwrap_or_default();
    let card = TestCard::by_number(&number).ok_or(NO_TEST_CARD)?;
    let expiry = request.field("expiry").unwrap_or_default();
    let (month, year) = expiry.split_once('/').ok_or("Write the expiry as MM/YY.")?;
    let read = |text: &str| text.trim().parse::<i32>().ok();
    let (month, year) = read(month).zip(read(year)).ok_or("Write the expiry as MM/YY.")?;
    let year = if year < 100 { 2000 + year } else { year };
    let now = sandbox.now();
    let month_now = i32::try_from(now.month()).unwrap_or(12);
    if !(1..=12).contains(&month) || (year, month) < (now.year(), month_now) {
        return Err("The expiry must be in the future, such as 12/34.");
    }
    let cvc = request.field("cvc").unwrap_or_default();
    if !(3..=4).contains(&cvc.len()) || !cvc.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("The security code is any three digits.");
    }
    Ok(card)
}
