"""`python -m benchmarks.inventory`: an inventory of 500 accounts in four Regions of the emulator, and its calls.

`--write` puts the number into the documentation. The gate proves with few accounts that the number grows linearly.
"""

import json
import sys
from pathlib import Path

from benchmarks.brownfield import grown, write_between

_ACCOUNTS = 500
_REGIONS = ("eu-west-1", "us-east-1", "eu-central-1", "ap-southeast-2")
_ROLE = "OrganizationAccountAccessRole"


def main() -> int:
    """Print the numbers, or write them; 1 if the command failed or an account was not read."""
    regions = [word for region in _REGIONS for word in ("--region", region)]
    with grown(_ACCOUNTS, _REGIONS) as (run, directory):
        words = ("inventory", "-o", "inventory.json", "--role", _ROLE, *regions, "--home-region", _REGIONS[0])
        code, output = run(words)
        text = (directory / "inventory.json").read_text(encoding="utf-8") if code == 0 else "{}"
    document = json.loads(text)
    accounts = document.get("accounts", {})
    calls = sum(document.get("calls", {}).values())
    unread = sum("unknown" in account for account in accounts.values())
    each = calls / max(len(accounts), 1)
    line = (
        f"- {len(accounts)} accounts in {len(_REGIONS)} Regions took {calls:,} calls, about {each:.0f} for an account"
    )
    line += f" (`make inventory`, an emulated organization; closed accounts, which are not read: {unread})."
    if "--write" in sys.argv and not code:
        write_between(Path(__file__).parent.parent / "docs" / "inventory.md", "inventory-size", line)
    print(line if not code else output)
    return int(bool(code) or len(accounts) != _ACCOUNTS or unread > 1)


if __name__ == "__main__":
    sys.exit(main())
