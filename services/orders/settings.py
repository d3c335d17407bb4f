"""What orders may be told besides the settings of every room."""

from datetime import timedelta

from pydantic import Field

import chassis.settings


class Settings(chassis.settings.Settings):
    unpaid_after: int = Field(1800, gt=0, description="seconds an order may stay unpaid before it is cancelled")
    default_country: str = Field("DE", pattern=r"^[A-Z]{2}$", description="where a basket goes until its owner says")
    smallest_total: int = Field(50, gt=0, description="minor units below which the processor takes no payment")
    expire_every: float = Field(5.0, gt=0, description="seconds between two looks for orders that stayed unpaid")

    @property
    def time_to_pay(self) -> timedelta:
        return timedelta(seconds=self.unpaid_after)
