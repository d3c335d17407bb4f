"""Which headers cross the front door, and in which direction."""

from collections.abc import Iterable

RawHeaders = list[tuple[bytes, bytes]]

# RFC 9110 7.6.1: these speak about one connection, so they end where that connection ends.
_HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade")
)
# Only the gateway may say these to a room: whatever a visitor wrote there is a forgery or a mistake.
_OURS = frozenset(
    (b"authorization", b"forwarded", b"traceparent", b"tracestate", b"baggage", b"x-request-id", b"x-real-ip")
)
_OUR_PREFIXES = (b"x-forwarded-", b"x-toadlane-", b"proxy-")


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    """The first value under a lower-case name."""
    for key, value in headers:
        if key == name:
            return value
    return None


def inward(headers: Iterable[tuple[bytes, bytes]], *, keep_cookie: bool) -> RawHeaders:
    """What a room may see of a visitor's headers; services know a visitor by their token, never by a cookie."""
    return [
        (name, value)
        for name, value in headers
        if name not in _OURS and not name.startswith(_OUR_PREFIXES) and (keep_cookie or name != b"cookie")
    ]


def without_hop_by_hop(headers: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
    """The headers that may be passed on to another connection, less those that Connection itself names."""
    pairs = [(name.lower(), value) for name, value in headers]
    named = {token.strip().lower() for name, value in pairs if name == b"connection" for token in value.split(b",")}
    return [(name, value) for name, value in pairs if name not in _HOP_BY_HOP and name not in named]
