//! `traveloure fees`: what the platform keeps.

use chrono::Days;
use clap::{Args, Subcommand};
use rust_decimal::Decimal;
use traveloure_core::{
    api::{
        fee::{Fee, FeeCalculation, FeePatch, NewFee},
        report::{FeeSimulation, SimulateFee},
    },
    category::Category,
    fee::{FeeMethod, FeeType, Outcome},
    ids::ProviderId,
    money::{Currency, Money},
    time::next_day,
};

use super::{
    context::Context,
    failure::Failure,
    find::{self, short},
    session::Session,
    sheet::Sheet,
    table::Table,
    words::{currency, decimal, spoken},
};
use crate::client::Key;

/// What the platform keeps of a booking
#[derive(Debug, Subcommand)]
pub enum Fees {
    /// List the rules, the ones that count most first
    #[command(visible_alias = "ls")]
    List,
    /// Add a rule: for everything, for a category, or for a provider
    Create(Create),
    #[command(visible_alias = "set")]
    Edit(Edit),
    Simulate(Simulate),
    /// Say what would be kept of an amount, and by which rule
    Calculate(Calculate),
}

#[derive(Debug, Args)]
struct Figures {
    /// A share of the service amount: 12.5
    #[arg(long, value_parser = decimal)]
    percent: Option<Decimal>,
    /// A fixed amount
    #[arg(long, value_parser = decimal, conflicts_with = "percent")]
    fixed: Option<Decimal>,
    /// At least this amount
    #[arg(long, value_parser = decimal)]
    min: Option<Decimal>,
    /// At most this amount
    #[arg(long, value_parser = decimal)]
    max: Option<Decimal>,
    /// The currency of the amounts
    #[arg(long, value_parser = currency)]
    currency: Option<Currency>,
    /// Among rules of one level the higher number counts
    #[arg(long, allow_hyphen_values = true)]
    priority: Option<i32>,
}

#[derive(Debug, Args)]
pub struct Create {
    /// Only for accommodation, activity, meal or transport
    #[arg(long)]
    category: Option<Category>,
    /// Only for this provider (id)
    #[arg(long, conflicts_with = "category")]
    provider: Option<ProviderId>,
    #[command(flatten)]
    figures: Figures,
}

/// Change a rule
///
/// What is not said stays as it is.
#[derive(Debug, Args)]
pub struct Edit {
    /// The rule: its id, or the end of it
    fee: String,
    #[command(flatten)]
    figures: Figures,
    /// Without a smallest fee
    #[arg(long, conflicts_with = "min")]
    no_min: bool,
    /// Without a largest fee
    #[arg(long, conflicts_with = "max")]
    no_max: bool,
    /// Whether the rule counts
    #[arg(long)]
    active: Option<bool>,
}

/// Show what other rules would have kept of past bookings
///
/// Nothing is saved. With a rule it is tried with other figures, or without it; otherwise a new one.
#[derive(Debug, Args)]
pub struct Simulate {
    /// The rule that is changed: its id, or the end of it
    fee: Option<String>,
    /// Without the rule
    #[arg(long, requires = "fee", conflicts_with_all = ["percent", "fixed", "min", "max"])]
    off: bool,
    /// A new rule only for accommodation, activity, meal or transport
    #[arg(long, conflicts_with = "fee")]
    category: Option<Category>,
    /// A new rule only for this provider (id)
    #[arg(long, conflicts_with_all = ["fee", "category"])]
    provider: Option<ProviderId>,
    #[command(flatten)]
    figures: Figures,
    /// Bookings of so many days up to now
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=366))]
    days: u64,
}

#[derive(Debug, Args)]
pub struct Calculate {
    /// The service amount: 120.00
    #[arg(value_parser = decimal)]
    amount: Decimal,
    /// ISO 4217 code
    #[arg(value_parser = currency)]
    currency: Currency,
    /// What is sold: accommodation, activity, meal or transport
    #[arg(long)]
    category: Option<Category>,
    /// The provider (id)
    #[arg(long)]
    provider: Option<ProviderId>,
}

