"""The example's output, written anew: these tests do not depend on whether the kept one is current."""

from pathlib import Path

import pytest

from baseline.pipeline import Options, generate
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that `generate` wrote for northwind, without cfn-lint."""
    directory = tmp_path_factory.mktemp("output") / "northwind"
    options = Options(validation=ValidateOptions(lint=False))
    assert generate(profiles_directory() / "northwind.yaml", directory, options).written
    return directory
