"""What the demo zones hold, and how an authoritative server answers from it."""

from collections.abc import Sequence
from enum import StrEnum

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from sandbox.store import Store

COOP = dns.name.from_text("coop.")
NAME_SERVER = "ns1.sandbox.coop."
WEB_SERVER = "127.0.0.1"
"""Where every demo name's web server is; the house knows on which port."""

TTL = 1
"""Seconds: a record that was just put in order must be seen by the next question."""

LONGEST_VALUE = 2000
MOST_VALUES = 20
_SOA = f"{NAME_SERVER} hostmaster.sandbox.coop. 1 3600 600 604800 {TTL}"
_TEXTUAL = frozenset({dns.rdatatype.TXT, dns.rdatatype.ANY})


class BadName(Exception):
    """The name is not one of a demo zone, or not a name."""


class BadValue(Exception):
    """Too many values, or one too long for a TXT record here."""


def demo_name(text: str) -> str:
    """The name as it is kept: lower case, absolute, inside a demo zone."""
    try:
        name = dns.name.from_text(text.strip().lower())
    except (dns.exception.DNSException, UnicodeError) as error:
        raise BadName(f"{text[:80]!r} is not a domain name.") from error
    if len(name.labels) < 3 or not name.is_subdomain(COOP):
        raise BadName(f"{text[:80]!r} is not inside a demo zone: the name must end in .coop.")
    return name.to_text()


class Manner(StrEnum):
    """How one of the name servers answers, whatever it is asked."""

    PLAIN = "plain"
    SIGNED = "signed"
    BEHIND = "behind"
    LATE = "late"
    CUT = "cut"
    FAILING = "failing"
    SILENT = "silent"


class Zones:
    def __init__(self, store: Store) -> None:
        self._store = store

    def manner(self, server: int) -> Manner:
        """Of the first name server, the second, and so on."""
        row = self._store.row("SELECT value FROM faults WHERE name = ?", f"names.{server}")
        return Manner(row[0]) if row else Manner.PLAIN

    def behave(self, manner: Manner, server: int) -> None:
        """Remembered across a restart, as everything here."""
        self._store.write("INSERT OR REPLACE INTO faults (name, value) VALUES (?, ?)", f"names.{server}", manner)

    def put(self, name: str, values: Sequence[str]) -> None:
        """Replace the TXT records of a name; no values take it away."""
        if len(values) > MOST_VALUES or any(not value or len(value.encode()) > LONGEST_VALUE for value in values):
            raise BadValue(f"At most {MOST_VALUES} values, each of 1 to {LONGEST_VALUE} bytes.")
        rows = [(name, position, value) for position, value in enumerate(values)]
        with self._store.transaction():
            self._store.write("DELETE FROM records WHERE name = ?", name)
            self._store.write_all("INSERT INTO records (name, position, value) VALUES (?, ?, ?)", rows)

    def values(self, name: str) -> list[str]:
        rows = self._store.rows("SELECT value FROM records WHERE name = ? ORDER BY position", name)
        return [value for (value,) in rows]

    def all(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for name, value in self._store.rows("SELECT name, value FROM records ORDER BY name, position"):
            names.setdefault(name, []).append(value)
        return names

    def exists(self, name: dns.name.Name) -> bool:
        """A zone's apex always does; below it a name does that has records, or a name under it that has."""
        if len(name.labels) <= 3:
            return True
        own = name.to_text()
        below = "%." + own.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        sql = "SELECT 1 FROM records WHERE name = ? OR name LIKE ? ESCAPE '\\' LIMIT 1"
        return self._store.row(sql, own, below) is not None


class Unheard(Zones):
    """The same zones before anything was put into them, as a name server sees them that is behind the others."""

    def __init__(self, zones: Zones) -> None:
        super().__init__(zones._store)

    def values(self, name: str) -> list[str]:
        return []

    def exists(self, name: dns.name.Name) -> bool:
        return len(name.labels) <= 3


def answer(zones: Zones, query: dns.message.Message, manner: Manner = Manner.PLAIN) -> dns.message.Message:
    """The whole answer, however long; the transport cuts it."""
    response = dns.message.make_response(query, recursion_available=False)
    # As a validating resolver does for whoever asks to be told; nothing is signed in truth.
    if manner is Manner.SIGNED and (query.flags & dns.flags.AD or query.ednsflags & dns.flags.DO):
        response.flags |= dns.flags.AD
    refusal = dns.rcode.SERVFAIL if manner is Manner.FAILING else _refusal(query)
    if refusal is not None:
        response.set_rcode(refusal)
        return response
    question = query.question[0]
    # Kept in lower case, answered as asked: resolvers scramble the case and compare.
    name = dns.name.from_text(question.name.to_text().lower())
    known = Unheard(zones) if manner is Manner.BEHIND else zones
    _fill(known, response, question.name, name, question.rdtype)
    return response


def _refusal(query: dns.message.Message) -> dns.rcode.Rcode | None:
    if query.opcode() != dns.opcode.QUERY:
        return dns.rcode.NOTIMP
    if len(query.question) != 1:
        return dns.rcode.FORMERR
    question = query.question[0]
    inside = question.name.is_subdomain(COOP) and question.rdclass == dns.rdataclass.IN
    zone_transfer = question.rdtype in {dns.rdatatype.AXFR, dns.rdatatype.IXFR}
    return None if inside and not zone_transfer else dns.rcode.REFUSED


def _fill(
    zones: Zones,
    response: dns.message.Message,
    asked: dns.name.Name,
    name: dns.name.Name,
    kind: dns.rdatatype.RdataType,
) -> None:
    response.flags |= dns.flags.AA
    apex = name.split(3)[1] if len(name.labels) > 3 else name
    found = _records(zones, asked, name, kind, is_apex=name == apex)
    if found is not None:
        response.answer.append(found)
        return
    if not zones.exists(name):
        response.set_rcode(dns.rcode.NXDOMAIN)
    response.authority.append(dns.rrset.from_text(apex, TTL, "IN", "SOA", _SOA))


def _records(
    zones: Zones, asked: dns.name.Name, name: dns.name.Name, kind: dns.rdatatype.RdataType, *, is_apex: bool
) -> dns.rrset.RRset | None:
    values = zones.values(name.to_text()) if kind in _TEXTUAL else []
    if values:
        return dns.rrset.from_rdata_list(asked, TTL, [_txt(value) for value in values])
    if is_apex and kind is dns.rdatatype.A:
        return dns.rrset.from_text(asked, TTL, "IN", kind, WEB_SERVER)
    if is_apex and kind in {dns.rdatatype.SOA, dns.rdatatype.NS}:
        return dns.rrset.from_text(asked, TTL, "IN", kind, _SOA if kind == dns.rdatatype.SOA else NAME_SERVER)
    return None


def _txt(value: str) -> dns.rdata.Rdata:
    """Character strings hold 255 bytes; a longer value is several of them in one record."""
    data = value.encode()
    parts = [data[start : start + 255] for start in range(0, len(data), 255)]
    wire = b"".join(bytes([len(part)]) + part for part in parts)
    return dns.rdata.from_wire(dns.rdataclass.IN, dns.rdatatype.TXT, wire, 0, len(wire))