impl Fees {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List => {
                let fees = session.admin().await?.fees().await?;
                context.output.show(&fees, |fees, sheet| rows(fees, sheet))
            }
            Self::Create(create) => create.run(context, session).await,
            Self::Edit(edit) => edit.run(context, session).await,
            Self::Simulate(simulate) => simulate.run(context, session).await,
            Self::Calculate(calculate) => calculate.run(context, session).await,
        }
    }
}

impl Figures {
    /// A new rule with these figures.
    fn rule(&self, category: Option<Category>, provider: Option<ProviderId>) -> NewFee {
        let is_fixed = self.fixed.is_some();
        NewFee {
            fee_type: match (category, provider) {
                (_, Some(_)) => FeeType::Provider,
                (Some(_), None) => FeeType::Category,
                (None, None) => FeeType::Global,
            },
            category,
            provider_id: provider,
            fee_type_method: if is_fixed { FeeMethod::Fixed } else { FeeMethod::Percentage },
            fee_percentage: self.percent,
            fee_fixed_amount: self.fixed,
            min_fee: self.min,
            max_fee: self.max,
            currency: self.currency,
            priority: self.priority.unwrap_or(0),
        }
    }

    /// `fee` with these figures in place of its own, where they are said.
    fn over(&self, fee: &Fee) -> NewFee {
        let says_which = self.percent.is_some() || self.fixed.is_some();
        let said = self.rule(fee.category, fee.provider_id);
        NewFee {
            fee_type_method: if says_which { said.fee_type_method } else { fee.fee_type_method },
            fee_percentage: if says_which { self.percent } else { fee.fee_percentage },
            fee_fixed_amount: if says_which { self.fixed } else { fee.fee_fixed_amount },
            min_fee: self.min.or(fee.min_fee),
            max_fee: self.max.or(fee.max_fee),
            currency: self.currency.or(fee.currency),
            priority: self.priority.unwrap_or(fee.priority),
            ..said
        }
    }
}

impl Simulate {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let client = session.admin().await?;
        let to = next_day(context.now.date_naive());
        let from = to.checked_sub_days(Days::new(self.days)).unwrap_or(to);
        let (rule, replaces) = match &self.fee {
            Some(text) => {
                let fee = find::fee(&client, text).await?;
                ((!self.off).then(|| self.figures.over(&fee)), Some(fee.id))
            }
            None => (Some(self.figures.rule(self.category, self.provider)), None),
        };
        let simulate = SimulateFee { rule, replaces, from, to };
        let simulation = client.simulate_fee(&simulate, &Key::random()).await?;
        context.output.show(&simulation, tried)
    }
}

impl Create {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let client = session.admin().await?;
        let fee = self.figures.rule(self.category, self.provider);
        let fee = client.create_fee(&fee, &Key::random()).await?;
        context.output.show(&fee, |fee, sheet| rows(std::slice::from_ref(fee), sheet))
    }
}

impl Edit {
    fn patch(&self) -> FeePatch {
        let figures = &self.figures;
        // A figure of the other method goes with it.
        let method = match (figures.percent, figures.fixed) {
            (Some(_), _) => Some(FeeMethod::Percentage),
            (_, Some(_)) => Some(FeeMethod::Fixed),
            (None, None) => None,
        };
        let set = |figure: Option<Decimal>, goes: bool| match figure {
            Some(figure) => Some(Some(figure)),
            None => goes.then_some(None),
        };
        FeePatch {
            fee_type_method: method,
            fee_percentage: set(figures.percent, method == Some(FeeMethod::Fixed)),
            fee_fixed_amount: set(figures.fixed, method == Some(FeeMethod::Percentage)),
            min_fee: set(figures.min, self.no_min),
            max_fee: set(figures.max, self.no_max),
            currency: figures.currency.map(Some),
            priority: figures.priority,
            is_active: self.active,
        }
    }

    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let client = session.admin().await?;
        let patch = self.patch();
        if patch == FeePatch::default() {
            return Err(Failure::Usage(
                "Say what to change, such as --percent. Nothing was changed.".to_owned(),
            ));
        }
        let fee = find::fee(&client, &self.fee).await?;
        let fee = client.edit_fee(fee.id, &patch, fee.version).await?;
        context.output.show(&fee, |fee, sheet| rows(std::slice::from_ref(fee), sheet))
    }
}

