"""The known parts of a call to AWS."""

import re
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

from baseline.frozen import frozen

_VARIABLE = re.compile(r"\$\{(?!AWS::)(?P<key>[^},]+)(?:,\s*'(?P<default>[^']*)')?\}")
_NOTHING = "\0"
"""Text that no request contains."""
_LITERALS = {"*": "*", "?": "?", "$": "$"}
LITERAL_WILDCARDS: Mapping[str, str] = {"*": "\1", "?": "\2"}
"""Escapes for literal wildcard characters in a pattern."""
_AS_LITERALS = str.maketrans(dict(LITERAL_WILDCARDS))
_SERVICE_LINKED = ":role/aws-service-role/"


@frozen
class Request:
    """A call to AWS.

    Attributes:
        action: `service:Action`.
        resource: An ARN, or `*` for an action without resources.
        context: Condition key in lower case → its values; no values for a key that the request does not contain.
        complete: Whether keys that `context` does not name are known to be absent. Otherwise they are unknown.
        unknown: Keys in lower case that the request contains with an unknown value, even if it is complete.
        session: ARN of the session that makes the call (`…:assumed-role/Role/name`), if the principal is a session.
    """

    action: str
    resource: str = "*"
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    complete: bool = False
    unknown: frozenset[str] = frozenset()
    session: str = ""

    def values(self, key: str) -> tuple[str, ...] | None:
        """The key's values; () if the request does not contain it, None if unknown."""
        name = key.lower()
        return self.context.get(name, () if self.complete and name not in self.unknown else None)

    @property
    def service(self) -> str:
        """The prefix of the action, in lower case."""
        return self.action.partition(":")[0].lower()

    @cached_property
    def principal(self) -> str:
        """ARN of the role, user or root user that makes the call; empty when unknown, or when it is a service."""
        return "".join((self.values("aws:PrincipalArn") or ())[:1])

    @cached_property
    def principal_account(self) -> str:
        """The account of the principal; empty when unknown, or when it is a service."""
        known = self.values("aws:PrincipalAccount") or ()
        return known[0] if known else account_of(self.principal)

    @cached_property
    def service_principals(self) -> tuple[str, ...]:
        """Principal names of the AWS service that makes the call itself; empty for a role, user or root user."""
        return (
            *(self.values("aws:PrincipalServiceName") or ()),
            *(self.values("aws:PrincipalServiceNamesList") or ()),
        )

    @cached_property
    def is_service(self) -> bool:
        """Whether an AWS service makes the call itself. Source: IAM user guide, aws:PrincipalIsAWSService."""
        return bool(self.service_principals) or (self.values("aws:PrincipalIsAWSService") or ())[:1] == ("true",)

    @property
    def is_service_linked(self) -> bool:
        """Whether the principal is a service-linked role."""
        return _SERVICE_LINKED in self.principal

    @property
    def is_root_user(self) -> bool:
        """Whether the principal is an account's root user."""
        return self.principal.endswith(":root")

    def filled(self, text: str) -> str | None:
        """A text of a policy with its variables resolved; None if a value is unknown.

        CloudFormation's partition is `aws`, as in every request.

        Source: IAM user guide, Variables and tags: a variable without a value and default matches nothing.
        """
        return self._filled(text, as_literals={})

    def filled_pattern(self, text: str) -> str | None:
        """A pattern with its variables resolved; `${*}` and `${?}` become the literal characters."""
        return self._filled(text, as_literals=_AS_LITERALS)

    def _filled(self, text: str, as_literals: Mapping[int, str]) -> str | None:
        if "${" not in text:
            return text
        unknown = False

        def fill(match: re.Match[str]) -> str:
            nonlocal unknown
            if match["key"] in _LITERALS:
                return _LITERALS[match["key"]].translate(as_literals)
            values = self.values(match["key"].strip())
            if values:
                return values[0].translate(as_literals)
            unknown = unknown or values is None
            return _NOTHING if match["default"] is None else match["default"].translate(as_literals)

        filled = _VARIABLE.sub(fill, text.replace("${AWS::Partition}", "aws"))
        return None if unknown else filled

    def unknown_variables(self, text: str) -> tuple[str, ...]:
        """Variables in a text of a policy whose values are unknown."""
        names = (match["key"].strip() for match in _VARIABLE.finditer(text))
        return tuple(name for name in names if name not in _LITERALS and self.values(name) is None)


def account_of(arn: str) -> str:
    """The account in an ARN; empty if it has none."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""
