"""A small stand-in for the gateway's API: a memory, a file for each idea with its answers and its routes."""

from tests.storefront.fake_gateway.answers import money, refused
from tests.storefront.fake_gateway.factors import RECOVERY_CODES, SECRET
from tests.storefront.fake_gateway.gateway import FakeGateway
from tests.storefront.fake_gateway.orders import order
from tests.storefront.fake_gateway.shop import product
from tests.storefront.fake_gateway.webhooks import WEBHOOK_SECRET

__all__ = ["RECOVERY_CODES", "SECRET", "WEBHOOK_SECRET", "FakeGateway", "money", "order", "product", "refused"]
