"""Facts about partitions: present, absent or unknown."""

import pytest

from baseline.aws.partitions import Presence, presence


@pytest.mark.parametrize(
    ("name", "partition", "expected"),
    [
        ("GUARDDUTY_POLICY", "aws", Presence.PRESENT),
        ("GUARDDUTY_POLICY", "aws-us-gov", Presence.UNKNOWN),
        ("GUARDDUTY_POLICY", "aws-cn", Presence.UNKNOWN),
        ("AISERVICES_OPT_OUT_POLICY", "aws-cn", Presence.ABSENT),
        ("AISERVICES_OPT_OUT_POLICY", "aws-us-gov", Presence.UNKNOWN),
        ("CHATBOT_POLICY", "aws-us-gov", Presence.ABSENT),
        ("SERVICE_CONTROL_POLICY", "aws-cn", Presence.PRESENT),
    ],
)
def test_presence_follows_the_sources(name: str, partition: str, expected: Presence) -> None:
    assert presence(name, partition) is expected
