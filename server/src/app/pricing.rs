//! Prices: the terms that a provider edits, and the quotes they make.

use chrono::{DateTime, Days, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    actor::Actor,
    api::{
        event::Kind,
        pricing::{Pricing, PricingChange, PricingEdit, ServiceQuote},
        problem::Code,
    },
    availability::Ask,
    fee::{self, FeeDecision},
    ids::{ProviderId, ServiceId},
    money::{Currency, Money},
    pricing::{
        Ask as PriceAsk, PricePlan, Priced, PricingTerms, QuoteError, Window, plan, quote as price,
        text as lines,
    },
    text, time,
};

use super::{
    Context,
    availability::{own, seen, sensible},
    words::line_faults,
    work::Work,
};
use crate::{
    error::{AppError, AppResult, Fault},
    store::{bookable::Bookable, capacity, fees, pricing},
};

/// A plan compares the prices of a year, today included.
const PLAN_DAYS: Days = Days::new(364);

/// The terms of the provider's own service.
///
/// # Errors
/// `not_found`.
pub async fn terms(
    context: &Context,
    provider: ProviderId,
    service: ServiceId,
) -> AppResult<Pricing> {
    let mut db = context.pool.acquire().await?;
    Ok(document(&own(&mut db, provider, service).await?))
}

fn document(service: &Bookable) -> Pricing {
    Pricing {
        service_id: service.id,
        terms: service.terms.clone().normalised(),
        text: lines::to_text(&service.terms),
        version: service.terms_version,
    }
}

/// Edits the terms that were read as `version`, or with `dry_run` only says which prices that would change. Offers and
/// bookings keep the price they were made at.
///
/// # Errors
/// `not_found`, `invalid` with the field or the line, `version_mismatch`; [`Code::InUse`] for another currency while
/// requests are open or bookings are to come.
pub async fn edit(
    context: &Context,
    provider: ProviderId,
    service: ServiceId,
    version: i64,
    body: PricingEdit,
    dry_run: bool,
) -> AppResult<PricingChange> {
    if dry_run {
        let mut db = context.pool.acquire().await?;
        let edit = Edit::read(&mut db, provider, service, version, &body, context.now()).await?;
        let pricing = document(&edit.service);
        return Ok(PricingChange { pricing, plan: edit.plan, applied: false });
    }
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                // Whoever prices a request keeps the service's rules, and so its terms, as they are.
                capacity::change_rules(work.db(), service).await?;
                let edit = Edit::read(work.db(), provider, service, version, &body, now).await?;
                edit.apply(work).await
            })
        })
        .await
}

struct Edit {
    service: Bookable,
    terms: PricingTerms,
    plan: PricePlan,
}

impl Edit {
    async fn read(
        db: &mut PgConnection,
        provider: ProviderId,
        service: ServiceId,
        version: i64,
        body: &PricingEdit,
        now: DateTime<Utc>,
    ) -> AppResult<Self> {
        let service = own(db, provider, service).await?;
        if service.terms_version != version {
            return Err(AppError::stale(service.terms_version));
        }
        let terms = wanted(body, service.terms.currency)?;
        if terms.currency != service.terms.currency && pricing::is_relied_on(db, service.id).await?
        {
            return Err(AppError::refused(
                Code::InUse,
                format!(
                    "Requests or bookings of this service are in {old}, so it cannot be priced in {new} now. Nothing \
                     was saved; answer and complete them first, or offer a second service in {new}.",
                    old = service.terms.currency,
                    new = terms.currency,
                ),
            ));
        }
        let today = time::today(now, service.setting.zone);
        let window = Window {
            from: today,
            to: today + PLAN_DAYS,
            party: service.rules.party_min.unwrap_or(1).max(1),
            booked_on: today,
        };
        let plan = plan(Some(&service.terms), &terms, window)
            .map_err(|error| Fault::Broken(format!("a plan of prices: {error}")))?;
        Ok(Self { service, terms, plan })
    }

