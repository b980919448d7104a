"""A policy held against the grammar of its kind."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from baseline.policy.document import Path
from baseline.policy.grammar.ai_services import AiServicesPolicy
from baseline.policy.grammar.backup import BackupPolicy
from baseline.policy.grammar.bedrock import BedrockPolicy
from baseline.policy.grammar.chat import ChatPolicy
from baseline.policy.grammar.ec2 import Ec2Policy
from baseline.policy.grammar.guardduty import GuardDutyPolicy
from baseline.policy.grammar.inspector import InspectorPolicy
from baseline.policy.grammar.network_security_director import NetworkSecurityDirectorPolicy
from baseline.policy.grammar.operators import Node, without_child_operators
from baseline.policy.grammar.s3 import S3Policy
from baseline.policy.grammar.security_hub import SecurityHubPolicy
from baseline.policy.grammar.tags import TagPolicy
from baseline.policy.grammar.upgrade_rollout import UpgradeRolloutPolicy
from baseline.policy.mistake import Mistake

GRAMMARS: Mapping[str, type[Node]] = {
    "DECLARATIVE_POLICY_EC2": Ec2Policy,
    "S3_POLICY": S3Policy,
    "GUARDDUTY_POLICY": GuardDutyPolicy,
    "INSPECTOR_POLICY": InspectorPolicy,
    "SECURITYHUB_POLICY": SecurityHubPolicy,
    "BEDROCK_POLICY": BedrockPolicy,
    "TAG_POLICY": TagPolicy,
    "BACKUP_POLICY": BackupPolicy,
    "AISERVICES_OPT_OUT_POLICY": AiServicesPolicy,
    "CHATBOT_POLICY": ChatPolicy,
    "UPGRADE_ROLLOUT_POLICY": UpgradeRolloutPolicy,
    "NETWORK_SECURITY_DIRECTOR_POLICY": NetworkSecurityDirectorPolicy,
}
_FILLED_IN = "${"
_VALUES = {"literal_error", "string_pattern_mismatch", "string_too_long", "string_too_short", "value_error"}


def grammar_mistakes(kind: str, document: Mapping[str, Any]) -> tuple[Mistake, ...]:
    """What is wrong with a policy that is no list of statements; values that CloudFormation fills in are taken."""
    plain, found = without_child_operators(document)
    try:
        GRAMMARS[kind].model_validate(plain)
    except ValidationError as error:
        errors = (item for item in error.errors(include_url=False) if _FILLED_IN not in str(item["input"]))
        return (*found, *_merged(_mistake(GRAMMARS[kind], item) for item in errors))
    return found


def _merged(mistakes: Iterable[Mistake]) -> Iterator[Mistake]:
    """One for each place: of a value of several types each type says something."""
    seen: set[Path] = set()
    for item in mistakes:
        if item.path not in seen:
            seen.add(item.path)
            yield item


def _mistake(model: type[BaseModel], error: ErrorDetails) -> Mistake:
    path, fields = _walk(model, error["loc"])
    kind, last = error["type"], str((error["loc"] or ("",))[-1])
    if kind == "extra_forbidden":
        close = get_close_matches(last, fields, n=1, cutoff=0.6)
        return Mistake(
            id="policy-operator" if last.startswith("@@") else "policy-grammar",
            path=path,
            message=f"unknown key {last!r}",
            fix=f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(fields)}",
        )
    if kind == "missing":
        return Mistake(
            id="policy-operator" if last.startswith("@@") else "policy-grammar",
            path=path,
            message=f"{last!r} is missing",
            fix=f"add {last!r}",
        )
    if kind in _VALUES or error["loc"][-1:] == ("[key]",):
        return Mistake(id="policy-value", path=path, message=_about(error), fix=_nearest(error))
    return Mistake(
        id="policy-grammar", path=path, message=f"{_shown(error['input'])}: {_lower(error['msg'])}", fix="correct it"
    )


def _about(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return f"{_shown(error['input'])} is not allowed: {_lower(error['msg'])}"


def _nearest(error: ErrorDetails) -> str:
    expected = str(error.get("ctx", {}).get("expected", ""))
    names = [name.strip("'") for name in expected.replace(" or ", ", ").split(", ") if name]
    close = get_close_matches(str(error["input"]), names, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"write {expected}" if expected else "correct it"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _walk(model: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[Path, list[str]]:
    """The place in the document, without what pydantic adds to it, and the keys that are known there."""
    here: Any = model
    path: list[int | str] = []
    for part in loc:
        if part == "[key]":
            break
        fields = _fields(here)
        if fields and part in fields:
            here = fields[str(part)]
        elif not fields:
            inner = _inner(here)
            if inner is here:
                break  # the name of a type inside a union
            here = inner
        path.append(part)
    return tuple(path), list(_fields(here if not path or path[-1] != loc[-1] else _holder(model, path)))


def _holder(model: type[BaseModel], path: list[int | str]) -> Any:  # noqa: ANN401 - an annotation
    """What holds the last part of the path."""
    here: Any = model
    for part in path[:-1]:
        fields = _fields(here)
        here = fields.get(str(part), here) if fields else _inner(here)
    return here


def _fields(annotation: Any) -> dict[str, Any]:  # noqa: ANN401 - an annotation
    """Key as it is written → annotation of its value; none for what has free keys."""
    for item in (annotation, *get_args(annotation)):
        if isinstance(item, type) and issubclass(item, BaseModel):
            return {field.alias or name: field.annotation for name, field in item.model_fields.items()}
    return {}


def _inner(annotation: Any) -> Any:  # noqa: ANN401 - an annotation
    """What a list or a mapping of free keys holds."""
    for item in (annotation, *get_args(annotation)):
        if getattr(item, "__origin__", None) in (dict, list):
            return get_args(item)[-1]
    return annotation
