//! What was asked, whatever answers it.

use axum::{
    body::Bytes,
    extract::OriginalUri,
    http::{HeaderMap, Method, Uri, header},
};

/// A request, its path taken apart.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    /// The parts of the path, without what the sandbox is nested below.
    pub(super) path: Vec<String>,
    pub(super) headers: HeaderMap,
    query: String,
    body: Bytes,
    /// Where the sandbox's pages are, such as `http://127.0.0.1:8080/sandbox`.
    pub(super) base: String,
}

impl Request {
    pub(super) fn new(
        public_url: Option<&str>,
        method: Method,
        uri: &Uri,
        OriginalUri(original): &OriginalUri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        let path = uri.path().split('/').filter(|part| !part.is_empty()).map(decoded).collect();
        let base = public_url.map_or_else(|| base(uri, original, &headers), ToOwned::to_owned);
        let query = uri.query().unwrap_or_default().to_owned();
        Self { method, path, headers, query, body, base }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The pairs of a form, which GET and DELETE have in the address.
    pub(super) fn form(&self) -> Vec<(String, String)> {
        let mut pairs: Vec<_> =
            url::form_urlencoded::parse(self.query.as_bytes()).into_owned().collect();
        if self.method == Method::POST {
            pairs.extend(url::form_urlencoded::parse(&self.body).into_owned());
        }
        pairs
    }

    /// A field of a page's form or of its address.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        self.form().into_iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// A cookie of this name.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        self.header(header::COOKIE.as_str())?
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }
}

fn decoded(part: &str) -> String {
    // A part of a path is decoded as a form is, but for its plus signs.
    let part = part.replace('+', "%2B");
    url::form_urlencoded::parse(part.as_bytes())
        .next()
        .map(|(text, _)| text.into_owned())
        .unwrap_or_default()
}

/// Where the sandbox is, as whoever asks sees it: the host they named, and what the router is nested below.
fn base(inner: &Uri, original: &Uri, headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| original.authority().map(axum::http::uri::Authority::as_str))
        .unwrap_or("127.0.0.1");
    let nested_below = original
        .path()
        .trim_end_matches('/')
        .strip_suffix(inner.path().trim_end_matches('/'))
        .unwrap_or_default();
    format!("http://{host}{nested_below}")
}
