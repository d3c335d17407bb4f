"""What a caller may do, what waits for a second factor, and what does not exist for them."""

import pytest

from chassis.auth import Caller
from chassis.errors import Forbidden, NotFound, SecondFactorRequired
from chassis.ids import new_id

TENANT, OTHER = new_id(), new_id()


def test_who_works_there_may_act_and_for_anybody_else_it_does_not_exist() -> None:
    scopes = {TENANT: frozenset(("things:write",))}
    staff = Caller(id=new_id(), kind="account", works_for={TENANT: "owner"}, scopes=scopes)

    staff.require_acting_for(TENANT, "things:write")
    with pytest.raises(NotFound):
        staff.require_acting_for(OTHER, "things:write")


def test_what_waits_for_a_second_factor_says_so_and_what_is_not_theirs_stays_hidden() -> None:
    staff = Caller(id=new_id(), kind="account", withheld_from=frozenset((TENANT,)))

    assert not staff.may_act_for(TENANT, "things:read")
    with pytest.raises(SecondFactorRequired):
        staff.require_acting_for(TENANT, "things:read")
    with pytest.raises(NotFound):
        staff.require_acting_for(OTHER, "things:read")


def test_an_operator_without_a_second_factor_is_told_what_to_show() -> None:
    with pytest.raises(SecondFactorRequired):
        Caller(id=new_id(), kind="account", operator_withheld=True).require_operator()
    with pytest.raises(Forbidden) as refused:
        Caller(id=new_id(), kind="account").require_operator()
    assert refused.value.code == "forbidden"
    Caller(id=new_id(), kind="account", operator=True).require_operator()
