//! Travelers who come and go while something is broken.

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::{
    traveler::{Ended, Temper, Trip, Way},
    world::World,
};

/// What became of a crowd.
#[derive(Debug, Default)]
pub struct Crowd {
    pub done: usize,
    pub wrong: Vec<String>,
    pub note: String,
}

/// So many travelers at once, each making one trip after the other until it is over; they finish what they began.
pub async fn crowd(world: &World, travelers: usize, over: CancellationToken) -> Crowd {
    let all = (0..travelers).map(|_| async {
        let mut seen = (0, 0, Vec::new());
        while !over.is_cancelled() {
            match trip(world).await {
                Ok(()) => seen.0 += 1,
                Err(Ended::SoldOut) => seen.1 += 1,
                Err(other) => seen.2.push(format!("{other:?}")),
            }
        }
        seen
    });
    let mut crowd = Crowd::default();
    let mut sold_out = 0;
    for (done, without, wrong) in join_all(all).await {
        crowd.done += done;
        sold_out += without;
        crowd.wrong.extend(wrong);
    }
    crowd.note = format!("{} trips, {sold_out} sold out", crowd.done);
    crowd
}

/// A trip of this or that kind: either walk, either way to pay, some cancelled.
async fn trip(world: &World) -> Result<(), Ended> {
    let number = world.next();
    let item = if number.is_multiple_of(3) { world.small_wish(number) } else { world.wish(number) };
    let mut trip = Trip::new(world, Temper::Insists, number, item);
    trip.book().await?;
    trip.pay(if number.is_multiple_of(2) { Way::Page } else { Way::Saved }).await?;
    if number.is_multiple_of(5) {
        trip.cancel().await?;
    }
    Ok(())
}
