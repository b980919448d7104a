"""The evidence of every example profile, against every framework."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from baseline.controls.framework import framework_ids
from baseline.evidence.evidence import Evidence
from baseline.pipeline import evidence_of
from baseline.report.evidence_files import evidence_files
from baseline.resources import profiles_directory

EXAMPLES = ("starter", "northwind", "meridian-health", "govcloud", "client")


@pytest.fixture(scope="session", params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> Evidence:
    """The evidence of an example."""
    return replace(evidence_of(profiles_directory() / f"{request.param}.yaml")[1], frameworks=framework_ids())


@pytest.fixture(scope="session")
def files(example: Evidence) -> Mapping[str, str]:
    """Path → text of the reports of an example."""
    return {path: content.decode() for path, content in evidence_files(example).items()}
