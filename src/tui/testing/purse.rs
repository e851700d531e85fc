//! A provider's money on the server under test: entries of the ledger, and everything else as sums of
//! them.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use traveloure_core::{
    api::{
        earnings::{CurrencyEarnings, Earnings, Figures, LedgerEntry, WeekEarnings},
        event::{Event, Kind},
        payout::{AccountStatus, Onboarding, Payout, PayoutAccount, PayoutStatus},
        problem::Code,
    },
    ids::{BookingId, PayoutId},
    ledger::Account,
    money::{Currency, Money},
    time,
};
use uuid::Uuid;

use super::{booking_list, sample, server::problem};
use crate::tui::app::call::{ApiError, Call, News, Reply, Traced};

const ZONE: Tz = Tz::Europe__Lisbon;

#[derive(Debug)]
pub(crate) struct Purse {
    pub(crate) entries: Vec<LedgerEntry>,
    pub(crate) payouts: Vec<Payout>,
    pub(crate) account: PayoutAccount,
    pub(crate) owed: Money,
    /// How often a link was asked for.
    pub(crate) links: u32,
    /// The processor cannot be asked.
    pub(crate) is_deaf: bool,
}

fn cents(amount: i64, currency: Currency) -> Money {
    Money::try_new(rust_decimal::Decimal::new(amount, currency.decimals()), currency).unwrap()
}

impl Purse {
    pub(crate) fn new() -> Self {
        let account = PayoutAccount {
            id: Some("acct_1".to_owned()),
            status: AccountStatus::Active,
            can_receive: true,
            requirements_due: Vec::new(),
        };
        let (entries, payouts) = (Vec::new(), Vec::new());
        let owed = Money::zero(Currency::EUR);
        Self { entries, payouts, account, owed, links: 0, is_deaf: false }
    }

    /// Ten weeks of walks, the newest paid out still to come, with one that went back.
    pub(crate) fn season(now: DateTime<Utc>) -> Self {
        let mut purse = Self::new();
        for (number, days, share) in [
            (0, 1, 20_400),
            (1, 3, 10_200),
            (2, 9, 33_150),
            (3, 16, 8_500),
            (4, 37, 25_500),
            (5, 65, 1_700),
        ] {
            purse.earn(number, share, now - TimeDelta::days(days), now);
        }
        let at = now - TimeDelta::days(8);
        purse.post(2, "refund", Account::ProviderPayable, cents(8_500, Currency::EUR), at);
        purse.post(2, "refund", Account::PlatformRevenue, cents(1_500, Currency::EUR), at);
        purse.payouts.sort_by_key(|payout| std::cmp::Reverse(payout.due_at));
        purse
    }

    /// A booking took place: the provider's share, the platform's, and the payout two days later.
    pub(crate) fn earn(&mut self, number: u128, share: i64, at: DateTime<Utc>, now: DateTime<Utc>) {
        let share = cents(share, Currency::EUR);
        let fee = share.percent(rust_decimal::Decimal::new(17_647, 3)).unwrap();
        let minus = |amount: Money| Money::zero(amount.currency()).minus(amount).unwrap();
        self.post(number, "earned", Account::ProviderPayable, minus(share), at);
        self.post(number, "earned", Account::PlatformRevenue, minus(fee), at);
        let due_at = at + TimeDelta::days(2);
        let is_paid = due_at <= now;
        if is_paid {
            self.post(number, "payout", Account::ProviderPayable, share, due_at);
        }
        let booking = booking_list::booking(number, now);
        self.payouts.push(Payout {
            id: PayoutId::from(Uuid::from_u128(0x9_0000 + number)),
            booking_id: booking.row.id,
            title: booking.row.title,
            confirmation_code: booking.row.confirmation_code,
            status: if is_paid { PayoutStatus::Paid } else { PayoutStatus::Waiting },
            amount: share,
            transferred: is_paid.then_some(share),
            due_at,
            paid_at: is_paid.then_some(due_at),
            reference: is_paid.then(|| format!("tr_{number}")),
            failure: None,
            created_at: at,
        });
    }

    pub(crate) fn post(
        &mut self,
        number: u128,
        description: &str,
        account: Account,
        amount: Money,
        created_at: DateTime<Utc>,
    ) {
        let booking = booking_list::booking(number, created_at);
        self.entries.push(LedgerEntry {
            transaction_id: Uuid::from_u128(self.entries.len() as u128),
            account,
            amount,
            description: description.to_owned(),
            booking_id: booking.row.id,
            title: booking.row.title,
            confirmation_code: booking.row.confirmation_code,
            created_at,
        });
    }

