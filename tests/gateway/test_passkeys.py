"""Passkeys over the API: what is accepted, and everything that must not be."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import product

import httpx
import pytest

from gateway.passkey import CHALLENGE_LIFE, Passkey, PasskeyRefused, RelyingParty
from gateway.token_bucket import Limit
from tests.gateway.conftest import ORIGIN, PASSWORD, Door, OpenDoor, sign_up
from tests.gateway.soft_key import PRESENT, Json, SoftKey

FACTORS = "/api/v1/factors"
EVIL = "https://evil.example"


async def creation_options(visitor: httpx.AsyncClient) -> Json:
    options: Json = (await visitor.post(f"{FACTORS}/passkeys/creation-options")).json()["options"]
    return options


async def request_options(visitor: httpx.AsyncClient) -> Json:
    options: Json = (await visitor.post(f"{FACTORS}/passkeys/request-options")).json()["options"]
    return options


async def adds(visitor: httpx.AsyncClient, credential: Json) -> httpx.Response:
    return await visitor.post(f"{FACTORS}/passkeys", json={"name": "My laptop", "credential": credential})


async def shows(visitor: httpx.AsyncClient, credential: Json) -> httpx.Response:
    return await visitor.post("/api/v1/sessions/current/factor", json={"credential": credential})


async def signs_in(visitor: httpx.AsyncClient) -> None:
    await visitor.post("/api/v1/sessions", json={"email": "mira@sunrise.coop", "password": PASSWORD})


@pytest.fixture
async def key(door: Door) -> SoftKey:
    """Mira's passkey; her session of that moment is forgotten."""
    async with door.visitor() as mira:
        await sign_up(mira)
        made = SoftKey(ORIGIN)
        answer = await adds(mira, made.make(await creation_options(mira)))
        assert answer.status_code == 201, answer.text
        assert len(answer.json()["recovery_codes"]) == 10
        assert (await mira.get("/api/v1/me")).json()["second_factor"] == "shown"
    return made


async def test_a_passkey_shows_a_second_factor(door: Door, key: SoftKey) -> None:
    async with door.visitor() as mira:
        await signs_in(mira)
        options = await request_options(mira)
        answer = await shows(mira, key.sign(options))
        me = (await mira.get("/api/v1/me")).json()
        [listed] = (await mira.get(FACTORS)).json()["items"]

    assert (options["rpId"], options["userVerification"]) == ("localhost", "required")
    assert [one["transports"] for one in options["allowCredentials"]] == [["internal"]]
    assert (answer.status_code, me["second_factor"]) == (204, "shown")
    assert (listed["kind"], listed["name"]) == ("passkey", "My laptop")
    assert listed["used_at"] is not None


async def test_an_answer_counts_once(door: Door, key: SoftKey) -> None:
    async with door.visitor() as mira:
        await signs_in(mira)
        signed = key.sign(await request_options(mira))
        first, replayed = await shows(mira, signed), await shows(mira, signed)

    assert first.status_code == 204
    assert (replayed.status_code, replayed.json()["code"]) == (422, "passkey_refused")


async def test_an_answer_to_another_sessions_challenge_is_refused(door: Door, key: SoftKey) -> None:
    async with door.visitor() as mira, door.visitor() as thief:
        await signs_in(mira)
        await signs_in(thief)
        signed = key.sign(await request_options(mira))
        await request_options(thief)
        foreign = await shows(thief, signed)
        own = await shows(mira, signed)

    assert foreign.json()["code"] == "passkey_refused"
    assert own.status_code == 204


async def test_an_answer_that_nobody_asked_for_or_that_comes_too_late_is_refused(door: Door, key: SoftKey) -> None:
    async with door.visitor() as mira:
        await signs_in(mira)
        unasked = await shows(mira, key.sign({"rpId": "localhost", "challenge": "AAAA"}))
        options = await request_options(mira)
        door.clock.move(CHALLENGE_LIFE + timedelta(seconds=1))
        late = await shows(mira, key.sign(options))

    assert (unasked.status_code, late.status_code) == (422, 422)


async def test_an_answer_from_another_page_or_for_another_name_is_refused(door: Door, key: SoftKey) -> None:
    """Each with its control: the same key on our own page is accepted."""
    async with door.visitor() as mira:
        await signs_in(mira)
        for origin, name in ((EVIL, "localhost"), (ORIGIN, "evil.example"), (f"{ORIGIN}.evil.example", "localhost")):
            options = await request_options(mira)
            key.origin = origin
            assert (await shows(mira, key.sign(options | {"rpId": name}))).status_code == 422
            key.origin = ORIGIN
            assert (await shows(mira, key.sign(await request_options(mira)))).status_code == 204


