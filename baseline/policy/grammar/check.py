"""Checks of a policy against the grammar of its kind."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from typing import Any

from pydantic import ValidationError

from baseline.documents.rejections import Rejection, rejections_of, without_misspelled
from baseline.findings import Problem
from baseline.policy.document import Path
from baseline.policy.grammar.messages import meant, mistakes_of
from baseline.policy.grammar.operators import CHILD_OPERATORS, Node, without_child_operators
from baseline.policy.grammar.scalars import FILLED_IN

GRAMMARS: Mapping[str, str] = {
    "DECLARATIVE_POLICY_EC2": "ec2.Ec2Policy",
    "S3_POLICY": "s3.S3Policy",
    "GUARDDUTY_POLICY": "guardduty.GuardDutyPolicy",
    "INSPECTOR_POLICY": "inspector.InspectorPolicy",
    "SECURITYHUB_POLICY": "security_hub.SecurityHubPolicy",
    "BEDROCK_POLICY": "bedrock.BedrockPolicy",
    "TAG_POLICY": "tags.TagPolicy",
    "BACKUP_POLICY": "backup.BackupPolicy",
    "AISERVICES_OPT_OUT_POLICY": "ai_services.AiServicesPolicy",
    "CHATBOT_POLICY": "chat.ChatPolicy",
    "UPGRADE_ROLLOUT_POLICY": "upgrade_rollout.UpgradeRolloutPolicy",
    "NETWORK_SECURITY_DIRECTOR_POLICY": "network_security_director.NetworkSecurityDirectorPolicy",
}
"""Each kind's model: its module in this room, and its name. A run loads those of the kinds that it has."""
_STRUCTURE = {"model_type", "dict_type", "list_type"}


def grammar_mistakes(kind: str, document: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Problems of a policy without statements.

    Args:
        kind: A key of `GRAMMARS`.
        document: The policy; values from CloudFormation appear as `${…}`, and are accepted instead of any value.

    Returns:
        Every problem with its place, without problems below another one.
    """
    plain, found = without_child_operators(document)
    try:
        _grammar(kind).model_validate(plain)
    except ValidationError as error:
        rejections = [item for item in rejections_of(error) if not _is_excused(item, document)]
        causes = without_misspelled(rejections, partial(meant, _grammar(kind)))
        found += tuple(mistake for item in causes for mistake in mistakes_of(_grammar(kind), item))
    return tuple(_once(found))


@cache
def _grammar(kind: str) -> type[Node]:
    module, _, name = GRAMMARS[kind].partition(".")
    model: type[Node] = getattr(import_module(f"{__package__}.{module}"), name)
    return model


def _is_excused(item: Rejection, document: Mapping[str, Any]) -> bool:
    """Whether CloudFormation fills the value in, or the key only has operators for policies below."""
    if isinstance(item.value, str) and FILLED_IN in item.value and not item.is_unknown_key:
        return item.kind not in _STRUCTURE or (item.value.startswith(FILLED_IN) and item.value.endswith("}"))
    if item.kind not in {"missing", "no_operator", "too_short"}:
        return False
    here: Any = document
    for part in item.path[:-1] if item.is_missing else item.path:
        here = here[part]
    return isinstance(here, Mapping) and set(here) == {CHILD_OPERATORS}


def _once(mistakes: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, except those at or below the place of another problem."""
    found: dict[Path, Problem] = {}
    for item in mistakes:
        found.setdefault(item.path, item)
    for path, item in found.items():
        if not any(path[:length] in found for length in range(len(path))):
            yield item