    /// The answer to a call about money; none to any other.
    pub(crate) fn answer(
        &mut self,
        call: &Call,
        now: DateTime<Utc>,
    ) -> Option<Result<Reply, ApiError>> {
        Some(match call {
            Call::PayoutAccount(_) | Call::Onboard(_) if self.is_deaf => {
                Err(problem(Code::ProcessorUnavailable, "The payment processor cannot be reached."))
            }
            Call::Earnings { from, to, .. } => {
                Ok(Reply::Earnings(Box::new(self.earnings(*from, *to))))
            }
            Call::Entries { traced, .. } => Ok(Reply::Entries(self.traced(*traced))),
            Call::Statement { month, .. } => {
                Ok(Reply::Text(format!("date,time,what\r\n{month}-01,09:00,earned\r\n")))
            }
            Call::PayoutAccount(_) => Ok(Reply::PayoutAccount(self.account.clone())),
            Call::Onboard(_) => {
                self.links += 1;
                self.account.id = Some("acct_1".to_owned());
                Ok(Reply::Onboarding(Box::new(Onboarding {
                    account: self.account.clone(),
                    url: format!("https://pay.example/onboard/{}", self.links),
                    expires_at: now + TimeDelta::minutes(5),
                })))
            }
            _ => return None,
        })
    }

    fn traced(&self, traced: Traced) -> Vec<LedgerEntry> {
        let belongs = |entry: &&LedgerEntry| match traced {
            Traced::Week(week) => monday(entry) == week,
            Traced::Booking(booking) => entry.booking_id == booking,
        };
        let mut entries: Vec<LedgerEntry> = self.entries.iter().filter(belongs).cloned().collect();
        entries.sort_by_key(|entry| (entry.account, entry.created_at));
        entries
    }

    fn earnings(&self, from: NaiveDate, to: NaiveDate) -> Earnings {
        let shown: Vec<&LedgerEntry> = self
            .entries
            .iter()
            .filter(|entry| (from..to).contains(&time::local(entry.created_at, ZONE).date()))
            .collect();
        let currencies: BTreeSet<&str> =
            self.entries.iter().map(|entry| entry.amount.currency().code()).collect();
        let in_period = |payout: &&Payout| {
            let at = payout.paid_at.unwrap_or(payout.due_at);
            (from..to).contains(&time::local(at, ZONE).date())
        };
        Earnings {
            provider_id: sample::provider(),
            zone: ZONE,
            from,
            to,
            currencies: currencies
                .into_iter()
                .map(|code| self.in_currency(code.parse().unwrap(), &shown))
                .collect(),
            payouts: self.payouts.iter().filter(in_period).cloned().collect(),
        }
    }

    fn in_currency(&self, currency: Currency, shown: &[&LedgerEntry]) -> CurrencyEarnings {
        let mine: Vec<&LedgerEntry> =
            shown.iter().filter(|entry| entry.amount.currency() == currency).copied().collect();
        let mondays: BTreeSet<NaiveDate> = mine.iter().map(|entry| monday(entry)).collect();
        let mut pending = Money::zero(currency);
        for payout in self.payouts.iter().filter(|payout| payout.paid_at.is_none()) {
            pending = pending.plus(payout.amount).unwrap_or(pending);
        }
        CurrencyEarnings {
            currency,
            figures: figures(currency, &mine),
            pending_payout: pending,
            owed: if self.owed.currency() == currency { self.owed } else { Money::zero(currency) },
            weeks: mondays
                .into_iter()
                .map(|begins| {
                    let of_week: Vec<&LedgerEntry> =
                        mine.iter().filter(|entry| monday(entry) == begins).copied().collect();
                    WeekEarnings {
                        week: begins.format("%G-W%V").to_string(),
                        begins,
                        figures: figures(currency, &of_week),
                    }
                })
                .collect(),
        }
    }
}

fn monday(entry: &LedgerEntry) -> NaiveDate {
    let day = time::local(entry.created_at, ZONE).date();
    day - Days::new(day.weekday().num_days_from_monday().into())
}

fn figures(currency: Currency, entries: &[&LedgerEntry]) -> Figures {
    let sum = |account: Account, words: &[&str]| {
        entries
            .iter()
            .filter(|entry| entry.account == account)
            .filter(|entry| words.is_empty() || words.contains(&entry.description.as_str()))
            .fold(Money::zero(currency), |sum, entry| sum.plus(entry.amount).unwrap())
    };
    let minus = |amount: Money| Money::zero(currency).minus(amount).unwrap();
    Figures {
        earned: minus(sum(Account::ProviderPayable, &["earned"])),
        fees: minus(sum(Account::PlatformRevenue, &[])),
        refunds: sum(Account::ProviderPayable, &["refund"]),
        owed_on_site: sum(Account::ProviderPayable, &["paid on site"]),
        paid_out: sum(Account::ProviderPayable, &["payout"]),
    }
}

/// An event about money.
pub(crate) fn event(kind: Kind) -> News {
    let at = DateTime::UNIX_EPOCH;
    News::Event(Event { kind, subject: BookingId::from(Uuid::nil()).as_uuid(), version: None, at })
}
