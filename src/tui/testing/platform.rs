//! What an administrator asks of the server under test.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use traveloure_core::{
    api::{
        earnings::LedgerEntry,
        event::{Event, Kind},
        fee::{Fee, NewFee},
        page::Page,
        problem::{Code, Problem},
        provider::Provider,
        report::{
            CurrencyRevenue, Difference, FeeSimulation, Reconciliation, Revenue, RevenueEntry,
            RevenueFigure, RevenueRow, SimulateFee, SimulatedFees,
        },
    },
    category::Category,
    fee::{FeeMethod, FeeRule, FeeType},
    ids::{BookingId, DifferenceId, FeeId, ProviderId},
    ledger::Account,
    money::{Currency, Money},
};
use uuid::Uuid;

use super::server::problem;
use crate::tui::app::call::{ApiError, Call, News, Reply};

#[derive(Debug)]
pub(crate) struct Platform {
    pub(crate) fees: Vec<Fee>,
    pub(crate) providers: Vec<Provider>,
    pub(crate) rows: Vec<RevenueRow>,
    pub(crate) books: Reconciliation,
    keys: Vec<(Uuid, FeeId)>,
}

pub(crate) fn euros(amount: &str) -> Money {
    Money::try_new(amount.parse().unwrap(), Currency::EUR).unwrap()
}

pub(crate) fn fee(number: u128, percent: &str, category: Option<Category>) -> Fee {
    Fee {
        id: FeeId::from(Uuid::from_u128(0xf_0000 + number)),
        fee_type: if category.is_some() { FeeType::Category } else { FeeType::Global },
        category,
        provider_id: None,
        provider_name: None,
        fee_type_method: FeeMethod::Percentage,
        fee_percentage: Some(percent.parse().unwrap()),
        fee_fixed_amount: None,
        min_fee: None,
        max_fee: None,
        currency: None,
        is_active: true,
        priority: if category.is_some() { 10 } else { 0 },
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
    }
}

fn provider(number: u128, name: &str) -> Provider {
    let body = serde_json::json!({
        "id": Uuid::from_u128(number), "name": name, "city": "Lisbon", "country": "PT",
        "zone": "Europe/Lisbon", "description": "", "version": 1,
        "created_at": "2026-01-01T00:00:00Z",
        "settings": {"instant": true, "request": true, "cancellation": "moderate"},
    });
    serde_json::from_value(body).unwrap()
}

fn sold(month: &str, category: Category, bookings: u64, gmv: &str, fees: &str) -> RevenueRow {
    let (gmv, fees) = (euros(gmv), euros(fees));
    RevenueRow { month: month.to_owned(), category, bookings, gmv, fees }
}

fn differs(number: u128, kind: &str, ours: Option<&str>, theirs: Option<&str>) -> Difference {
    Difference {
        id: DifferenceId::from(Uuid::from_u128(number)),
        day: "2026-11-19".parse().unwrap(),
        kind: kind.to_owned(),
        reference: format!("ch_3QxK2eZvKYlo2C0{number}"),
        ours: ours.map(euros),
        theirs: theirs.map(euros),
        found_at: "2026-11-20T03:00:00Z".parse().unwrap(),
        settled_at: None,
    }
}

impl Platform {
    pub(crate) fn new() -> Self {
        let mut own = fee(9, "8", None);
        own.fee_type = FeeType::Provider;
        own.provider_id = Some(ProviderId::from(Uuid::from_u128(0xa)));
        own.provider_name = Some("Alfama\u{1b}[2J Walks".to_owned());
        own.min_fee = Some(Decimal::from(5));
        own.currency = Some(Currency::EUR);
        let mut off = fee(8, "12", Some(Category::Meal));
        off.is_active = false;
        let mut settled = differs(3, "refund", Some("40.00"), Some("40.00"));
        settled.settled_at = Some("2026-11-20T03:00:00Z".parse().unwrap());
        Self {
            fees: vec![
                own,
                fee(1, "7.5", Some(Category::Accommodation)),
                fee(2, "15", Some(Category::Activity)),
                fee(3, "5", Some(Category::Meal)),
                off,
                fee(4, "15", None),
            ],
            providers: vec![provider(0xa, "Alfama Walks"), provider(0xb, "Blue Van")],
            rows: vec![
                sold("2026-09", Category::Activity, 31, "3720.00", "558.00"),
                sold("2026-10", Category::Accommodation, 4, "2480.00", "186.00"),
                sold("2026-10", Category::Activity, 42, "5040.00", "756.00"),
                sold("2026-11", Category::Activity, 18, "2160.00", "324.00"),
                sold("2026-11", Category::Meal, 7, "245.00", "12.25"),
            ],
            books: Reconciliation {
                compared_to: Some("2026-11-19".parse().unwrap()),
                differences: vec![
                    differs(1, "payment", Some("120.00"), None),
                    differs(2, "payout", Some("102.00"), Some("100.00")),
                    settled,
                ],
            },
            keys: Vec::new(),
        }
    }

