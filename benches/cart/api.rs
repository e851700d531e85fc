//! Buying over HTTP.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use uuid::Uuid;

/// Days on which there is something to be sold, and hours of each.
pub const DAYS: usize = 300;
pub const HOURS: usize = 24;

/// A shop as its customers reach it; cheap to clone.
#[derive(Clone)]
pub struct Shop {
    pub client: reqwest::Client,
    pub base: String,
    pub token: String,
    pub service: Uuid,
    pub sold_out: Uuid,
    pub first_day: NaiveDate,
}

impl Shop {
    /// An item of which there is enough, spread over all slots.
    pub fn item(&self, number: usize) -> Value {
        let date = self.first_day + Days::new((number % DAYS) as u64);
        let time = format!("{:02}:00", number / DAYS % HOURS);
        json!({"booking_type": "instant", "service_id": self.service, "date": date, "time": time, "travelers": 1})
    }

    /// An item that somebody else has bought.
    pub fn sold_out_item(&self) -> Value {
        json!({"booking_type": "instant", "service_id": self.sold_out, "date": self.first_day, "time": "09:00",
               "travelers": 1})
    }

    /// Puts one item through process-cart, which must be answered.
    pub async fn process(&self, key: &str, item: &Value) -> Value {
        let answer = self
            .client
            .post(format!("{}/api/bookings/process-cart/", self.base))
            .bearer_auth(&self.token)
            .header("traveloure-role", "traveler")
            .header("idempotency-key", key)
            .json(&json!({"items": [item]}))
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Sells so many with so many clients at once; returns how many a second.
    pub async fn sell(&self, round: &str, count: usize, clients: usize) -> f64 {
        self.many(round, count, clients, false).await
    }

    /// Refuses so many, because they are sold out.
    pub async fn refuse(&self, round: &str, count: usize, clients: usize) -> f64 {
        self.many(round, count, clients, true).await
    }

    async fn many(&self, round: &str, count: usize, clients: usize, is_sold_out: bool) -> f64 {
        let next = Arc::new(AtomicUsize::new(0));
        let started = Instant::now();
        let mut tasks = Vec::new();
        for _ in 0..clients {
            let (shop, next, round) = (self.clone(), Arc::clone(&next), round.to_owned());
            tasks.push(tokio::spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let item = if is_sold_out { shop.sold_out_item() } else { shop.item(number) };
                    let answer = shop.process(&format!("{round} {number}"), &item).await;
                    let code = &answer["errors"][0]["problem"]["code"];
                    assert_eq!(code == "slot_taken", is_sold_out, "{answer:#}");
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        f64::from(u32::try_from(count).unwrap()) / started.elapsed().as_secs_f64()
    }
}
