"""Templates of one shape are linted once: what belongs to a shape, and what does not."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from baseline.capabilities.identity.identity_center.identity_center import AssignmentsContext
from baseline.plan.build import build_plan
from baseline.plan.model import Stack, Template
from baseline.render.render import render_stack
from baseline.validate.cache import LintCache
from baseline.validate.lint import lint_templates
from baseline.validate.lint_process import LintProcess, Matches
from baseline.validate.shape import MANY, representatives, shape
from tests.capabilities.identity_center.test_identity_center import many


@pytest.fixture(scope="module")
def shards() -> tuple[Template, ...]:
    stacks = build_plan(many(400)).stacks
    return tuple(render_stack(s) for s in stacks if s.template == "identity/identity_center/assignments")


def test_stacks_of_assignments_have_one_shape_whatever_they_name(shards: tuple[Template, ...]) -> None:
    assert len({template.text for template in shards}) == len(shards) > MANY
    assert len({shape(template.text) for template in shards}) == 1
    longest = max((template.text for template in shards), key=len)
    assert set(representatives(shards).values()) == {longest}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("AWS::SSO::Assignment", "AWS::SSO::Assignments"),
        ("PrincipalType: GROUP", "PrincipalType: GROUPS"),
        ("TargetId: !Ref ", "TargetId: !Ref Nothing"),
        ("TargetId: !Ref ", "TargetID: !Ref "),
        ("InstanceArn: !Ref IdentityCenterInstanceArn", "InstanceArn: !Ref PrincipalType"),
        ("PrincipalId: !ImportValue ", "PrincipalId: !Ref "),
        ("    DependsOn: Assignment", "    DependsOn: Assignments"),
        ('"^[0-9]{12}$"', '"^[0-9]{13}$"'),
    ],
)
def test_anything_but_a_name_makes_another_shape(shards: tuple[Template, ...], old: str, new: str) -> None:
    text = shards[0].text
    assert old in text
    assert shape(text.replace(old, new, 1)) != shape(text)


def test_a_reference_to_another_kind_of_thing_makes_another_shape(shards: tuple[Template, ...]) -> None:
    text = shards[0].text
    resource = text.partition("Resources:\n  ")[2].partition(":")[0]
    head, _, tail = text.partition("TargetId: !Ref ")
    assert shape(f"{head}TargetId: !Ref {resource}\n{tail.partition(chr(10))[2]}") != shape(text)


def test_a_parameter_that_nothing_uses_makes_another_shape(shards: tuple[Template, ...]) -> None:
    text = shards[0].text
    name = text.partition("TargetId: !Ref ")[2].partition("\n")[0]
    entry = f"  {name}:" + text.partition(f"  {name}:")[2].partition("AccountId:")[0].rpartition("\n  ")[0] + "\n"
    assert shape(text.replace("Parameters:\n", "Parameters:\n" + entry.replace(name, "Spare"), 1)) != shape(text)


def test_a_name_given_twice_makes_a_separate_shape(shards: tuple[Template, ...]) -> None:
    text = shards[0].text
    entry = "  " + text.partition("Resources:\n  ")[2].partition("\n  Assignment")[0] + "\n"
    twice = text.replace("Resources:\n", f"Resources:\n{entry}", 1)
    assert shape(twice) == frozenset({twice})


def test_few_templates_are_not_compared(shards: tuple[Template, ...]) -> None:
    assert representatives(shards[: MANY - 1]) == {}


def _smaller(stack: Stack) -> Template:
    assert isinstance(stack.context, AssignmentsContext)
    two = stack.context.assignments[:2]
    used = {"IdentityCenterInstanceArn", *(item.account_parameter for item in two)}
    parameters = tuple(parameter for parameter in stack.parameters if parameter.name in used)
    return render_stack(replace(stack, context=replace(stack.context, assignments=two), parameters=parameters))


class _Asked(LintProcess):
    """Counts the texts that cfn-lint receives; its answers are real."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def ask(self, texts: Sequence[str], region: str) -> Iterator[tuple[str, Matches]]:
        self.texts += texts
        return super().ask(texts, region)


def test_one_of_a_shape_is_linted_and_all_of_them_when_it_has_a_finding(shards: tuple[Template, ...]) -> None:
    some = [_smaller(template.stack) for template in shards[:MANY]]
    wrong = [replace(t, text=t.text.replace("PrincipalType: GROUP", "PrincipalType: GROUPS")) for t in some]
    with _Asked() as process:
        assert list(lint_templates(some, partition="aws", cache=LintCache(None), process=process)) == []
        assert len(process.texts) == 1
        found = list(lint_templates(wrong, partition="aws", cache=LintCache(None), process=process))
        assert len(process.texts) == 1 + MANY
    assert {finding.location.file for finding in found} == {t.stack.file for t in wrong}
