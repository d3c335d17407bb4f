"""Money is real, or it is asked to be a demo; anything else does not start."""

import pytest
from pydantic import ValidationError

from tests.payments.room import settings_for

REAL = {
    "demo": False,
    "smtp_url": "smtp://mail",
    "stripe_api_key": "sk_live_x",
    "stripe_webhook_secret": "whsec_x",
    "stripe_publishable_key": "pk_live_x",
    "stripe_pay_page": None,
    "stripe_api_base": None,
}


def test_real_money_needs_no_demo() -> None:
    assert settings_for(**REAL).fee_basis_points == 500


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"stripe_api_key": ""}, "STRIPE_API_KEY is not set"),
        ({"stripe_webhook_secret": ""}, "STRIPE_WEBHOOK_SECRET is not set"),
        ({"stripe_api_key": "sk_test_x"}, "STRIPE_API_KEY is a test key"),
        ({"stripe_api_base": "http://127.0.0.1:9"}, "a stand-in: that is for the demo only"),
        ({"stripe_pay_page": "http://127.0.0.1:9/pay"}, "a stand-in: that is for the demo only"),
    ],
)
def test_goods_are_never_shipped_for_money_that_is_not_real(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        settings_for(**REAL | wrong)
