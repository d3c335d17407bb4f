"""Who may sell here: the registry's four classes of holders of a .coop name, two of which make and sell goods."""

from collections.abc import Mapping
from enum import StrEnum

from chassis.errors import Refused


class Eligibility(StrEnum):
    """As the .coop registry's verification policy names them."""

    COOP = "COOP"
    CC = "CC"
    CA = "CA"
    CS = "CS"


class ClassCannotSell(Refused):
    code = "class_cannot_sell"
    title = "This kind of organisation does not sell here"


class ControllingCoopMissing(Refused):
    code = "controlling_coop_missing"
    title = "Say which co-operative controls it"


WHY_NOT: Mapping[Eligibility, str] = {
    Eligibility.CA: "An association of co-operatives does not sell here itself. Its member co-ops are welcome: ask "
    "them to apply, each with its own .coop domain.",
    Eligibility.CS: "An organisation that serves co-operatives does not sell here, as shoppers buy from co-ops alone. "
    "The co-ops it serves are welcome to apply, each with its own .coop domain.",
}


def require_may_sell(eligibility: Eligibility, controlled_by: str) -> None:
    """Raises what the applicant has to know, before anybody's time is spent on it."""
    if eligibility in WHY_NOT:
        raise ClassCannotSell(WHY_NOT[eligibility], field="eligibility")
    if eligibility is Eligibility.CC and not controlled_by:
        raise ControllingCoopMissing(
            "Name the co-operative that controls it, and where that is registered.", field="controlled_by"
        )
