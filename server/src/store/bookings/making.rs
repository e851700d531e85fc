//! Writing down a new booking.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::{PgConnection, types::Json};
use traveloure_core::{
    booking::{Amounts, BookingSettings, BookingType, Status},
    fee::FeeDecision,
    ids::{BookingId, ProviderId, ServiceId, UserId},
    money::Money,
    pricing::Quote,
    request::Terms,
};

use crate::store::read::column;

/// The name of the constraint that keeps confirmation codes unique.
pub const CODE_UNIQUE: &str = "bookings_confirmation_code_key";

/// A booking to be made.
#[derive(Debug)]
pub struct NewBooking<'a> {
    pub id: BookingId,
    pub user: UserId,
    pub provider: ProviderId,
    pub service: ServiceId,
    pub booking_type: BookingType,
    pub status: Status,
    pub title: &'a str,
    pub terms: &'a Terms,
    pub zone: Tz,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub amounts: &'a Amounts,
    pub quote: &'a Quote,
    pub fee: &'a FeeDecision,
    pub settings: &'a BookingSettings,
    pub payment_deadline: Option<DateTime<Utc>>,
    pub confirmation_code: &'a str,
    pub special_requests: &'a str,
}

pub async fn insert(
    db: &mut PgConnection,
    new: &NewBooking<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO bookings (
             id, user_id, provider_id, service_id, booking_type, status, title, booking_date, end_date,
             booking_time, zone, starts_at, travelers, currency, service_amount, platform_fee, expert_fee,
             total_amount, provider_payout, quote, fee_trace, deposit_amount,
             payment_deadline, payment_status, confirmation_code, special_requests, created_at, updated_at,
             ends_at, cancellation, pay_later, refund_if_resold)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                 $21, $22, $23, 'pending', $24, $25, $26, $26, $27, $28, $29, $30)",
        new.id.as_uuid(),
        new.user.as_uuid(),
        new.provider.as_uuid(),
        new.service.as_uuid(),
        new.booking_type.as_str(),
        new.status.as_str(),
        new.title,
        new.terms.date,
        new.terms.end_date,
        new.terms.time,
        new.zone.name(),
        new.starts_at,
        column(new.terms.travelers),
        new.amounts.service_amount.currency().code(),
        new.amounts.service_amount.amount(),
        new.amounts.platform_fee.amount(),
        new.amounts.expert_fee.amount(),
        new.amounts.total_amount.amount(),
        new.amounts.provider_payout.amount(),
        Json(new.quote) as _,
        Json(new.fee) as _,
        new.quote.deposit.map(Money::amount),
        new.payment_deadline,
        new.confirmation_code,
        new.special_requests,
        now,
        new.ends_at,
        Json(new.settings.cancellation.terms()) as _,
        new.settings.pay_later,
        new.settings.refund_if_resold,
    )
    .execute(db)
    .await?;
    Ok(())
}
