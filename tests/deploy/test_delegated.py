"""Deployment as a delegated administrator for StackSets: member accounts only, and clear messages."""

import re
from pathlib import Path

import pytest

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import MEMBERS, WRITES, everything
from tests.emulator.server import Fault

DELEGATE = "333333333333"
AS = "--delegated-admin"


@pytest.fixture
def member(settled: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """Credentials of the security account, which is not a delegated administrator."""
    organization = settled.emulator.cloudformation.organization
    organization.join(DELEGATE)
    for name, value in organization.credentials(DELEGATE).items():
        monkeypatch.setenv(name, value)
    return settled


@pytest.fixture
def delegate(member: Aws) -> Aws:
    """Credentials of the security account, as a delegated administrator."""
    member.emulator.cloudformation.organization.delegate(DELEGATE)
    return member


def choice(aws: Aws, directory: Path) -> list[str]:
    """The alternative in the finding about the management account's stacks."""
    refused = aws.run("deploy", directory, "--yes", AS)
    assert refused.exit_code == 5
    found = re.search(r"choose the others \(((?:--only [^\s)]+ ?)+)\)", refused.stderr)
    assert found, refused.stderr
    return found[1].split()


def test_stacks_of_the_management_account_are_named_with_what_to_choose(delegate: Aws, existing: Path) -> None:
    result = delegate.run("deploy", existing, "--yes", AS)
    assert result.exit_code == 5
    assert "error preflight-delegation" in result.stderr
    assert "which a delegated administrator cannot deploy, are chosen: " in result.stderr
    assert "nw-cloudtrail" in result.stderr
    assert "Nothing was deployed" in result.stderr
    assert delegate.calls(*WRITES) == []


def test_what_it_may_it_deploys_and_a_second_run_changes_nothing(delegate: Aws, existing: Path) -> None:
    words: tuple[str | Path, ...] = ("deploy", existing, "--yes", AS, *choice(delegate, existing))
    result = delegate.run(*words)
    assert result.exit_code == 0, result.stderr
    assert "only the part in member accounts is checked and deployed of: nw-kms-notifications" in result.stderr
    assert {account for account, *_ in everything(delegate)} == MEMBERS
    said = [
        call.parameters.get("CallAs")
        for call in delegate.emulator.calls
        if "StackSet" in call.operation or "StackInstance" in call.operation
    ]
    assert set(said) == {"DELEGATED_ADMIN"}
    delegate.emulator.calls.clear()
    again = delegate.run(*words)
    assert again.exit_code == 0
    assert delegate.calls(*WRITES) == []


def test_its_stack_sets_are_those_of_the_management_account(
    delegate: Aws, existing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert delegate.run("deploy", existing, "--yes", AS, *choice(delegate, existing)).exit_code == 0
    before = {key: status for key, status in everything(delegate).items() if key[0] in MEMBERS}
    for name, value in delegate.emulator.cloudformation.organization.credentials().items():
        monkeypatch.setenv(name, value)
    delegate.emulator.calls.clear()
    whole = delegate.run("deploy", existing, "--yes")
    assert whole.exit_code == 0, whole.stderr
    assert {key: status for key, status in everything(delegate).items() if key[0] in MEMBERS} == before
    assert delegate.calls("CreateStackSet", "UpdateStackSet", "CreateStackInstances") == []


def test_drift_and_destroy_are_for_stack_sets_alone(delegate: Aws, existing: Path) -> None:
    assert delegate.run("deploy", existing, "--yes", AS, *choice(delegate, existing)).exit_code == 0
    assert delegate.run("drift", existing, AS).stdout == "no drift\n"
    gone = delegate.run("destroy", existing, AS, "--confirm", "Northwind")
    assert gone.exit_code == 0, gone.stderr
    assert everything(delegate) == {}


def test_an_account_that_is_not_registered_learns_how_to_register(member: Aws, existing: Path) -> None:
    result = member.run("deploy", existing, "--yes", AS, "--only", "nw-config-role")
    assert result.exit_code == 5
    assert f"account {DELEGATE} is not a delegated administrator for CloudFormation StackSets" in result.stderr
    assert "register-delegated-administrator --service-principal member.org.stacksets" in result.stderr
    assert member.calls(*WRITES) == []


def test_an_account_that_may_not_even_ask_gets_the_same_message(member: Aws, existing: Path) -> None:
    fault = Fault(on="organizations.ListDelegatedAdministrators", code="AccessDeniedException", status=400)
    member.emulator.faults.append(fault)
    for words in (("deploy", existing, "--yes"), ("drift", existing), ("destroy", existing)):
        result = member.run(*words, AS, "--only", "nw-config-role")
        assert result.exit_code == (5 if words[0] == "deploy" else 7)
        assert "may not call organizations:ListDelegatedAdministrators" in result.stderr
    assert member.calls(*WRITES) == []


def test_a_member_without_the_option_learns_which_credentials_are_needed(delegate: Aws, existing: Path) -> None:
    result = delegate.run("deploy", existing, "--yes")
    assert result.exit_code == 5
    assert "this plan is for 111111111111" in result.stderr
    assert "--delegated-admin" in result.stderr


def test_the_management_account_cannot_be_a_delegate(settled: Aws, existing: Path) -> None:
    result = settled.run("deploy", existing, "--yes", AS, "--only", "nw-config-role")
    assert result.exit_code == 5
    assert "Leave out --delegated-admin" in result.stderr or "leave out --delegated-admin" in result.stderr


def test_it_stands_alone_in_no_organization(aws: Aws, starter: Path) -> None:
    aws.emulator.cloudformation.organization.backend.org = None
    result = aws.run("deploy", starter, "--yes", AS)
    assert result.exit_code == 5
    assert "cannot be a delegated administrator" in result.stderr
