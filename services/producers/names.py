"""Which names may enrol: the canonical form of a registrable `.coop` domain."""

import unicodedata
from dataclasses import dataclass

import idna

from chassis.errors import Refused

REGISTRY = "coop"  # itself a public suffix with no suffix below it, so two labels are always the registrable domain
EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})  # written together in ordinary words
LONGEST_TYPED = 1000  # IDNA mapping is slow on long text, and no name in any form comes near this


class NameRefused(Refused):
    code = "domain_refused"
    title = "This domain cannot enrol"


@dataclass(frozen=True)
class CoopDomain:
    """A registrable `.coop` domain: `ascii` is what DNS knows, `shown` what a person may safely be shown."""

    ascii: str
    shown: str
    mixed_script: bool

    @property
    def label(self) -> str:
        return self.ascii.partition(".")[0]


def canonical(typed: str) -> CoopDomain:
    """The one form in which a typed name is stored and compared; refuses whatever is not a registrable `.coop` name."""
    ascii_name = _to_ascii(typed)
    labels = ascii_name.removesuffix(".").split(".")
    _require_registrable(labels, ascii_name)
    unicode_label = idna.ulabel(labels[0])
    mixed = _mixes_scripts(unicode_label)
    name = ".".join(labels)
    return CoopDomain(ascii=name, shown=name if mixed else f"{unicode_label}.{REGISTRY}", mixed_script=mixed)


def _to_ascii(typed: str) -> str:
    if len(typed) > LONGEST_TYPED:
        raise _refusal("this is too long for a domain name")
    try:
        return idna.encode(typed, uts46=True, std3_rules=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise _refusal(
            "this is not a domain name; write only the name, such as sunrise.coop, without http:// or a path"
        ) from error


def _require_registrable(labels: list[str], name: str) -> None:
    if labels == [REGISTRY]:
        raise _refusal("this is the whole .coop registry; write the name of your co-op before it")
    if labels[-1] != REGISTRY:
        raise _refusal(f"{name} does not end in .coop; only names of the .coop registry can enrol")
    if len(labels) != 2:
        raise _refusal(f"a name below another proves only a part of it; apply with {'.'.join(labels[-2:])} itself")


def _mixes_scripts(label: str) -> bool:
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()}
    return len(scripts) > 1 and not scripts <= EAST_ASIAN


def _refusal(reason: str) -> NameRefused:
    return NameRefused(reason[0].upper() + reason[1:] + ".", field="domain")
