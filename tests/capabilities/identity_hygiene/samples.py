"""Sample settings of `identity_hygiene`; `tests/samples.py` says what they are for."""

from typing import Any, get_args

from baseline.capabilities.identity.identity_hygiene.identity_hygiene import Watched

FULL: dict[str, Any] = {"watch": list(get_args(Watched))}
