"""The hosted card page, used as a browser without JavaScript uses it."""

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote

import httpx
import pytest
import stripe

from tests.sandbox.box import Box
from tests.sandbox.house import House


class Fields(HTMLParser):
    """The names and values that a form would send, and the ids that labels point at."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.inputs: set[str] = set()
        self.labelled: set[str] = set()
        self.action = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "label":
            self.labelled.add(given["for"])
        elif tag == "input":
            self.values[given["name"]] = given.get("value", "")
            if given.get("type") != "hidden":
                self.inputs.add(given["id"])


class Buyer:
    def __init__(self, box: Box, house: House, intent: stripe.PaymentIntent) -> None:
        self.home = f"{house.origin}/orders/7?token=a%26b"
        self.intent = intent
        self.http = httpx.Client(base_url=box.url, trust_env=False, timeout=90)

    def address(self, return_url: str | None = None, secret: str | None = None) -> str:
        back, key = quote(return_url or self.home, safe=""), secret or self.intent.client_secret
        return f"/pay/{self.intent.id}?client_secret={key}&return_url={back}"

    def open(self) -> httpx.Response:
        return self.http.get(self.address())

    def send(self, page: httpx.Response, **typed: str) -> httpx.Response:
        fields = Fields(page.text)
        return self.http.post(fields.action, data=fields.values | typed)

    def pay(self, number: str, expiry: str = "12 / 34", cvc: str = "123") -> httpx.Response:
        return self.send(self.open(), number=number, expiry=expiry, cvc=cvc)


@pytest.fixture
def buyer(api: stripe.StripeClient, box: Box, house: House) -> Buyer:
    intent = api.v1.payment_intents.create({"amount": 4_250, "currency": "eur", "description": "Bread <b>& rolls"})
    return Buyer(box, house, intent)


def status(api: stripe.StripeClient, buyer: Buyer) -> str:
    return api.v1.payment_intents.retrieve(buyer.intent.id).status


def test_the_page_says_what_is_paid_and_labels_every_field(buyer: Buyer) -> None:
    page = buyer.open()

    fields = Fields(page.text)
    assert "€42.50" in page.text
    assert "Bread &lt;b&gt;&amp; rolls" in page.text
    assert "4242 4242 4242 4242" in page.text
    assert fields.inputs == {"number", "expiry", "cvc", "name"}
    assert fields.inputs <= fields.labelled
    assert "<script" not in page.text


def test_a_good_card_pays_and_leads_home(buyer: Buyer, api: stripe.StripeClient) -> None:
    done = buyer.pay("4242 4242 4242 4242")

    assert done.status_code == 303
    expected = f"{buyer.home}&payment_intent={buyer.intent.id}&redirect_status=succeeded"
    assert done.headers["location"] == expected
    assert status(api, buyer) == "succeeded"


def test_a_test_card_pays_with_one_press(buyer: Buyer, api: stripe.StripeClient) -> None:
    assert buyer.send(buyer.open(), test_card="4242424242424242").status_code == 303
    assert status(api, buyer) == "succeeded"


def test_a_decline_is_said_on_the_page_and_another_card_may_be_tried(
    buyer: Buyer, api: stripe.StripeClient, house: House
) -> None:
    declined = buyer.pay("4000 0000 0000 0002")

    assert declined.status_code == 402
    assert re.search(r'role="alert"[^>]*>Your card was declined\.', declined.text)
    assert house.wait_for(buyer.intent.id, "payment_intent.payment_failed")
    assert buyer.send(declined, number="4242424242424242", expiry="1/30", cvc="123").status_code == 303
    assert status(api, buyer) == "succeeded"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("number", {"number": "4242 4242 4242 4243"}),
        ("number", {"number": "four"}),
        ("expiry", {"expiry": "01 / 20"}),
        ("expiry", {"expiry": "13 / 34"}),
        ("cvc", {"cvc": "12"}),
    ],
)
def test_a_slip_is_said_beside_its_field(
    buyer: Buyer, api: stripe.StripeClient, field: str, typed: dict[str, str]
) -> None:
    refused = buyer.pay(**({"number": "4242 4242 4242 4242"} | typed))

    assert refused.status_code == 422
    assert f'aria-describedby="{field}-note" aria-invalid="true"' in refused.text
    assert status(api, buyer) == "requires_payment_method"
    assert not api.v1.charges.list({"payment_intent": buyer.intent.id}).data


def test_a_real_card_is_never_taken(buyer: Buyer, api: stripe.StripeClient) -> None:
    refused = buyer.pay("4539 1488 0343 6467")

    assert "never a real one" in unescape(refused.text)
    assert "1488" not in str(api.v1.payment_intents.retrieve(buyer.intent.id).to_dict())
    assert status(api, buyer) == "requires_payment_method"


def test_a_bank_that_asks_is_answered_and_the_money_comes(buyer: Buyer, api: stripe.StripeClient) -> None:
    asked = buyer.pay("4000 0025 0000 3155")
    assert status(api, buyer) == "requires_action"
    bank = buyer.http.get(asked.headers["location"])
    assert "Complete" in bank.text

    done = buyer.send(bank, outcome="complete")

    assert done.headers["location"].startswith(buyer.home)
    assert status(api, buyer) == "succeeded"


def test_a_bank_that_is_refused_leaves_the_card_page_open(buyer: Buyer, api: stripe.StripeClient) -> None:
    bank = buyer.http.get(buyer.pay("4000 0025 0000 3155").headers["location"])

    failed = buyer.send(bank, outcome="fail")

    assert "confirmation with your bank failed" in failed.text
    assert status(api, buyer) == "requires_payment_method"
    assert (
        buyer.send(failed, number="4242424242424242", expiry="12/34", cvc="123")
        .headers["location"]
        .startswith(buyer.home)
    )


def test_a_card_may_be_declined_after_the_bank_agreed(buyer: Buyer, api: stripe.StripeClient) -> None:
    bank = buyer.http.get(buyer.pay("4000 0084 0000 1629").headers["location"])

    declined = buyer.send(bank, outcome="complete")

    assert "Your card was declined." in declined.text
    assert status(api, buyer) == "requires_payment_method"


def test_a_double_click_pays_once(buyer: Buyer, api: stripe.StripeClient) -> None:
    page = buyer.open()
    typed = {"number": "4242424242424242", "expiry": "12/34", "cvc": "123"}

    first, second = buyer.send(page, **typed), buyer.send(page, **typed)

    assert first.headers["location"] == second.headers["location"]
    assert len(api.v1.charges.list({"payment_intent": buyer.intent.id}).data) == 1


def test_a_payment_that_was_closed_charges_nothing(buyer: Buyer, api: stripe.StripeClient) -> None:
    page = buyer.open()
    bank = buyer.http.get(buyer.pay("4000 0025 0000 3155").headers["location"])
    api.v1.payment_intents.cancel(buyer.intent.id)

    for answer in (buyer.send(page, test_card="4242424242424242"), buyer.send(bank, outcome="complete"), buyer.open()):
        assert "nothing was charged" in answer.text
        assert unescape(answer.text).count(buyer.home) == 1 or answer.request.url.path.endswith("authenticate")

    assert status(api, buyer) == "canceled"


def test_a_wrong_secret_or_another_sites_address_opens_no_page(buyer: Buyer) -> None:
    for address in (
        buyer.address(secret=f"{buyer.intent.id}_secret_guess"),
        buyer.address(return_url="https://evil.example/"),
        buyer.address(return_url=f"{buyer.home.split('/orders')[0]}@evil.example/"),
        buyer.address(return_url="//evil.example"),
        buyer.address(return_url="javascript:alert(1)"),
        buyer.address(return_url=buyer.home.replace("http://", "http:\\\\")),
        "/pay/pi_nobody?client_secret=x",
    ):
        page = buyer.http.get(address)
        assert page.status_code in {400, 404}
        assert "evil.example" not in page.text


def test_the_pages_policy_lets_nothing_run_and_forms_go_to_the_house_alone(buyer: Buyer, house: House) -> None:
    policy = buyer.open().headers["content-security-policy"]

    assert policy.startswith("default-src 'none'")
    assert f"form-action 'self' {house.origin}" in policy
    assert "frame-ancestors 'none'" in policy
