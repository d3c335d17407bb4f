"""What payments needs to know of the place it runs in."""

from typing import Self

from pydantic import Field, model_validator

import chassis.settings


class Settings(chassis.settings.Settings):
    stripe_api_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_publishable_key: str = ""
    stripe_api_base: str | None = None
    """Where the stand-in answers; None is Stripe itself."""

    stripe_pay_page: str | None = None
    """The stand-in's card page, to which `/<payment intent>` is added; None where our own page takes the card."""

    fee_basis_points: int = Field(500, ge=0, le=10_000)
    """The marketplace's fee in hundredths of a per cent of the goods."""

    @model_validator(mode="after")
    def _money_is_real_or_asked_to_be_a_demo(self) -> Self:
        for name in ("stripe_api_key", "stripe_webhook_secret", "stripe_publishable_key"):
            if not getattr(self, name):
                raise ValueError(f"{name.upper()} is not set: goods are not shipped for money that cannot arrive")
        if not self.demo and (self.stripe_api_base or self.stripe_pay_page):
            raise ValueError("STRIPE_API_BASE and STRIPE_PAY_PAGE name a stand-in: that is for the demo only")
        if not self.demo and "_test_" in self.stripe_api_key:
            raise ValueError("STRIPE_API_KEY is a test key: goods would be shipped for test cards; that is a demo")
        return self
