"""One's own account: its address and password, all that is held of its holder, and its end."""

from typing import Annotated

from fastapi import APIRouter, Response

from chassis.http import CurrentCaller, Now, RoomDatabase, Transaction, app_state
from chassis.personal import HELD
from gateway.account import acting
from gateway.api import Cookies, CurrentVisit, Hashing
from gateway.closing import close_account
from gateway.export import Export, kept_account
from gateway.factor_api import Again, ShownWhereThereIsOne
from gateway.gathering import Gathering
from gateway.own_password import change_password
from gateway.rate_limit import refuse_beyond
from gateway.schemas import ChangedAddress, ChangedPassword, Farewell
from gateway.token_bucket import Buckets
from gateway.verifying import ask_to_change, send_again, verify

router = APIRouter(prefix="/api/v1")

Rooms = Annotated[Gathering, app_state("gathering")]
VerificationsPerAccount = Annotated[Buckets, app_state("verifications_per_account")]
ExportsPerAccount = Annotated[Buckets, app_state("exports_per_account")]


@router.post("/me/address/verification", status_code=202)
async def send_the_link_again(
    session: Transaction, caller: CurrentCaller, per_account: VerificationsPerAccount
) -> None:
    """Sends another link to the account's address, unless it is verified already."""
    account_id = caller.require_account()
    refuse_beyond(per_account.take(str(account_id)))
    await send_again(session, account_id)


@router.post("/address-verifications/{token}", status_code=204)
async def verify_an_address(token: str, database: RoomDatabase, now: Now) -> None:
    """Confirms by the link's token that mail to an address reaches the holder of its account."""
    await verify(database, token, now)


@router.put("/me/address", status_code=202, dependencies=[ShownWhereThereIsOne])
async def change_the_address(
    body: ChangedAddress,
    database: RoomDatabase,
    caller: CurrentCaller,
    again: Again,
    per_account: VerificationsPerAccount,
) -> None:
    """Sends a link to the new address, which counts once that was used; the old one is told then."""
    account_id = caller.require_account()
    refuse_beyond(per_account.take(str(account_id)))
    password = body.password.get_secret_value()
    await ask_to_change(database, again, account_id=account_id, email=body.email, password=password)


@router.put("/me/password", status_code=204, dependencies=[ShownWhereThereIsOne])
async def change_the_password(
    body: ChangedPassword,
    database: RoomDatabase,
    caller: CurrentCaller,
    visit: CurrentVisit,
    again: Again,
    hashing: Hashing,
    now: Now,
) -> None:
    """Sets another password and signs out everywhere but here."""
    await change_password(
        database,
        again,
        hashing,
        account_id=caller.require_account(),
        old=body.current_password.get_secret_value(),
        new=body.password.get_secret_value(),
        keep=visit.principal.session_id,
        now=now,
    )


@router.get("/me/export")
async def export(
    database: RoomDatabase,
    caller: CurrentCaller,
    rooms: Rooms,
    now: Now,
    response: Response,
    per_account: ExportsPerAccount,
) -> Export:
    """Everything that is held of whoever asks, as a file to keep."""
    account_id = caller.require_account()
    refuse_beyond(per_account.take(str(account_id)))
    held = await rooms.ask(caller, HELD)
    async with database.reading() as session:
        kept = await kept_account(session, await acting(session, account_id), now)
    response.headers["content-disposition"] = 'attachment; filename="toad-lane-my-data.json"'
    response.headers["cache-control"] = "private, no-store"
    return Export.model_validate({"exported_at": now, "account": kept, "rooms": held})


@router.delete("/me", status_code=204, dependencies=[ShownWhereThereIsOne])
async def close(
    body: Farewell,
    database: RoomDatabase,
    caller: CurrentCaller,
    again: Again,
    rooms: Rooms,
    now: Now,
    response: Response,
    cookies: Cookies,
) -> None:
    """Closes the account for good and erases what is personal; refused while somebody still needs its holder."""
    password = body.password.get_secret_value()
    await close_account(database, again, rooms, caller=caller, password=password, now=now)
    response.headers.append("set-cookie", cookies.clear())
    response.headers["cache-control"] = "no-store"
