//! The page on which the owner of a connected account gives what the processor wants to know.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{Form, buttons, escape, failed, is_of_the_web, link, not_genuine, page};
use crate::sandbox::{
    Sandbox,
    call::{Call, Origin},
    object::{Kind, Object},
    refusal::{Outcome, Place, Refusal},
    request::Request,
    resources::accounts::{self, Onboarding},
};

fn origin(request: &Request) -> Origin {
    Origin { base: request.base.clone(), ..Origin::default() }
}

/// The link, locked, and whether it is still good.
async fn find(call: &mut Call<'_>, id: &str) -> Outcome<(Object, bool)> {
    let link = call.find_to_change(Kind::AccountLink, id, Place::Path).await?;
    let is_good = !link.hides("used") && link.int("expires_at") > call.timestamp();
    Ok((link, is_good))
}

/// `GET /onboard/{link}`
pub(in crate::sandbox) async fn show(sandbox: &Sandbox, request: &Request, id: &str) -> Response {
    let link_id = id.to_owned();
    let found = sandbox
        .transact(origin(request), move |call| Box::pin(async move { find(call, &link_id).await }));
    let link = match found.await {
        Ok((link, true)) => link,
        Ok((link, false)) => return stale(&link),
        Err(failure) => return failed(&failure),
    };
    let form = Form::of(sandbox, request, id);
    let account = link.hidden_text("account").unwrap_or_default();
    let mut body = format!(
        "<p class=\"notice\">This is a sandbox: give nothing real, it asks for nothing.</p>\
         <p>Account {}</p>",
        escape(account)
    );
    let choices = [
        ("finish", "Finish: everything is given".to_owned()),
        ("lack", "Finish, but leave a document out".to_owned()),
    ];
    let action = format!("{}/onboard/{id}", request.base);
    body.push_str(&buttons(&action, &form, "outcome", &choices));
    body.push_str(&self::link(link.hidden_text("return_url"), "Back, not finished"));
    form.set(page(StatusCode::OK, "Get paid", &body))
}

/// A link that was used or is too old leads to where a new one is made.
fn stale(link: &Object) -> Response {
    if let Some(url) = link.hidden_text("refresh_url").filter(|url| is_of_the_web(url)) {
        return Redirect::to(url).into_response();
    }
    let words = "<p>Ask for a new link where you got this one.</p>";
    page(StatusCode::GONE, "This link is used up", words)
}

/// `POST /onboard/{link}`
pub(in crate::sandbox) async fn finish(sandbox: &Sandbox, request: &Request, id: &str) -> Response {
    if !Form::is_genuine(sandbox, request, id) {
        return not_genuine();
    }
    let onboarding = match request.field("outcome").as_deref() {
        Some("finish") => Onboarding::Finished,
        _ => Onboarding::LacksDocument,
    };
    let link_id = id.to_owned();
    let outcome = sandbox.transact(origin(request), move |call| {
        Box::pin(async move {
            let (mut link, is_good) = find(call, &link_id).await?;
            if !is_good {
                return Ok((link, false));
            }
            let id = link.hidden_text("account").unwrap_or_default().to_owned();
            let found = call.find_to_change(Kind::Account, &id, Place::Path).await;
            let mut account = found.map_err(|_| Refusal::missing("account", &id, Place::Path))?;
            accounts::onboard(call, &mut account, onboarding).await?;
            link.hide("used", true);
            call.save(&link).await?;
            Ok((link, true))
        })
    });
    match outcome.await {
        Ok((link, true)) => {
            let body = self::link(link.hidden_text("return_url"), "Back to where you came from");
            let words = "<p>That is all. You can close this page now.</p>";
            page(StatusCode::OK, "Thank you", &format!("{words}{body}"))
        }
        Ok((link, false)) => stale(&link),
        Err(failure) => failed(&failure),
    }
}
