"""The custom settings of a whole deployment: the deployed function's own code, in every account."""

from pathlib import Path

from tests.deploy.conftest import Aws
from tests.deploy.test_deploy import MEMBERS, assert_done
from tests.emulator.server import Fault


def test_a_deployment_runs_the_function_in_every_account(settled: Aws, whole: Path) -> None:
    settled.emulator.run_functions()
    result = settled.run("deploy", whole, "--yes")
    assert result.exit_code == 0, result.stderr
    answers = settled.emulator.answers
    assert answers
    assert {answer["Status"] for answer in answers} == {"SUCCESS"}
    accounts = {answer["StackId"].split(":")[4] for answer in answers}
    assert accounts == MEMBERS | {"111111111111"}
    assert settled.calls("UpdateAccountPasswordPolicy", "EnablePolicyType", "EnableEbsEncryptionByDefault")
    assert_done(settled, whole)


def test_a_setting_that_fails_fails_its_stack_with_the_functions_own_words(settled: Aws, existing: Path) -> None:
    settled.emulator.run_functions()
    fault = Fault(on="organizations.EnablePolicyType", code="AccessDeniedException", status=403, times=1)
    settled.emulator.faults.append(fault)
    words = ("deploy", existing, "--yes", "--only", "nw-kms-logs", "--only", "nw-organization*")
    first = settled.run(*words)
    assert first.exit_code == 7
    assert "AccessDeniedException" in first.stderr
    assert "(Custom::Setting)" in first.stderr
    second = settled.run(*words)
    assert second.exit_code == 0, second.stderr
    assert "recreate nw-organization-settings" in second.output
