"""The plan: stacks, targets and order, as a value without calls to AWS."""

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from hashlib import sha256

from baseline.capabilities.capability import TemplateContext, WholeTemplate
from baseline.capabilities.landscape import OperationPreferences
from baseline.findings import Finding
from baseline.frozen import frozen
from baseline.plan.adoption import PlannedAdoption
from baseline.plan.reach import Membership, Reach, Spread


class Method(Enum):
    """The deployment method of a stack."""

    STACK = "stack"
    STACK_SET = "stack-set"


@frozen
class ParameterValue:
    """A template parameter.

    Attributes:
        name: Its logical id.
        value: None while AWS has not assigned it.
        how: Instructions for finding the value.
        output_of: The stack that exports the value as an output of the same name, or "" if no stack of the plan does.
        key_alias: ARN of the alias of the KMS key whose ARN is the value, with `${Name}` for parameters; "" for others.
        description: One sentence for the console.
        pattern: The allowed values, as a regular expression.
        account: Profile key of the account whose id is the value, or "" for other values; not written.
    """

    name: str
    value: str | None
    how: str = ""
    output_of: str = ""
    key_alias: str = ""
    description: str = ""
    pattern: str = ""
    account: str = field(default="", repr=False)


@frozen
class Deployment:
    """The target accounts and Regions of one template.

    Attributes:
        method: An ordinary stack in the management account, or a service-managed StackSet for member accounts.
        account: Profile key of the only account, or "" if the targets are OUs.
        account_id: That account's id; its value is None while unknown. None if the targets are OUs.
        ous: OU paths that a StackSet targets; "/" is the organization's root.
        regions: AWS Region names.
    """

    method: Method
    account: str = ""
    account_id: ParameterValue | None = None
    ous: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@frozen
class Stack:
    """A template and everything needed to deploy it.

    `tagged` says whether the stack has the plan's tags. `accepts` holds the reasons for accepted findings, by check id.
    `family` is the name that stacks with the same resources in different places share (empty for most). `context` is
    None for a stack that was read from a directory with rendered templates.
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
        """Every Region of the stack, in plan order, without duplicates."""
        return tuple(dict.fromkeys(region for d in self.deployments for region in d.regions))

    @property
    def is_custom(self) -> bool:
        """Whether the template is the user's own."""
        return isinstance(self.context, WholeTemplate)

    @property
    def file(self) -> str:
        """The template's path in the output directory."""
        return f"templates/{self.name}.yaml"


@frozen
class Plan:
    """The stacks in waves: everything that a stack depends on is in an earlier wave.

    Attributes:
        organization: The organization's name.
        prefix: First part of every name.
        partition: `aws`, `aws-us-gov` or `aws-cn`.
        home_region: The home Region.
        standalone: Whether the profile has no organization.
        tier: The profile's tier.
        ou_ids: OU path → id or None, of the OUs that a StackSet targets; "/" is the root.
        tags: Tags for every stack that accepts them; see `tags_of`.
        waves: The stacks, in order.
        accepted: Findings on the profile that a `reason:` accepts.
        preferences: Preferences for StackSet operations.
        documents: Relative path and text of the capabilities' documents beside the templates.
        adoptions: Existing resources that stacks import instead of creating them.
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
    adoptions: tuple[PlannedAdoption, ...] = ()
    membership: Membership | None = None

    def tags_of(self, stack: Stack) -> tuple[tuple[str, str], ...]:
        """The tags of a stack, as pairs of key and value."""
        return self.tags if stack.tagged else ()

    def reach(self, stack: Stack) -> Reach:
        """The accounts and Regions that a stack is deployed to.

        A StackSet targets every account in its OUs, suspended or not. If it names one account, it targets only this
        account, and none if this account is not in its OUs.

        Raises:
            LookupError: when the plan was read from a directory, which does not list the accounts.
        """
        if self.membership is None:
            raise LookupError("a written plan does not list the organization's accounts")
        return Reach(tuple(_spread(item, self.membership) for item in stack.deployments))

    def first_wave_of(self, capability: str) -> int:
        """Number of the first wave with a stack of the capability, from 1; 0 if there is none."""
        waves = enumerate(self.waves, start=1)
        return next((number for number, wave in waves if any(it.capability == capability for it in wave)), 0)

    @property
    def adopted(self) -> frozenset[str]:
        """Ids and names of the existing resources that stacks import: they are not conflicts."""
        return frozenset(text for item in self.adoptions for text in (item.id, item.name))

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


@frozen
class Template:
    """A rendered template: its stack, its text, and the controls that it claims to prove."""

    stack: Stack
    text: str
    controls: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Digest of the file's bytes, in hexadecimal."""
        return sha256(self.text.encode("utf-8")).hexdigest()
