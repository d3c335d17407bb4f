"""Negative controls: with a guard substituted away, what it prevents does happen, so the tests above do test it."""

import time
from pathlib import Path

from tests.sandbox.box import HTTP, SECRET, Box
from tests.sandbox.house import House


def test_without_the_page_guard_another_site_plants_a_record(tmp_path: Path, house: House) -> None:
    with Box(tmp_path, house.webhook_url, without="page-guard") as box:
        planted = f"{box.url}/names/planted.sunrise.coop/TXT"
        headers = {"Host": "evil.example", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}

        assert HTTP.put(planted, json={"values": ["planted"]}, headers=headers).status_code == 200
        assert HTTP.get(planted).json()["values"] == ["planted"]


def test_without_idempotency_a_retry_is_a_second_intent(tmp_path: Path, house: House) -> None:
    with Box(tmp_path, house.webhook_url, without="idempotency") as box:
        api = box.client(SECRET).v1.payment_intents
        first, again = (api.create({"amount": 700, "currency": "eur"}, {"idempotency_key": "k"}) for _ in range(2))

        assert first.id != again.id


def test_without_remembering_a_delivery_that_was_refused_is_lost(tmp_path: Path, house: House) -> None:
    house.forget()
    with Box(tmp_path, house.webhook_url, without="remembering", late_seconds="0") as box:
        house.refusing = 2

        intent = box.client(SECRET).v1.payment_intents.create({"amount": 700, "currency": "eur"})
        house.until(lambda: len(house.refused) == 2)
        time.sleep(2)

        assert len(house.refused) == 2
        assert house.about(intent.id) == []
