"""Customizations for AWS Control Tower: resources in the order of the waves, and values between them."""

from dataclasses import replace

from baseline.export.source import Source
from baseline.export.write import export_files
from baseline.plan.model import Method
from tests.export.conftest import manifest


def test_manifest_goes_to_accounts_and_to_every_unit_below(source: Source) -> None:
    resources = {item["name"]: item for item in manifest(source)}
    everywhere = next(item for item in resources.values() if "organizational_units" in item["deployment_targets"])
    assert everywhere["deployment_targets"]["organizational_units"] == [
        *("Sandbox", "Security", "Workloads", "Workloads:Prod", "Workloads:Dev")
    ]
    assert resources["nw-organization"]["deployment_targets"] == {"accounts": ["111111111111"]}
    assert [item["name"] for item in manifest(source)] == [
        stack.name if number == 0 else f"{stack.name}-{number + 1}"
        for stack in source.plan.stacks
        for number in range(len(stack.deployments))
    ]


def test_manifest_hands_outputs_on_by_parameters_of_systems_manager(source: Source) -> None:
    resources = manifest(source)
    exported = {
        output["name"]: number for number, item in enumerate(resources) for output in item.get("export_outputs", ())
    }
    assert set(exported) == {"/nw/DataProdAccountId", "/nw/SandboxAccountId", "/nw/SuspendedOuId"}
    for number, item in enumerate(resources):
        for parameter in item.get("parameters", ()):
            name = parameter["parameter_value"].removeprefix("$[alfred_ssm_").removesuffix("]")
            assert name not in exported or exported[name] < number
    page = export_files(source, "cfct")["README.md"].decode()
    assert "`/nw/IdentityStoreId`" in page
    assert "`LogArchiveKeyArn` does not exist before the first run" in page


def test_page_names_the_role_and_the_setting_that_the_waves_need(source: Source) -> None:
    page = export_files(source, "cfct")["README.md"].decode()
    assert "Create the role `AWSControlTowerExecution` in the management account" in page
    assert "`EnforceSuccessfulStackInstances`" in page
    waves = tuple(
        tuple(stack for stack in wave if not any(item.method is Method.STACK for item in stack.deployments))
        for wave in source.plan.waves
    )
    members = replace(source, written=replace(source.written, plan=replace(source.plan, waves=waves)))
    assert "Create the role" not in export_files(members, "cfct")["README.md"].decode()
