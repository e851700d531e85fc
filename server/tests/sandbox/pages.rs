//! The pages, as a phone's browser without scripts sees them.

use axum::{
    body::Body,
    http::{Method, Request},
};

use crate::support::{Answer, Processor, id};

/// A browser: it keeps one cookie and sends forms.
struct Browser<'p> {
    processor: &'p Processor,
    cookie: Option<String>,
}

impl<'p> Browser<'p> {
    fn new(processor: &'p Processor) -> Self {
        Self { processor, cookie: None }
    }

    async fn send(&mut self, method: Method, path: &str, body: String) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("other=1; {cookie}"));
        }
        let answer = self.processor.send(request.body(Body::from(body)).unwrap()).await;
        if let Some(cookie) = answer.header("set-cookie") {
            assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
            self.cookie = cookie.split(';').next().map(ToOwned::to_owned);
        }
        answer
    }

    async fn open(&mut self, path: &str) -> String {
        let answer = self.send(Method::GET, path, String::new()).await;
        let policy = answer.header("content-security-policy").unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script"), "{policy}");
        let page = answer.body.as_str().unwrap().to_owned();
        assert!(!page.contains("<script") && page.contains("width=device-width"), "{page}");
        page
    }

    /// Sends the page's form with these fields beside its token.
    async fn submit(&mut self, path: &str, page: &str, fields: &str) -> Answer {
        let token =
            page.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        self.send(Method::POST, path, format!("token={token}&{fields}")).await
    }
}

fn path(url: &str) -> String {
    url.strip_prefix("http://pay.test").unwrap().to_owned()
}

#[tokio::test]
async fn a_person_pays_on_the_page() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let session = processor.checkout(&customer, "").await;
    let pay = path(session["url"].as_str().unwrap());
    let mut browser = Browser::new(&processor);
    let page = browser.open(&pay).await;
    assert!(page.contains("120.00 EUR"), "{page}");
    assert!(page.contains("Walk through &lt;b&gt;Alfama&lt;/b&gt; × 2"), "{page}");
    assert!(page.contains("Never type a real card"), "{page}");

    let typed = |number: &str, expiry: &str, cvc: &str| {
        format!("number={number}&expiry={}&cvc={cvc}", expiry.replace('/', "%2F"))
    };
    for (fields, words) in [
        (typed("4111111111111111", "12/34", "123"), "not one of the test cards"),
        (typed("4242+4242+4242+4242", "05/26", "123"), "must be in the future"),
        (typed("4242424242424242", "13/34", "123"), "must be in the future"),
        (typed("4242424242424242", "1234", "123"), "MM/YY"),
        (typed("4242424242424242", "12/34", "12"), "three digits"),
    ] {
        let answer = browser.submit(&pay, &page, &fields).await;
        assert_eq!(answer.status, 422, "{fields}");
        let body = answer.body.as_str().unwrap();
        assert!(body.contains(words) && !body.contains("4111111111111111"), "{fields}: {body}");
    }
    let declined = browser.submit(&pay, &page, "card=4000000000000002").await;
    assert_eq!(declined.status, 402);
    assert!(declined.body.as_str().unwrap().contains("Your card was declined."));
    let paid = browser.submit(&pay, &page, &typed("4242+4242+4242+4242", "06/26", "123")).await;
    assert_eq!(paid.status, 303);
    assert_eq!(paid.header("location"), session["url"].as_str());
    let done = browser.open(&pay).await;
    assert!(done.contains("<h1>Paid</h1>"), "{done}");
    assert!(done.contains(&format!("https://example.org/done?s={}", id(&session))), "{done}");
    // Sending the form again, or from another tab, charges nothing.
    assert_eq!(browser.submit(&pay, &page, "card=4242424242424242").await.status, 303);
    assert_eq!(processor.balance().await, 11807);
}

#[tokio::test]
async fn the_bank_asks_on_the_page() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let session = processor.checkout(&customer, "").await;
    let pay = path(session["url"].as_str().unwrap());
    let mut browser = Browser::new(&processor);
    let page = browser.open(&pay).await;
    browser.submit(&pay, &page, "card=4000002760003184").await;
    let asked = browser.open(&pay).await;
    assert!(asked.contains("Your bank asks") && asked.contains("Complete"), "{asked}");
    let answer = format!("{pay}/authenticate");
    let failed = browser.submit(&answer, &asked, "outcome=fail").await;
    assert_eq!(failed.status, 402);
    browser.submit(&pay, &page, "card=4000002760003184").await;
    assert_eq!(browser.submit(&answer, &asked, "outcome=complete").await.status, 303);
    assert!(browser.open(&pay).await.contains("<h1>Paid</h1>"));
    assert_eq!(processor.balance().await, 11807);
}

