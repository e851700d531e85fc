//! Lists, page by page.

use chrono::TimeDelta;
use serde_json::Value;

use crate::support::{Processor, id};

#[tokio::test]
async fn a_list_is_turned_page_by_page_both_ways() {
    let processor = Processor::start().await;
    let mut made = Vec::new();
    for amount in 0..7 {
        let form = format!("amount={}&currency=eur", 500 + amount);
        made.push(id(&processor.post("/v1/payment_intents", &form).await.ok()));
    }
    made.reverse();
    let page = |form: String| {
        let processor = &processor;
        async move {
            let page = processor.get("/v1/payment_intents", &form).await.ok();
            assert_eq!(page["object"], "list");
            assert_eq!(page["url"], "/v1/payment_intents");
            let ids: Vec<String> = page["data"].as_array().unwrap().iter().map(id).collect();
            (ids, page["has_more"].as_bool().unwrap())
        }
    };
    assert_eq!(page("limit=3".to_owned()).await, (made[..3].to_vec(), true));
    let after = |id: &str| format!("limit=3&starting_after={id}");
    assert_eq!(page(after(&made[2])).await, (made[3..6].to_vec(), true));
    assert_eq!(page(after(&made[5])).await, (made[6..].to_vec(), false));
    let before = format!("limit=3&ending_before={}", made[4]);
    assert_eq!(page(before).await, (made[1..4].to_vec(), true));
    for form in
        ["limit=0", "limit=101", "starting_after=pi_nobodys", "starting_after=a&ending_before=b"]
    {
        processor.get("/v1/payment_intents", form).await.refused(400);
    }
}

#[tokio::test]
async fn lists_are_of_a_customer_and_a_time() {
    let processor = Processor::start().await;
    let (ana, bob) = (processor.customer().await, processor.customer().await);
    let make = |customer: &str| format!("amount=500&currency=eur&customer={customer}");
    let first = processor.post("/v1/payment_intents", &make(&ana)).await.ok();
    processor.clock.advance(TimeDelta::seconds(60));
    let second = processor.post("/v1/payment_intents", &make(&ana)).await.ok();
    processor.post("/v1/payment_intents", &make(&bob)).await.ok();
    let at = second["created"].as_i64().unwrap();
    let find = |form: String| {
        let processor = &processor;
        async move {
            let found = processor.get("/v1/payment_intents", &form).await.ok();
            found["data"].as_array().unwrap().iter().map(id).collect::<Vec<_>>()
        }
    };
    assert_eq!(find(format!("customer={ana}")).await, [id(&second), id(&first)]);
    assert_eq!(find(format!("customer={ana}&created[gte]={at}")).await, [id(&second)]);
    assert_eq!(find(format!("customer={ana}&created[lt]={at}")).await, [id(&first)]);
    assert_eq!(find(format!("customer={ana}&created={at}")).await, [id(&second)]);
    assert_eq!(find(format!("created[gt]={at}")).await, Vec::<String>::new());
}

#[tokio::test]
async fn objects_stand_in_the_place_of_their_ids_where_that_is_asked_for() {
    let processor = Processor::start().await;
    let intent = processor.paid("pm_card_visa").await;
    let list = processor.get("/v1/charges", "expand[]=data.payment_intent").await.ok();
    assert_eq!(list["data"][0]["payment_intent"]["id"], intent["id"]);
    let path = format!("/v1/payment_intents/{}", id(&intent));
    let error = processor.get(&path, "expand[]=nothing").await.refused(400);
    assert_eq!(error["param"], "expand");
    processor.get(&path, "expand[]=a.b.c.d.e").await.refused(400);
    let plain = processor.get(&path, "expand[]=review").await.ok();
    assert_eq!(plain["review"], Value::Null);
    // What only the sandbox knows is never shown.
    assert!(!plain.to_string().contains("4242424242424242"));
}
