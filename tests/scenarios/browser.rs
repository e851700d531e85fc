//! The processor's pages, opened and filled in as a browser does it: with its cookie, its hidden fields, its redirects.

use std::time::Duration;

use reqwest::{Response, Url, header, redirect};

/// One browser at one page.
pub struct Browser {
    http: reqwest::Client,
    cookie: String,
    at: Url,
    page: String,
}

impl Browser {
    pub async fn open(url: &str) -> Self {
        // The clients of the program install it as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(Duration::from_mins(1))
            .no_proxy()
            .tls_certs_only([])
            .build()
            .unwrap();
        let at: Url = url.parse().unwrap();
        let mut browser = Self { http, cookie: String::new(), at: at.clone(), page: String::new() };
        let response = browser.http.get(at).send().await.unwrap();
        browser.arrive(response).await;
        browser
    }

    /// Types a card and sends the form.
    pub async fn pay_with(&mut self, card: &str) {
        self.send(&[("number", card), ("expiry", "12/34"), ("cvc", "123")]).await;
    }

    /// Presses a button with this name and value.
    pub async fn press(&mut self, name: &str, value: &str) {
        assert!(self.page.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{}", self.page);
        self.send(&[(name, value)]).await;
    }

    /// What the page shows.
    #[track_caller]
    pub fn shows(&self, words: &str) {
        assert!(self.page.contains(words), "{words:?} is not on the page: {}", self.page);
    }

    async fn send(&mut self, fields: &[(&str, &str)]) {
        let to = self.at.join(between(&self.page, "action=\"", "\"")).unwrap();
        let token = between(&self.page, "name=\"token\" value=\"", "\"").to_owned();
        let fields = [fields, &[("token", &*token)]].concat();
        let body = Url::parse_with_params("http://form", &fields).unwrap();
        let request = self
            .http
            .post(to)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, &self.cookie)
            .body(body.query().unwrap().to_owned());
        let response = request.send().await.unwrap();
        self.arrive(response).await;
    }

    async fn arrive(&mut self, mut response: Response) {
        loop {
            if let Some(cookie) = response.headers().get(header::SET_COOKIE) {
                let cookie = cookie.to_str().unwrap();
                self.cookie = String::from(cookie.split(';').next().unwrap());
            }
            self.at = response.url().clone();
            let Some(next) = response.headers().get(header::LOCATION) else { break };
            let next = self.at.join(next.to_str().unwrap()).unwrap();
            let request = self.http.get(next).header(header::COOKIE, &self.cookie);
            response = request.send().await.unwrap();
        }
        self.page = response.text().await.unwrap();
    }
}

#[track_caller]
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split_once(after).unwrap().0
}
