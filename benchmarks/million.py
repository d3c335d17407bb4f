"""`python -m benchmarks.million`: a box with 10,000 products, then with a million, and how long visitors wait."""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg

from benchmarks import box, machine
from benchmarks.market import fill
from benchmarks.measuring import Bench, at
from onebox import database_server

PROMISED = 2.0
"""How many times as long as with 10,000 products a search or a product page may take, at the 95th percentile."""
ROUNDS = {"search": 2_000, "page": 1_000, "product": 2_000}

# Every product some hundred times over, under names of their own; the index is told as after any change.
_COPY = """
    CREATE TEMP TABLE copies ON COMMIT DROP AS
    SELECT product_id AS old, gen_random_uuid() AS new, nth FROM products, generate_series(1, $1::int) AS nth
"""
_PRODUCTS = """
    INSERT INTO products
    SELECT copy.*
    FROM copies JOIN products p ON p.product_id = old CROSS JOIN LATERAL jsonb_populate_record(p, jsonb_build_object(
        'product_id', new, 'slug', p.slug || '-' || nth, 'external_id', p.external_id || '-' || nth,
        'title', p.title || '-' || nth)) AS copy
"""
_VARIANTS = """
    INSERT INTO variants
    SELECT copy.*
    FROM copies JOIN variants v ON v.product_id = old
    CROSS JOIN LATERAL jsonb_populate_record(v, jsonb_build_object(
        'product_id', new, 'variant_id', gen_random_uuid())) AS copy
"""
_INDEX = """
    INSERT INTO tasks (kind, key, payload, run_at)
    SELECT 'catalog.index_product', new::text, jsonb_build_object('product_id', new)::text, now() FROM copies
"""
_LEFT = "SELECT count(*) FROM tasks WHERE kind = 'catalog.index_product'"


def main() -> int:
    given = _parser().parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="toadlane-bench-", dir=given.folder) as folder,
        box.opened(Path(folder), given.processes, "onebox") as running,
    ):
        print(asyncio.run(_measure(given, running)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks.million", description=__doc__)
    parser.add_argument("--products", type=int, default=1_000_000)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the box is kept meanwhile; it takes some gigabytes")
    parser.add_argument("--seed", type=int, default=1844)
    return parser


async def _measure(given: argparse.Namespace, running: box.RunningBox) -> str:
    about = machine.facts()
    async with AsyncExitStack() as stack:
        operator, stocked = await fill(stack, running.world, running.make_operator, given.few, given.seed)
        bench = Bench(running, stocked.goods, operator, given.clients)
        before = await _waited(bench, given.seed)
        copied, indexed = await _grow(running, given.products // given.few - 1)
        after = await _waited(bench, given.seed)
    rows = "\n".join(
        f"| {name} | {before[name]:.1f} | {after[name]:.1f} | {after[name] / before[name]:.2f} |" for name in ROUNDS
    )
    return f"""\
# {given.products:,} products beside {given.few:,}, {about.measured_at:%Y-%m-%d %H:%M} UTC, commit {about.commit}

{about.cores} cores, {given.processes} process(es), {given.clients} clients. Rows copied in {copied:.0f} s; every
product found {indexed:.0f} s later, {given.products / indexed:.0f} a second; \
the house holds {running.processes.resident():.0f} MB.

| p95 in ms | {given.few:,} | {given.products:,} | times; promised: {PROMISED} |
|---|--:|--:|--:|
{rows}
"""


async def _waited(bench: Bench, seed: int) -> dict[str, float]:
    told = {}
    for name, operations in ROUNDS.items():
        await bench.load(name, operations // 10, seed=seed + 1)
        told[name] = 1_000 * at(sorted((await bench.load(name, operations, seed=seed)).latencies), 95)
    return told


async def _grow(running: box.RunningBox, times: int) -> tuple[float, float]:
    """Seconds until the rows are there, and until the index has them all."""
    server, _ = database_server.start(running.box.folder)
    url = server.set(database="catalog", drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    begun = time.monotonic()
    async with connection.transaction():
        await connection.execute(_COPY, times)
        for sql in (_PRODUCTS, _VARIANTS, _INDEX):
            await connection.execute(sql)
    await connection.execute("ANALYZE products, variants")
    copied = time.monotonic() - begun
    while await connection.fetchval(_LEFT):
        await asyncio.sleep(1)
    indexed = time.monotonic() - begun - copied
    # A database tidies up by itself after a million changes, for minutes in which nothing could be measured.
    await connection.execute("VACUUM tasks, products, variants")
    await connection.close()
    return copied, indexed


if __name__ == "__main__":
    sys.exit(main())
