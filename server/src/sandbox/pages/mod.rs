//! What a person sees: plain pages that suit a phone, without scripts. Every text is escaped, and every
//! form carries a token that only its page can have given.

pub(super) mod authenticate;
pub(super) mod onboard;
pub(super) mod pay;

use std::fmt::Write as _;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use subtle::ConstantTimeEq;

use super::{Sandbox, refusal::Failure, request::Request, signature};

const COOKIE: &str = "sandbox_form";
/// Leads elsewhere are links, so forms need no other place than this one.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

const STYLE: &str = "
:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; }
body { max-width: 30rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; } .amount { font-size: 1.8rem; font-weight: 600; }
.notice { border: 2px solid #b8860b; border-radius: .5rem; padding: .5rem .75rem; }
.error { border: 2px solid #c0392b; border-radius: .5rem; padding: .5rem .75rem; }
table { width: 100%; border-collapse: collapse; } td { padding: .3rem 0; vertical-align: top; }
td:last-child { text-align: right; white-space: nowrap; }
label { display: block; margin-top: .75rem; }
input { font: inherit; width: 100%; padding: .6rem; box-sizing: border-box; }
button { font: inherit; width: 100%; padding: .7rem; margin-top: .6rem; border-radius: .5rem; }
";

/// Text as it stands between tags and in quoted attributes.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // Letters that would turn the line around, or are not there to be seen.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => safe.push('\u{fffd}'),
            letter if letter.is_control() && letter != '\n' => safe.push('\u{fffd}'),
            letter => safe.push(letter),
        }
    }
    safe
}

/// A link out of the sandbox; nothing where the address is none of the web's.
fn link(url: Option<&str>, words: &str) -> String {
    match url.filter(|url| is_of_the_web(url)) {
        Some(url) => {
            format!("<p><a rel=\"noreferrer\" href=\"{}\">{}</a></p>", escape(url), escape(words))
        }
        None => String::new(),
    }
}

fn is_of_the_web(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// A page; `body` is HTML.
fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><h1>{title}</h1>\n{body}\n</body></html>\n"
    );
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

pub(super) fn not_found() -> Response {
    page(StatusCode::NOT_FOUND, "Nothing here", "<p>The link may be incomplete. Open it again.</p>")
}

/// What became of a step that failed, to a person.
fn failed(failure: &Failure) -> Response {
    match failure {
        Failure::Refused(refusal) if refusal.status == 404 => not_found(),
        Failure::Refused(refusal) => {
            let words = format!("<p>{}</p>", escape(refusal.message()));
            page(StatusCode::CONFLICT, "That did not work", &words)
        }
        Failure::Database(error) => {
            tracing::error!(%error, "the database of the sandbox failed");
            let words = "<p>The sandbox cannot use its database. Nothing was charged. Load the page \
                         again in a moment.</p>";
            page(StatusCode::SERVICE_UNAVAILABLE, "Out of order", words)
        }
    }
}

/// Back to a page of the sandbox's own, by GET, so that loading it again repeats nothing.
fn see(request: &Request, path: &str) -> Response {
    Redirect::to(&format!("{}{path}", request.base)).into_response()
}

/// What a page's forms are signed with: a cookie of this browser, and the sandbox's secret.
struct Form {
    nonce: String,
    is_new: bool,
    token: String,
}

impl Form {
    fn of(sandbox: &Sandbox, request: &Request, subject: &str) -> Self {
        let (nonce, is_new) = match request.cookie(COOKIE) {
            Some(nonce) if nonce.len() == 24 => (nonce.to_owned(), false),
            _ => (sandbox.letters(24), true),
        };
        let parts = [b"form ".as_slice(), subject.as_bytes(), b" ", nonce.as_bytes()];
        let token = signature::of(&sandbox.0.page_secret, &parts);
        Self { nonce, is_new, token }
    }

    /// The field that every form carries.
    fn field(&self) -> String {
        format!("<input type=\"hidden\" name=\"token\" value=\"{}\">", self.token)
    }

    /// Gives the page's browser its cookie.
    fn set(&self, mut response: Response) -> Response {
        if self.is_new {
            let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", self.nonce);
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
        }
        response
    }

    /// Whether the form that was sent came from a page of this browser's.
    fn is_genuine(sandbox: &Sandbox, request: &Request, subject: &str) -> bool {
        let form = Self::of(sandbox, request, subject);
        let given = request.field("token").unwrap_or_default();
        !form.is_new && bool::from(form.token.as_bytes().ct_eq(given.as_bytes()))
    }
}

fn not_genuine() -> Response {
    let words = "<p>This form was not opened in this browser, or cookies are off. Nothing was done. Go \
                 back and load the page again.</p>";
    page(StatusCode::FORBIDDEN, "Load the page again", words)
}

/// Buttons that send a form, one form each: name, value and what stands on it.
fn buttons(action: &str, form: &Form, name: &str, choices: &[(&str, String)]) -> String {
    let mut html = format!("<form method=\"post\" action=\"{}\">{}", escape(action), form.field());
    for (value, words) in choices {
        let _ = write!(
            html,
            "<button name=\"{name}\" value=\"{}\">{}</button>",
            escape(value),
            escape(words)
        );
    }
    html.push_str("</form>");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_written_is_taken_for_a_tag() {
        let nasty = "<script>\"'&\u{202e}x\u{7}";
        assert_eq!(escape(nasty), "&lt;script&gt;&quot;&#39;&amp;\u{fffd}x\u{fffd}");
    }

    #[test]
    fn links_lead_into_the_web_only() {
        assert!(
            link(Some("https://example.org/?a=1&b=\"2\""), "Back").contains("&amp;b=&quot;2&quot;")
        );
        for url in ["javascript:alert(1)", "data:text/html,x", "//example.org", ""] {
            assert_eq!(link(Some(url), "Back"), "", "{url}");
        }
    }
}
