//! Neither key nor webhook secret shows anywhere.

use traveloure_config::{Secret, ServerUrl};

use super::{
    super::{Stripe, StripeSettings},
    fake::settings,
};
use crate::app::gateway::AccountLink;

#[test]
fn nothing_that_is_printed_shows_a_secret() {
    let settings = settings("http://127.0.0.1:1");
    assert!(!format!("{settings:?}").contains("hunter2"));
    let stripe = Stripe::try_new(settings).unwrap();
    assert!(!format!("{stripe:?} {stripe:#?}").contains("hunter2"));
    let link = AccountLink { url: "https://hunter2".to_owned(), expires_at: super::at(0) };
    assert!(!format!("{link:?}").contains("hunter2"));
}

#[test]
fn the_key_never_travels_in_the_clear() {
    assert!("http://api.stripe.com".parse::<ServerUrl>().is_err());
    assert!("https://api.stripe.com".parse::<ServerUrl>().is_ok());
}

#[test]
fn without_a_key_there_is_no_stripe() {
    let mut configured = traveloure_config::Stripe {
        base_url: "https://api.stripe.com".parse().unwrap(),
        api_key: None,
        webhook_secret: Some(Secret::from("whsec_a".to_owned())),
        connect_webhook_secret: Some(Secret::from("whsec_b".to_owned())),
        timeout_seconds: 40,
        retries: 3,
    };
    assert!(StripeSettings::configured(&configured).is_none());
    configured.api_key = Some(Secret::from("sk_test_1".to_owned()));
    let settings = StripeSettings::configured(&configured).unwrap();
    assert_eq!(settings.webhook_secrets.len(), 2);
    assert_eq!(settings.patience.timeout.as_secs(), 40);
    assert!(Stripe::try_new(settings).is_ok());
}
