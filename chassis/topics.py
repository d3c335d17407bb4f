"""The list of topics in `deploy/topics.yaml`: whose each is, what keys it, its partitions and how long it is kept."""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt, TypeAdapter


class Topic(BaseModel):
    """One aggregate's facts; not compacted and without a retention they are kept for ever."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    owner: str
    key: str
    partitions: PositiveInt
    compacted: bool = False
    retention_days: PositiveInt | None = None


def read_topics(file: Path) -> list[Topic]:
    """Raises pydantic's ValidationError where a topic is not described whole."""
    return TypeAdapter(list[Topic]).validate_python(yaml.safe_load(file.read_text())["topics"])
