"""The producers over the sandbox's registry and name server: what answers the demo is asked as the world is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from services.producers.rdap import Verdict
from services.producers.rdap_client import RdapRegistry
from tests.sandbox.box import Box

PROVED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with Box(folder, "http://127.0.0.1:9/webhooks") as running:
        yield running


def registry(box: Box) -> RdapRegistry:
    """Patient: the machine may be busy with other tests."""
    return RdapRegistry(f"{box.url}/rdap/dns.json", timeout=60, clock=lambda: datetime.now(UTC))


@pytest.mark.parametrize(
    ("situation", "verdict"),
    [
        ("in_order", Verdict.PROCEED),
        ("locked", Verdict.PROCEED),
        ("on_hold", Verdict.HOLD),
        ("on_client_hold", Verdict.HOLD),
        ("inactive", Verdict.HOLD),
        ("redemption", Verdict.ENDING),
        ("moving", Verdict.MOVED),
        ("moved", Verdict.MOVED),
        ("registered_anew", Verdict.MOVED),
        ("missing", Verdict.MISSING),
        ("busy", Verdict.UNKNOWN),
        ("broken", Verdict.UNKNOWN),
    ],
)
async def test_every_situation_of_the_stand_in_means_what_the_table_says(
    box: Box, situation: str, verdict: Verdict
) -> None:
    async with httpx.AsyncClient(base_url=box.url) as program:
        (await program.put("/registry/sunrise.coop", json={"situation": situation})).raise_for_status()

    told = await registry(box).ask("sunrise.coop")

    assert told.verdict(PROVED) is verdict
    assert told.server == f"{box.url}/rdap/"
    assert told.retry_after == (timedelta(minutes=1) if situation == "busy" else None)
