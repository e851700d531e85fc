//! Clients that are gone before their answer comes.

use std::time::Duration;

use futures_util::{StreamExt, future::join_all, stream};
use rand::Rng;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    table::Trials,
    traveler::{Ended, Temper, Trip, Way},
    world::World,
};

const AT_A_TIME: usize = 24;
/// More than the server has connections to its database.
const AT_ONCE: usize = 64;

/// So many requests whose client closes the connection within moments: carts, and payments of those that got their
/// answer in time. Then each client comes back once, and the server must be as good as new.
pub async fn gone(world: &World, times: usize) -> Trials {
    let mut trials = Trials { count: times, ..Trials::default() };
    let trips = (0..times).map(|_| async {
        let number = world.next();
        let item =
            if number.is_multiple_of(3) { world.small_wish(number) } else { world.wish(number) };
        let mut trip = Trip::new(world, Temper::Insists, number, item);
        let moment = Duration::from_micros(rand::rng().random_range(0..150_000));
        let was_cut = match timeout(moment, trip.book()).await {
            Err(_) => true,
            Ok(Ok(())) => timeout(moment / 2, trip.pay(Way::Saved)).await.is_err(),
            Ok(Err(_)) => false,
        };
        (trip, was_cut)
    });
    let trips: Vec<(Trip<'_>, bool)> =
        stream::iter(trips).buffer_unordered(AT_A_TIME).collect().await;
    let cut = trips.iter().filter(|(_, was_cut)| *was_cut).count();
    trials.note = format!("{cut} were cut off");
    if cut == 0 {
        trials.wrong.push("nobody was cut off: the trial shows nothing".to_owned());
    }
    trials.wrong.extend(is_as_new(world).await);
    // Whoever comes back with their key finds one booking, and can pay for it.
    let back = trips.into_iter().step_by(4).map(|(mut trip, _)| async move {
        trip.book().await?;
        trip.pay(Way::Saved).await
    });
    let outcomes: Vec<_> = stream::iter(back).buffer_unordered(AT_A_TIME).collect().await;
    for ended in outcomes.into_iter().filter_map(Result::err) {
        if ended != Ended::SoldOut {
            trials.wrong.push(format!("{ended:?}"));
        }
    }
    trials
}

/// Every connection of the server's pool does its work: more ask at once than there are, and all are answered.
async fn is_as_new(world: &World) -> Vec<String> {
    let asking = (0..AT_ONCE).map(|number| async move {
        let who = world.traveler(number);
        let key = format!("as new {}", world.next());
        let body = json!({"items": [world.wish(world.next())]});
        let path = "/api/bookings/process-cart/";
        let read = world.api.ask(who, "GET", "/api/cart/", None, &Value::Null).await;
        let written = world.api.ask(who, "POST", path, Some(&key), &body).await;
        [read.err(), written.err()]
    });
    let refused = join_all(asking).await.into_iter().flatten().flatten();
    refused.map(|no| format!("the server is not as good as new: {no:?}")).collect()
}
