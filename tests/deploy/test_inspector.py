"""Amazon Inspector in AWS: its policy comes after its administrator, changes in place, and goes with its stacks."""

from pathlib import Path

from tests.deploy.conftest import Aws, reduced, write

ONLY = ("--only", "nw-inspector*", "--only", "nw-organization*", "--only", "nw-kms-logs")
RULE = "{name: base-image, reason: Not affected., criteria: [{field: VulnerabilityId, equals: [CVE-2024-0001]}]}"


def test_inspector_is_deployed_changed_and_removed(settled: Aws, tmp_path: Path) -> None:
    settled.emulator.run_functions()
    path = reduced(tmp_path)
    start = path.read_text(encoding="utf-8")
    settings = f"{{policies: {{all: {{enable: [ec2]}}}}, suppressions: [{RULE}]}}"
    path.write_text(f"{start}  inspector: {settings}\n", encoding="utf-8")
    out = write(path, tmp_path / "out")
    result = settled.run("deploy", out, "--yes", *ONLY)
    assert result.exit_code == 0, result.stderr
    assert len(settled.calls("EnableDelegatedAdminAccount")) == 3
    stack = settled.emulator.cloudformation.stack("nw-inspector-policies", "111111111111", "eu-west-1")
    content = stack.resources["AllPolicy"].properties["Content"]["inspector"]["enablement"]
    assert set(content) == {"ec2_scanning"}
    path.write_text(f"{start}  inspector: {settings.replace('[ec2]', '[ec2, ecr]')}\n", encoding="utf-8")
    out = write(path, tmp_path / "out")
    assert settled.run("deploy", out, "--yes", *ONLY).exit_code == 0
    stack = settled.emulator.cloudformation.stack("nw-inspector-policies", "111111111111", "eu-west-1")
    content = stack.resources["AllPolicy"].properties["Content"]["inspector"]["enablement"]
    assert set(content) == {"ec2_scanning", "ecr_scanning"}
    assert settled.run("drift", out, *ONLY).exit_code == 0
    assert settled.run("destroy", out, "--confirm", "Northwind").exit_code == 0
    left = settled.emulator.cloudformation.engine.of("111111111111", "eu-west-1")
    assert not [name for name, found in left.items() if "inspector" in name and found.status != "DELETE_COMPLETE"]
