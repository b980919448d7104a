"""Amazon Detective in AWS: every account is in the graph after one deployment, and an excluded one leaves it."""

from pathlib import Path

from tests.deploy.conftest import Aws, reduced, write

ONLY = ("--only", "nw-detective*", "--only", "nw-kms-*")


def test_detective_is_deployed_changed_and_removed(settled: Aws, tmp_path: Path) -> None:
    settled.emulator.run_functions()
    settled.emulator.run_services()
    path = reduced(tmp_path)
    start = path.read_text(encoding="utf-8")
    path.write_text(f"{start}  detective: {{graph: true, packages: [eks_audit], revert: true}}\n", encoding="utf-8")
    out = write(path, tmp_path / "out")
    result = settled.run("deploy", out, "--yes", *ONLY)
    assert result.exit_code == 0, result.stderr
    graphs = settled.emulator.gaps.graphs
    assert len(graphs) == 3
    assert {tuple(sorted(members)) for members in graphs.values()} == {
        ("111111111111", "222222222222", "444444444444", "555555555555")
    }
    words = "{graph: true, packages: [eks_audit], revert: true, excluded_accounts: [web-dev], reason: Nothing there.}"
    path.write_text(f"{start}  detective: {words}\n", encoding="utf-8")
    out = write(path, tmp_path / "out")
    assert settled.run("deploy", out, "--yes", *ONLY).exit_code == 0
    assert "555555555555" not in {account for members in graphs.values() for account in members}
    assert settled.run("drift", out, *ONLY).exit_code == 0
    assert settled.run("destroy", out, "--confirm", "Northwind").exit_code == 0
    assert (settled.emulator.gaps.told("detective", "eu-west-1") or {})["AutoEnable"] is False
