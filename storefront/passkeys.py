"""What pages with a passkey's button share: the browser's answer out of the form, and where no passkey works."""

from ipaddress import ip_address
from typing import Any, Final

import orjson

from storefront.forms import Form
from storefront.visit import Visit

NOTHING_CAME: Final = "Your browser gave no answer. Please press the button again."


def credential_in(form: Form) -> Any:
    """What the browser's dialogue gave; None, said in the form, where that cannot be read."""
    try:
        return orjson.loads(form["credential"])
    except orjson.JSONDecodeError:
        form.message = NOTHING_CAME
        return None


def named_address(visit: Visit) -> str:
    """This page under the name of this machine, where it was opened by a number: no browser binds a passkey to one."""
    url = visit.request.url
    try:
        ip_address(url.hostname or "")
    except ValueError:
        return ""
    return str(url.replace(hostname="localhost"))
