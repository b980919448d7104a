"""Frozen values behave like frozen dataclasses, whose methods they share."""

from dataclasses import FrozenInstanceError, asdict, field, replace

import pytest

from baseline.frozen import frozen


@frozen
class Stack:
    """A value with each kind of field."""

    name: str
    regions: tuple[str, ...] = ()
    missing: dict[str, str] = field(default_factory=dict)
    origin: str = field(default="", repr=False, compare=False)


@frozen
class Target(Stack):
    """A value with inherited fields."""

    account: str


@frozen
class Nothing:
    """A value without fields."""


def test_frozen_values_are_equal_by_class_and_fields() -> None:
    assert Stack(name="kms", regions=("eu-west-1",)) == Stack(name="kms", regions=("eu-west-1",))
    assert Stack(name="kms") != Stack(name="log")
    assert Stack(name="kms") != Target(name="kms", account="1")
    assert Target(name="kms", account="1") != Target(name="kms", account="2")
    assert Stack(name="kms", origin="here") == Stack(name="kms")
    assert len({Nothing(), Nothing()}) == 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(Stack(name="kms"))


def test_frozen_values_have_defaults_and_share_none() -> None:
    first, second = Stack(name="kms"), Stack(name="kms")
    assert asdict(first) == {"name": "kms", "regions": (), "missing": {}, "origin": ""}
    assert first.missing is not second.missing
    assert replace(first, name="log", missing={"a": "b"}) == Stack(name="log", missing={"a": "b"})


def test_frozen_values_cannot_be_changed() -> None:
    value = Stack(name="kms")
    with pytest.raises(FrozenInstanceError, match="name"):
        value.name = "log"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="name"):
        del value.name
    assert value.name == "kms"


def test_frozen_values_name_their_class_and_what_is_missing() -> None:
    assert repr(Target(name="kms", account="1")) == "Target(name='kms', regions=(), missing={}, account='1')"
    with pytest.raises(TypeError, match=r"Target\.__init__\(\) missing 1 required keyword-only argument: 'account'"):
        Target(name="kms")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional"):
        Stack("kms")  # type: ignore[call-arg]
