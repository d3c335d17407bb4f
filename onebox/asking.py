"""Whether somebody answers, asked so cheaply that it may be asked all the time while a house comes up."""

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit


def answers(url: str, headers: Mapping[str, str] | None = None, *, patience: float = 2.0) -> bool:
    """Whether a plain GET is answered with success, within so many seconds."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=patience)
    try:
        connection.request("GET", url.removeprefix(f"{parts.scheme}://{parts.netloc}"), headers=dict(headers or {}))
        return 200 <= connection.getresponse().status < 300
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
