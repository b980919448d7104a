"""Sample settings of `cloudtrail`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {"lambda_data_events": True, "s3_data_events": "all"}
