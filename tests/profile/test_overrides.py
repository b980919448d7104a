"""Overrides: the stack of each account, its checks, and problems at their place in the profile."""

from collections.abc import Mapping

import pytest

from baseline.capabilities.detect.config.config import ConfigSettings
from baseline.capabilities.detect.config.recording import RecorderOverride
from baseline.capabilities.organization.account_settings.settings import AccountSettings, AccountSettingsOverride
from baseline.capabilities.overrides import Override
from baseline.capabilities.settings import Settings
from baseline.findings import Severity
from baseline.plan.build import build_plan
from baseline.plan.model import Method, Plan
from tests.profile.test_places import PROFILE, load, problems

RECORDER = "nw-config-recorder"
SANDBOX = "{name: sandbox, to: [Workloads], recording: DAILY, reason: Nothing there lasts.}"


def config(*overrides: str) -> str:
    return f"  config: {{overrides: [{', '.join(overrides)}]}}\n"


def planned(text: str) -> Plan:
    return build_plan(load(text).landscape)


def places(plan: Plan, family: str = RECORDER) -> Mapping[str, set[str]]:
    """Stack of the family → its accounts and OUs in StackSets."""
    return {
        stack.name: {
            place
            for item in stack.deployments
            if item.method is Method.STACK_SET
            for place in ([item.account] if item.account else item.ous)
        }
        for stack in plan.stacks
        if stack.family == family
    }


def test_each_account_has_the_stack_of_its_nearest_place() -> None:
    assert places(planned("  kms: {}\n")) == {RECORDER: {"Security", "Workloads", "free"}}
    near = "{name: near, to: [web], snapshot_frequency: One_Hour}"
    assert places(planned(config(SANDBOX, near))) == {
        RECORDER: {"Security", "free"},
        f"{RECORDER}-near": {"web"},
    }
    group = "{name: cards, to: [card-data], snapshot_frequency: One_Hour}"
    assert places(planned(config(group))) == {
        RECORDER: {"log_archive", "free"},
        f"{RECORDER}-cards": {"web", "security"},
    }


def test_an_override_that_leaves_a_stack_alone_gives_its_places_back_to_it() -> None:
    capability = (
        "  account_settings:\n    overrides:\n"
        "      - {name: wide, to: [Workloads, Security], block_public_documents: false, reason: They share.}\n"
        "      - {name: narrow, to: [security], password_minimum_length: 20}\n"
    )
    plan = planned(capability)
    documents = places(plan, "nw-account-settings-documents")
    assert documents == {"nw-account-settings-documents": {"security", "free"}}
    assert places(plan, "nw-account-settings")["nw-account-settings-narrow"] == {"security"}


def test_adding_an_override_renames_no_other() -> None:
    more = "{name: aaa, to: [Security], snapshot_frequency: One_Hour}"
    one, two = planned(config(SANDBOX)), planned(config(more, SANDBOX))
    before = {stack.name: stack.context for stack in one.stacks if stack.family == RECORDER}
    after = {stack.name: stack.context for stack in two.stacks if stack.family == RECORDER}
    assert before.items() <= after.items()


def test_what_needs_the_stack_waits_for_every_variant_and_a_variant_for_the_shared_one() -> None:
    plan = planned(config(SANDBOX))
    by_name = {stack.name: stack for stack in plan.stacks}
    assert RECORDER in by_name[f"{RECORDER}-sandbox"].depends_on
    waiting = [stack for stack in plan.stacks if RECORDER in stack.depends_on and stack.family != RECORDER]
    assert waiting
    for stack in waiting:
        assert f"{RECORDER}-sandbox" in stack.depends_on, stack.name


def test_a_weaker_value_needs_its_own_reason() -> None:
    weak = SANDBOX.replace(", reason: Nothing there lasts.", "")
    (found,) = (item for item in load(config(weak)).findings if item.id == "profile-weakened")
    assert found.accepted is None
    assert (found.control, found.path) == ("config-recording", "capabilities.config.overrides[0].recording")
    (found,) = (item for item in load(config(SANDBOX)).findings if item.id == "profile-weakened")
    assert found.accepted == "Nothing there lasts."
    unneeded = "{name: quick, to: [Workloads], snapshot_frequency: One_Hour, reason: None is needed.}"
    assert "profile-reason-unused" in {item.id for item in load(config(unneeded)).findings}


NO_RECORDER = "{name: play, to: [Workloads], recorder: none, reason: Emptied every week.}"


def exclusions(plan: Plan) -> set[str]:
    packs = [stack for stack in plan.stacks if stack.name.startswith("nw-config-packs")]
    assert packs
    return {item for stack in packs for value in stack.parameters for item in (value.value or "").split(",")}


