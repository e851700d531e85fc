//! Reading requests: pages of rows, and one with everything a decision needs.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    actor::Actor,
    api::{
        page::{DEFAULT_LIMIT, MAX_LIMIT, Page},
        request::{Request, RequestRow, Uses},
    },
    availability::{Answer, AvailabilityType},
    fee::{self, FeeDecision, FeeRule},
    ids::{RequestId, ServiceId},
    money::Money,
    request::{Side, Status},
};

use super::side;
use crate::{
    app::{
        Context, cursor,
        pricing::{divide, quoted},
        slots,
    },
    error::{AppError, AppResult, Fault},
    store::{
        bookable::{self, Bookable},
        fees,
        requests::{self, Filter, Order, Scope, Stored},
    },
};

/// The filters of a list.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// Open requests only, the first to expire first; else the newest decisions first.
    pub inbox: bool,
    pub statuses: Vec<Status>,
    pub service: Option<ServiceId>,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub words: Option<String>,
    pub after: Option<String>,
    pub limit: Option<u32>,
}

/// A page of the actor's requests: a provider's inbox, or a traveler's own.
///
/// # Errors
/// `malformed_parameter` for a cursor that is none.
pub async fn list(
    context: &Context,
    actor: &Actor,
    query: ListQuery,
) -> AppResult<Page<RequestRow>> {
    let (side, scope) = side(actor)?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let after = query.after.as_deref().map(cursor::read).transpose()?;
    let wanted = requests::Wanted {
        scope,
        order: if query.inbox { Order::Expiring } else { Order::Newest },
        filter: Filter {
            statuses: query.statuses.iter().map(|status| status.as_str().to_owned()).collect(),
            service: query.service,
            from: query.from,
            until: query.until,
            words: query.words,
        },
        after: after.map(|(at, id)| (at, RequestId::from(id))),
        // One more than asked for tells whether there is a next page.
        limit: i64::from(limit) + 1,
    };
    let mut db = context.pool.acquire().await?;
    let mut found = requests::list(&mut db, &wanted).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| {
        let at = if query.inbox { last.expires_at } else { last.updated_at };
        cursor::write(at, last.id.as_uuid())
    });
    let mut payouts = Payouts::default();
    let mut items = Vec::with_capacity(found.len());
    for request in &found {
        let payout = match side {
            Side::Provider => payouts.of(&mut db, request).await?,
            Side::Traveler => None,
        };
        items.push(request.to_row(side, payout));
    }
    Ok(Page { items, next, total: None })
}

/// One request of the actor's, with its price, its fee, what accepting uses up, rounds and messages.
///
/// # Errors
/// `not_found`.
pub async fn get(context: &Context, actor: &Actor, id: RequestId) -> AppResult<Request> {
    let (side, scope) = side(actor)?;
    let now = context.now();
    let mut db = context.pool.acquire().await?;
    let request = whole(&mut db, id, side, scope, now).await?;
    if request.row.has_message {
        requests::mark_read(&mut db, id, scope, now).await?;
    }
    Ok(request)
}

/// Everything about a request as `side` sees it.
pub(super) async fn whole(
    db: &mut PgConnection,
    id: RequestId,
    side: Side,
    scope: Scope,
    now: DateTime<Utc>,
) -> AppResult<Request> {
    let stored =
        requests::get(db, id, scope).await?.ok_or_else(|| AppError::not_found("request"))?;
    let service = bookable::load(db, stored.service)
        .await?
        .ok_or_else(|| Fault::Broken(format!("request {id} is for a service that is gone")))?;
    told(db, &stored, &service, side, None, now).await
}

/// The same of what is loaded already; `fee` is how its price is divided, where that is known.
pub(super) async fn told(
    db: &mut PgConnection,
    stored: &Stored,
    service: &Bookable,
    side: Side,
    fee: Option<FeeDecision>,
    now: DateTime<Utc>,
) -> AppResult<Request> {
    let id = stored.id;
    let for_provider = side == Side::Provider;
    let fee = match stored.terms.price.filter(|_| for_provider) {
        Some(_) if fee.is_some() => fee,
        Some(price) => Some(divide(db, service, price).await?),
        None => None,
    };
    let uses = if stored.status.is_open() {
        Some(uses(db, stored, service, side, now).await?)
    } else {
        None
    };
    Ok(Request {
        row: stored.to_row(side, fee.as_ref().map(|fee| fee.provider_payout)),
        user_id: stored.user,
        special_requests: stored.special_requests.clone(),
        quote: quoted(service, &slots::ask(&stored.terms), stored.created_at)?,
        platform_fee: fee.as_ref().map(|fee| fee.platform_fee),
        fee_reason: fee.map(|fee| fee.reason),
        uses,
        rounds: requests::rounds(db, id).await?,
        messages: requests::messages(db, id).await?,
        booking_id: stored.booking,
    })
}

async fn uses(
    db: &mut PgConnection,
    request: &Stored,
    service: &Bookable,
    side: Side,
    now: DateTime<Utc>,
) -> AppResult<Uses> {
    let ask = slots::ask(&request.terms);
    let answer = slots::look(db, service, &ask, Some(request.id), now).await?;
    let answer = if side == Side::Traveler { answer.for_others() } else { answer };
    let rivals = requests::rivals(db, request).await?;
    Ok(Uses { summary: in_words(request, service, &answer), answer, rivals })
}

fn in_words(request: &Stored, service: &Bookable, answer: &Answer) -> String {
    let terms = &request.terms;
    let when = match (terms.end_date, terms.time) {
        (Some(end), _) => {
            let nights = (end - terms.date).num_days();
            let plural = if nights == 1 { "" } else { "s" };
            format!("{nights} night{plural} from {}", terms.date.format("%a %-d %b"))
        }
        (None, Some(time)) => {
            format!("{}, {}", terms.date.format("%a %-d %b"), time.format("%H:%M"))
        }
        (None, None) => terms.date.format("%a %-d %b").to_string(),
    };
    let is_day = service.rules.availability_type == AvailabilityType::Calendar;
    match answer {
        Answer::Closed { reasons } => {
            let words: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            format!("{when}: {}", words.join("; "))
        }
        Answer::Open { .. } if is_day => format!("takes {when} as a whole"),
        Answer::Open { left: Some(left) } => {
            let units = service.rules.units(terms.travelers);
            format!("takes {units} of the {left} left for {when}")
        }
        Answer::Open { left: None } => format!("{when}: open, and nothing is counted"),
    }
}

/// Payouts of a page's rows; the rules of a provider are read once.
#[derive(Default)]
struct Payouts {
    rules: Option<Vec<FeeRule>>,
}

impl Payouts {
    async fn of(&mut self, db: &mut PgConnection, request: &Stored) -> AppResult<Option<Money>> {
        let Some(price) = request.terms.price else { return Ok(None) };
        if self.rules.is_none() {
            self.rules = Some(fees::applicable(db, request.provider).await?);
        }
        let rules = self.rules.as_deref().unwrap_or_default();
        let decision = fee::calculate(rules, price, request.category, request.provider);
        Ok(Some(decision.provider_payout))
    }
}
