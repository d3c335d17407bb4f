"""`toadlane demo`: the first sale, played over HTTP against a box of its own and told as it happens."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from onebox.actors import CoopMember, Operator, Shopper, shown
from onebox.asking import answers
from onebox.box import Box, free_port
from onebox.refusal import Refusal
from onebox.supervisor import OPENS_WITHIN, say
from onebox.visitor import Json, Told, World, until

BREAD = """\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,\
Variant Inventory Qty,Variant Price,Status
rye,Rye Sourdough,<p>Three days in the making.</p>,Sunrise,Bread,rye,true,Size,Small,RYE-S,shopify,12,4.50,active
rye,,,,,,,,Large,RYE-L,shopify,6,8.20,
rolls,Morning Rolls,,Sunrise,Bread,,true,Title,Default Title,ROLL,shopify,40,eighty cents,active
"""
COFFEE = """\
Title,URL handle,Description,Vendor,Type,Published on online store,Status,SKU,Price,Inventory tracker,Inventory quantity
Harbour Espresso,espresso,Dark and round.,Quayside,Coffee,true,active,HE-250,9.90,shopify,30
"""
PASSWORD = "a password for one evening only"  # noqa: S105, the box it opens is thrown away with the story


def play(launcher: str) -> int:
    """Plays the story and ends with the ledger; 0 when it went well. Raises Refusal where the box does not open."""
    with tempfile.TemporaryDirectory(prefix="toadlane-demo-") as folder, opened(Path(folder), launcher) as box:
        try:
            asyncio.run(_tell(box))
        except (Told, TimeoutError, AssertionError) as error:
            say(f"\nThe story broke off: {error!r}")
            return 1
    return 0


@contextmanager
def opened(folder: Path, launcher: str) -> Iterator[Box]:
    """A one box with empty shelves, closed again at the end."""
    log = (folder / "log").open("ab")
    command = [sys.executable, "-m", launcher, "run", "--no-demo-data", "--data", str(folder / "data")]
    process = subprocess.Popen([*command, "--port", str(free_port())], stdout=log, stderr=log)
    try:
        yield _wait(folder, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait(folder: Path, process: "subprocess.Popen[bytes]") -> Box:
    deadline = time.monotonic() + OPENS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        if (folder / "data" / "box.json").exists():
            box = Box.open(folder / "data", None)
            if answers(f"{box.public_url}/health/ready"):
                return box
        time.sleep(0.1)
    raise Refusal(f"the box for the story did not open: {(folder / 'log').read_text()[-1500:]}")


async def _tell(box: Box) -> None:
    world = World(house=box.public_url, sandbox=box.sandbox_url)
    async with AsyncExitStack() as stack:
        operator = await stack.enter_async_context(Operator(world))
        await operator.sign_up("operator@toadlane.example", PASSWORD, "Olive Operator")
        _make_operator(box)
        say("1. Two co-ops apply, prove their domains by DNS, and are admitted.")
        sunrise = await _join(stack, world, operator, "sunrise.coop", "Sunrise Bakers", "DE")
        quayside = await _join(stack, world, operator, "quayside.coop", "Quayside Roasters", "NL")
        say("2. They upload the catalogues they have, as Shopify exported them.")
        await _upload(sunrise, "bread.csv", BREAD)
        await _upload(quayside, "coffee.csv", COFFEE)
        await sunrise.deliver_for(DE=390)
        await quayside.deliver_for(DE=590)
        shopper = await stack.enter_async_context(Shopper(world))
        order = await _buy(shopper)
        await _pack(order, sunrise, quayside, shopper)
        await _show_books(operator, order["id"])


def _make_operator(box: Box) -> None:
    command = [sys.executable, "-m", "onebox", "operator", "operator@toadlane.example", "--data", str(box.folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=dict(os.environ))


async def _join(
    stack: AsyncExitStack, world: World, operator: Operator, domain: str, name: str, country: str
) -> CoopMember:
    member = await stack.enter_async_context(CoopMember(world))
    await member.sign_up(f"staff@{domain}", PASSWORD, f"Staff of {name}")
    await member.apply(
        domain=domain,
        legal_name=f"{name} Co-operative",
        trading_name=name,
        legal_form="worker co-operative",
        country=country,
        city="Kassel",
        address="Mühlengasse 4",
        postcode="34117",
        contact_name="Rosa Klein",
        contact_email=f"hello@{domain}",
        contact_phone="+49 561 555 0101",
        makes="Good things",
    )
    challenge = await member.challenge()
    await member.publish(challenge["record_name"], "something else")
    try:
        await member.check()
    except Told as error:
        say(f"   {domain}: a wrong TXT record proves nothing ({error.code}).")
    await member.publish(challenge["record_name"], challenge["record_value"])
    await member.check()
    await operator.admit(member.coop_id)
    await member.works_here()
    say(f"   {domain}: {challenge['record_name']} holds the token; {name} is admitted.")
    return member


async def _upload(member: CoopMember, filename: str, content: str) -> None:
    report = await member.upload(filename, content.encode())
    say(
        f"   {filename}: {report['rows_total']} rows, {report['products_created']} products, "
        f"{report['variants']} variants, {report['rows_rejected']} rejected. Prices in {report['currency']}."
    )
    for problem in report["problems"]:
        say(f"     line {problem['line']}, {problem['column']}: {problem['value']!r}: {problem['reason']}")


async def _buy(shopper: Shopper) -> Json:
    say("3. A guest searches with a typo, fills one basket from both co-ops, and checks out once.")
    for query, title in (("sourdoug", "Rye Sourdough"), ("espreso", "Harbour Espresso")):
        hit = await shopper.found(query, title)
        variant = (await shopper.get(f"/products/{hit['slug']}"))["variants"][0]
        await shopper.can_buy(variant["id"])
        say(f"   {query!r} finds {hit['title']} by {hit['coop']['name']}, {shown(variant['price'])}.")
    order = await shopper.order_in((await shopper.check_out())["id"], "awaiting_payment")
    say(f"4. Order {order['number']}: the stock of both is reserved. {shown(order['total'])} to pay.")
    declined = await shopper.pay(order["id"], "is declined")
    say(f"5. The first card is declined ({declined.json()['error']['decline_code']}); the second asks the bank.")
    await shopper.authenticate(await shopper.pay(order["id"], "asks"))
    await shopper.order_in(order["id"], "paid")
    mail = await shopper.mail("ada@example.org", order["number"])
    say(f"6. Paid once, although the news of it comes twice. Mail: {mail['subject']!r}.")
    return order


async def _pack(order: Json, sunrise: CoopMember, quayside: CoopMember, shopper: Shopper) -> None:
    for member, carrier, number in ((sunrise, "DHL", "JD0142"), (quayside, "PostNL", "3SABC")):
        (consignment,) = await member.consignments()
        await member.ship(consignment["id"], carrier, number)
        say(f"   {consignment['coop']['name']} sees one consignment, its own, and ships it with {carrier} {number}.")
    await shopper.order_in(order["id"], "shipped")

    async def paid_out() -> bool:
        payees = [await member.get(f"/payees/{member.coop_id}") for member in (sunrise, quayside)]
        return all(one["transfers"] and one["transfers"][0]["state"] == "made" for one in payees)

    await until(paid_out)


async def _show_books(operator: Operator, order_id: str) -> None:
    async def complete() -> list[Json] | None:
        entries = await operator.entries(order_id)
        return entries if "processor_fee" in {entry["kind"] for entry in entries} else None

    say("7. The ledger explains every cent:")
    for entry in await until(complete):
        say(f"   {entry['kind']}")
        for posting in entry["postings"]:
            say(f"     {shown(posting):>14}  {posting['account']}")
    balances = await operator.balances()
    assert balances["balanced"], "the books do not balance"
    say("   Balances:")
    for balance in balances["balances"]:
        say(f"     {shown(balance):>14}  {balance['account']}")
    say("\nIt balances. That was the first sale.")
