"""What is deleted, and in which order: values in, a decision out, no AWS."""

from dataclasses import dataclass

import pytest

from baseline.deploy.destroy import is_to_go, removal
from baseline.deploy.ownership import exports_of, imports_of, in_order
from baseline.deploy.task import Action, Outcome, Preview

OURS = (
    "Metadata: {Baseline: {Generator: baseline, Capability: kms}}\n"
    "Resources: {Key: {Type: AWS::KMS::Key, DeletionPolicy: Retain}}\n"
)
FOREIGN = "Resources: {Key: {Type: AWS::KMS::Key}}\n"


@dataclass(frozen=True, kw_only=True)
class Item:
    name: str
    offers: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


def item(name: str, *needs: str) -> Item:
    return Item(name=name, offers=frozenset({name}), needs=frozenset(needs))


@pytest.mark.parametrize(
    ("items", "groups"),
    [
        ([], []),
        ([item("a"), item("b")], [{"a", "b"}]),
        ([item("key"), item("trail", "key"), item("alarm", "trail")], [{"alarm"}, {"trail"}, {"key"}]),
        ([item("a", "a"), item("b", "a")], [{"b"}, {"a"}]),
        ([item("a", "elsewhere")], [{"a"}]),
        ([item("a", "b"), item("b", "a"), item("c", "a")], [{"c"}, {"a", "b"}]),
    ],
    ids=["nothing", "apart", "chain", "own name", "name of others", "circle"],
)
def test_what_needs_others_goes_before_them(items: list[Item], groups: list[set[str]]) -> None:
    assert [{it.name for it in group} for group in in_order(items)] == groups


def test_exports_and_imports_are_read_from_templates() -> None:
    text = (
        "Resources: {A: {Type: T, Properties: {Key: !ImportValue key, More: [{Other: !ImportValue other}]}}}\n"
        "Outputs: {One: {Value: x, Export: {Name: one}}, Two: {Value: y}}\n"
    )
    assert exports_of(text) == {"one"}
    assert imports_of(text) == {"key", "other"}
    assert exports_of("") == imports_of("") == frozenset()


class _Task:
    name, where = "nw-kms", "management in eu-west-1"

    def preview(self) -> Preview:
        raise NotImplementedError

    def run(self) -> Outcome:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("text", "pending", "goes", "notes"),
    [
        (None, False, False, ()),
        (FOREIGN, False, False, ("exists and is not baseline's: kept",)),
        (OURS, False, True, ()),
        (OURS, True, True, ("never created: an unexecuted change set",)),
        ("", False, True, ()),  # only a name: nothing is lost
    ],
)
def test_only_what_is_ours_is_deleted(text: str | None, notes: tuple[str, ...], *, pending: bool, goes: bool) -> None:
    assert is_to_go(text) is goes
    preview = removal(_Task(), text, pending=pending)
    assert preview.action is (Action.DELETE if goes else Action.NONE)
    assert preview.notes == notes


def test_what_holds_data_is_shown_as_kept() -> None:
    preview = removal(_Task(), OURS, instances=3)
    assert [(it.logical_id, it.action, it.kept) for it in preview.changes] == [("Key", "remove", True)]
    assert preview.notes == ("3 stack instances",)
