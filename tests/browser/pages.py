"""The pages over a fake gateway, so that each state of them can be had."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from storefront.app import PAGES, create_app
from storefront.settings import Settings
from tests.ports import free_port
from tests.storefront.fake_gateway import FakeGateway


def addresses() -> list[str]:
    """One of each page."""
    paths = [path for method, path, _ in PAGES if method == "GET"]
    for list_of, one in (("products", "id-dk-yarn"), ("coops", "id-sunrise")):
        paths = [path.replace(list_of + "/{id}", f"{list_of}/{one}") for path in paths]
    slugs = {"/products/{slug}": "dk-yarn"}
    told = {"id": "order-1", "token": "abc", "coop": "sunrise", "variant": "var-Oatmeal"}
    return [path.format(slug=slugs.get(path, "sunrise"), **told) for path in paths]


@contextmanager
def served(gateway: FakeGateway) -> Iterator[str]:
    """Where the pages are, served by a thread of their own."""
    app = create_app(Settings(demo=True, sandbox_url="http://127.0.0.1:9"), gateway.client())
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
