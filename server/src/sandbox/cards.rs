//! Stripe's documented test cards, and what becomes of each. No other card exists here.

use serde_json::{Value, json};

use super::{object::Object, refusal::Refusal};

/// Why a bank says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decline {
    pub(super) code: &'static str,
    pub(super) reason: Option<&'static str>,
    pub(super) message: &'static str,
}

impl Decline {
    const fn declined(reason: &'static str, message: &'static str) -> Self {
        Self { code: "card_declined", reason: Some(reason), message }
    }

    const fn of_its_own(code: &'static str, message: &'static str) -> Self {
        Self { code, reason: Some(code), message }
    }

    pub(super) fn refusal(self) -> Refusal {
        Refusal::card(self.code, self.reason, self.message)
    }

    /// As `last_payment_error` and `last_setup_error` say it.
    pub(super) fn error(self, method: &Object) -> Value {
        let kind =
            if self == FAILED_AUTHENTICATION { "invalid_request_error" } else { "card_error" };
        json!({
            "type": kind, "code": self.code, "decline_code": self.reason, "message": self.message,
            "payment_method": method.shown(),
        })
    }
}

const GENERIC: Decline = Decline::declined("generic_decline", "Your card was declined.");
const NO_FUNDS: Decline =
    Decline::declined("insufficient_funds", "Your card has insufficient funds.");
const LOST: Decline = Decline::declined("lost_card", "Your card was declined.");
const STOLEN: Decline = Decline::declined("stolen_card", "Your card was declined.");
const EXPIRED: Decline = Decline::of_its_own("expired_card", "Your card has expired.");
const WRONG_CVC: Decline =
    Decline::of_its_own("incorrect_cvc", "Your card's security code is incorrect.");
const TROUBLE: Decline = Decline::of_its_own(
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
);
/// The bank wants to see the cardholder, who is not there.
pub(super) const WANTS_CARDHOLDER: Decline = Decline::of_its_own(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
);
/// The cardholder was asked and did not pass.
pub(super) const FAILED_AUTHENTICATION: Decline = Decline {
    code: "payment_intent_authentication_failure",
    reason: None,
    message: "The provided PaymentMethod has failed authentication. You can provide \
              payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
};

/// How a card behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behaviour {
    Approves,
    /// Neither charged nor saved.
    Declines(Decline),
    /// Saved without complaint, never charged.
    DeclinesCharges(Decline),
    /// Asks the cardholder unless it was set up for later payments before.
    AsksUntilSetUp,
    AlwaysAsks,
    AsksThenDeclines(Decline),
    /// Charged, and disputed at once.
    Disputed,
    /// A refund stays pending for a while.
    RefundsLate,
    /// A refund succeeds and fails a while later.
    RefundsFail,
}

/// A card that is nobody's.
#[derive(Clone, Copy, Debug)]
pub(super) struct TestCard {
    pub(super) number: &'static str,
    /// The names under which the API knows it; the first is the one of the documentation.
    names: &'static [&'static str],
    brand: &'static str,
    pub(super) behaviour: Behaviour,
    /// What the pay page says of it; none where it is not offered there.
    pub(super) offered: Option<&'static str>,
}

const fn visa(
    number: &'static str,
    names: &'static [&'static str],
    behaviour: Behaviour,
    offered: Option<&'static str>,
) -> TestCard {
    TestCard { number, names, brand: "visa", behaviour, offered }
}

pub(super) const CARDS: &[TestCard] = &[
    visa("4242424242424242", &["visa"], Behaviour::Approves, Some("is charged")),
    visa("4000056655665556", &["visa_debit"], Behaviour::Approves, None),
    visa("4000000000000077", &["bypassPending"], Behaviour::Approves, None),
    TestCard {
        number: "5555555555554444",
        names: &["mastercard"],
        brand: "mastercard",
        behaviour: Behaviour::Approves,
        offered: None,
    },
    TestCard {
        number: "378282246310005",
        names: &["amex"],
        brand: "amex",
        behaviour: Behaviour::Approves,
        offered: None,
    },
    visa(
        "4000000000000002",
        &["visa_chargeDeclined", "chargeDeclined"],
        Behaviour::Declines(GENERIC),
        Some("is declined"),
    ),
    visa(
        "4000000000009995",
        &["visa_chargeDeclinedInsufficientFunds", "chargeDeclinedInsufficientFunds"],
        Behaviour::Declines(NO_FUNDS),
        Some("has no funds"),
    ),
    visa(
        "4000000000009987",
        &["visa_chargeDeclinedLostCard", "chargeDeclinedLostCard"],
        Behaviour::Declines(LOST),
        None,
    ),
    visa(
        "4000000000009979",
        &["visa_chargeDeclinedStolenCard", "chargeDeclinedStolenCard"],
        Behaviour::Declines(STOLEN),
        None,
    ),
    visa("4000000000000069", &["chargeDeclinedExpiredCard"], Behaviour::Declines(EXPIRED), None),
    visa("4000000000000127", &["chargeDeclinedIncorrectCvc"], Behaviour::Declines(WRONG_CVC), None),
    visa(
        "4000000000000119",
        &["chargeDeclinedProcessingError"],
        Behaviour::Declines(TROUBLE),
        None,
    ),
    visa(
        "4000000000000341",
        &["chargeCustomerFail"],
        Behaviour::DeclinesCharges(GENERIC),
        Some("is saved and then declined"),
    ),
    visa(
        "4000002500003155",
        &["authenticationRequiredOnSetup"],
        Behaviour::AsksUntilSetUp,
        Some("asks the cardholder once"),
    ),
    visa(
        "4000002760003184",
        &["authenticationRequired"],
        Behaviour::AlwaysAsks,
        Some("asks the cardholder every time"),
    ),
    visa(
        "4000000000003220",
        &["threeDSecure2Required", "threeDSecureRequired"],
        Behaviour::AlwaysAsks,
        None,
    ),
    visa(
        "4000008260003178",
        &["authenticationRequiredChargeDeclinedInsufficientFunds"],
        Behaviour::AsksThenDeclines(NO_FUNDS),
        Some("asks the cardholder, then has no funds"),
    ),
    visa(
        "4000000000000259",
        &["createDispute"],
        Behaviour::Disputed,
        Some("is charged and disputed"),
    ),
    visa("4000000000007726", &["pendingRefund"], Behaviour::RefundsLate, None),
    visa("4000000000005126", &["refundFail"], Behaviour::RefundsFail, None),
];

