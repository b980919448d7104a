"""Policies of the profile: AWS receives what is checked and shown, and stacks do not depend on positions."""

import json
from typing import Any

import pytest

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.guardrails import CAPABILITY
from baseline.capabilities.organization.guardrails.own_policies import key_from_path, own_content
from baseline.capabilities.organization.guardrails.policies import evaluable, policies_of
from baseline.controls.guardrail import guardrails
from baseline.plan.build import build_plan
from baseline.render.render import render_plan
from tests.emulator.cloudformation.resolve import Scope, parsed, resolved_properties
from tests.landscapes import make_landscape

QUIET = {name: {"enabled": False, "reason": "Not tested here."} for name in guardrails()}


def landscape(documents: dict[str, Any], *items: dict[str, Any], **changes: Any) -> Landscape:
    """An organization with only these policies: SCPs of Workloads unless an item says otherwise."""
    entries = [{"type": "SERVICE_CONTROL_POLICY", "to": ["Workloads"], **item} for item in items]
    settings = {"guardrails": {"rules": QUIET, "policies": entries or [{"file": name} for name in documents]}}
    return make_landscape("standard", settings, documents=documents, **changes)


def deny(**elements: Any) -> dict[str, Any]:
    statement = {"Sid": "Own", "Effect": "Deny", "Action": "iam:DeleteUser", "Resource": "*", **elements}
    return {"Version": "2012-10-17", "Statement": [statement]}


def problems(document: dict[str, Any], **item: Any) -> list[tuple[str, str]]:
    here = landscape({"a.json": document}, {"file": "a.json", **item})
    return [(problem.id, problem.message) for problem in CAPABILITY.problems(here)]


NAMED = deny(
    Resource=["arn:aws:iam::${SecurityAccountId}:user/${aws:username}", "arn:aws:iam::*:user/x"],
    Condition={"StringNotEquals": {"aws:PrincipalOrgID": "${OrganizationId}"}},
)


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
def test_the_deployed_text_is_the_shown_text(partition: str) -> None:
    here = landscape({"a.json": NAMED}, {"file": "a.json"}, partition=partition)
    (template,) = [item for item in render_plan(build_plan(here)) if item.stack.capability == "guardrails"]
    scope = Scope(
        account="111111111111",
        text=template.text,
        region="eu-west-1",
        partition=partition,
        stack_name="nw-guardrails-own-a",
        stack_id="stack",
        parameters={item.name: str(item.value) for item in template.stack.parameters},
        conditions={},
        imported=str,
    )
    deployed = resolved_properties(scope, parsed(template.text)["Resources"]["Policy"])["Content"]
    shown = json.loads(CAPABILITY.documents(here)["policies/nw-guardrails-own-a.min.json"])
    (policy,) = policies_of(here)
    assert deployed == shown == evaluable(here, policy.content)
    user = deployed["Statement"][0]["Resource"][0]
    assert user == f"arn:{partition}:iam::333333333333:user/${{aws:username}}"


def test_a_text_without_names_stays_as_it_is() -> None:
    assert own_content({"a": ["${aws:username}", 1, "x"]}) == {"a": ["${aws:username}", 1, "x"]}
    assert own_content("${OrganizationId}") == {"Ref": "OrganizationId"}


@pytest.mark.parametrize(
    "text",
    [
        *("${Account}", "${AWS::AccountId}", "${LOGARCHIVE}", "${account_id}", "${}", "<account id>", "{{ account }}"),
        *("[PRIVILEGED_ROLE]", "[ROLE_PATH/*]", "{role-name}", "NAME_OF_YOUR_ADMIN_ROLE", "INSERT MY ROLE", "CHANGEME"),
    ],
)
def test_a_forgotten_placeholder_is_found(text: str) -> None:
    exempt = {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::*:role/{text}"}}
    found = problems(deny(Condition=exempt))
    assert [kind for kind, _ in found] == ["policy-variable"]
    assert text in found[0][1]


def test_a_placeholder_in_a_policy_without_statements_is_an_error() -> None:
    tags = {"tags": {"Team": {"tag_key": {"@@assign": "Team"}, "tag_value": {"@@assign": ["${TEAM}"]}}}}
    assert ("policy-variable", problems(tags, type="TAG_POLICY")[0][1]) in problems(tags, type="TAG_POLICY")


def test_a_policy_variable_as_condition_key_is_an_error() -> None:
    found = problems(deny(Condition={"StringEquals": {"aws:RequestTag/${aws:PrincipalTag/Team}": "x"}}))
    assert ("policy-variable") in {kind for kind, _ in found}


def test_stacks_keep_their_names_when_policies_are_added_before_them() -> None:
    documents = {f"{name}.json": deny() for name in "abc"}
    before = policies_of(landscape(documents, {"file": "a.json"}, {"file": "b.json"}))
    after = policies_of(landscape(documents, {"file": "c.json"}, {"file": "a.json"}, {"file": "b.json"}))
    assert {(item.key, item.name) for item in before} < {(item.key, item.name) for item in after}


def test_a_stack_of_an_older_version_can_be_kept_by_its_key() -> None:
    (policy,) = policies_of(landscape({"a.json": deny()}, {"file": "a.json", "key": "1-a"}))
    assert (policy.key, policy.name) == ("guardrails-own-1-a", "nw-a")


def test_keys_come_from_the_whole_path_and_stay_short() -> None:
    assert key_from_path("policies/prod/No S3.json") == "policies-prod-no-s3"
    long = [key_from_path(f"{'deep/' * 20}{name}.json") for name in ("a", "b")]
    assert long[0] != long[1]
    assert all(len(key) <= 60 for key in long)


def test_two_policies_of_one_stack_are_an_error() -> None:
    items = ({"file": "a b.json", "name": "One"}, {"file": "a-b.json", "name": "Two"})
    here = landscape({"a b.json": deny(), "a-b.json": deny()}, *items)
    (problem,) = CAPABILITY.problems(here)
    assert ".".join(map(str, problem.path)) == "policies.1.file"
    assert "stack nw-guardrails-own-a-b" in problem.message
