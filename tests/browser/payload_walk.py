"""Opens pages whose words are attacks, in a browser that is told to ignore our content security policy.

So what is proved is that the words stay words; the policy, which would stop most of them too, is a second lock.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape

import httpx
from playwright.async_api import Browser, BrowserContext, Page, Route

from tests.browser.payloads import PAYLOADS

AT_ONCE = 2
SRCDOC = "about:srcdoc"
# What no page of ours has, wherever its words come from: handlers, addresses that are programs, documents in documents.
DANGEROUS = """() => {
  const found = []
  for (const one of document.querySelectorAll('*'))
    for (const {name, value} of one.attributes)
      if (name.startsWith('on') || name === 'srcdoc' || /^\\W*(javascript|vbscript|data):/i.test(value))
        found.push(one.tagName + ' ' + name + '=' + value)
  return found
}"""


@dataclass
class Canary:
    """What ran, where; what was fetched from elsewhere; what might run at a touch."""

    ran: list[str] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)
    dangerous: list[str] = field(default_factory=list)

    @property
    def sang(self) -> list[str]:
        return [*self.ran, *self.strayed, *self.dangerous]


@asynccontextmanager
async def watched(
    browser: Browser, house: str, cookies: httpx.Cookies | None = None, *, bypass_csp: bool = True
) -> AsyncIterator["Walk"]:
    """Somebody who walks through the house without the protection of its policy."""
    context = await browser.new_context(base_url=house, bypass_csp=bypass_csp)
    canary = Canary()
    await context.expose_binding("ran", lambda source, *_: canary.ran.append(source["page"].url))
    context.on("request", lambda asked: canary.strayed.append(asked.url) if not _ours(asked.url, house) else None)
    if cookies:
        told = [{"name": one.name, "value": one.value or "", "url": house} for one in cookies.jar]
        await context.add_cookies(told)  # type: ignore[arg-type]
    try:
        yield Walk(context, canary)
    finally:
        await context.close()


@dataclass
class Walk:
    context: BrowserContext
    canary: Canary

    async def through(self, addresses: Iterable[str]) -> int:
        """How many pages were opened; each has to be there."""
        left = list(addresses)
        total = len(left)

        async def walker() -> None:
            page = await self.context.new_page()
            while left:
                await self._look(page, left.pop())
            await page.close()

        await asyncio.gather(*(walker() for _ in range(AT_ONCE)))
        return total

    async def _look(self, page: Page, address: str) -> None:
        answer = await page.goto(address, wait_until="domcontentloaded")
        assert answer is not None
        assert answer.status == 200, f"{address}: {answer.status} {await page.inner_text('main')}"
        self.canary.dangerous += await page.evaluate(DANGEROUS)

    async def show_trusting(self, payloads: Iterable[str], policy: str = "") -> int:
        """A page for each, of somebody who trusts every word, all in one; how many of them hold what they should."""
        frames = "".join(f'<iframe srcdoc="{escape(f"<p>About {words}</p>")}"></iframe>' for words in payloads)

        async def answer(route: Route) -> None:
            headers = {"content-security-policy": policy} if policy else {}
            await route.fulfill(body=frames, content_type="text/html; charset=utf-8", headers=headers)

        page = await self.context.new_page()
        await page.route("**/trusting", answer)
        await page.goto("/trusting", wait_until="load")
        await page.wait_for_timeout(500)
        told = [await frame.evaluate("document.body.innerText") for frame in page.frames if frame.url == SRCDOC]
        await page.close()
        return sum("About" in text for text in told)


def _ours(url: str, house: str) -> bool:
    return url.startswith(house)


def catalogue(payloads: Sequence[str] = PAYLOADS) -> bytes:
    """A product for each, which is called so, described so, tagged so and comes in a choice called so; then rows that
    cannot be taken, each for one of them in place of a price."""
    file = io.StringIO()
    names = ["id", "title", "description", "tags", "option1_name", "option1_value", "sku", "price"]
    writer = csv.DictWriter(file, names)
    writer.writeheader()
    for nth, words in enumerate(payloads):
        told = {"title": f"{words} {nth}", "description": f"<p>About</p>{words}", "tags": words, "option1_name": "Kind"}
        writer.writerow({"id": f"attack-{nth}", **told, "option1_value": words, "sku": words, "price": "1.00"})
        writer.writerow({"id": f"attack-{nth}", "option1_value": "Plain", "price": "2.00"})
    for nth, words in enumerate(payloads):
        writer.writerow({"id": f"refused-{nth}", "title": words, "price": words})
    return file.getvalue().encode()
