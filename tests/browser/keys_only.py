"""Somebody who only has keys: who sees at each stop where they are, and goes on from there."""

from dataclasses import dataclass
from typing import Final

from playwright.async_api import Locator, Page, expect

FARTHEST: Final = 80
# Where one is, whether one sees it, and whether it stands after where one was.
STOP: Final = """() => {
  const at = document.activeElement, was = window.wasAt, box = at.getBoundingClientRect(), drawn = getComputedStyle(at);
  window.wasAt = at;
  return {
    at: at.id || at.textContent.trim().slice(0, 40) || at.tagName,
    lost: at === document.body,
    ringed: drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) >= 2,
    in_sight: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    in_order: !was?.isConnected || Boolean(was.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING),
  };
}"""


@dataclass(frozen=True)
class Keys:
    page: Page

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        """In the place of what stood there."""
        await self.press("ControlOrMeta+a")
        await self.page.keyboard.type(text)

    async def tab(self) -> str:
        """To the next stop."""
        await self.press("Tab")
        stop = await self.page.evaluate(STOP)
        wrong = [f"not {of}" for of in ("ringed", "in_sight", "in_order") if not stop[of]] + ["lost"] * stop["lost"]
        assert wrong == [], f"{', '.join(wrong)}: {stop['at']} on {self.page.url}"
        return str(stop["at"])

    async def to(self, target: Locator) -> None:
        """By Tab alone, forwards."""
        await expect(target).to_be_visible()
        passed: list[str] = []
        while not await self.is_at(target):
            assert len(passed) < FARTHEST, passed
            passed.append(await self.tab())

    async def enter(self, target: Locator) -> None:
        await self.to(target)
        await self.press("Enter")

    async def fill(self, target: Locator, text: str) -> None:
        await self.to(target)
        await self.type(text)

    async def is_at(self, target: Locator) -> bool:
        return bool(await target.evaluate("one => one === document.activeElement"))
