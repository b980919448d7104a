"""A dot in a key is part of the key: problems below it are reported at their own line."""

import pytest

from baseline.errors import ProfileError
from baseline.profile.load import load_profile_text

PROFILE = """\
version: 1
organization:
  name: Nordlicht
  prefix: nl
  home_region: eu-west-1
  regions: [eu-west-1]
  alerts: [secops@example.com]
accounts:
  management: {id: "111111111111", email: aws@example.com}
  log_archive: {id: "222222222222", email: logs@example.com, ou: Security}
  security: {id: "333333333333", email: security@example.com, ou: Security}
organizational_units: [Security]
tier: standard
defaults: "2026.12"
capabilities:
  identity_center:
    permission_sets:
      Other: {description: Reads., managed_policies: [ReadOnlyAccess]}
      Data.Readers:
        description: Reads data.
      "12.5":
        description: Reads as well.
"""


def test_a_problem_below_a_key_with_a_dot_is_at_the_line_of_the_key() -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile_text(PROFILE)
    found = {(item.location.line, item.path) for item in caught.value.problems if "it allows nothing" in item.message}
    lines = {text.strip(): number for number, text in enumerate(PROFILE.splitlines(), start=1)}
    assert {line for line, _ in found} == {lines["description: Reads data."], lines["description: Reads as well."]}
