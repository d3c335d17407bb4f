"""Who works for a co-op, at its desk, and what each role is shown there."""

import httpx
import pytest

from tests.storefront.conftest import hidden, words
from tests.storefront.fake_gateway import FakeGateway, refused

ALL = {"products", "imports", "consignments", "delivery", "money", "staff", "keys", "standing"}
SHOWN = {
    "owner": ALL,
    "catalogue": {"products", "imports", "staff", "standing"},
    "fulfilment": {"products", "consignments", "delivery", "staff", "standing"},
    "finance": {"products", "money", "staff", "standing"},
}


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True)


@pytest.mark.parametrize("role", SHOWN)
async def test_the_desk_offers_what_the_role_may_do_and_opens_nothing_else(
    visitor: httpx.AsyncClient, gateway: FakeGateway, role: str
) -> None:
    gateway.role = role

    navigation = (await visitor.get("/desk/sunrise/products")).text.partition('aria-label="Desk"')[2]
    answers = {section: await visitor.get(f"/desk/sunrise/{section}") for section in ALL}

    assert {section for section in ALL if f'href="/desk/sunrise/{section}"' in navigation.partition("</nav>")[0]} == (
        SHOWN[role]
    )
    assert {section for section, page in answers.items() if page.status_code == 200} == SHOWN[role]
    assert {page.status_code for page in answers.values()} <= {200, 403}


async def test_who_may_only_read_products_is_not_offered_to_change_them(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.role = "fulfilment"

    listed = await visitor.get("/desk/sunrise/products")
    opened = await visitor.get("/desk/sunrise/products/new")

    assert "/desk/sunrise/products/new" not in listed.text
    assert opened.status_code == 403
    assert "Ask one of its owners" in words(opened)


async def test_the_desk_of_another_co_op_is_not_there(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    assert (await visitor.get("/desk/la-vega/products")).status_code == 404

    gateway.signed_in = False
    answer = await visitor.get("/desk/sunrise/products")
    assert answer.headers["location"] == "/sign-in?next=%2Fdesk%2Fsunrise%2Fproducts"


async def test_an_owner_invites_changes_a_role_and_withdraws(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    invited = await visitor.post("/desk/sunrise/staff", data={"email": "dan@sunrise.coop", "role": "catalogue"})
    page = words(await visitor.get(invited.headers["location"]))
    changed = await visitor.post("/desk/sunrise/staff/account-2/role", data={"role": "finance"})
    withdrawn = await visitor.post("/desk/sunrise/invitations/invitation-1/withdraw")

    assert gateway.bodies["POST", "/coops/id-sunrise/invitations"] == {"email": "dan@sunrise.coop", "role": "catalogue"}
    assert "on its way to dan@sunrise.coop" in page
    assert "cleo@sunrise.coop Finance" in page
    assert gateway.bodies["PUT", "/coops/id-sunrise/staff/account-2"] == {"role": "finance"}
    assert changed.headers["location"] == withdrawn.headers["location"] == "/desk/sunrise/staff"
    assert ("DELETE", "/coops/id-sunrise/invitations/invitation-1") in gateway.calls


async def test_a_refusal_stands_beside_its_field_or_above_the_list(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    errors = [{"field": "email", "detail": "dan@sunrise.coop works here already."}]
    gateway.refusals["POST", "/coops/id-sunrise/invitations"] = refused(409, "works_here_already", "…", errors=errors)
    gateway.refusals["DELETE", "/coops/id-sunrise/staff/account-1"] = refused(409, "last_owner")

    invited = await visitor.post("/desk/sunrise/staff", data={"email": "dan@sunrise.coop", "role": "owner"})
    left = await visitor.post("/desk/sunrise/staff/account-1/remove")

    assert 'id="email-error"' in invited.text
    assert 'value="dan@sunrise.coop"' in invited.text
    assert "Make somebody else an owner first" in words(left)


async def test_whoever_leaves_comes_to_the_choice_of_desks(visitor: httpx.AsyncClient) -> None:
    own, other = [
        (await visitor.post(f"/desk/sunrise/staff/account-{nth}/remove")).headers["location"] for nth in (1, 2)
    ]

    assert (own, other) == ("/desk", "/desk/sunrise/staff")


async def test_staff_who_do_not_decide_see_the_list_and_can_leave(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.role = "finance"
    page = await visitor.get("/desk/sunrise/staff")

    assert "nora@sunrise.coop Owner" in words(page)
    assert 'action="/desk/sunrise/staff/account-1/remove"' in page.text
    for kept_back in ("staff/account-2/remove", "Invite somebody", "cleo@"):
        assert kept_back not in page.text


async def test_an_invitation_is_accepted_by_the_account_it_is_for(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get("/invitations/secret"))
    accepted = await visitor.post("/invitations/secret")

    assert "Sunrise Bakers invites you" in page
    assert "Finance: what is owed and what was sent" in page
    assert accepted.headers["location"] == "/desk?joined=Sunrise+Bakers"
    assert "You work for Sunrise Bakers now" in words(await visitor.get(accepted.headers["location"]))


async def test_somebody_else_is_told_for_whom_it_is_and_a_stranger_signs_in_and_comes_back(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.invited = "cleo@sunrise.coop"
    other = await visitor.get("/invitations/secret")
    gateway.signed_in = False
    stranger = await visitor.get("/invitations/secret")

    assert "the invitation is for cleo@sunrise.coop" in words(other)
    assert "Work for Sunrise" not in words(other)
    assert hidden(other, "next") == "/invitations/secret"  # signing out leads back here
    assert 'href="/sign-in?next=/invitations/secret"' in stranger.text
    assert 'href="/sign-up?next=/invitations/secret"' in stranger.text


async def test_a_spent_invitation_says_what_to_do(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["GET", "/invitations/old"] = refused(404, "invitation_spent", "…")

    page = await visitor.get("/invitations/old")

    assert page.status_code == 404
    assert "ask the co-op for a new one" in words(page)