impl TestCard {
    /// The card of a number, whatever stands between its digits.
    pub(super) fn by_number(number: &str) -> Option<&'static Self> {
        let digits: String =
            number.chars().filter(|c| !c.is_whitespace() && *c != '-').take(32).collect();
        CARDS.iter().find(|card| card.number == digits)
    }

    /// The card of a name such as `pm_card_visa`, or `tok_visa`.
    pub(super) fn by_token(token: &str) -> Option<&'static Self> {
        let name = token.strip_prefix("pm_card_").or_else(|| token.strip_prefix("tok_"))?;
        CARDS.iter().find(|card| card.names.contains(&name))
    }

    pub(super) fn last4(&self) -> &'static str {
        &self.number[self.number.len() - 4..]
    }

    /// What the API shows of it.
    pub(super) fn shown(&self, (month, year): (i64, i64)) -> Value {
        json!({
            "brand": self.brand, "display_brand": self.brand, "last4": self.last4(),
            "exp_month": month, "exp_year": year, "funding": "credit", "country": "US",
            "fingerprint": format!("sandbox{}", self.last4()), "generated_from": null, "wallet": null,
            "checks": {
                "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass",
            },
            "networks": {"available": [self.brand], "preferred": null},
            "three_d_secure_usage": {"supported": true},
        })
    }
}

/// What a card is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To take money.
    Charge,
    /// To be kept for later.
    Save,
}

/// What the bank is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    pub(super) purpose: Purpose,
    pub(super) off_session: bool,
    /// The card was set up for later payments before.
    pub(super) is_set_up: bool,
    /// The cardholder has just been asked, and passed.
    pub(super) has_passed: bool,
}

/// What the bank says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Approved,
    Declined(Decline),
    /// The cardholder has to be asked first.
    Ask,
}

impl Behaviour {
    pub(super) const fn verdict(self, question: Question) -> Verdict {
        let Question { purpose, off_session, is_set_up, has_passed } = question;
        let charges = matches!(purpose, Purpose::Charge);
        let ask = if off_session { Verdict::Declined(WANTS_CARDHOLDER) } else { Verdict::Ask };
        match self {
            Self::Declines(why) => Verdict::Declined(why),
            Self::DeclinesCharges(why) if charges => Verdict::Declined(why),
            Self::AsksUntilSetUp if !(has_passed || charges && is_set_up) => ask,
            Self::AlwaysAsks | Self::AsksThenDeclines(_) if !has_passed => ask,
            Self::AsksThenDeclines(why) if charges => Verdict::Declined(why),
            _ => Verdict::Approved,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHARGE: Question = Question {
        purpose: Purpose::Charge,
        off_session: false,
        is_set_up: false,
        has_passed: false,
    };

    fn verdict(token: &str, question: Question) -> Verdict {
        TestCard::by_token(token).unwrap().behaviour.verdict(question)
    }

    #[test]
    fn numbers_and_names_are_each_one_card() {
        for (index, card) in CARDS.iter().enumerate() {
            let other = &CARDS[index + 1..];
            assert!(other.iter().all(|other| other.number != card.number), "{}", card.number);
            for name in card.names {
                assert!(other.iter().all(|other| !other.names.contains(name)), "{name}");
            }
            // Luhn's check digit: a slip of the pen would not have one.
            let sum: u32 = card.number.bytes().rev().enumerate().fold(0, |sum, (place, digit)| {
                let digit = u32::from(digit - b'0') * if place % 2 == 1 { 2 } else { 1 };
                sum + digit / 10 + digit % 10
            });
            assert_eq!(sum % 10, 0, "{}", card.number);
        }
        assert!(TestCard::by_number("4242 4242-4242 4242").is_some());
        assert!(TestCard::by_number("4111111111111111").is_none());
    }

    #[test]
    fn a_card_that_asks_once_is_charged_off_session_after_it_was_set_up() {
        let token = "pm_card_authenticationRequiredOnSetup";
        let later = Question { off_session: true, ..CHARGE };
        assert_eq!(verdict(token, CHARGE), Verdict::Ask);
        assert_eq!(verdict(token, later), Verdict::Declined(WANTS_CARDHOLDER));
        assert_eq!(verdict(token, Question { purpose: Purpose::Save, ..CHARGE }), Verdict::Ask);
        assert_eq!(verdict(token, Question { has_passed: true, ..CHARGE }), Verdict::Approved);
        assert_eq!(verdict(token, Question { is_set_up: true, ..later }), Verdict::Approved);
    }

    #[test]
    fn a_card_that_always_asks_cannot_be_charged_off_session() {
        let token = "pm_card_authenticationRequired";
        let later = Question { off_session: true, is_set_up: true, ..CHARGE };
        assert_eq!(verdict(token, later), Verdict::Declined(WANTS_CARDHOLDER));
        assert_eq!(verdict(token, Question { has_passed: true, ..CHARGE }), Verdict::Approved);
    }
}
