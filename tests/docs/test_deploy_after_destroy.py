"""Every resource type that outlives its stack has a row in the table of deployments after `destroy`."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
_RETAINED = re.compile(r"Type: (AWS::[A-Za-z0-9]+::[A-Za-z0-9]+)\n(?:(?!.*Type: ).*\n){0,8}?\s+DeletionPolicy: Retain")


def test_every_retained_type_is_in_the_table() -> None:
    text = (CHECKOUT / "docs" / "deploy.md").read_text(encoding="utf-8")
    section = text.partition("## Deploy after destroy")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(AWS::[A-Za-z0-9:]+)`", section))
    retained = {
        found
        for path in (CHECKOUT / "templates").rglob("*.j2")
        for found in _RETAINED.findall(path.read_text(encoding="utf-8"))
    }
    assert {"AWS::S3::Bucket", "AWS::KMS::Key", "AWS::GuardDuty::Detector"} <= retained
    assert retained == named
