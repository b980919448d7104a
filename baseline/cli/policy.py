"""`baseline policy`: what the plan's service control policies say."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.options import profile_argument

if TYPE_CHECKING:
    from baseline.capabilities.landscape import Landscape
    from baseline.policy.decide import Verdict
    from baseline.policy.request import Request

_FORMAT = click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.group("policy")
def policy_command() -> None:
    """Service control policies of a profile: which there are, whether they fit, and what they deny.

    \b
    Examples:
      baseline policy list profile.yaml
      baseline policy budget profile.yaml
      baseline policy explain profile.yaml --account web-prod --action cloudtrail:StopLogging
    """


@policy_command.command("list")
@profile_argument
@_FORMAT
def list_command(profile: Path, format_: str) -> None:
    """Every policy of PROFILE: its guardrails, its size, and where it is attached."""
    from baseline.aws.quotas import quota
    from baseline.capabilities.guardrails import policies_of
    from baseline.policy.text import minified

    most = quota("organizations.scp_characters")
    rows = [
        {
            "policy": item.name,
            "guardrails": list(item.guardrails),
            "characters": len(minified(item.content)),
            "most": most,
            "attached": list(item.places),
        }
        for item in policies_of(_landscape(profile))
    ]
    _show(rows, format_, nothing="no policies: the capability guardrails is off, or this is a standalone account")


@policy_command.command("budget")
@profile_argument
@_FORMAT
def budget_command(profile: Path, format_: str) -> None:
    """How many policies each place of PROFILE has, inherits, and can still take.

    `others` are FullAWSAccess and the slots that the profile reserves; inherited policies take no slot.
    """
    from baseline.capabilities.guardrails_levels import budgets

    landscape = _landscape(profile)
    rows = [asdict(item) for item in budgets(landscape)] if landscape.is_on("guardrails") else []
    _show(rows, format_, nothing="no policies: the capability guardrails is off")


@policy_command.command("explain")
@profile_argument
@click.option("--account", required=True, help="Key or id of the account that the principal is of.")
@click.option("--action", required=True, help="The action, such as s3:PutObject.")
@click.option("--principal", help="ARN of the role or user, or `root`; unknown if left out.")
@click.option("--resource", default="*", show_default=True, help="ARN of the resource.")
@click.option("--context", multiple=True, metavar="KEY=VALUE", help="A condition key; `KEY=` if it is absent.")
@_FORMAT
def explain_command(profile: Path, format_: str, **values: Any) -> int:  # noqa: ANN401 - click's options
    """Say whether the service control policies of PROFILE deny a request, and by which statement of which policy.

    What hangs on a condition key that is not given is unknown. A request that is not denied still needs a policy in
    its account that allows it; policies that are attached beside this baseline are not seen.

    \b
    Examples:
      baseline policy explain profile.yaml --account web-prod --action ec2:RunInstances \\
        --principal arn:aws:iam::444444444444:role/Developer --context aws:RequestedRegion=sa-east-1

    Exit codes: 0 not denied, 1 denied, 3 unknown.
    """
    from baseline.capabilities.guardrails_levels import levels_of
    from baseline.policy.decide import Policies, decide

    landscape = _landscape(profile)
    account = _account(landscape, values["account"])
    request = _request(landscape.accounts[account].id, values)
    bound = account != "management"
    policies = Policies(
        service_control=levels_of(landscape, account) if bound else (),
        service_control_reason="" if bound else "service control policies do not hold in the management account",
    )
    verdict = decide(policies, request)
    if format_ == "json":
        click.echo(json.dumps(asdict(verdict), indent=2, ensure_ascii=False))
    else:
        click.echo(_sentence(verdict, request))
    return {"not denied": 0, "denied": 1, "unknown": 3}[verdict.decision]


def _landscape(profile: Path) -> "Landscape":
    from baseline.profile.load import load_profile

    return load_profile(profile).landscape


def _account(landscape: "Landscape", name: str) -> str:
    for key, account in landscape.accounts.items():
        if name in (key, account.id):
            return key
    raise click.BadParameter(f"no account {name}; known: {', '.join(landscape.accounts)}", param_hint="--account")


def _request(account: str | None, values: dict[str, Any]) -> "Request":
    from baseline.aws.iam_actions import matching_actions, nearest_action
    from baseline.policy.request import Request

    if not matching_actions(values["action"]):
        nearest = nearest_action(values["action"])
        hint = f"; did you mean {nearest}?" if nearest else ""
        raise click.BadParameter(f"no action {values['action']}{hint}", param_hint="--action")
    context: dict[str, tuple[str, ...]] = {}
    principal = values["principal"]
    if principal:
        arn = f"arn:aws:iam::{account or '000000000000'}:root" if principal == "root" else principal
        context["aws:principalarn"] = (arn,)
        context["aws:assumedroot"] = ()
    for item in values["context"]:
        key, separator, value = item.partition("=")
        if not separator:
            raise click.BadParameter(f"{item} has no =", param_hint="--context")
        context[key.lower()] = (*context.get(key.lower(), ()), value) if value else ()
    return Request(action=values["action"], resource=values["resource"], context=context)


def _sentence(verdict: "Verdict", request: "Request") -> str:
    if verdict.decision == "not denied":
        why = "; ".join(verdict.reasons) or "no statement of this baseline is about it"
        return f"{request.action} is not denied: {why}."
    where = f"statement {verdict.statement} of {verdict.policy}, attached to {verdict.level}"
    if verdict.decision == "denied":
        return f"{request.action} is denied by {where}."
    return f"{request.action} may be denied by {where}: that hangs on {', '.join(verdict.missing)}."


def _show(rows: list[dict[str, Any]], format_: str, *, nothing: str) -> None:
    if format_ == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    if not rows:
        click.echo(nothing)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        cells = (", ".join(value) if isinstance(value, list) else str(value) for value in row.values())
        table.add_row(*cells)
    Console().print(table)
