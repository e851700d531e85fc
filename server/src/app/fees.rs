//! Platform fees: what the platform keeps of a booking.

use rust_decimal::Decimal;
use traveloure_core::{
    actor::{Actor, Role},
    api::{
        event::Kind,
        fee::{Fee, FeeCalculation, FeePatch, NewFee},
        problem::Code,
    },
    category::Category,
    fee::{self, FeeRule},
    ids::{FeeId, ProviderId},
    money::{Currency, Money},
};
use uuid::Uuid;

use super::{Context, work::Key};
use crate::{
    error::{AppError, AppResult},
    store::{fees, providers},
};

/// The rules that the actor may see, the ones that count most first: to an administrator all of them, to a provider the
/// active ones that can apply to them.
///
/// # Errors
/// [`Code::RoleRequired`] for anybody else.
pub async fn list(context: &Context, actor: &Actor) -> AppResult<Vec<Fee>> {
    let eyes = eyes(actor)?;
    let mut db = context.pool.acquire().await?;
    let found = match eyes {
        Eyes::Admin => fees::all(&mut db).await?,
        Eyes::Provider(provider) => fees::concerning(&mut db, provider).await?,
    };
    Ok(found.into_iter().map(fees::Stored::into_fee).collect())
}

enum Eyes {
    Admin,
    Provider(ProviderId),
}

fn eyes(actor: &Actor) -> AppResult<Eyes> {
    match (actor.role, actor.provider) {
        (Role::Admin, _) => Ok(Eyes::Admin),
        (Role::Provider, Some(provider)) => Ok(Eyes::Provider(provider)),
        _ => Err(AppError::refused(
            Code::RoleRequired,
            "Fees are between the platform and providers; act as a provider or an admin (Traveloure-Role).",
        )),
    }
}

/// Makes a rule; it applies at once, to what is priced from now on.
///
/// # Errors
/// `invalid`.
pub async fn create(context: &Context, key: Option<Key>, body: NewFee) -> AppResult<Fee> {
    context
        .transact_once(key, move |work| {
            Box::pin(async move {
                let now = work.now;
                let rule = FeeRule {
                    id: FeeId::new(now, work.random()),
                    fee_type: body.fee_type,
                    category: body.category,
                    provider_id: body.provider_id,
                    fee_type_method: body.fee_type_method,
                    fee_percentage: body.fee_percentage,
                    fee_fixed_amount: body.fee_fixed_amount,
                    min_fee: body.min_fee,
                    max_fee: body.max_fee,
                    currency: body.currency,
                    is_active: true,
                    priority: body.priority,
                    created_at: now,
                };
                rule.validate().map_err(AppError::invalid)?;
                if let Some(provider) = rule.provider_id
                    && providers::get(work.db(), provider).await?.is_none()
                {
                    return Err(AppError::invalid_field(
                        "provider_id",
                        "unknown",
                        "there is no such provider",
                    ));
                }
                fees::insert(work.db(), &rule, now).await?;
                work.tell(Kind::FeeChanged, rule.id, Some(1), None, rule.provider_id);
                stored(work, rule.id).await
            })
        })
        .await
}

/// Edits the rule that was read as `version`. What is booked already keeps its fee.
///
/// # Errors
/// `not_found`, `invalid`, `version_mismatch`.
pub async fn edit(context: &Context, id: FeeId, version: i64, patch: FeePatch) -> AppResult<Fee> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let found =
                    fees::lock(work.db(), id).await?.ok_or_else(|| AppError::not_found("fee"))?;
                if found.version != version {
                    return Err(AppError::stale(found.version));
                }
                let rule = FeeRule {
                    fee_type_method: patch.fee_type_method.unwrap_or(found.rule.fee_type_method),
                    fee_percentage: patch.fee_percentage.unwrap_or(found.rule.fee_percentage),
                    fee_fixed_amount: patch.fee_fixed_amount.unwrap_or(found.rule.fee_fixed_amount),
                    min_fee: patch.min_fee.unwrap_or(found.rule.min_fee),
                    max_fee: patch.max_fee.unwrap_or(found.rule.max_fee),
                    currency: patch.currency.unwrap_or(found.rule.currency),
                    priority: patch.priority.unwrap_or(found.rule.priority),
                    is_active: patch.is_active.unwrap_or(found.rule.is_active),
                    ..found.rule
                };
                rule.validate().map_err(AppError::invalid)?;
                let now = work.now;
                let version = fees::update(work.db(), &rule, now).await?;
                work.tell(Kind::FeeChanged, id, Some(version), None, rule.provider_id);
                stored(work, id).await
            })
        })
        .await
}

async fn stored(work: &mut super::work::Work<'_>, id: FeeId) -> AppResult<Fee> {
    let found = fees::lock(work.db(), id).await?.ok_or_else(|| AppError::not_found("fee"))?;
    Ok(found.into_fee())
}

/// What the platform would keep of `amount`, and by which rule. A provider asks for themselves, an administrator for
/// anybody, or for a provider without rules of their own.
///
/// # Errors
/// [`Code::RoleRequired`], [`Code::NotFound`] for another provider, [`Code::Invalid`] for an amount that is none.
pub async fn calculate(
    context: &Context,
    actor: &Actor,
    amount: Decimal,
    currency: Currency,
    category: Category,
    provider: Option<ProviderId>,
) -> AppResult<FeeCalculation> {
    let provider = match eyes(actor)? {
        Eyes::Provider(own) if provider.is_none_or(|named| named == own) => Some(own),
        Eyes::Provider(_) => return Err(AppError::not_found("provider")),
        Eyes::Admin => provider,
    };
    let service_amount = Money::try_new(amount, currency)
        .map_err(|error| AppError::invalid_field("amount", "invalid", error.to_string()))?;
    if service_amount.is_negative() {
        return Err(AppError::invalid_field("amount", "out_of_range", "is below zero"));
    }
    let mut db = context.pool.acquire().await?;
    if let Some(provider) = provider
        && providers::get(&mut db, provider).await?.is_none()
    {
        return Err(AppError::not_found("provider"));
    }
    let rules = fees::applicable(&mut db, provider).await?;
    // Without a provider no rule of a provider is among them, whatever the id.
    let provider = provider.unwrap_or_else(|| ProviderId::from(Uuid::nil()));
    let decision = fee::calculate(&rules, service_amount, category, provider);
    Ok(FeeCalculation { service_amount, decision })
}
