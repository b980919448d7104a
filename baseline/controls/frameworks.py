"""The compliance frameworks that a profile may name."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A framework.

    `minimum_log_retention_days` is None where the framework's text names no period; `retention_source` says where
    it does.
    """

    id: str
    title: str
    minimum_log_retention_days: int | None = None
    retention_source: str = ""


def _load() -> Mapping[str, Framework]:
    data = tomllib.loads(Path(__file__).with_name("frameworks.toml").read_text(encoding="utf-8"))
    return {entry["id"]: Framework(**entry) for entry in data.values()}


FRAMEWORKS: Mapping[str, Framework] = _load()
