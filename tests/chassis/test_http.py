"""What a room's app promises whatever it serves: commit before answer, problems, callers."""

import jwt
import pytest
from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text

from chassis.app import service_app
from chassis.auth import Caller
from chassis.http import CurrentCaller, Transaction
from chassis.ids import new_id
from chassis.money import Money
from chassis.testing import Databases, client_for, private_key_pem, token_for
from tests.chassis.rooms import prepare, seen, settings

router = APIRouter()


class Given(BaseModel):
    price: Money


@router.post("/broken", status_code=201)
async def broken(session: Transaction) -> dict[str, str]:
    # The constraint is looked at when the transaction commits, which is after the endpoint has returned.
    await session.execute(text("INSERT INTO late VALUES (1), (1)"))
    return {"status": "created"}


@router.get("/who")
async def who(caller: CurrentCaller) -> dict[str, str]:
    return {"id": str(caller.id)}


@router.post("/prices")
async def price(given: Given) -> dict[str, int]:
    return {"amount": given.price.amount}


@router.get("/crash")
async def crash() -> None:
    raise LookupError("the inside of the house")


async def test_nobody_is_told_created_before_it_is_committed(databases: Databases) -> None:
    """FastAPI would send the answer first, were the transaction not of the scope "function"."""
    database = await databases("plumbing")
    await prepare(database)
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE late (n INT UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
    app = service_app("tests", settings(), database, routers=[router])
    client = client_for(app, "tests")
    client._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
    async with client:
        answer = await client.post("/broken")

    assert answer.status_code == 500
    assert await seen(database) == []


async def test_a_crash_is_told_as_a_problem_without_its_inside_and_raised_again(databases: Databases) -> None:
    app = service_app("tests", settings(), await databases("plumbing"), routers=[router])
    async with client_for(app, "tests") as client:
        with pytest.raises(LookupError):
            await client.get("/crash")
        client._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
        answer = await client.get("/crash")

    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "inside" not in answer.text


@pytest.mark.parametrize("amount", [1.5, "12", None, True, 10**14])
async def test_an_amount_that_is_no_whole_number_is_refused_with_its_field(
    databases: Databases, amount: object
) -> None:
    app = service_app("tests", settings(), await databases("plumbing"), routers=[router])
    async with client_for(app, "tests") as client:
        answer = await client.post("/prices", json={"price": {"amount": amount, "currency": "EUR"}})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"][0]["field"] == "price.amount"


async def test_only_the_gateways_token_for_this_room_lets_a_request_in(databases: Databases) -> None:
    app = service_app("tests", settings(), await databases("plumbing"), routers=[router])
    claims = {"iss": "gateway", "aud": "tests", "exp": 1, "caller": {}}
    expired = jwt.encode(claims, private_key_pem(), algorithm="EdDSA")
    unsigned = jwt.encode(claims | {"exp": 2**40}, None, algorithm="none")  # type: ignore[arg-type]
    for token in (expired, unsigned, token_for("another", Caller()), "gibberish", ""):
        async with client_for(app, "tests") as client:
            answer = await client.get("/who", headers={"Authorization": f"Bearer {token}"})
            assert (answer.status_code, answer.json()["code"]) == (401, "internal_token_refused")

    caller = Caller(id=new_id(), kind="account")
    async with client_for(app, "tests", caller) as client:
        assert (await client.get("/who")).json() == {"id": str(caller.id)}
