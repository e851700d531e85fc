//! The same answer to many requests, each in a transaction of its own.

use sha2::{Digest, Sha256};
use traveloure_core::{
    actor::Actor,
    api::request::{Bulk, BulkAnswer, BulkResult, BulkRow},
    ids::RequestId,
};

use super::{accept, decline};
use crate::{
    app::{Context, work::Key},
    error::{AppError, AppResult},
};

/// How many requests one call answers at the most.
const MAX_ROWS: usize = 100;

/// Answers each request on its own, in the order given; one that is refused does not stop the others. A
/// replay with the same key answers none twice.
///
/// # Errors
/// `invalid` for no rows or too many; a fault of the database ends it, and what was answered until then stays.
pub async fn bulk(
    context: &Context,
    actor: &Actor,
    key: Option<&Key>,
    body: Bulk,
) -> AppResult<BulkResult> {
    if body.ids.is_empty() || body.ids.len() > MAX_ROWS {
        return Err(AppError::invalid_field(
            "ids",
            "out_of_range",
            "answer 1 to 100 requests at once",
        ));
    }
    let mut results = Vec::with_capacity(body.ids.len());
    for id in body.ids {
        let key = key.map(|key| of_row(key, id));
        let outcome = match &body.answer {
            BulkAnswer::Accept(answer) => accept(context, actor, key, id, answer.clone()).await,
            BulkAnswer::Decline(answer) => decline(context, actor, key, id, answer.clone()).await,
        };
        results.push(match outcome {
            Ok(answered) => BulkRow { id, request: Some(answered.request.row), problem: None },
            Err(AppError::Refused(problem)) => {
                BulkRow { id, request: None, problem: Some(*problem) }
            }
            Err(fault) => return Err(fault),
        });
    }
    Ok(BulkResult { results })
}

// Each row is stored under a key of its own, so that a call that broke off half-way can be repeated.
fn of_row(key: &Key, id: RequestId) -> Key {
    let name = Sha256::digest(format!("{} {id}", key.key));
    let name = name.iter().fold(String::from("bulk-"), |mut name, byte| {
        use std::fmt::Write;
        let _ = write!(name, "{byte:02x}");
        name
    });
    Key { key: name, ..key.clone() }
}
