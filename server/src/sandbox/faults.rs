//! Failing on purpose: switches that are kept in the database, so that every server obeys them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use sqlx::PgConnection;

use super::{
    Sandbox,
    store::faults::{self, Stored},
};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Answers 500 and does nothing.
    FailBefore,
    /// Does the work and answers 500, which the idempotency key replays.
    FailAfter,
    /// Answers 429 and does nothing.
    RateLimit,
    /// Does nothing, and closes the connection without an answer after `amount` milliseconds.
    Hang,
    /// Does the work, and closes the connection without an answer `amount` milliseconds later.
    LoseAnswer,
    /// Does the work only after `amount` milliseconds, and answers then.
    Late,
    /// Sends an event `amount` times more.
    Duplicate,
    /// Sends events at a random moment within `amount` milliseconds, and so in another order.
    Shuffle,
    /// Sends an event `amount` milliseconds late.
    Delay,
    /// Loses the first `amount` attempts to send an event.
    Drop,
}

impl Effect {
    /// Whether it befalls events, else requests.
    const fn is_of_events(self) -> bool {
        matches!(self, Self::Duplicate | Self::Shuffle | Self::Delay | Self::Drop)
    }

    fn as_text(self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::String(text)) => text,
            _ => String::new(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        serde_json::from_value(Value::String(text.to_owned())).ok()
    }
}

/// A switch to fail on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What it befalls: `POST /v1/payment_intents`, or the type of an event; `*` stands for anything.
    pub operation: String,
    pub effect: Effect,
    /// Milliseconds, copies or attempts, as the effect says.
    #[serde(default)]
    pub amount: u32,
    /// How often; none: for as long as it is there.
    #[serde(default)]
    pub count: Option<u16>,
    /// How many of a thousand it befalls.
    #[serde(default = "always")]
    pub per_mille: u16,
}

const fn always() -> u16 {
    1000
}

impl Fault {
    /// One that befalls the next operation of that name, once.
    #[must_use]
    pub fn once(operation: &str, effect: Effect) -> Self {
        let operation = operation.to_owned();
        Self { operation, effect, amount: 0, count: Some(1), per_mille: always() }
    }
}

impl Sandbox {
    /// Switches a fault on, for every server of the database.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_fault(&self, fault: &Fault) -> sqlx::Result<()> {
        let mut db = self.0.pool.acquire().await?;
        faults::insert(
            &mut db,
            &fault.operation,
            &fault.effect.as_text(),
            fault.amount.into(),
            fault.count.map(Into::into),
            fault.per_mille.min(1000).into(),
        )
        .await?;
        Ok(())
    }

    /// The faults that are switched on and not used up; `count` says how often each is left.
    ///
    /// # Errors
    /// The database's.
    pub async fn faults(&self) -> sqlx::Result<Vec<Fault>> {
        let mut db = self.0.pool.acquire().await?;
        let stored = faults::armed(&mut db).await?;
        Ok(stored.into_iter().filter_map(fault).collect())
    }

    /// Switches all faults off.
    ///
    /// # Errors
    /// The database's.
    pub async fn clear_faults(&self) -> sqlx::Result<()> {
        let mut db = self.0.pool.acquire().await?;
        faults::clear(&mut db).await
    }

    /// The fault that befalls a request now, used up by that.
    pub(super) async fn strike_request(
        &self,
        operation: &str,
    ) -> sqlx::Result<Option<(Effect, i64)>> {
        let mut db = self.0.pool.acquire().await?;
        for stored in faults::armed(&mut db).await? {
            let Some(effect) = Effect::parse(&stored.effect) else { continue };
            let meant = !effect.is_of_events() && matches(&stored.operation, operation);
            if meant && self.has_luck(&stored) && spend(&mut db, &stored).await? {
                return Ok(Some((effect, stored.amount)));
            }
        }
        Ok(None)
    }

    fn has_luck(&self, stored: &Stored) -> bool {
        let random = u32::from_be_bytes(self.0.entropy.bytes()) % 1000;
        i64::from(random) < i64::from(stored.per_mille)
    }
}

/// The faults that befall events, used up by that: of each event its effects and their amounts, the oldest fault first.
///
/// It is asked once for all events of a transaction, behind everything else that this locks: transactions that took
/// the faults' rows between others, or in the order of their events, would wait for one another.
pub(super) async fn strike_events(
    db: &mut PgConnection,
    sandbox: &Sandbox,
    kinds: &[&str],
) -> sqlx::Result<Vec<Vec<(Effect, i64)>>> {
    let mut effects = vec![Vec::new(); kinds.len()];
    for stored in faults::armed(db).await? {
        let Some(effect) = Effect::parse(&stored.effect) else { continue };
        for (kind, effects) in kinds.iter().zip(&mut effects) {
            let meant = effect.is_of_events() && matches(&stored.operation, kind);
            if meant && sandbox.has_luck(&stored) && spend(db, &stored).await? {
                effects.push((effect, stored.amount));
            }
        }
    }
    Ok(effects)
}

// Says whether it was not used up.
async fn spend(db: &mut PgConnection, stored: &Stored) -> sqlx::Result<bool> {
    Ok(stored.remaining.is_none() || faults::spend(db, stored.id).await?)
}

fn fault(stored: Stored) -> Option<Fault> {
    Some(Fault {
        operation: stored.operation,
        effect: Effect::parse(&stored.effect)?,
        amount: u32::try_from(stored.amount).unwrap_or(u32::MAX),
        count: stored.remaining.and_then(|count| u16::try_from(count).ok()),
        per_mille: u16::try_from(stored.per_mille).unwrap_or(always()),
    })
}

/// Whether a name fits a pattern in which `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_names() {
        let name = "POST /v1/payment_intents/pi_1/confirm";
        for pattern in [name, "*", "POST *", "*/confirm", "POST /v1/*/confirm", "*intents*confirm"]
        {
            assert!(matches(pattern, name), "{pattern}");
        }
        for pattern in ["", "GET *", "POST /v1/payment_intents", "*/cancel", "*pi_1", "a*b*c"] {
            assert!(!matches(pattern, name), "{pattern}");
        }
        assert!(!matches("ab*ba", "aba"));
    }

    #[test]
    fn effects_are_read_as_they_are_written() {
        for effect in [Effect::FailAfter, Effect::LoseAnswer, Effect::Shuffle, Effect::Drop] {
            assert_eq!(Effect::parse(&effect.as_text()), Some(effect));
        }
        assert_eq!(Effect::LoseAnswer.as_text(), "lose_answer");
    }
}
