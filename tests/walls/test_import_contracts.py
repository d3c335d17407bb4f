"""Every import contract of pyproject.toml turns red when what it forbids is planted in a house of empty rooms."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.walls.house import ROOMS, ROOT

PYPROJECT = ROOT / "pyproject.toml"
FURNITURE = {
    "chassis/kafka_bus.py": "import aiokafka",
    "chassis/local_bus.py": "",
    "services/catalog/__init__.py": "",
    "services/catalog/search/server/engine.py": "import meilisearch",
    "services/catalog/pictures/__init__.py": "",
    "services/catalog/pictures/renditions.py": "import PIL",
    "services/catalog/pictures/store.py": "import obstore",
    "services/catalog/search/embedded/index.py": "import tantivy",
    "services/catalog/search/embedded/queries.py": "import tantivy",
    "services/orders/__init__.py": "",
    "services/payments/stripe_adapter.py": "import stripe",
}
FORBIDDEN = [
    ("Services never import each other", "services/orders/a.py", "import services.catalog"),
    ("Services never import each other", "services/newcomer/a.py", "import services.orders"),
    ("The chassis and the ledger know no room", "chassis/a.py", "import services.orders"),
    ("The chassis and the ledger know no room", "ledger/a.py", "import gateway"),
    ("The chassis does not know the ledger", "chassis/a.py", "import ledger"),
    ("Gateway and storefront import no service, and not each other", "gateway/a.py", "import services.orders"),
    ("Gateway and storefront import no service, and not each other", "storefront/a.py", "import services.orders"),
    ("Gateway and storefront import no service, and not each other", "storefront/a.py", "import gateway"),
    ("The ledger is reached by services alone", "gateway/a.py", "import ledger"),
    ("The sandbox imports nothing of the house", "sandbox/a.py", "import chassis"),
    ("Only onebox sees every room", "services/orders/a.py", "import onebox"),
    ("Only onebox sees every room", "gateway/a.py", "import sandbox"),
    ("Only onebox makes a bus", "services/orders/a.py", "import chassis.kafka_bus"),
    ("aiokafka is imported in one file", "services/orders/a.py", "from aiokafka import AIOKafkaProducer"),
    ("stripe is imported in one file", "services/payments/a.py", "import stripe"),
    ("meilisearch is imported in one file", "services/catalog/a.py", "from meilisearch import Client"),
    ("Pillow is imported in one file", "services/catalog/a.py", "from PIL import Image"),
    ("obstore is imported in one file", "services/catalog/a.py", "import obstore"),
    ("tantivy is imported in its own folder", "services/catalog/a.py", "import tantivy"),
]


def verdicts(house: Path) -> dict[str, str]:
    """Each contract's name and whether it is KEPT or BROKEN in a house."""
    # Its command takes the working folder as the first place to look for the rooms.
    told = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", PYPROJECT, "--no-cache"],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (line.partition(" (")[0].rsplit(" ", 1) for line in told.stdout.splitlines())
    return {line[0]: line[1] for line in lines if line[-1] in {"KEPT", "BROKEN"}}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for room in ROOMS:
        plant(tmp_path, f"{room}/__init__.py", "")
    for path, source in FURNITURE.items():
        plant(tmp_path, path, source)
    return tmp_path


def plant(house: Path, path: str, source: str) -> None:
    file = house / path
    file.parent.mkdir(parents=True, exist_ok=True)
    (file.parent / "__init__.py").touch()
    file.write_text(source)


def test_a_house_of_empty_rooms_keeps_every_contract(house: Path) -> None:
    contracts = tomllib.loads(PYPROJECT.read_text())["tool"]["importlinter"]["contracts"]

    assert verdicts(house) == {contract["name"]: "KEPT" for contract in contracts}
    assert {name for name, _, _ in FORBIDDEN} == {contract["name"] for contract in contracts}


@pytest.mark.parametrize(("contract", "path", "source"), FORBIDDEN)
def test_a_planted_import_breaks_its_contract(house: Path, contract: str, path: str, source: str) -> None:
    plant(house, path, source)

    assert verdicts(house)[contract] == "BROKEN"
