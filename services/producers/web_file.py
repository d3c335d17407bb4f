"""The second way to prove a domain: the token in a file of its own web server, over HTTPS and nothing else."""

from collections.abc import Sequence

from chassis.errors import DomainError
from chassis.safe_client import Fetched, Limits, SafeClient
from chassis.strangers import Guard
from services.producers.challenge import file_url
from services.producers.resolver import MOST_RECORDS, Said, TxtAnswer

# A redirect would prove another host, and a plain answer anybody on the way.
GUARD = Guard(schemes=frozenset({"https"}), ports=frozenset({443}))
LIMITS = Limits(connect=5.0, whole=10.0, body=4096, redirects=0)
NO_FILE = "it answered with status {}"


class WebFileAsker:
    """Fetches the file of a domain and says what it holds, a line for a record; never raises for what the web does."""

    def __init__(self, client: SafeClient) -> None:
        self._client = client

    async def ask(self, domain: str) -> Sequence[TxtAnswer]:
        try:
            fetched = await self._client.fetch(file_url(domain), limits=LIMITS)
        except DomainError as refused:
            return [TxtAnswer(domain, Said.UNREACHABLE, failure=f"{refused.title}. {refused.detail}")]
        return [_read(fetched)]


def _read(fetched: Fetched) -> TxtAnswer:
    if fetched.status != 200:
        return TxtAnswer(fetched.address, Said.NOTHING, failure=NO_FILE.format(fetched.status))
    lines = [line.strip() for line in fetched.body.splitlines()]
    records = tuple(line for line in lines if line)[:MOST_RECORDS]
    return TxtAnswer(fetched.address, Said.RECORDS if records else Said.NOTHING, records)
