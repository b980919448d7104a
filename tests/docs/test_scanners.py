"""The page on scanners explains their reports for any profile, not only for the examples."""

from pathlib import Path

import pytest

from baseline.aws.security_hub import standards
from baseline.capabilities.detect.security_hub.security_hub import CAPABILITY
from baseline.plan.build import build_plan
from baseline.render.render import render_stack
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape

PAGE = (Path(__file__).parents[2] / "docs" / "scanners.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("standard", list(standards()))
def test_arns_of_every_standard_are_explained(standard: str) -> None:
    here = make_landscape(standalone=True, settings={CAPABILITY.name: {"standards": [standard]}})
    stack = next(item for item in build_plan(here).stacks if item.name == "nw-security-hub")
    names = [item.logical_id for item in read_template(render_stack(stack)).of_type("AWS::SecurityHub::Standard")]
    assert names
    assert [name for name in names if f"| W9002 | {name} |" not in PAGE] == []
