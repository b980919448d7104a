"""Failed account creation: created accounts are kept, and the next run continues."""

from pathlib import Path

import pytest

from tests.deploy.conftest import Aws, begin, write
from tests.deploy.test_deploy import edited
from tests.deploy.test_killed import DEPLOY, tiny_profile
from tests.emulator.cloudformation.stacks import ResourceFault

_TWO = """  web: {email: web@tiny.example, ou: Workloads}
  shop: {email: shop@tiny.example, ou: Workloads}
"""
ONLY = ("--only", "ty-organization")


@pytest.fixture(scope="module")
def founding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output for an organization with two new accounts."""
    directory = tmp_path_factory.mktemp("founding")
    one = "  web: {email: web@tiny.example, ou: Workloads}\n"
    text = tiny_profile()
    assert one in text
    (directory / "tiny.yaml").write_text(text.replace(one, _TWO), encoding="utf-8")
    return write(directory / "tiny.yaml", directory / "out")


@pytest.fixture
def failing(aws: Aws, founding: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The organization in which the second account could not be created."""
    begin(aws.emulator, monkeypatch)
    reason = "Account creation failed: EMAIL_ALREADY_EXISTS"
    aws.emulator.cloudformation.engine.faults.append(ResourceFault(on="ShopAccount", reason=reason, times=1))
    result = aws.run("deploy", founding, *DEPLOY, *ONLY)
    assert result.exit_code == 7
    assert reason in result.stderr
    return aws


def names(aws: Aws) -> list[str]:
    return sorted(account.name for account in aws.emulator.cloudformation.organization.backend.accounts)


def test_accounts_that_were_made_are_kept_and_the_next_run_makes_the_others(failing: Aws, founding: Path) -> None:
    stack = failing.emulator.cloudformation.stack("ty-organization", "111111111111", "eu-west-1")
    assert stack.status == "CREATE_FAILED"
    made = names(failing)
    assert "web" in made
    assert "shop" not in made
    again = failing.run("deploy", founding, *DEPLOY, *ONLY)
    assert again.exit_code == 0, again.stderr
    assert stack.status == "UPDATE_COMPLETE"
    assert names(failing) == sorted([*made, "shop"])
    assert failing.calls("DeleteStack") == []
    third = failing.run("deploy", founding, *DEPLOY, *ONLY)
    assert "0 changed, 1 unchanged" in third.stderr


def test_account_that_cannot_be_made_may_leave_the_profile(failing: Aws, founding: Path, tmp_path: Path) -> None:
    """The address is in use: the profile gets another one, and existing accounts are untouched."""
    other = edited(founding, tmp_path / "out", "ty-organization", "shop@tiny.example", "shop-2@tiny.example")
    result = failing.run("deploy", other, *DEPLOY, *ONLY)
    assert result.exit_code == 0, result.stderr
    assert names(failing).count("web") == 1


def test_other_stacks_are_rolled_back(aws: Aws, founding: Path) -> None:
    aws.emulator.cloudformation.engine.faults.append(ResourceFault(on="LogsKeyAlias", times=1))
    assert aws.run("deploy", founding, *DEPLOY, "--only", "ty-kms-logs").exit_code == 7
    assert aws.emulator.cloudformation.stack("ty-kms-logs", "111111111111", "eu-west-1").status == "ROLLBACK_COMPLETE"


def test_failed_stack_without_a_change_is_a_failure_that_says_how_to_retry(failing: Aws, founding: Path) -> None:
    """It is not documented whether CloudFormation then treats an unchanged template as a change."""
    stack = failing.emulator.cloudformation.stack("ty-organization", "111111111111", "eu-west-1")
    stack.unchanged = True
    result = failing.run("deploy", founding, *DEPLOY, *ONLY)
    assert result.exit_code == 7
    assert "finds no change that would resume it" in result.stderr
    assert "--use-previous-template --disable-rollback" in result.stderr


def test_run_book_keeps_what_was_made(founding: Path) -> None:
    text = (founding / "README.md").read_text(encoding="utf-8")
    command = text[text.index("--stack-name ty-organization ") :]
    assert "--disable-rollback" in command[: command.index("```")]
    assert text.count("--disable-rollback") == 1
