//! Money on the way: travelers pay and cancel, providers tell the processor who they are, and the jobs do what falls
//! due.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use traveloure_core::{
    actor::Actor,
    api::{
        booking::Booking,
        cancel::Cancel,
        checkout::{ConfirmPayment, PaymentStarted, StartPayment},
        problem::Code,
    },
    ids::{BookingId, RefundId},
    job::Job,
    payment::Method,
    request::Side,
    time,
};

use super::{
    Life,
    agenda::{Case, Move, What},
};
use crate::{
    app::{bookings, payments, payouts, refunds},
    demo::story::{Cancelling, Paying},
    error::{AppResult, Fault},
    jobs::run_one,
};

/// A house that has not told the processor yet who it is: what it has earned waits.
const NOT_ONBOARDED: &str = "bridges";

/// Nobody pays in the very last moment.
const IN_TIME: TimeDelta = TimeDelta::minutes(10);

/// So soon a bank says that it does not take a refund.
const BOUNCES_AFTER: TimeDelta = TimeDelta::minutes(2);

/// When the books are compared, in UTC: the day before is settled by then.
const COMPARED: (u32, u32) = (2, 5);

impl Life<'_> {
    pub(super) async fn move_money(&mut self, step: Move) -> AppResult<()> {
        match step {
            Move::Onboard { desk } => self.onboard(desk).await,
            Move::Pay { case, booking, paying } => self.pay(case, booking, paying).await,
            Move::Cancel { case, booking, cancelling } => {
                self.cancel(case, booking, cancelling).await
            }
            Move::Bounce(refunds) => self.bounce(refunds).await,
            Move::Due(job) => self.do_due(job).await,
        }
    }

    /// Plans what is not asked for by anybody: the providers' accounts, and the daily comparison.
    pub fn plan_money(&mut self) {
        let start = self.context.now();
        for (desk, of) in self.desks.iter().enumerate() {
            if of.house.account != NOT_ONBOARDED {
                let hours = i64::try_from(desk).unwrap_or(0) * 5 + 20;
                self.agenda
                    .enter(start + TimeDelta::hours(hours), What::Money(Move::Onboard { desk }));
            }
        }
        self.await_job(Job::Reconcile, comparison_after(start));
    }

    /// Plans the payment of a booking that was made a moment ago, if its traveler pays.
    pub(super) fn plan_payment(&mut self, case: Case, booking: &Booking) {
        let Some(paying) = case.paying else { return };
        let row = &booking.row;
        let last_day = row.end_date.unwrap_or(row.date);
        if paying.over_by.is_some_and(|by| last_day >= time::today(by, row.zone)) {
            return;
        }
        let now = self.context.now();
        let latest = row.payment_deadline.map_or(now, |deadline| deadline - IN_TIME);
        let at = (now + paying.after).min(latest).max(now);
        self.agenda.enter(at, What::Money(Move::Pay { case, booking: row.id, paying }));
    }

    async fn onboard(&mut self, desk: usize) -> AppResult<()> {
        let provider = self.desks[desk].provider;
        let onboarding = payouts::onboard(self.context, provider).await?;
        let account = onboarding
            .account
            .id
            .ok_or_else(|| Fault::Broken("a provider of the demo got no account".to_owned()))?;
        self.bank.onboard(&account).await?;
        payouts::account(self.context, provider).await.map(drop)
    }

    async fn pay(&mut self, case: Case, booking: BookingId, paying: Paying) -> AppResult<()> {
        let actor = self.traveler(case.traveler)?;
        let started = match self.start(&actor, booking, paying.method).await {
            // Somebody blocked the day, or the time was over.
            Err(error) if error.code() == Some(Code::NothingDue) => return Ok(()),
            started => started?,
        };
        if let Some(payment) = started.payment {
            if !self.bank.pay(&payment, paying.cards).await? {
                // The page stays open until the time is over.
                return Ok(());
            }
            let body = ConfirmPayment { payment_id: payment.id };
            payments::confirm(self.context, &actor, body).await?;
        }
        if let Some(cancelling) = paying.cancelling
            && cancelling.at > self.context.now()
        {
            let step = Move::Cancel { case, booking, cancelling };
            self.agenda.enter(cancelling.at, What::Money(step));
        }
        self.wait_for_jobs().await
    }

    async fn start(
        &self,
        actor: &Actor,
        booking: BookingId,
        method: Method,
    ) -> AppResult<PaymentStarted> {
        let body = |method| StartPayment {
            checkout_id: None,
            booking_ids: vec![booking],
            method,
            saved_card: None,
            save_card: false,
        };
        match payments::create_payment_intent(self.context, actor, None, body(method)).await {
            Err(error) if error.code() == Some(Code::MethodNotOffered) => {
                let in_full = body(Method::Full);
                payments::create_payment_intent(self.context, actor, None, in_full).await
            }
            started => started,
        }
    }

    async fn cancel(
        &mut self,
        case: Case,
        booking: BookingId,
        cancelling: Cancelling,
    ) -> AppResult<()> {
        let actor = match cancelling.by {
            Side::Provider => self.desks[case.desk].actor.clone(),
            Side::Traveler => self.traveler(case.traveler)?,
        };
        let quoted = match bookings::quote_cancellation(self.context, &actor, booking).await {
            // It took place a moment ago.
            Err(error) if error.code() == Some(Code::NotCancellable) => return Ok(()),
            quoted => quoted?,
        };
        let body = Cancel {
            reason: cancelling.words.to_owned(),
            expected_refund: Some(quoted.quote.refund),
        };
        let done = bookings::cancel(self.context, &actor, None, booking, body).await?;
        if cancelling.bounces {
            let refunds = done.refunds.iter().map(|refund| refund.id).collect();
            let at = self.context.now() + BOUNCES_AFTER;
            self.agenda.enter(at, What::Money(Move::Bounce(refunds)));
        }
        self.wait_for_jobs().await
    }

    async fn bounce(&self, refunds: Vec<RefundId>) -> AppResult<()> {
        self.bank.settle_refunds().await?;
        for refund in refunds {
            refunds::settle(self.context, refund).await?;
        }
        Ok(())
    }

    async fn do_due(&mut self, job: Job) -> AppResult<()> {
        run_one(self.context, job).await?;
        let now = self.context.now();
        match job {
            Job::CompleteBookings => {
                run_one(self.context, Job::ShareOut).await?;
                self.await_job(Job::PayOut, now + self.context.payout_hold);
            }
            // The hold of what was cancelled is over when it is shared out.
            Job::ShareOut => {
                run_one(self.context, Job::PayOut).await?;
            }
            Job::Reconcile => {
                self.await_job(Job::Reconcile, comparison_after(now));
                return Ok(());
            }
            _ => {}
        }
        self.wait_for_jobs().await
    }

    /// Plans the next turns of the jobs that know when they are.
    async fn wait_for_jobs(&mut self) -> AppResult<()> {
        let context = self.context;
        let turns = [
            (Job::CompleteBookings, bookings::next_end(context).await?),
            (Job::ShareOut, bookings::next_share(context).await?),
            (Job::ChargeBalances, payments::next_balance(context).await?),
            (Job::RemindOfBalances, payments::next_reminder(context).await?),
        ];
        for (job, at) in turns {
            if let Some(at) = at.filter(|at| *at > context.now()) {
                self.await_job(job, at);
            }
        }
        Ok(())
    }

    fn await_job(&mut self, job: Job, at: DateTime<Utc>) {
        if self.awaited.insert((at, job)) {
            self.agenda.enter(at, What::Money(Move::Due(job)));
        }
    }
}

fn comparison_after(moment: DateTime<Utc>) -> DateTime<Utc> {
    let (hour, minute) = COMPARED;
    let at = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    time::next_day(moment.date_naive()).and_time(at).and_utc()
}
