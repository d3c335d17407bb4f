"""Finding a host's addresses through name servers of our choice, over real sockets."""

import dns.rcode

from chassis.addresses import DnsHostResolver
from tests.producers.name_server import Zone, serving, silent

HOST = "sunrise.coop"
BOTH = {HOST: ["192.0.2.1", "192.0.2.2", "2001:db8::1"]}


async def test_every_address_of_both_kinds_is_found() -> None:
    async with serving(Zone(addresses=BOTH)) as server:
        found = await DnsHostResolver([server], timeout=30).addresses(HOST)

    assert sorted(found) == sorted(BOTH[HOST])


async def test_a_host_of_one_kind_and_a_host_that_is_not_there() -> None:
    async with serving(Zone(addresses={HOST: ["192.0.2.1"], "none.coop": []})) as server:
        resolver = DnsHostResolver([server], timeout=30)

        assert list(await resolver.addresses(HOST)) == ["192.0.2.1"]
        assert list(await resolver.addresses("none.coop")) == []
        assert list(await resolver.addresses("gone.coop")) == []


async def test_where_one_name_server_fails_the_next_is_asked() -> None:
    async with serving(Zone(rcode=dns.rcode.SERVFAIL)) as broken, serving(Zone(addresses=BOTH)) as sound:
        assert len(await DnsHostResolver([broken, sound], timeout=30).addresses(HOST)) == 3

    async with silent() as deaf, serving(Zone(rcode=dns.rcode.SERVFAIL)) as broken:
        assert list(await DnsHostResolver([deaf, broken], timeout=0.3).addresses(HOST)) == []
