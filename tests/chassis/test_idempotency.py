"""A request sent twice is carried out once."""

import asyncio
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Header, Response
from pydantic import BaseModel
from sqlalchemy import text

from chassis.app import service_app
from chassis.auth import Caller
from chassis.database import Database
from chassis.errors import Conflict
from chassis.http import Transaction
from chassis.idempotency import Once, forget_old_answers
from chassis.ids import new_id
from chassis.testing import Databases, client_for
from tests.chassis.rooms import prepare, seen, settings

router = APIRouter()


class Number(BaseModel):
    number: int


@router.post("/numbers")
async def add(number: Number, session: Transaction, once: Once, fail: Annotated[bool, Header()] = False) -> Response:
    if (answer := await once.begin(session)) is not None:
        return answer
    await session.execute(text("INSERT INTO seen (number) VALUES (:number)"), number.model_dump())
    if fail:
        raise Conflict("not now")
    return await once.finish(session, 201, number)


@pytest.fixture
async def database(databases: Databases) -> Database:
    database = await databases("plumbing")
    await prepare(database)
    return database


def app_over(database: Database) -> FastAPI:
    return service_app("tests", settings(), database, routers=[router])


def as_guest(app: FastAPI) -> httpx.AsyncClient:
    return client_for(app, "tests", Caller(id=new_id(), kind="guest"))


async def test_the_same_request_twice_at_once_has_one_effect_and_one_answer(database: Database) -> None:
    async with as_guest(app_over(database)) as guest:
        send = [guest.post("/numbers", json={"number": 7}, headers={"Idempotency-Key": "k"}) for _ in range(5)]
        answers = await asyncio.gather(*send)

    assert {(answer.status_code, answer.text) for answer in answers} == {(201, '{"number":7}')}
    assert await seen(database) == [7]


async def test_another_body_under_the_same_key_is_refused(database: Database) -> None:
    async with as_guest(app_over(database)) as guest:
        await guest.post("/numbers", json={"number": 7}, headers={"Idempotency-Key": "k"})
        reused = await guest.post("/numbers", json={"number": 8}, headers={"Idempotency-Key": "k"})

    assert (reused.status_code, reused.json()["code"]) == (409, "idempotency_key_reused")
    assert await seen(database) == [7]


async def test_keys_of_two_people_are_two_keys(database: Database) -> None:
    app = app_over(database)
    for number in (1, 2):
        async with as_guest(app) as guest:
            await guest.post("/numbers", json={"number": number}, headers={"Idempotency-Key": "k"})

    assert await seen(database) == [1, 2]


async def test_a_failure_stores_nothing_and_may_be_tried_again(database: Database) -> None:
    async with as_guest(app_over(database)) as guest:
        failed = await guest.post("/numbers", json={"number": 7}, headers={"Idempotency-Key": "k", "Fail": "true"})
        assert failed.status_code == 409
        again = await guest.post("/numbers", json={"number": 7}, headers={"Idempotency-Key": "k"})

    assert again.status_code == 201
    assert await seen(database) == [7]


async def test_without_a_key_the_request_is_refused_with_what_to_do(database: Database) -> None:
    async with as_guest(app_over(database)) as guest:
        answer = await guest.post("/numbers", json={"number": 7})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


async def test_an_answer_is_forgotten_after_two_days(database: Database) -> None:
    async with as_guest(app_over(database)) as guest:
        await guest.post("/numbers", json={"number": 7}, headers={"Idempotency-Key": "k"})
    async with database.transaction() as session:
        await session.execute(text("UPDATE idempotency SET created_at = created_at - interval '49 hours'"))
        await forget_old_answers(session)

    async with database.reading() as session:
        assert (await session.execute(text("SELECT count(*) FROM idempotency"))).scalar_one() == 0