    /// The answer to a call of an administrator; none to any other.
    pub(crate) fn answer(
        &mut self,
        call: &Call,
        key: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Option<Result<Reply, ApiError>> {
        Some(match call {
            Call::Fees => Ok(Reply::Fees(self.fees.clone())),
            Call::Providers => Ok(Reply::Providers(self.providers.clone())),
            Call::SimulateFee(body) => Self::simulate(body, now),
            Call::NewFee(new) => Ok(Reply::FeeRule(Box::new(self.add(new, key.unwrap(), now)))),
            Call::EditFee { id, version, patch } => {
                let Some(fee) = self.fees.iter_mut().find(|fee| fee.id == *id) else {
                    return Some(Err(problem(Code::NotFound, "There is no such fee.")));
                };
                if fee.version != *version {
                    let words = "It was changed elsewhere. Nothing was saved.";
                    return Some(Err(problem(Code::VersionMismatch, words)));
                }
                fee.fee_percentage = patch.fee_percentage.unwrap_or(fee.fee_percentage);
                fee.min_fee = patch.min_fee.unwrap_or(fee.min_fee);
                fee.currency = patch.currency.unwrap_or(fee.currency);
                fee.is_active = patch.is_active.unwrap_or(fee.is_active);
                fee.version += 1;
                Ok(Reply::FeeRule(Box::new(fee.clone())))
            }
            Call::Revenue { from, to } => Ok(Reply::Revenue(Box::new(self.revenue(*from, *to)))),
            Call::RevenueEntries { month, category, currency, after, limit } => {
                let all = self.entries(month, *category, *currency);
                let from: usize = after.as_ref().map_or(0, |after| after.parse().unwrap());
                let until = from + *limit as usize;
                Ok(Reply::RevenueEntries(Page {
                    next: (until < all.len()).then(|| until.to_string()),
                    items: all.into_iter().skip(from).take(*limit as usize).collect(),
                    total: None,
                }))
            }
            Call::Reconciliation { settled } => {
                let mut books = self.books.clone();
                books.differences.retain(|one| *settled || one.settled_at.is_none());
                Ok(Reply::Reconciliation(Box::new(books)))
            }
            _ => return None,
        })
    }

    fn add(&mut self, new: &NewFee, key: Uuid, now: DateTime<Utc>) -> Fee {
        if let Some((_, id)) = self.keys.iter().find(|(known, _)| *known == key) {
            return self.fees.iter().find(|fee| fee.id == *id).cloned().unwrap();
        }
        let provider = self.providers.iter().find(|one| Some(one.id) == new.provider_id);
        let made = Fee {
            fee_type: new.fee_type,
            provider_id: new.provider_id,
            provider_name: provider.map(|provider| provider.name.clone()),
            fee_type_method: new.fee_type_method,
            fee_percentage: new.fee_percentage,
            fee_fixed_amount: new.fee_fixed_amount,
            currency: new.currency,
            priority: new.priority,
            created_at: now,
            ..fee(100 + self.fees.len() as u128, "0", new.category)
        };
        self.fees.insert(0, made.clone());
        self.keys.push((key, made.id));
        made
    }

    /// Activities are 1,000.00 EUR of past bookings at 15 percent.
    fn simulate(body: &SimulateFee, now: DateTime<Utc>) -> Result<Reply, ApiError> {
        if let Some(rule) = &body.rule {
            let rule = FeeRule {
                id: FeeId::from(Uuid::nil()),
                fee_type: rule.fee_type,
                category: rule.category,
                provider_id: rule.provider_id,
                fee_type_method: rule.fee_type_method,
                fee_percentage: rule.fee_percentage,
                fee_fixed_amount: rule.fee_fixed_amount,
                min_fee: rule.min_fee,
                max_fee: rule.max_fee,
                currency: rule.currency,
                is_active: true,
                priority: rule.priority,
                created_at: now,
            };
            if let Err(faults) = rule.validate() {
                let mut refused = Problem::new(Code::Invalid, "Some fields need another value.");
                refused.fields = faults;
                return Err(ApiError::Problem(Box::new(refused)));
            }
        }
        let percent = body.rule.as_ref().and_then(|rule| rule.fee_percentage);
        let percent = percent.unwrap_or_else(|| Decimal::from(15));
        let amount = euros("1000.00");
        let would = amount.percent(percent).unwrap();
        let row = SimulatedFees {
            currency: Currency::EUR,
            category: Category::Activity,
            bookings: 9,
            changed: if would == euros("150.00") { 0 } else { 9 },
            service_amount: amount,
            kept: euros("150.00"),
            would_keep: would,
        };
        let simulation = FeeSimulation { from: body.from, to: body.to, rows: vec![row] };
        Ok(Reply::Simulation(Box::new(simulation)))
    }

    /// Each booking of a row is an hour apart, and brought as much as the others.
    fn entries(
        &self,
        month: &str,
        category: Option<Category>,
        currency: Currency,
    ) -> Vec<RevenueEntry> {
        let first: NaiveDate = format!("{month}-01").parse().unwrap();
        let rows = self.rows.iter().filter(|row| {
            row.month == month
                && row.gmv.currency() == currency
                && category.is_none_or(|category| category == row.category)
        });
        let mut entries = Vec::new();
        for row in rows {
            let parts = vec![1; usize::try_from(row.bookings).unwrap()];
            let sums = row.gmv.split(&parts).into_iter().zip(row.fees.split(&parts));
            for (number, (gmv, fee)) in (0..).zip(sums) {
                let created_at =
                    first.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(number);
                let transaction = Uuid::from_u128(entries.len() as u128);
                let entry = |account, amount, figure| RevenueEntry {
                    entry: LedgerEntry {
                        transaction_id: transaction,
                        account,
                        amount,
                        description: "earned".to_owned(),
                        booking_id: BookingId::from(transaction),
                        title: "Alfama\u{1b}[2J at dusk".to_owned(),
                        confirmation_code: format!("TRV-7K3M9Q{:02}", number % 100),
                        created_at,
                    },
                    category: row.category,
                    provider_name: "Alfama Walks".to_owned(),
                    figure,
                };
                let credited = Money::zero(currency).minus(fee).unwrap();
                entries.push(entry(Account::HeldFunds, gmv, RevenueFigure::Gmv));
                entries.push(entry(Account::PlatformRevenue, credited, RevenueFigure::Fees));
            }
        }
        entries.sort_by_key(|one| one.entry.created_at);
        entries
    }

    fn revenue(&self, from: NaiveDate, to: NaiveDate) -> Revenue {
        let within = |row: &&RevenueRow| {
            let first: NaiveDate = format!("{}-01", row.month).parse().unwrap();
            (from..to).contains(&first)
        };
        let mut currencies: Vec<CurrencyRevenue> = Vec::new();
        for row in self.rows.iter().filter(within) {
            let currency = row.gmv.currency();
            let index = currencies.iter().position(|one| one.currency == currency);
            let index = index.unwrap_or_else(|| {
                let zero = Money::zero(currency);
                let rows = Vec::new();
                currencies.push(CurrencyRevenue {
                    currency,
                    bookings: 0,
                    gmv: zero,
                    fees: zero,
                    rows,
                });
                currencies.len() - 1
            });
            let one = &mut currencies[index];
            one.bookings += row.bookings;
            one.gmv = one.gmv.plus(row.gmv).unwrap();
            one.fees = one.fees.plus(row.fees).unwrap();
            one.rows.push(row.clone());
        }
        Revenue { from, to, currencies }
    }
}

/// An event about the platform.
pub(crate) fn event(kind: Kind) -> News {
    let at = DateTime::UNIX_EPOCH;
    News::Event(Event { kind, subject: Uuid::nil(), version: None, at })
}
