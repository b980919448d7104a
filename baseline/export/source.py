"""The input of an export: the verified output, and the user's additions."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field

from baseline.errors import ExportError
from baseline.frozen import frozen
from baseline.plan.model import Deployment, Method, ParameterValue, Plan, Stack
from baseline.plan.units import MANAGEMENT, ROOT, units_above
from baseline.plan.written import WrittenPlan
from baseline.text.nearest import did_you_mean


@frozen
class Source:
    """A written output.

    Attributes:
        written: The plan and its templates, as verified.
        values: Parameter → value from the user.
        names: Account key → name of the account in the target.
        directory: Its path, as the user wrote it.
        profile: Path of its profile, as the user wrote it; empty without one.
        units: Every OU outside suspended ones; empty if unknown, as a plan lists only the OUs that it targets.
        unit_parameters: Name of a parameter with the id of an OU → its path; empty without a profile.
        account_parameters: Name of a parameter with the id of an account → its profile key; empty without a profile.
        native_policies: Whether the target attaches organization policies by itself where it can; else stacks do.
    """

    written: WrittenPlan
    values: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    directory: str = ""
    profile: str = ""
    units: tuple[str, ...] = ()
    unit_parameters: Mapping[str, str] = field(default_factory=dict)
    account_parameters: Mapping[str, str] = field(default_factory=dict)
    native_policies: bool = False

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.written.plan

    def value(self, parameter: ParameterValue) -> str | None:
        """The value of a parameter: the user's, or else the plan's; None if neither has one."""
        return self.values.get(parameter.name, parameter.value)

    def below(self, ou: str) -> tuple[str, ...]:
        """The OU and every OU in it."""
        return tuple(dict.fromkeys((ou, *(unit for unit in self.units if ou in units_above(unit)))))

    def templates(self, directory: str = "templates", pieces: "Iterable[Piece] | None" = None) -> dict[str, bytes]:
        """Path → content of every template, or those of some deployments, unchanged."""
        names = self.written.texts if pieces is None else dict.fromkeys(piece.stack.name for piece in pieces)
        return {f"{directory}/{name}.yaml": self.written.texts[name].encode("utf-8") for name in names}


@frozen
class Piece:
    """One deployment of a stack, which most targets call a resource.

    `name` is unique: the stack's, with a number for a second deployment. `wave` counts from 1.
    """

    name: str
    wave: int
    stack: Stack
    deployment: Deployment


def pieces_of(plan: Plan) -> Iterator[Piece]:
    """Every deployment, in the order of the waves."""
    for wave, stacks in enumerate(plan.waves, start=1):
        for stack in stacks:
            for number, deployment in enumerate(stack.deployments, start=1):
                name = stack.name if number == 1 else f"{stack.name}-{number}"
                yield Piece(name=name, wave=wave, stack=stack, deployment=deployment)


@frozen
class Export:
    """The result of an export.

    Attributes:
        files: Relative path → content.
        losses: Features of the output that the target does not preserve, as sentences in Markdown.
        steps: Manual steps before the first run, as sentences in Markdown.
    """

    files: Mapping[str, bytes]
    losses: tuple[str, ...]
    steps: tuple[str, ...]


def targeted_units(plan: Plan) -> frozenset[str]:
    """The OUs that StackSets target."""
    return frozenset(ou for piece in pieces_of(plan) for ou in piece.deployment.ous)


def unit_id(path: str) -> str:
    """A description of a value that AWS assigns to an OU."""
    return f"the id of the organizational unit {path}"


def known_account(source: Source, piece: Piece) -> str | None:
    """The id of the only account that a deployment targets; None if it is unknown, or targets OUs."""
    account = piece.deployment.account_id
    return source.value(account) if account else None


def unique_names(texts: Iterable[str], name: Callable[[str], str], joint: str = "_") -> dict[str, str]:
    """Text → its unique name. A name that an earlier text has is extended by a joint and a number, from 2 on."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for text in sorted(set(texts)):
        wanted = chosen = name(text)
        number = 1
        while chosen in taken:
            number += 1
            chosen = f"{wanted}{joint}{number}"
        taken.add(chosen)
        found[text] = chosen
    return found


def require_organization(source: Source) -> None:
    """Reject the plan of a single account.

    Raises:
        ExportError: if the plan has no organization.
    """
    if source.plan.standalone:
        raise ExportError(
            "this output is for a single account, but the target requires an organization",
            hint="use terraform, cdk, stacksets, git-sync, github or gitlab",
        )


def require_expressible(what: str, problems: Iterable[str]) -> None:
    """Reject a plan with something that the target cannot express.

    Raises:
        ExportError: with every problem.
    """
    found = tuple(problems)
    if found:
        raise ExportError(
            f"cannot export this output as {what}: {'; '.join(found)}",
            hint="set parameters with --parameter NAME=VALUE; set ids in the profile or its lock file, and generate",
        )


def require_known_names(source: Source) -> None:
    """Reject values and names for parameters and accounts that the plan does not have.

    Raises:
        ExportError: with a list of all these parameters and accounts.
    """
    deployments = [piece.deployment for piece in pieces_of(source.plan)]
    parameters = {item.name for stack in source.plan.stacks for item in stack.parameters}
    parameters |= {item.account_id.name for item in deployments if item.account_id}
    accounts = {MANAGEMENT} | {item.account for item in deployments if item.account}
    problems = [
        *(f"--parameter {name}{did_you_mean(name, parameters)}" for name in source.values if name not in parameters),
        *(f"--account {key}{did_you_mean(key, accounts)}" for key in source.names if key not in accounts),
    ]
    if problems:
        raise ExportError(
            f"the plan has no such parameter or account: {', '.join(problems)}",
            hint="use a name from the output, or leave the option out",
        )


def unit_problems(source: Source) -> Iterator[str]:
    """Report OUs whose nested OUs are unknown, if the target does not include nested OUs."""
    targeted = {
        ou
        for piece in pieces_of(source.plan)
        if piece.deployment.method is Method.STACK_SET and not piece.deployment.account
        for ou in piece.deployment.ous
    }
    if targeted - {ROOT} and not source.units:
        yield (
            f"the target looks for accounts directly in {', '.join(sorted(targeted - {ROOT}))}, not in units below, "
            "and the plan does not list those: name the profile with --profile"
        )


def prerequisites(plan: Plan) -> tuple[str, ...]:
    """Requirements that no stack creates, each once, in Markdown."""
    return tuple(dict.fromkeys(text for stack in plan.stacks for text in stack.prerequisites))