    async fn apply(mut self, work: &mut Work<'_>) -> AppResult<PricingChange> {
        if self.terms != self.service.terms {
            let (id, now) = (self.service.id, work.now);
            let version = pricing::update(work.db(), id, &self.terms, now).await?;
            let provider = Some(self.service.provider);
            work.tell(Kind::PricingChanged, id, Some(version), None, provider);
            self.service.terms = self.terms;
            self.service.terms_version = version;
        }
        let pricing = document(&self.service);
        Ok(PricingChange { pricing, plan: self.plan, applied: true })
    }
}

/// The terms that the edit asks for, in the form in which they are kept. A text that names no currency means `currency`.
fn wanted(body: &PricingEdit, currency: Currency) -> AppResult<PricingTerms> {
    let terms = match (&body.terms, &body.text) {
        (Some(terms), None) => terms.clone(),
        (None, Some(typed)) => lines::parse(&text::clean_text(typed), currency)
            .map_err(|faults| AppError::invalid(line_faults(faults)))?,
        (Some(_), Some(_)) => {
            return Err(AppError::invalid_field(
                "text",
                "not_allowed",
                "send terms or text, not both",
            ));
        }
        (None, None) => {
            return Err(AppError::invalid_field(
                "terms",
                "required",
                "send the terms, or their text",
            ));
        }
    };
    terms.validate().map_err(AppError::invalid)?;
    Ok(terms.normalised())
}

/// What `ask` costs if it is booked now, whether or not it is open then; to the provider also what the platform keeps
/// of it.
///
/// # Errors
/// `not_found`; `invalid` where no price can be given.
pub async fn quote(
    context: &Context,
    actor: &Actor,
    service: ServiceId,
    ask: Ask,
) -> AppResult<ServiceQuote> {
    sensible(&ask)?;
    let mut db = context.pool.acquire().await?;
    let (service, is_own) = seen(&mut db, actor, service).await?;
    let ask = one_night_at_least(&service, ask);
    let priced = quoted(&service, &ask, context.now())?;
    let divided = match &priced {
        Priced::Quote(quote) if is_own => Some(divide(&mut db, &service, quote.total).await?),
        _ => None,
    };
    let Ask { date, end_date, time, party } = ask;
    Ok(ServiceQuote {
        service_id: service.id,
        date,
        end_date,
        time,
        party,
        priced,
        provider_payout: divided.as_ref().map(|fee| fee.provider_payout),
        platform_fee: divided.map(|fee| fee.platform_fee),
    })
}

/// The question, where it names no departure from a stay, as one night of it.
pub(super) fn one_night_at_least(service: &Bookable, ask: Ask) -> Ask {
    if service.setting.by_night && ask.end_date.is_none() {
        return ask.until(time::next_day(ask.date));
    }
    ask
}

/// The price of `ask`, booked at `now`, or the range of a quote-based service.
///
/// # Errors
/// [`QuoteError`] where no price can be given.
pub fn priced(service: &Bookable, ask: &Ask, now: DateTime<Utc>) -> Result<Priced, QuoteError> {
    let ask = PriceAsk {
        date: ask.date,
        end_date: ask.end_date,
        time: ask.time,
        party: ask.party,
        booked_on: time::today(now, service.setting.zone),
    };
    price(&service.terms, &ask)
}

/// The same, refused where no price can be given.
pub(super) fn quoted(service: &Bookable, ask: &Ask, now: DateTime<Utc>) -> AppResult<Priced> {
    priced(service, ask, now).map_err(|error| no_price(&error))
}

fn no_price(error: &QuoteError) -> AppError {
    let field = match error {
        QuoteError::EmptyParty => "party",
        QuoteError::EndsBeforeItBegins { .. } | QuoteError::StayTooLong { .. } => "end_date",
        _ => "date",
    };
    AppError::invalid_field(field, "no_price", format!("no price can be given: {error}"))
}

/// What the platform keeps of a price, and why.
pub(super) async fn divide(
    db: &mut PgConnection,
    service: &Bookable,
    price: Money,
) -> AppResult<FeeDecision> {
    let rules = fees::applicable(db, service.provider).await?;
    Ok(fee::calculate(&rules, price, service.category, service.provider))
}