impl Calculate {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let amount = Money::try_new(self.amount, self.currency)
            .map_err(|error| Failure::Usage(error.to_string()))?;
        let client = session.provider_or_admin().await?;
        let calculation = client.calculate_fee(amount, self.category, self.provider).await?;
        context.output.show(&calculation, draw)
    }
}

fn rows(fees: &[Fee], sheet: &mut Sheet) {
    let mut table = Table::new()
        .left("ID")
        .left("FOR")
        .flexible("")
        .right("FEE")
        .right("MIN")
        .right("MAX")
        .right("PRIORITY")
        .left("");
    for fee in fees {
        let amount = |amount: Option<Decimal>| match (amount, fee.currency) {
            (Some(amount), Some(currency)) => format!("{amount} {currency}"),
            (Some(amount), None) => amount.to_string(),
            (None, _) => String::new(),
        };
        let figure = match fee.fee_type_method {
            FeeMethod::Percentage => fee
                .fee_percentage
                .map_or_else(String::new, |percent| format!("{} %", percent.normalize())),
            FeeMethod::Fixed => amount(fee.fee_fixed_amount),
        };
        let whom =
            fee.category.map(|category| category.to_string()).or_else(|| fee.provider_name.clone());
        table.row([
            short(fee.id.into()),
            spoken(&fee.fee_type),
            whom.unwrap_or_default(),
            figure,
            amount(fee.min_fee),
            amount(fee.max_fee),
            fee.priority.to_string(),
            if fee.is_active { String::new() } else { "off".to_owned() },
        ]);
    }
    sheet.table(&table);
}

fn tried(simulation: &FeeSimulation, sheet: &mut Sheet) {
    let last = simulation.to.pred_opt().unwrap_or(simulation.to);
    sheet.line(format!(
        "Booked {} to {last}, and not cancelled. Nothing was saved.",
        simulation.from
    ));
    if simulation.rows.is_empty() {
        sheet.line("There is no such booking.");
        return;
    }
    let mut table = Table::new()
        .left("CATEGORY")
        .right("BOOKINGS")
        .right("CHANGED")
        .right("KEPT")
        .right("WOULD BE")
        .right("DIFFERENCE");
    for row in &simulation.rows {
        let difference = row.would_keep.minus(row.kept);
        table.row([
            row.category.to_string(),
            row.bookings.to_string(),
            row.changed.to_string(),
            row.kept.to_string(),
            row.would_keep.to_string(),
            difference.map_or_else(|_| String::new(), |amount| amount.to_string()),
        ]);
    }
    sheet.table(&table);
}

fn draw(calculation: &FeeCalculation, sheet: &mut Sheet) {
    let decision = &calculation.decision;
    sheet.fields([
        ("Amount", Some(decision.service_amount.to_string())),
        ("Platform", Some(decision.platform_fee.to_string())),
        ("Provider", Some(decision.provider_payout.to_string())),
        ("Because", Some(decision.reason.clone())),
    ]);
    let others: Vec<_> = decision
        .considered
        .iter()
        .filter(|rule| rule.outcome == Outcome::Outranked)
        .map(|rule| format!("  {}  {}", short(rule.rule_id.into()), rule.reason))
        .collect();
    if !others.is_empty() {
        sheet.line("Outranked:");
        for line in others {
            sheet.line(line);
        }
    }
}
