"""One API call as an endpoint sees it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.stripe_api.params import Params
from sandbox.stripe_api.platform import Platform


@dataclass(frozen=True)
class Call:
    platform: Platform
    params: Params
    path: str
    ids: Mapping[str, str]
