"""Structured logs and one trace id from the click to its last effect (W3C Trace Context)."""

import logging
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType

import orjson
import structlog

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)
_of_keys: ContextVar[Mapping[str, str | None]] = ContextVar("traceparents", default=MappingProxyType({}))


@dataclass(frozen=True)
class GaugeQuery:
    """A number operators watch, read by SQL every few seconds: the last column is the value, the others are labels."""

    name: str
    help: str
    sql: str
    labels: tuple[str, ...] = ()


def current_traceparent() -> str | None:
    """The trace this work belongs to, None outside of one."""
    return _current.get()


def traceparent_about(key: str) -> str | None:
    """The trace that the aggregate under this key is handled in: its own, where many are handled together."""
    return _of_keys.get().get(key) or _current.get()


def new_traceparent() -> str:
    """The start of a trace of its own."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def accepted_traceparent(header: str | None) -> str:
    """The caller's trace where it is well formed, otherwise a new one."""
    return header if header and _TRACEPARENT.match(header) else new_traceparent()


@contextmanager
def traced(traceparent: str | None) -> Iterator[None]:
    """What runs inside belongs to the trace: its logs carry the id, and so do the facts it publishes."""
    traceparent = traceparent or new_traceparent()
    token = _current.set(traceparent)
    with structlog.contextvars.bound_contextvars(trace_id=traceparent.split("-")[1]):
        try:
            yield
        finally:
            _current.reset(token)


@contextmanager
def traced_together(traceparents: Mapping[str, str | None]) -> Iterator[None]:
    """What is told inside about one of these keys belongs to its own trace, although one transaction tells it all."""
    token = _of_keys.set(traceparents)
    try:
        yield
    finally:
        _of_keys.reset(token)


def _dumps(event: object, **_: object) -> bytes:
    return orjson.dumps(event, default=repr)


def _text(event: object, **_: object) -> str:
    return _dumps(event).decode()


def configure_logging(level: int = logging.INFO) -> None:
    """One JSON object a line on standard error, ours and the libraries' alike."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    # Ours are written at once: the way through the library's loggers costs four times as much.
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_dumps)],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_text),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("uvicorn.access").disabled = True
    for talkative in ("httpx", "stripe", "uvicorn.error"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
