"""A policy held against the grammar of its kind."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from baseline.policy.document import Path
from baseline.policy.grammar.ai_services import AiServicesPolicy
from baseline.policy.grammar.backup import BackupPolicy
from baseline.policy.grammar.bedrock import BedrockPolicy
from baseline.policy.grammar.chat import ChatPolicy
from baseline.policy.grammar.ec2 import Ec2Policy
from baseline.policy.grammar.guardduty import GuardDutyPolicy
from baseline.policy.grammar.inspector import InspectorPolicy
from baseline.policy.grammar.messages import meant, mistakes_of, path_of
from baseline.policy.grammar.network_security_director import NetworkSecurityDirectorPolicy
from baseline.policy.grammar.operators import CHILD_OPERATORS, Node, without_child_operators
from baseline.policy.grammar.s3 import S3Policy
from baseline.policy.grammar.scalars import FILLED_IN
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
_STRUCTURE = {"model_type", "dict_type", "list_type"}


def grammar_mistakes(kind: str, document: Mapping[str, Any]) -> tuple[Mistake, ...]:
    """What is wrong with a policy that is no list of statements.

    Args:
        kind: A key of `GRAMMARS`.
        document: The policy; what CloudFormation fills in reads `${…}`, and is taken wherever a value can stand.

    Returns:
        Every mistake, each once and at its place; what is below a mistake is not looked at.
    """
    plain, found = without_child_operators(document)
    try:
        GRAMMARS[kind].model_validate(plain)
    except ValidationError as error:
        errors = [item for item in error.errors(include_url=False) if not _is_excused(item, document)]
        found += tuple(mistake for item in _causes(kind, errors) for mistake in mistakes_of(GRAMMARS[kind], item))
    return tuple(_once(found))


def _is_excused(error: ErrorDetails, document: Mapping[str, Any]) -> bool:
    """Whether CloudFormation fills the value in, or the place only says what policies below it may do."""
    value, kind = error["input"], error["type"]
    if isinstance(value, str) and FILLED_IN in value and kind != "extra_forbidden":
        return kind not in _STRUCTURE or (value.startswith(FILLED_IN) and value.endswith("}"))
    if kind not in {"missing", "no_operator", "too_short"}:
        return False
    here: Any = document
    for part in error["loc"][:-1] if kind == "missing" else error["loc"]:
        here = here[part]
    return isinstance(here, Mapping) and set(here) == {CHILD_OPERATORS}


def _causes(kind: str, errors: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The errors without those of keys that are only missing because they are misspelt."""
    misspelt = {
        (*path_of(item)[:-1], meant(GRAMMARS[kind], item)) for item in errors if item["type"] == "extra_forbidden"
    }
    return (item for item in errors if item["type"] != "missing" or item["loc"] not in misspelt)


def _once(mistakes: Iterable[Mistake]) -> Iterator[Mistake]:
    """The mistakes without those at or below the place of another."""
    found: dict[Path, Mistake] = {}
    for item in mistakes:
        found.setdefault(item.path, item)
    for path, item in found.items():
        if not any(path[:length] in found for length in range(len(path))):
            yield item