#[tokio::test]
async fn a_form_that_is_not_the_pages_does_nothing() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let session = processor.checkout(&customer, "").await;
    let other = processor.checkout(&customer, "").await;
    let pay = path(session["url"].as_str().unwrap());
    let mut browser = Browser::new(&processor);
    let page = browser.open(&pay).await;
    // Another site's form has no token; another browser's token is of another cookie.
    assert_eq!(
        browser.send(Method::POST, &pay, "card=4242424242424242".to_owned()).await.status,
        403
    );
    let mut stranger = Browser::new(&processor);
    assert_eq!(stranger.submit(&pay, &page, "card=4242424242424242").await.status, 403);
    let elsewhere = path(other["url"].as_str().unwrap());
    assert_eq!(browser.submit(&elsewhere, &page, "card=4242424242424242").await.status, 403);
    assert_eq!(processor.balance().await, 0);
    assert_eq!(
        browser.send(Method::GET, "/sandbox/pay/cs_test_x", String::new()).await.status,
        404
    );
}

#[tokio::test]
async fn a_page_that_has_expired_says_so() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let session = processor.checkout(&customer, "").await;
    let pay = path(session["url"].as_str().unwrap());
    processor.post(&format!("/v1/checkout/sessions/{}/expire", id(&session)), "").await.ok();
    let mut browser = Browser::new(&processor);
    let page = browser.open(&pay).await;
    assert!(page.contains("has expired") && page.contains("https://example.org/back"), "{page}");
}

#[tokio::test]
async fn the_bank_asks_for_an_intent_without_a_checkout() {
    let processor = Processor::start().await;
    let form = "amount=5000&currency=jpy&payment_method=pm_card_threeDSecure2Required&confirm=true\
                &return_url=https%3A%2F%2Fexample.org%2Fback";
    let intent = processor.post("/v1/payment_intents", form).await.ok();
    let url = path(intent["next_action"]["redirect_to_url"]["url"].as_str().unwrap());
    let mut browser = Browser::new(&processor);
    let page = browser.open(&url).await;
    assert!(page.contains("5000 JPY"), "{page}");
    let without_secret = url.split('?').next().unwrap();
    assert_eq!(browser.send(Method::GET, without_secret, String::new()).await.status, 404);
    let wrong = format!("{without_secret}?secret=guessed");
    assert_eq!(browser.send(Method::GET, &wrong, String::new()).await.status, 404);
    assert_eq!(browser.submit(&url, &page, "outcome=complete").await.status, 303);
    assert!(browser.open(&url).await.contains("https://example.org/back"));
    let seen = processor.get(&format!("/v1/payment_intents/{}", id(&intent)), "").await.ok();
    assert_eq!(seen["status"], "succeeded");
}

#[tokio::test]
async fn a_provider_is_onboarded_on_the_page_by_a_link_that_is_good_once() {
    let processor = Processor::start().await;
    let account = id(&processor.post("/v1/accounts", "type=express&country=PT").await.ok());
    let form = format!(
        "account={account}&type=account_onboarding&return_url=https%3A%2F%2Fexample.org%2Freturn\
         &refresh_url=https%3A%2F%2Fexample.org%2Frefresh"
    );
    let link = processor.post("/v1/account_links", &form).await.ok();
    assert_eq!(link.get("id"), None);
    let url = path(link["url"].as_str().unwrap());
    let mut browser = Browser::new(&processor);
    let page = browser.open(&url).await;
    let done = browser.submit(&url, &page, "outcome=lack").await;
    assert!(done.body.as_str().unwrap().contains("https://example.org/return"));
    let seen = processor.get(&format!("/v1/accounts/{account}"), "").await.ok();
    assert_eq!(seen["requirements"]["currently_due"][0], "individual.verification.document");
    let stale = browser.send(Method::GET, &url, String::new()).await;
    assert_eq!(stale.header("location"), Some("https://example.org/refresh"));

    let link = processor.post("/v1/account_links", &form).await.ok();
    let url = path(link["url"].as_str().unwrap());
    let page = browser.open(&url).await;
    processor.clock.advance(chrono::TimeDelta::minutes(5));
    let late = browser.submit(&url, &page, "outcome=finish").await;
    assert_eq!(late.header("location"), Some("https://example.org/refresh"));
    let seen = processor.get(&format!("/v1/accounts/{account}"), "").await.ok();
    assert_eq!(seen["payouts_enabled"], false);
}
