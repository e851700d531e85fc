"""Drives the sandbox with Stripe's official SDK, unchanged.

Needs SANDBOX_URL (such as http://127.0.0.1:8080/sandbox) and SANDBOX_KEY. Exits with 0 when everything
is as it is with Stripe; the first thing that is not ends it with a traceback. The sandbox must be sending
its webhooks meanwhile.
"""

import http.server
import json
import os
import queue
import threading
import urllib.request
import uuid

import stripe

stripe.api_base = os.environ["SANDBOX_URL"]
stripe.api_key = os.environ["SANDBOX_KEY"]
# Retries are tried on purpose below; elsewhere a failure is to be seen.
stripe.max_network_retries = 0


def control(path, body):
    """What only a sandbox can do."""
    request = urllib.request.Request(
        f"{stripe.api_base}/control{path}",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {stripe.api_key}"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def refused(error, call):
    """The error of a call that must end with it."""
    try:
        call()
    except error as refusal:
        return refusal
    raise AssertionError(f"was not refused with {error.__name__}")


def charged(**more):
    parameters = {
        "amount": 12000,
        "currency": "eur",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
    }
    return stripe.PaymentIntent.create(**{**parameters, **more})


class Receiver:
    """Hears webhooks, as the SDK verifies them."""

    def __init__(self):
        heard = self.heard = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard.put((body, self.headers["Stripe-Signature"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.endpoint = stripe.WebhookEndpoint.create(
            url=f"http://127.0.0.1:{self.server.server_port}/hook", enabled_events=["*"]
        )

    def wait_for(self, kind):
        while True:
            body, signature = self.heard.get(timeout=30)
            event = stripe.Webhook.construct_event(body, signature, self.endpoint.secret)
            refused(
                stripe.SignatureVerificationError,
                lambda: stripe.Webhook.construct_event(body + b" ", signature, self.endpoint.secret),
            )
            if event.type == kind:
                assert stripe.Event.retrieve(event.id).data.object.id == event.data.object.id
                return event

    def close(self):
        self.server.shutdown()
        assert stripe.WebhookEndpoint.delete(self.endpoint.id).deleted


def customers_and_cards():
    customer = stripe.Customer.create(email="ana@example.org", name="Ana", metadata={"user": "7"})
    customer = stripe.Customer.modify(customer.id, metadata={"user": "", "person": "8"})
    assert customer.metadata.to_dict() == {"person": "8"}
    method = stripe.PaymentMethod.attach("pm_card_visa", customer=customer.id)
    listed = stripe.Customer.list_payment_methods(customer.id)
    assert [found.id for found in listed.auto_paging_iter()] == [method.id]
    assert charged(customer=customer.id, payment_method=method.id, off_session=True).status == "succeeded"
    assert stripe.PaymentMethod.detach(method.id).customer is None
    refused(stripe.InvalidRequestError, lambda: charged(payment_method=method.id))


def declines():
    for method, code, reason in [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ]:
        error = refused(stripe.CardError, lambda: charged(payment_method=method))
        assert (error.http_status, error.code) == (402, code)
        assert error.error.decline_code == reason
        assert error.error.payment_intent.status == "requires_payment_method"
    customer = stripe.Customer.create()
    saved = stripe.SetupIntent.create(
        customer=customer.id, payment_method="pm_card_authenticationRequired", confirm=True
    )
    assert saved.status == "requires_action", saved.status
    control(f"/intents/{saved.id}/authenticate", {"passes": True})
    saved = stripe.SetupIntent.retrieve(saved.id)
    error = refused(
        stripe.CardError,
        lambda: charged(customer=customer.id, payment_method=saved.payment_method, off_session=True),
    )
    assert error.code == "authentication_required"


def idempotency():
    key = str(uuid.uuid4())
    first, second = charged(idempotency_key=key), charged(idempotency_key=key)
    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    error = refused(stripe.IdempotencyError, lambda: charged(amount=500, idempotency_key=key))
    assert error.http_status == 400

    # The SDK retries by itself, under one key: an answer that is lost is found, a 429 is waited for.
    stripe.max_network_retries = 3
    fault = {"operation": "POST /v1/payment_intents", "count": 1}
    for effect in ["lose_answer", "fail_before"]:
        control("/faults", {**fault, "effect": effect})
        mark = str(uuid.uuid4())
        assert charged(metadata={"mark": mark}).status == "succeeded", effect
        found = stripe.PaymentIntent.list(limit=100).auto_paging_iter()
        assert sum(intent.metadata.to_dict().get("mark") == mark for intent in found) == 1, effect
    stripe.max_network_retries = 0
    control("/faults", {**fault, "effect": "rate_limit"})
    refused(stripe.RateLimitError, charged)
    control("/faults", {**fault, "effect": "fail_after"})
    key = str(uuid.uuid4())
    refused(stripe.APIError, lambda: charged(idempotency_key=key))
    refused(stripe.APIError, lambda: charged(idempotency_key=key))


def refusals():
    error = refused(stripe.InvalidRequestError, lambda: charged(amuont=5))
    assert error.param == "amuont"
    error = refused(stripe.InvalidRequestError, lambda: stripe.Charge.retrieve("ch_nobodys"))
    assert (error.http_status, error.code) == (404, "resource_missing")
    refused(stripe.AuthenticationError, lambda: stripe.Balance.retrieve(api_key="sk_test_wrong"))
    refused(stripe.PermissionError, lambda: stripe.Balance.retrieve(stripe_account="acct_nobodys"))


def refunds():
    intent = charged(expand=["latest_charge.balance_transaction"])
    assert intent.latest_charge.balance_transaction.fee == 193
    part = stripe.Refund.create(payment_intent=intent.id, amount=2000, metadata={"why": "rain"})
    assert (part.status, part.charge) == ("succeeded", intent.latest_charge.id)
    refused(
        stripe.InvalidRequestError,
        lambda: stripe.Refund.create(payment_intent=intent.id, amount=10001),
    )
    stripe.Refund.create(payment_intent=intent.id)
    error = refused(
        stripe.InvalidRequestError, lambda: stripe.Refund.create(payment_intent=intent.id)
    )
    assert error.code == "charge_already_refunded"
    assert len(stripe.Refund.list(payment_intent=intent.id).data) == 2
    failing = stripe.Refund.create(payment_intent=charged(payment_method="pm_card_refundFail").id)
    control("/refunds/settle", {})
    assert stripe.Refund.retrieve(failing.id).status == "failed"


def checkout(receiver):
    customer = stripe.Customer.create(email="ana@example.org")
    session = stripe.checkout.Session.create(
        mode="payment",
        customer=customer.id,
        success_url="https://example.org/done?s={CHECKOUT_SESSION_ID}",
        cancel_url="https://example.org/back",
        line_items=[
            {
                "quantity": 2,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 6000,
                    "product_data": {"name": "Walk through Alfama"},
                },
            }
        ],
        metadata={"checkout": "c1"},
        payment_intent_data={
            "metadata": {"checkout": "c1"},
            "setup_future_usage": "off_session",
            "transfer_group": "trip",
        },
    )
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 12000)
    with urllib.request.urlopen(session.url, timeout=30) as page:
        assert "120.00 EUR" in page.read().decode()
    step = control(f"/checkouts/{session.id}/pay", {"card": "4000002500003155"})
    assert step["step"] == "asks_cardholder"
    control(f"/checkouts/{session.id}/authenticate", {"passes": True})
    event = receiver.wait_for("checkout.session.completed")
    assert event.data.object.id == session.id
    session = stripe.checkout.Session.retrieve(session.id, expand=["payment_intent", "line_items"])
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert session.payment_intent.transfer_group == "trip"
    assert session.line_items.data[0].quantity == 2
    later = charged(
        customer=customer.id, payment_method=session.payment_intent.payment_method, off_session=True
    )
    assert later.status == "succeeded"
    refused(stripe.InvalidRequestError, lambda: stripe.checkout.Session.expire(session.id))
    other = stripe.checkout.Session.create(
        mode="setup", currency="eur", customer=customer.id, success_url="https://example.org"
    )
    assert stripe.checkout.Session.expire(other.id).status == "expired"


def connect():
    account = stripe.Account.create(
        type="express", country="PT", capabilities={"transfers": {"requested": True}}
    )
    link = stripe.AccountLink.create(
        account=account.id,
        type="account_onboarding",
        return_url="https://example.org/return",
        refresh_url="https://example.org/refresh",
    )
    with urllib.request.urlopen(link.url, timeout=30) as page:
        assert account.id in page.read().decode()
    control(f"/accounts/{account.id}/onboard", {"finishes": True})
    assert stripe.Account.retrieve(account.id).payouts_enabled
    charge = charged(transfer_group="b1").latest_charge
    transfer = stripe.Transfer.create(
        amount=9000,
        currency="eur",
        destination=account.id,
        source_transaction=charge,
        transfer_group="b1",
    )
    theirs = stripe.Balance.retrieve(stripe_account=account.id)
    assert theirs.available[0].amount == 9000
    reversal = stripe.Transfer.create_reversal(transfer.id, amount=4000)
    assert stripe.Transfer.retrieve(transfer.id).amount_reversed == 4000
    assert [found.id for found in stripe.Transfer.list_reversals(transfer.id)] == [reversal.id]
    refused(
        stripe.InvalidRequestError, lambda: stripe.Transfer.create_reversal(transfer.id, amount=5001)
    )
    error = refused(
        stripe.InvalidRequestError,
        lambda: stripe.Transfer.create(amount=9_999_999, currency="eur", destination=account.id),
    )
    assert error.code == "balance_insufficient"
    assert [found.id for found in stripe.Transfer.list(transfer_group="b1")] == [transfer.id]


def books():
    entries = list(stripe.BalanceTransaction.list(limit=3).auto_paging_iter())
    assert sum(entry.net for entry in entries) == stripe.Balance.retrieve().available[0].amount
    ids = [entry.id for entry in entries]
    assert len(ids) == len(set(ids)) > 10


def disputes():
    intent = charged(payment_method="pm_card_createDispute")
    dispute = stripe.Dispute.list(payment_intent=intent.id).data[0]
    assert dispute.status == "needs_response"
    assert stripe.Dispute.close(dispute.id).status == "lost"


def main():
    receiver = Receiver()
    customers_and_cards()
    declines()
    idempotency()
    refusals()
    refunds()
    checkout(receiver)
    connect()
    disputes()
    books()
    receiver.close()
    print("the SDK got what it expects")


main()