def test_where_the_list_of_pages_is_longer_another_sites_answer_gets_in() -> None:
    """The negative control: what refuses it above is the list, and nothing else about the answer."""
    ours, longer = RelyingParty.at(ORIGIN), RelyingParty("localhost", (ORIGIN, EVIL))
    key = SoftKey(EVIL)
    made = longer.made(key.make({"rp": {"id": "localhost"}, "challenge": "AAAA"}), bytes(3))
    kept = Passkey(public_key=made.credential_public_key, sign_count=0)
    signed = key.sign({"rpId": "localhost", "challenge": "AAAA"})

    assert longer.signed(signed, bytes(3), kept).new_sign_count == 1
    with pytest.raises(PasskeyRefused):
        ours.signed(signed, bytes(3), kept)


async def test_a_found_device_is_not_enough(door: Door, key: SoftKey) -> None:
    async with door.visitor() as mira:
        await signs_in(mira)
        key.flags = PRESENT
        unverified = await shows(mira, key.sign(await request_options(mira)))
        added = await sign_up_with(door, SoftKey(ORIGIN, flags=PRESENT))

    assert unverified.status_code == 422
    assert added.status_code == 422


async def test_a_copied_key_is_seen_by_its_count(door: Door, key: SoftKey) -> None:
    async with door.visitor() as mira:
        await signs_in(mira)
        key.uses = 7
        assert (await shows(mira, key.sign(await request_options(mira)))).status_code == 204
        key.uses = 3

        assert (await shows(mira, key.sign(await request_options(mira)))).status_code == 422


async def test_anothers_passkey_opens_nothing_and_cannot_be_added_twice(door: Door, key: SoftKey) -> None:
    async with door.visitor() as rosa:
        await sign_up(rosa, "rosa@sunrise.coop")
        own = SoftKey(ORIGIN)
        assert (await adds(rosa, own.make(await creation_options(rosa)))).status_code == 201
        borrowed = await shows(rosa, key.sign(await request_options(rosa)))
        twice = await adds(rosa, own.make(await creation_options(rosa)))
        stolen = await adds(rosa, key.make(await creation_options(rosa)))

    assert (borrowed.status_code, twice.status_code, stolen.status_code) == (422, 422, 422)


async def test_who_guesses_from_everywhere_is_stopped_and_shuts_out_no_passkey(open_door: OpenDoor) -> None:
    door = await open_door(limit_factor_per_account=Limit(3, 3600))
    own = SoftKey(ORIGIN)
    async with door.visitor() as mira:
        await sign_up(mira)
        await adds(mira, own.make(await creation_options(mira)))
    guesses = []
    for place in range(4):
        async with door.visitor(address=f"198.51.100.{place}") as guesser:
            await signs_in(guesser)
            answer = await guesser.post("/api/v1/sessions/current/factor", json={"recovery_code": "a guess"})
            guesses.append(answer.status_code)
    async with door.visitor() as mira:
        await signs_in(mira)
        shown = await shows(mira, own.sign(await request_options(mira)))

    assert guesses == [422, 422, 422, 429]
    assert shown.status_code == 204


async def test_whatever_is_sent_is_answered_in_words(door: Door, key: SoftKey) -> None:
    parts, nonsenses = ("clientDataJSON", "authenticatorData", "signature"), ("", "A", "AAAA", "!!!", 7, "A" * 20_000)
    async with door.visitor() as mira:
        await signs_in(mira)
        for part, nonsense in product(parts, nonsenses):
            signed = key.sign(await request_options(mira))
            signed["response"][part] = nonsense
            answer = await shows(mira, signed)

            assert answer.status_code == 422
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_made_up_passkey_is_refused_in_words(door: Door) -> None:
    made = SoftKey(ORIGIN)
    for nonsense in ("A", "AAAA", "oA", "v_8"):
        answer = await sign_up_with(door, made, f"{nonsense}@sunrise.coop", attestation=nonsense)
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("url", "name", "origins"),
    [
        ("https://toadlane.test", "toadlane.test", ["https://toadlane.test"]),
        ("https://shop.toadlane.test:8443", "shop.toadlane.test", ["https://shop.toadlane.test:8443"]),
        ("http://127.0.0.1:8000", "localhost", ["http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost:8000"]),
    ],
)
def test_whom_passkeys_are_for_follows_from_the_public_address(url: str, name: str, origins: Sequence[str]) -> None:
    party = RelyingParty.at(url)

    assert (party.id, sorted(party.origins)) == (name, sorted(origins))


async def sign_up_with(
    door: Door, key: SoftKey, email: str = "rosa@sunrise.coop", *, attestation: str | None = None
) -> httpx.Response:
    async with door.visitor() as rosa:
        await sign_up(rosa, email)
        made = key.make(await creation_options(rosa))
        if attestation is not None:
            made["response"]["attestationObject"] = attestation
        return await adds(rosa, made)
