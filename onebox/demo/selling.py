"""A demo co-op's way from its application to a full shelf, over the front door and the name servers."""

from dataclasses import dataclass
from datetime import UTC, datetime

from onebox.actors import CoopMember, Operator
from onebox.demo.cast import CoopStage, DemoCoop
from onebox.demo.goods import catalogue_file
from onebox.demo.offering import Offering
from onebox.visitor import Json

REACHED = {
    "applied": CoopStage.APPLIED,
    "proved": CoopStage.PROVED,
    "asked": CoopStage.PROVED,
    "refused": CoopStage.REFUSED,
    "appealed": CoopStage.REFUSED,
    "dismissed": CoopStage.REFUSED,
    "admitted": CoopStage.ADMITTED,
}
STAYS = {
    CoopStage.APPLIED: "has applied, its domain is not proved yet",
    CoopStage.PROVED: "has proved its domain and waits for the operator",
    CoopStage.REFUSED: "was not admitted",
}


@dataclass
class Selling:
    """Goes on wherever an earlier playing broke off: each step looks first whether it is done."""

    coop: DemoCoop
    staff: CoopMember
    operator: Operator

    async def play(self) -> str:
        """What there is to say of the co-op afterwards."""
        await self._apply()
        if self.coop.until is not CoopStage.ADMITTED:
            return f"{self.coop.trading_name}, {self.coop.city}: {STAYS[self.coop.until]}"
        await self.staff.works_here()
        report = await self._fill_shelf()
        await self._set_delivery()
        await self._add_by_form()
        imported = report["products_created"] + report["products_updated"] + report["products_unchanged"]
        return f"{self.coop.trading_name}, {self.coop.city}: {imported} products"

    async def _apply(self) -> None:
        application = await self._application()
        self.staff.coop_id = application["id"]
        stage = REACHED[application["state"]]
        if stage is CoopStage.APPLIED and self.coop.until is not CoopStage.APPLIED:
            challenge = await self.staff.challenge()
            await self.staff.publish(challenge["record_name"], "v=spf1 -all", challenge["record_value"])
            await self.staff.check()
            stage = CoopStage.PROVED
        if stage is CoopStage.PROVED and self.coop.until is CoopStage.REFUSED:
            path = f"/applications/{self.staff.coop_id}/refuse"
            await self.operator.post(path, {"reason": self.coop.refusal})
        if stage is CoopStage.PROVED and self.coop.until is CoopStage.ADMITTED:
            await self.operator.admit(self.staff.coop_id)

    async def _application(self) -> Json:
        for application in (await self.staff.get("/applications"))["items"]:
            if application["domain"] == self.coop.domain:
                return dict(application)
        return await self.staff.apply(**self.coop.application())

    async def _fill_shelf(self) -> Json:
        assert self.coop.shop is not None
        filename, content = catalogue_file(self.coop.shop, self.coop.trading_name, self.coop.certified)
        for report in (await self.staff.get("/imports", coop_id=self.staff.coop_id))["items"]:
            if report["filename"] == filename and report["state"] == "done":
                return dict(report)
        return await self.staff.upload(filename, content)

    async def _set_delivery(self) -> None:
        await self.staff.deliver_for(**self.coop.delivery)

    async def _add_by_form(self) -> None:
        shelf = await self._shelf() if self.coop.by_form else {}
        offering = Offering(self.staff, shelf, datetime.now(UTC).date())
        for offer in self.coop.by_form:
            await offering.play(offer)

    async def _shelf(self) -> dict[str, Json]:
        """Its products by their titles."""
        page = await self.staff.get("/products", coop_id=self.staff.coop_id)
        shelf = {product["title"]: product for product in page["items"]}
        while page["next_cursor"] is not None:
            page = await self.staff.get("/products", coop_id=self.staff.coop_id, cursor=page["next_cursor"])
            shelf |= {product["title"]: product for product in page["items"]}
        return shelf
