"""What somebody signed in from, in words: enough to tell one's own devices apart, and not enough to follow anybody."""

from collections.abc import Sequence

# The first that is found counts: a browser names its ancestors too, and Chrome stands in nearly all of them.
_PROGRAMS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_in(user_agent: str | None) -> str:
    """Such as "Firefox on Linux"; empty where the header tells nothing that people would recognise."""
    program, machine = _found(_PROGRAMS, user_agent or ""), _found(_MACHINES, user_agent or "")
    if program and machine:
        return f"{program} on {machine}"
    return program or machine


def _found(known: Sequence[tuple[str, str]], user_agent: str) -> str:
    return next((name for mark, name in known if mark in user_agent), "")
