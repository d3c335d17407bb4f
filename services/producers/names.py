"""Which names may enrol: the canonical form of a registrable `.coop` domain."""

from dataclasses import dataclass
from functools import cache

import idna
from publicsuffixlist import PublicSuffixList

from chassis.errors import Refused
from services.producers.lookalikes import may_mislead

REGISTRY = "coop"
LONGEST_TYPED = 1000  # IDNA mapping is slow on long text, and no name in any form comes near this


class NameRefused(Refused):
    code = "domain_refused"
    title = "This domain cannot enrol"


@dataclass(frozen=True)
class CoopDomain:
    """A registrable `.coop` domain: `ascii` is what DNS knows, `shown` what a person may safely be shown.

    `mixed_script` holds it for a person: its letters, of several scripts or all of another, may pass for other letters.
    """

    ascii: str
    shown: str
    mixed_script: bool

    @property
    def label(self) -> str:
        return self.ascii.partition(".")[0]


def canonical(typed: str) -> CoopDomain:
    """The one form in which a typed name is stored and compared; refuses whatever is not a registrable `.coop` name."""
    ascii_name = _to_ascii(typed)
    name = ascii_name.removesuffix(".")
    _require_registrable(name)
    unicode_label = idna.ulabel(name.partition(".")[0])
    held = may_mislead(unicode_label)
    return CoopDomain(ascii=name, shown=name if held else f"{unicode_label}.{REGISTRY}", mixed_script=held)


def _to_ascii(typed: str) -> str:
    if len(typed) > LONGEST_TYPED:
        raise _refusal("this is too long for a domain name")
    try:
        return idna.encode(typed, uts46=True, std3_rules=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise _refusal(
            "this is not a domain name; write only the name, such as sunrise.coop, without http:// or a path"
        ) from error


def _require_registrable(name: str) -> None:
    if name == REGISTRY:
        raise _refusal("this is the whole .coop registry; write the name of your co-op before it")
    if name.rpartition(".")[2] != REGISTRY:
        raise _refusal(f"{name} does not end in .coop; only names of the .coop registry can enrol")
    registrable = suffixes().privatesuffix(name)
    if registrable is None:
        raise _refusal(f"{name} belongs to a registry and not to a co-op; write the name of your co-op before it")
    if registrable != name:
        raise _refusal(
            f"a name below another proves only a part of it, and may be a tenant's; apply with {registrable} itself"
        )


@cache
def suffixes() -> PublicSuffixList:
    """The public suffix list as it came with its package: dated, and never fetched."""
    return PublicSuffixList(accept_unknown=False)


def _refusal(reason: str) -> NameRefused:
    return NameRefused(reason[0].upper() + reason[1:] + ".", field="domain")
