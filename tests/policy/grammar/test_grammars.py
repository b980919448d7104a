"""Policies without statements: accepted documents, and the messages and places of problems."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from baseline.findings import Problem, Severity
from baseline.policy.check import policy_mistakes
from baseline.policy.document import Path
from baseline.policy.grammar.check import GRAMMARS, grammar_mistakes
from baseline.policy.kinds import KINDS
from tests.policy.grammar.documents import FULL, MINIMAL, NONE, ON, is_
from tests.policy.grammar.mistakes import GONE, MISTAKES

CHILDREN = "@@operators_allowed_for_child_policies"
KEY = ("tags", "costcenter", "tag_key")


def _path(place: str) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in place.split("/") if part)


def _at(document: Any, path: Path) -> Any:
    for part in path:
        document = document[part]
    return document


def _with(document: Any, path: Path, value: Any) -> Any:
    """A copy of the document with another value at the path."""
    if not path:
        return value
    # Through JSON, as copies of the same part would still be one part.
    changed = json.loads(json.dumps(document))
    holder = _at(changed, path[:-1])
    if value is GONE:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return changed


def _places(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    for part, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(item, (*path, part))


def _is_in_or_just_below(mistake: Problem, document: Any) -> bool:
    try:
        holder = _at(document, mistake.path[:-1])
    except (KeyError, IndexError, TypeError):
        return False
    return not mistake.path or isinstance(holder, (dict, list))


@pytest.mark.parametrize("documents", [FULL, MINIMAL, MISTAKES], ids=["full", "minimal", "wrong"])
def test_every_kind_without_statements_has_a_grammar_and_documents(documents: dict[str, Any]) -> None:
    assert set(GRAMMARS) == {kind for kind, item in KINDS.items() if not item.has_statements} == set(documents)


@pytest.mark.parametrize("kind", GRAMMARS)
def test_everything_that_a_kind_has_is_taken_and_so_is_the_least(kind: str) -> None:
    assert policy_mistakes(kind, FULL[kind]) == ()
    assert policy_mistakes(kind, MINIMAL[kind]) == ()


@pytest.mark.parametrize(
    ("kind", "row"),
    [pytest.param(kind, row, id=f"{kind}-{row[0]}-{row[4]}") for kind, rows in MISTAKES.items() for row in rows],
)
def test_a_mistake_is_reported_once_where_it_is_and_nothing_else(
    kind: str, row: tuple[str, Any, str, str, str]
) -> None:
    place, value, expected, rest, said = row
    (found,) = grammar_mistakes(kind, _with(FULL[kind], _path(place), value))
    assert (found.id, found.path) == (expected, _path(place + rest))
    assert said in f"{found.message}\n{found.fix}"


@pytest.mark.parametrize("kind", GRAMMARS)
def test_at_least_six_mistakes_of_a_kind_are_tried(kind: str) -> None:
    assert len(MISTAKES[kind]) >= 6


@pytest.mark.parametrize("kind", GRAMMARS)
def test_another_top_is_refused(kind: str) -> None:
    found = grammar_mistakes(kind, {"Version": "2012-10-17", "Statement": []})
    assert {"unknown key 'Version'", "unknown key 'Statement'"} <= {item.message for item in found}
    assert {item.id for item in found} == {"policy-grammar"}


@pytest.mark.parametrize("kind", GRAMMARS)
@pytest.mark.parametrize("value", [None, 7.5, "", [], {}, [[]], {"@@what": 1}], ids=repr)
def test_every_value_is_checked_and_every_problem_is_in_the_document(kind: str, value: Any) -> None:
    for path in _places(FULL[kind]):
        document = _with(FULL[kind], path, value)
        for mistake in grammar_mistakes(kind, document):
            assert _is_in_or_just_below(mistake, document), (path, mistake)
            assert mistake.message
            assert mistake.fix


@pytest.mark.parametrize("kind", GRAMMARS)
def test_null_is_found_wherever_it_is(kind: str) -> None:
    for path in _places(FULL[kind]):
        found = grammar_mistakes(kind, _with(FULL[kind], path, None))
        below_children = CHILDREN in path
        assert below_children or path in {item.path for item in found}, path


@pytest.mark.parametrize("kind", GRAMMARS)
def test_an_unknown_operator_is_found_in_every_mapping(kind: str) -> None:
    for path in _places(FULL[kind]):
        if isinstance(_at(FULL[kind], path), dict):
            (found,) = grammar_mistakes(kind, _with(FULL[kind], (*path, "@@merge"), "x"))
            assert (found.id, found.path) == ("policy-operator", (*path, "@@merge"))


@pytest.mark.parametrize("kind", GRAMMARS)
def test_what_policies_below_may_do_can_be_said_in_every_mapping_and_alone(kind: str) -> None:
    for path in _places(FULL[kind]):
        if path and CHILDREN not in path and isinstance(_at(FULL[kind], path), dict):
            document = _at(FULL[kind], path)
            assert grammar_mistakes(kind, _with(FULL[kind], path, {**document, **NONE})) == ()
            assert grammar_mistakes(kind, _with(FULL[kind], path, NONE)) == (), path


@pytest.mark.parametrize(
    ("allowed", "rest", "said"),
    [
        (["@@nothing"], "/0", "'@@nothing' is not an operator to allow"),
        (["@@assign", "@@apend"], "/1", "did you mean '@@append'?"),
        ("@@none", "", "write a list of @@all"),
        ([], "", "write a list of @@all"),
        (None, "", "write a list of @@all"),
        (["@@assign", "@@none"], "/1", "remove it, or the others"),
    ],
    ids=repr,
)
def test_what_policies_below_may_do_is_a_list_of_operators(allowed: Any, rest: str, said: str) -> None:
    (found,) = grammar_mistakes("TAG_POLICY", _with(FULL["TAG_POLICY"], (*KEY, CHILDREN), allowed))
    assert (found.id, found.path) == ("policy-operator", (*KEY, CHILDREN, *_path(rest)))
    assert said in f"{found.message}\n{found.fix}"


def test_every_mistake_is_reported_together() -> None:
    document = _with(FULL["S3_POLICY"], ("s3_attributes", "other"), {"@@what": None})
    document = _with(document, ("s3_attributes", "public_access_block_configuration"), is_("some"))
    document = _with(document, ("more",), 1)
    assert [item.path for item in grammar_mistakes("S3_POLICY", document)] == [
        ("s3_attributes", "public_access_block_configuration", "@@assign"),
        ("s3_attributes", "other"),
        ("more",),
    ]


def test_every_tag_key_that_differs_is_reported() -> None:
    tags = {name: {"tag_key": is_(f"{name}s")} for name in ("a", "b", "c")}
    assert [item.path[1] for item in grammar_mistakes("TAG_POLICY", {"tags": tags})] == ["a", "b", "c"]


def test_conditions_of_a_selection_are_counted_together() -> None:
    one = {"condition_key": is_("aws:ResourceTag/a"), "condition_value": is_("b")}
    conditions = {group: {str(number): one for number in range(16)} for group in ("string_equals", "string_like")}
    place = ("plans", "Daily", "selections", "tags", "all", "conditions")
    (found,) = grammar_mistakes("BACKUP_POLICY", _with(FULL["BACKUP_POLICY"], place, conditions))
    assert (found.path, found.message) == (place, "32 conditions: a selection can have at most 30")


def test_an_ai_service_that_we_do_not_know_is_a_warning_as_aws_adds_them() -> None:
    (found,) = grammar_mistakes(
        "AISERVICES_OPT_OUT_POLICY", {"services": {"newservice": {"opt_out_policy": is_("optOut")}}}
    )
    assert (found.severity, found.path) == (Severity.WARNING, ("services", "newservice"))


@pytest.mark.parametrize(
    ("kind", "place", "value"),
    [
        ("BEDROCK_POLICY", "bedrock/guardrail_inference/eu-west-1/config_1/identifier", is_({"Ref": "Guardrail"})),
        ("S3_POLICY", "s3_attributes/public_access_block_configuration", is_({"Ref": "Block"})),
        ("TAG_POLICY", "tags/costcenter/tag_key", is_({"Fn::Sub": "${Prefix}CostCenter"})),
        ("BACKUP_POLICY", "plans/Daily/rules/Night/lifecycle/delete_after_days", is_({"Ref": "Days"})),
        ("BACKUP_POLICY", "plans/Daily/regions", is_({"Ref": "Regions"})),
        ("BACKUP_POLICY", "plans/Daily/rules/Night/schedule_expression", is_({"Fn::ImportValue": "Night"})),
        ("GUARDDUTY_POLICY", "guardduty/enablement/default/foundational", {"status": is_({"Ref": "Status"})}),
    ],
    ids=repr,
)
def test_what_cloudformation_fills_in_is_taken(kind: str, place: str, value: Any) -> None:
    assert policy_mistakes(kind, _with(FULL[kind], _path(place), value)) == ()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"identifer": "${Guardrail}"}, ("identifer",)),
        ({"model_enforcement": {"included_models": is_(["${Model}"])}}, ("model_enforcement", "excluded_models")),
        ({"identifier": is_(["${Guardrail}"])}, ("identifier", "@@assign")),
        ({"model_enforcement": "some ${Text} around"}, ("model_enforcement",)),
    ],
    ids=repr,
)
def test_what_cloudformation_fills_in_hides_no_mistake_beside_it(change: dict[str, Any], path: Path) -> None:
    place = ("bedrock", "guardrail_inference", "eu-west-1", "config_1")
    document = _with(FULL["BEDROCK_POLICY"], place, {**_at(FULL["BEDROCK_POLICY"], place), **change})
    assert [item.path for item in grammar_mistakes("BEDROCK_POLICY", document)] == [(*place, *path)]


def test_what_cloudformation_fills_in_hides_no_rule_that_is_broken_beside_it() -> None:
    tags = {"a": {"enforced_for": is_(["${Type}"])}, "b": {"tag_key": is_("c")}}
    assert [item.path[1] for item in grammar_mistakes("TAG_POLICY", {"tags": tags})] == ["b"]
    guardrail = {"one": {"identifier": is_("arn:aws:bedrock:eu-west-1:111111111111:guardrail/a1:2")}}
    inference = {"${AWS::Region}": guardrail, "us-east-1": guardrail}
    (found,) = grammar_mistakes("BEDROCK_POLICY", {"bedrock": {"guardrail_inference": inference}})
    assert found.path[2] == "us-east-1"


def test_a_feature_of_guardduty_that_is_off_needs_no_foundation() -> None:
    off = {"status": is_("disabled")}
    assert (
        grammar_mistakes("GUARDDUTY_POLICY", {"guardduty": {"enablement": {"default": {"s3_data_events": off}}}}) == ()
    )
    (found,) = grammar_mistakes(
        "GUARDDUTY_POLICY", {"guardduty": {"enablement": {"default": {"foundational": off, "s3_data_events": ON}}}}
    )
    assert found.path == ("guardduty", "enablement", "default", "foundational")
