"""From an application without papers to an admission, by way of questions, a refusal and an appeal."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from onebox.actors import STATED, CoopMember, Operator
from onebox.visitor import Told
from tests.journeys.box_log import broken
from tests.journeys.one_box import OneBox
from tests.journeys.steps import PASSWORD, SUNRISE

PAPER = b"%PDF-1.7\n" + bytes(2_000_000)  # larger than the gateway lets other requests be


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OneBox]:
    with OneBox(tmp_path_factory.mktemp("vetting") / "box").opened() as opened:
        yield opened


async def test_a_company_that_a_co_op_controls_is_asked_refused_heard_and_admitted(house: OneBox) -> None:
    async with AsyncExitStack() as stack:
        operator = await stack.enter_async_context(Operator(house.world))
        await operator.sign_up("operator@toadlane.example", PASSWORD, "Olive Operator")
        house.make_operator("operator@toadlane.example")
        member = await stack.enter_async_context(CoopMember(house.world))
        await member.sign_up("staff@sunrise.coop", PASSWORD, "Rosa Klein")
        await applies_as_a_controlled_company(member)
        await proves(member)
        application = f"/applications/{member.coop_id}"

        asked = await operator.post(f"{application}/questions", {"words": "Which co-op controls you?"})
        question = f"{application}/questions/{asked['questions'][0]['id']}/answer"
        assert (await member.post(question, {"words": "The Pioneers: see the paper."}))["state"] == "proved"
        await operator.post(f"{application}/refuse", {"reason": "We see no paper."})
        await member.post(f"{application}/appeal", {"words": "It is on its way."})
        await operator.post(f"{application}/appeal/uphold", {"words": "Then let us see it."})

        with pytest.raises(Told) as refused:
            await operator.admit(member.coop_id)
        assert refused.value.problem["requirements"] == ["eligible", "seller_identity", "self_certified"]
        await sends_what_was_missing(member)
        await operator.admit(member.coop_id)
        await member.works_here()
    assert "as it was written" in house.command("audit", "verify")
    assert broken(house) == []


async def applies_as_a_controlled_company(member: CoopMember) -> None:
    nothing = dict.fromkeys(("register_name", "register_number", "tax_id", "bank_holder"), "")
    with pytest.raises(Told) as refused:
        await member.apply(**SUNRISE, eligibility="CS")
    assert refused.value.code == "class_cannot_sell"
    await member.post("/applications", {**SUNRISE, **nothing, "eligibility": "CC", "controlled_by": "The Pioneers"})
    [application] = (await member.get("/applications"))["items"]
    member.coop_id = application["id"]


async def proves(member: CoopMember) -> None:
    challenge = await member.challenge()
    await member.publish(challenge["record_name"], challenge["record_value"])
    assert (await member.check())["state"] == "proved"


async def sends_what_was_missing(member: CoopMember) -> None:
    documents = f"/applications/{member.coop_id}/documents"
    sent = await member.ask("POST", documents, params={"kind": "controlling_coop"}, content=PAPER)
    taken = await member.http.get(f"/api/v1{documents}/{sent['id']}")
    assert (taken.content, taken.headers["x-content-type-options"]) == (PAPER, "nosniff")
    assert taken.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in taken.headers["content-security-policy"]
    stated = {**STATED, "eligibility": "CC", "controlled_by": "The Pioneers"}
    await member.ask("PUT", f"/applications/{member.coop_id}/seller", json=stated)
