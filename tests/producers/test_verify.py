"""What everybody may ask: is this a co-op that proved its domain? Answered from our records, and from nothing else."""

import pytest

from tests.producers.conftest import Room


async def test_an_admitted_co_op_is_verified_with_its_evidence(room: Room) -> None:
    await room.admitted(room.as_account())
    asked = (len(room.resolver.asked), len(room.registry.asked))

    answer = await room.as_nobody().get("/api/v1/verify", params={"domain": "SUNRISE.coop."})

    assert answer.status_code == 200
    told = answer.json()
    assert (told["domain"], told["verified"]) == ("sunrise.coop", True)
    coop = (await room.as_nobody().get("/api/v1/coops/sunrise")).json()
    assert told["coop"] == coop
    assert coop["proof"]["method"] == "dns_txt"
    assert len(coop["proof"]["resolvers"]) == 1
    assert coop["proof"]["revoked"] is False
    assert coop["registry"]["verdict"] == "proceed"
    assert coop["registry"]["statuses"] == ["active"]
    assert coop["proof"]["proved_at"] < coop["registry"]["next_check_due"] < coop["proof"]["due_again_at"]
    assert (len(room.resolver.asked), len(room.registry.asked)) == asked


async def test_a_name_we_know_nothing_of_is_not_verified_and_looked_up_nowhere(room: Room) -> None:
    await room.proved(room.as_account())  # an application is nobody's business
    asked = (len(room.resolver.asked), len(room.registry.asked))

    for domain in ("sunset.coop", "sunrise.coop"):
        answer = await room.as_nobody().get("/api/v1/verify", params={"domain": domain})
        assert answer.json() == {"domain": domain, "verified": False, "coop": None}

    assert (len(room.resolver.asked), len(room.registry.asked)) == asked


@pytest.mark.parametrize("domain", ["example.com", "shop.sunrise.coop", "coop", "http://sunrise.coop", "a b", "\0"])
async def test_what_is_no_registrable_coop_name_is_refused(room: Room, domain: str) -> None:
    answer = await room.as_nobody().get("/api/v1/verify", params={"domain": domain})

    assert (answer.status_code, answer.json()["code"]) == (422, "domain_refused")
