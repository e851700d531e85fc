//! Whether events tell how a thing came to where it stands.

use traveloure_core::{api::event::Kind, booking, request};

use crate::{
    error::AppResult,
    store::{
        invariants::{Broken, History},
        read::enumerated,
    },
};

/// How the events of a thing lead it through its statuses.
pub(super) struct Machine<S: 'static> {
    all: &'static [S],
    may_become: fn(S, S) -> bool,
    /// The statuses that an event of this kind says it took on; none for one that says nothing of them.
    told_by: fn(Kind) -> &'static [S],
    begins_with: Kind,
}

pub(super) static REQUESTS: Machine<request::Status> = Machine {
    all: &request::Status::ALL,
    may_become: request::Status::may_become,
    told_by: |kind| match kind {
        Kind::RequestSubmitted => &[request::Status::PendingProvider],
        // Either side counters; which one it was follows from where it stood.
        Kind::RequestCountered => {
            &[request::Status::CounterOffered, request::Status::PendingProvider]
        }
        Kind::RequestAccepted => &[request::Status::Accepted],
        Kind::RequestDeclined => &[request::Status::Declined],
        Kind::RequestWithdrawn => &[request::Status::Withdrawn],
        Kind::RequestExpired => &[request::Status::Expired],
        _ => &[],
    },
    begins_with: Kind::RequestSubmitted,
};

pub(super) static BOOKINGS: Machine<booking::Status> = Machine {
    all: &booking::Status::ALL,
    may_become: booking::Status::may_become,
    told_by: |kind| match kind {
        Kind::BookingCreated => &[booking::Status::Pending, booking::Status::PendingPayment],
        Kind::BookingConfirmed => &[booking::Status::Confirmed],
        Kind::BookingCancelled => &[booking::Status::Cancelled],
        Kind::BookingCompleted => &[booking::Status::Completed],
        Kind::BookingRefunded => &[booking::Status::Refunded],
        _ => &[],
    },
    begins_with: Kind::BookingCreated,
};

/// In which way the events of a thing do not lead, by allowed steps, to where it stands.
///
/// # Errors
/// A fault: its status is none.
pub(super) fn untold<S>(history: &History, machine: &Machine<S>) -> AppResult<Option<Broken>>
where
    S: Copy + PartialEq + serde::de::DeserializeOwned,
{
    let status: S = enumerated("status", history.id, &history.status)?;
    Ok(untold_step(history, status, machine).map(|how| Broken { id: history.id, how }))
}

fn untold_step<S: Copy + PartialEq>(
    history: &History,
    status: S,
    machine: &Machine<S>,
) -> Option<String> {
    let mut kinds = history
        .kinds
        .iter()
        .filter_map(|name| Kind::from_name(name))
        .filter(|kind| !(machine.told_by)(*kind).is_empty());
    // Where it may stand after the events so far.
    let mut may_be = if history.is_cut {
        machine.all.to_vec()
    } else {
        match kinds.next() {
            Some(kind) if kind == machine.begins_with => (machine.told_by)(kind).to_vec(),
            other => {
                let first = other.map_or("nothing", Kind::as_str);
                return Some(format!("its story begins with {first}"));
            }
        }
    };
    for kind in kinds {
        let told = (machine.told_by)(kind);
        let next: Vec<S> = told
            .iter()
            .copied()
            .filter(|next| {
                kind == machine.begins_with && history.is_cut
                    || may_be.iter().any(|before| (machine.may_become)(*before, *next))
            })
            .collect();
        if next.is_empty() {
            return Some(format!("{} was told where it could not happen", kind.as_str()));
        }
        may_be = next;
    }
    (!may_be.contains(&status)).then(|| format!("it is {}, which no event told of", history.status))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn history(status: &str, kinds: &[&str]) -> History {
        History {
            id: Uuid::nil(),
            status: status.to_owned(),
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            is_cut: false,
        }
    }

    fn told(status: &str, kinds: &[&str]) -> bool {
        untold(&history(status, kinds), &REQUESTS).unwrap().is_none()
    }

    #[test]
    fn a_negotiation_may_go_back_and_forth() {
        assert!(told("pending_provider", &["request.submitted"]));
        assert!(told(
            "accepted",
            &[
                "request.submitted",
                "request.countered",
                "request.message",
                "request.countered",
                "request.reminder",
                "request.accepted"
            ]
        ));
    }

    #[test]
    fn a_step_without_its_event_is_found() {
        assert!(!told("accepted", &["request.submitted"]));
        assert!(!told("pending_provider", &[]));
        assert!(!told("counter_offered", &["request.countered"]));
        // An even number of counter-offers is answered by the provider.
        assert!(!told(
            "counter_offered",
            &["request.submitted", "request.countered", "request.countered"]
        ));
    }

    #[test]
    fn what_is_closed_stays_closed() {
        let kinds = ["request.submitted", "request.declined", "request.accepted"];
        assert!(!told("accepted", &kinds));
        assert!(!told("declined", &kinds));
    }

    #[test]
    fn a_history_that_lost_its_beginning_counts_from_what_is_left() {
        let cut = |status, kinds: &[&str]| {
            let history = History { is_cut: true, ..history(status, kinds) };
            untold(&history, &REQUESTS).unwrap().is_none()
        };
        assert!(cut("declined", &[]));
        assert!(cut("counter_offered", &["request.countered"]));
        assert!(!cut("declined", &["request.expired"]));
    }
}
