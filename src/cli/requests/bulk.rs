//! `traveloure requests bulk`: the same answer to many.

use clap::{Args, Subcommand};
use traveloure_core::{
    api::request::{self, BulkAnswer, BulkResult, BulkRow},
    ids::RequestId,
    text::clean_line,
};

use super::super::{
    context::Context, failure::Failure, find, prompt, session::Session, sheet::Sheet, table::Table,
    words::spoken,
};
use crate::client::Key;

/// How many the server answers in one call.
const AT_ONCE: usize = 100;

#[derive(Debug, Subcommand)]
pub enum Bulk {
    /// Accept many requests, each on its own
    Accept(Many),
    /// Decline many requests, each on its own
    Decline(Many),
}

#[derive(Debug, Args)]
pub struct Many {
    /// The requests: their ids, or the ends of them
    #[arg(required = true)]
    requests: Vec<String>,
    /// Words to the other sides
    #[arg(long, short, value_name = "TEXT")]
    message: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Bulk {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (many, verb, answer) = match self {
            Self::Accept(many) => {
                let accept =
                    request::Accept { message: many.message.clone(), ..request::Accept::default() };
                (many, "Accept", BulkAnswer::Accept(accept))
            }
            Self::Decline(many) => {
                let message = many.message.clone().unwrap_or_default();
                (many, "Decline", BulkAnswer::Decline(request::Decline { message }))
            }
        };
        let (client, side) = session.side().await?;
        let mut ids: Vec<RequestId> = Vec::new();
        for text in &many.requests {
            let id = find::request(&client, side, text).await?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        prompt::confirm(&format!("{verb} {} requests?", ids.len()), many.yes).await?;

        let mut results = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let bulk = request::Bulk { ids: ids.to_vec(), answer: answer.clone() };
            results.extend(client.answer_many(&bulk, &Key::random()).await?.results);
        }
        let result = BulkResult { results };
        context.output.show(&result, draw)?;
        let done = result.results.iter().filter(|row| row.problem.is_none()).count();
        match result.results.len() {
            all if all == done => Ok(()),
            all => Err(Failure::Partly { done, all }),
        }
    }
}

fn draw(result: &BulkResult, sheet: &mut Sheet) {
    let mut table = Table::new().left("ID").left("RESULT").flexible("FROM").flexible("WHY NOT");
    for row in &result.results {
        table.row([
            find::short(row.id.into()),
            outcome(row),
            row.request.as_ref().map_or_else(String::new, |request| request.traveler_name.clone()),
            row.problem
                .as_ref()
                .map_or_else(String::new, |problem| clean_line(&problem.detail).into_owned()),
        ]);
    }
    sheet.table(&table);
}

fn outcome(row: &BulkRow) -> String {
    match (&row.problem, &row.request) {
        (Some(problem), _) => problem.code.as_str().replace('_', " "),
        (None, Some(request)) => spoken(&request.status),
        (None, None) => String::new(),
    }
}
