"""The plan: every stack, where it goes and in which order. A value; nothing here touches AWS."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256

from baseline.capabilities.capability import TemplateContext, WholeTemplate
from baseline.capabilities.landscape import OperationPreferences
from baseline.findings import Finding
from baseline.plan.reach import Membership, Reach, Spread


class Method(Enum):
    """How a deployment reaches its accounts."""

    STACK = "stack"
    STACK_SET = "stack-set"


@dataclass(frozen=True, kw_only=True)
class ParameterValue:
    """A template parameter.

    Attributes:
        name: Its logical id.
        value: None while AWS has not assigned it.
        how: How a person finds the value.
        output_of: The stack that has the value as an output of the same name, or "" when no stack of the plan does.
        key_alias: ARN of the alias of the KMS key whose ARN is the value, with `${Name}` for parameters; "" for others.
        description: One sentence for the console.
        pattern: What CloudFormation accepts, as a regular expression.
    """

    name: str
    value: str | None
    how: str = ""
    output_of: str = ""
    key_alias: str = ""
    description: str = ""
    pattern: str = ""


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One template going to some accounts and Regions.

    Attributes:
        method: An ordinary stack in the management account, or a service-managed StackSet for member accounts.
        account: Profile key of the only account, or "" when it goes to whole OUs.
        account_id: That account's id; its value is None while unknown. None when the deployment goes to whole OUs.
        ous: OU paths that a StackSet targets; "/" is the organization's root.
        regions: AWS Region names.
    """

    method: Method
    account: str = ""
    account_id: ParameterValue | None = None
    ous: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One template and everything needed to deploy it.

    `tagged` says whether the stack has the plan's tags, `accepts` why findings of a check's id are accepted in its
    template, `family` which name all stacks share that make the same resources in different places (empty for most).
    `context` is None for a stack that was read from a directory, where the template is rendered already.
    """

    name: str
    capability: str
    template: str
    description: str
    context: TemplateContext | None
    parameters: tuple[ParameterValue, ...]
    deployments: tuple[Deployment, ...]
    depends_on: tuple[str, ...]
    prerequisites: tuple[str, ...]
    tagged: bool = True
    accepts: Mapping[str, str] = field(default_factory=dict)
    family: str = ""

    @property
    def regions(self) -> tuple[str, ...]:
        """Every Region that the template reaches, in plan order, without repeats."""
        return tuple(dict.fromkeys(region for d in self.deployments for region in d.regions))

    @property
    def is_custom(self) -> bool:
        """Whether its template is the user's own."""
        return isinstance(self.context, WholeTemplate)

    @property
    def file(self) -> str:
        """The template's path in the output directory."""
        return f"templates/{self.name}.yaml"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The stacks in waves: everything that a stack depends on is in an earlier wave.

    Attributes:
        organization: The organization's name.
        prefix: First part of every name.
        partition: `aws`, `aws-us-gov` or `aws-cn`.
        home_region: The home Region.
        standalone: Whether there is no organization.
        tier: The profile's tier.
        ou_ids: OU path → id or None, of the OUs that a StackSet targets; "/" is the root.
        tags: Tags for every stack that takes them; see `tags_of`.
        waves: The stacks, in order.
        accepted: Findings on the profile that a `reason:` accepts.
        preferences: How StackSet operations run.
        documents: Relative path and text of what the capabilities say about themselves beside the templates.
        membership: The accounts and units of the profile; None for a plan that was read from a directory.
    """

    organization: str
    prefix: str
    partition: str
    home_region: str
    standalone: bool
    tier: str
    ou_ids: tuple[tuple[str, str | None], ...]
    tags: tuple[tuple[str, str], ...]
    waves: tuple[tuple[Stack, ...], ...]
    accepted: tuple[Finding, ...] = ()
    preferences: OperationPreferences = field(default_factory=OperationPreferences)
    documents: tuple[tuple[str, str], ...] = ()
    membership: Membership | None = None

    def tags_of(self, stack: Stack) -> tuple[tuple[str, str], ...]:
        """The tags of a stack, as pairs of key and value."""
        return self.tags if stack.tagged else ()

    def reach(self, stack: Stack) -> Reach:
        """The accounts and Regions that a stack gets to.

        A StackSet gets to every account in its units, suspended or not, and to none but its own if it has one; where
        that is not in its units, to none at all.

        Raises:
            LookupError: when the plan was read from a directory, which does not list the accounts.
        """
        if self.membership is None:
            raise LookupError("a written plan does not list the organization's accounts")
        return Reach(tuple(_spread(item, self.membership) for item in stack.deployments))

    @property
    def stacks(self) -> tuple[Stack, ...]:
        """Every stack in deployment order."""
        return tuple(stack for wave in self.waves for stack in wave)


def _spread(deployment: Deployment, membership: Membership) -> Spread:
    if deployment.method is Method.STACK:
        found = membership.account(deployment.account)
    else:
        found = membership.members_below(deployment.ous)
        if deployment.account:
            found = membership.account(deployment.account) & found
    return Spread(destinations=found, regions=deployment.regions)


@dataclass(frozen=True, kw_only=True)
class Template:
    """A rendered template: the stack it is for, its text, and the controls that it says it earns."""

    stack: Stack
    text: str
    controls: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Digest of the file's bytes, in hexadecimal."""
        return sha256(self.text.encode("utf-8")).hexdigest()
