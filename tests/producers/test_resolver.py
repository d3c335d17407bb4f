"""The resolver asks real name servers over sockets, and says what each of them answered."""

import dns.rcode
import pytest

from services.producers.resolver import DnsTxtResolver, Said
from tests.producers.name_server import Zone, serving, silent

NAME = "_toadlane-challenge.sunrise.coop"


def resolver(*nameservers: str, timeout: float = 60) -> DnsTxtResolver:
    return DnsTxtResolver(nameservers, timeout=timeout)


async def test_the_character_strings_of_a_record_are_joined_and_every_record_is_seen() -> None:
    async with serving(Zone({NAME: [[b"first", b"-half"], [b"v=spf1 -all"]]})) as server:
        [answer] = await resolver(server).ask(NAME)

    assert answer.said is Said.RECORDS
    assert set(answer.records) == {b"first-half", b"v=spf1 -all"}


@pytest.mark.parametrize("zone", [Zone(), Zone({NAME: []})], ids=["no such name", "no such record"])
async def test_a_missing_record_is_an_answer_and_not_a_failure(zone: Zone) -> None:
    async with serving(zone) as server:
        [answer] = await resolver(server).ask(NAME)

    assert (answer.said, answer.records, answer.failure) == (Said.NOTHING, (), None)


async def test_an_alias_is_followed_also_where_the_server_does_not_follow_it() -> None:
    aliases = {NAME: "hop.example", "hop.example": "token.host.example"}
    zone = Zone({"token.host.example": [[b"right"]]}, aliases)
    async with serving(zone) as server:
        [answer] = await resolver(server).ask(NAME)

    assert answer.records == (b"right",)
    assert answer.aliases == ("hop.example", "token.host.example")


async def test_a_ring_of_aliases_ends() -> None:
    async with serving(Zone(aliases={NAME: "a.example", "a.example": "b.example", "b.example": "a.example"})) as server:
        [answer] = await resolver(server).ask(NAME)

    assert answer.said is not Said.RECORDS


async def test_an_answer_too_long_for_udp_comes_over_tcp() -> None:
    records = [[bytes([65 + n]) * 250] for n in range(20)]
    async with serving(Zone({NAME: records})) as server:
        [answer] = await resolver(server).ask(NAME)

    assert len(answer.records) == 20


@pytest.mark.parametrize("authenticated", [True, False])
async def test_the_bit_of_a_validating_resolver_is_recorded(authenticated: bool) -> None:
    async with serving(Zone({NAME: [[b"right"]]}, authenticated=authenticated)) as server:
        [answer] = await resolver(server).ask(NAME)

    assert answer.authenticated_data is authenticated


async def test_a_server_which_fails_or_keeps_silent_is_unreachable_and_the_others_are_still_heard() -> None:
    sound, broken = Zone({NAME: [[b"right"]]}), Zone(rcode=dns.rcode.SERVFAIL)
    async with serving(sound) as good, serving(broken) as failing, silent() as deaf:
        answers = await resolver(good, failing, deaf, timeout=3).ask(NAME)

    assert [answer.said for answer in answers] == [Said.RECORDS, Said.UNREACHABLE, Said.UNREACHABLE]
    assert all(answer.failure for answer in answers[1:])