def test_a_recorder_is_off_where_an_override_says_so_and_what_needs_it_stays_away() -> None:
    web = "{name: near, to: [web], snapshot_frequency: One_Hour}"
    plan = planned(config(NO_RECORDER, web) + "  alarms: {}\n")
    assert places(plan) == {RECORDER: {"Security", "free"}, f"{RECORDER}-near": {"web"}}
    root_mfa = next(stack for stack in plan.stacks if stack.name == "nw-alarms-root-mfa")
    assert [item.account or item.ous for item in root_mfa.deployments] == ["management", ("Security",), "free", "web"]


def test_packs_leave_out_accounts_whose_recorder_is_off_and_not_those_that_another_tool_records() -> None:
    group = NO_RECORDER.replace("Workloads", "card-data")
    assert {"333333333333", "444444444444", "555555555555"} <= exclusions(planned(config(group)))
    existing = exclusions(planned(config("{name: play, to: [card-data], recorder: existing}")))
    assert not {"333333333333", "444444444444"} & existing


def test_a_recorder_that_is_off_needs_a_reason_and_reports_accounts_to_come() -> None:
    found = load(config(NO_RECORDER.replace(", reason: Emptied every week.", ""))).findings
    weak = next(item for item in found if item.id == "profile-weakened")
    assert (weak.control, weak.accepted) == ("config-recorder", None)
    assert weak.path == "capabilities.config.overrides[0].recorder"
    assert any(
        "packs of the organization fail there" in item.message and item.severity is Severity.INFO for item in found
    )
    found = load(config(NO_RECORDER)).findings
    assert next(item for item in found if item.id == "profile-weakened").accepted == "Emptied every week."
    assert not [
        item
        for item in load(config("{name: a, to: [Workloads], recorder: existing}")).findings
        if item.id == "profile-weakened"
    ]


def test_accounts_to_come_beside_a_named_account_are_reported() -> None:
    (found,) = (
        item for item in load(config(SANDBOX.replace("Workloads", "web"))).findings if item.id == "profile-override"
    )
    assert found.severity is Severity.INFO
    assert '"Workloads"' in found.message
    assert not [item for item in load(config(SANDBOX)).findings if item.id == "profile-override"]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (["{name: a, to: [Workloads], recording: null}"], 'the override "a" changes nothing'),
        ([SANDBOX, SANDBOX.replace("[Workloads]", "[Security]")], 'two overrides are called "sandbox"'),
        (
            [SANDBOX, "{name: b, to: [Workloads], snapshot_frequency: One_Hour}"],
            'is already a place of the override "sandbox"',
        ),
        (
            ["{name: a, to: [web], recording: CONTINUOUS}", "{name: b, to: [card-data], recording: CONTINUOUS}"],
            '"web" is already a place of the override "a"',
        ),
        (["{name: a, to: [management], recording: CONTINUOUS}"], "the management account has the capability's own"),
        (["{name: a, to: [workload], recording: CONTINUOUS}"], 'did you mean "Workloads"?'),
        (["{name: A b, to: [Workloads], recording: CONTINUOUS}"], "is not a name of lower-case letters"),
        (["{name: a, to: [], recording: CONTINUOUS}"], "at least 1"),
        (["{name: a, to: [Workloads], recorder: managed}"], "is none of existing or none"),
        (["{name: a, to: [Workloads], recorder: none, recording: DAILY}"], "recording without a recorder"),
        (["{name: a, to: [Workloads], daily_types: [AWS::Nothing::There]}"], 'does not record "AWS::Nothing::There"'),
    ],
)
def test_mistakes(overrides: list[str], message: str) -> None:
    found = problems(config(*overrides))
    assert any(message in text for _, _, text in found), found


def test_no_override_takes_the_name_of_another_stack() -> None:
    text = "  account_settings: {overrides: [{name: function, to: [Workloads], password_minimum_length: 20}]}\n"
    ((_, _, message),) = problems(text)
    assert message == 'another stack is called "nw-account-settings-function"'


@pytest.mark.parametrize(
    ("override", "settings"), [(RecorderOverride, ConfigSettings), (AccountSettingsOverride, AccountSettings)]
)
def test_an_override_has_settings_of_its_capability_with_the_same_limits(
    override: type[Override], settings: type[Settings]
) -> None:
    own = override.model_json_schema()["properties"]
    whole = settings.model_json_schema()["properties"]
    varied = own.keys() - Override.model_fields.keys() - {"recorder"}  # places have other words for it
    assert varied
    for name in varied:
        value, _ = own[name]["anyOf"]
        known = {key: whole[name][key] for key in value if key in whole[name]}
        assert value == known, name
        limits = {key for key in whole[name] if key in ("minimum", "maximum", "pattern", "enum")}
        assert limits <= value.keys(), name


def test_names_of_stacks_are_not_checked_before_the_profile_has_its_accounts() -> None:
    left_out = ("security:", "account_groups:", "core:", "card-data:")
    profile = "".join(line for line in PROFILE.splitlines(True) if not line.strip().startswith(left_out))
    ((_, _, message),) = problems(config(SANDBOX), profile)
    assert "requires an account `security`" in message
