"""`baseline policy`: list and measure organization policies, and explain what they deny."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baseline.cli.groups import SuggestingGroup
from baseline.cli.option_types import Choice
from baseline.cli.options import profile_argument, root_option
from baseline.cli.terminal import say, say_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from baseline.capabilities.landscape import Landscape
    from baseline.capabilities.organization.guardrails.question import Question
    from baseline.policy.decide import AttachedPolicy, Verdict

_FORMAT = click.option("--format", "format_", type=Choice(["text", "json"]), default="text", show_default=True)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("policy", cls=SuggestingGroup, short_help="List, measure and explain the organization policies.")
def policy_command() -> None:
    """List and measure the organization policies of a profile, and explain what they deny.

    \b
    Examples:
      baseline policy list profile.yaml
      baseline policy budget profile.yaml
      baseline policy explain profile.yaml --account web-prod --action cloudtrail:StopLogging
    """


@policy_command.command("list", short_help="List every organization policy with its guardrails and size.")
@profile_argument
@root_option
@_FORMAT
def list_command(profile: Path, root: Path | None, format_: str) -> None:
    """List every policy of PROFILE with kind, guardrails, size and attachments.

    \b
    Example:
      baseline policy list profile.yaml --format json | jq -r '.[].policy'
    """
    from baseline.capabilities.organization.guardrails.policies import policies_of, resolved, settings_of
    from baseline.policy.kinds import KINDS
    from baseline.report.policies_text import format_policies

    landscape = _landscape(profile, root)
    rows = [
        {
            "policy": item.name,
            "kind": KINDS[item.kind].title,
            "guardrails": list(item.guardrails),
            "characters": len(resolved(landscape, item.content)),
            "most": KINDS[item.kind].most_characters(settings_of(landscape).quotas),
            "attached": list(item.places),
        }
        for item in policies_of(landscape)
    ]
    _show(rows, format_, format_policies)


@policy_command.command("budget", short_help="Count used and free policy slots of each place.")
@profile_argument
@root_option
@_FORMAT
def budget_command(profile: Path, root: Path | None, format_: str) -> None:
    """Count the organization policies, by kind, that each place of PROFILE has and inherits, and its free slots.

    `others` counts the policies that AWS attaches and the slots that the profile reserves. Inherited policies use no
    slots.

    \b
    Example:
      baseline policy budget profile.yaml
    """
    from baseline.capabilities.organization.guardrails.levels import budgets
    from baseline.report.policies_text import format_budgets

    landscape = _landscape(profile, root)
    rows = [asdict(item) for item in budgets(landscape)] if landscape.is_on("guardrails") else []
    _show(rows, format_, format_budgets)


@policy_command.command("explain", short_help="Say whether policies deny a request, and which.")
@profile_argument
@root_option
@click.option("--account", required=True, help="Key or id of the principal's account.")
@click.option("--action", required=True, help="The action, such as s3:PutObject.")
@click.option("--principal", help="ARN of a role, user or session, `root`, or a service such as config.amazonaws.com.")
@click.option("--resource", default="*", show_default=True, help="ARN of the resource.")
@click.option("--resource-account", help="Key or id of the resource's account, if its ARN has none.")
@click.option(
    "--context", multiple=True, metavar="KEY=VALUE", help="Value of a condition key; `KEY=` if the key is absent."
)
@click.option(
    "--identity-policy", type=_FILE, multiple=True, help="An identity-based policy of the principal, as JSON."
)
@click.option("--resource-policy", type=_FILE, help="The resource-based policy.")
@click.option("--boundary", type=_FILE, help="The principal's permissions boundary.")
@click.option("--session-policy", type=_FILE, help="The session policy.")
@click.option(
    "--expect", type=Choice(["allow", "deny"]), help="Expected result: exit code 0 if it matches, otherwise 5."
)
@_FORMAT
def explain_command(profile: Path, root: Path | None, format_: str, **values: Any) -> int:  # noqa: ANN401 - click's options
    """Say whether the policies of PROFILE deny a request, and by which statement of which policy at which level.

    The answer is unknown if it depends on a condition key that is not given. A call is assumed to be direct and over
    TLS unless --context says otherwise. Without --identity-policy, only denials are evaluated: a request that is not
    denied still needs a policy in its account that allows it. Policies that are not part of this baseline are not
    considered.

    \b
    Examples:
      baseline policy explain profile.yaml --account web-prod --action ec2:RunInstances \\
        --principal arn:aws:iam::444444444444:role/Developer --context aws:RequestedRegion=sa-east-1
      baseline policy explain profile.yaml --account web-prod --action cloudtrail:StopLogging --expect deny

    Exit codes: 0 allowed or not denied, 10 denied, 11 unknown; with --expect: 0 as expected, 5 not, or unknown.
    """
    from dataclasses import replace

    from baseline.capabilities.organization.guardrails.question import (
        guardrails_behind,
        organization_policies,
        request_of,
    )
    from baseline.policy.decide import decide

    landscape = _landscape(profile, root)
    question = _question(landscape, values)
    policies = replace(organization_policies(landscape, question), **_beside(values))
    verdict = decide(policies, request_of(landscape, question))
    behind = guardrails_behind(landscape, verdict, question.action)
    if format_ == "json":
        say_json({**asdict(verdict), "guardrails": behind})
    else:
        say(_sentence(verdict, question.action, behind))
    if values["expect"]:
        expected = {"allow": ("allowed", "not denied"), "deny": ("denied",)}[values["expect"]]
        return 0 if verdict.decision in expected else 5
    return {"allowed": 0, "not denied": 0, "denied": 10, "unknown": 11}[verdict.decision]


def _landscape(profile: Path, root: Path | None) -> "Landscape":
    from baseline.cli.lock_notice import say_lock
    from baseline.pipeline import plan_profile

    loaded, _ = plan_profile(profile, root=root)
    say_lock(loaded.lock)
    return loaded.landscape


def _account(landscape: "Landscape", name: str, option: str) -> str:
    for key, account in landscape.accounts.items():
        if name in (key, account.id):
            return key
    from baseline.text.nearest import did_you_mean

    known = list(landscape.accounts)
    shown = f"{', '.join(known[:20])}{', …' if len(known) > 20 else ''}"
    raise click.BadParameter(f"no account {name}{did_you_mean(name, known)} (known: {shown})", param_hint=option)


def _question(landscape: "Landscape", values: dict[str, Any]) -> "Question":
    from baseline.aws.iam_actions import matching_actions, nearest_action
    from baseline.capabilities.organization.guardrails.question import Question
    from baseline.policy.request import account_of

    if not matching_actions(values["action"]):
        nearest = nearest_action(values["action"])
        hint = f"; did you mean {nearest}?" if nearest else ""
        raise click.BadParameter(f"no action {values['action']}{hint}", param_hint="--action")
    owner = values["resource_account"]
    account = _account(landscape, values["account"], "--account")
    own = account_of(values["principal"] or "")
    if own in {item.id for item in landscape.accounts.values()} and own != landscape.accounts[account].id:
        key = _account(landscape, own, "--principal")
        raise click.BadParameter(f"{values['principal']} belongs to the account {key}", param_hint="--principal")
    return Question(
        account=account,
        action=values["action"],
        principal=values["principal"] or "",
        resource=values["resource"],
        resource_account=_account(landscape, owner, "--resource-account") if owner else "",
        context=_context(values["context"]),
    )


def _context(given: tuple[str, ...]) -> "Mapping[str, tuple[str, ...]]":
    found: dict[str, tuple[str, ...]] = {}
    for item in given:
        key, separator, value = item.partition("=")
        if not separator:
            raise click.BadParameter(f"{item} has no =", param_hint="--context")
        found[key.lower()] = (*found.get(key.lower(), ()), value) if value else ()
    return found


def _beside(values: dict[str, Any]) -> dict[str, Any]:
    """Additional policies besides the organization's, from files."""
    identity = tuple(_policy_in(path, "--identity-policy") for path in values["identity_policy"])
    others = {"resource": "resource_policy", "boundary": "boundary", "session": "session_policy"}
    given = {
        name: _policy_in(values[option], f"--{option.replace('_', '-')}")
        for name, option in others.items()
        if values[option]
    }
    return {**given, "identity": identity if identity or given else None}


def _policy_in(path: Path, option: str) -> "AttachedPolicy":
    from baseline.files import UnreadableError, parse_json, read_file
    from baseline.policy.decide import AttachedPolicy
    from baseline.policy.document import read_statements
    from baseline.profile.source import LARGEST_FILE

    try:
        document = parse_json(read_file(path, limit=LARGEST_FILE))
    except UnreadableError as error:
        raise click.BadParameter(f"{path}: {error}", param_hint=option) from error
    if not isinstance(document, dict):
        raise click.BadParameter(f"{path}: a policy is a JSON object", param_hint=option)
    return AttachedPolicy(name=path.name, statements=read_statements(document))


def _sentence(verdict: "Verdict", action: str, behind: tuple[str, ...]) -> str:
    where = _where(verdict, behind)
    if verdict.decision == "denied":
        why = f"by {where}" if verdict.policy else f"because {'; '.join(verdict.reasons)}"
        return f"{action} is denied {why}."
    if verdict.decision == "unknown":
        keys = ", ".join(verdict.missing)
        return f"{action} is undecided: {where} may deny it, depending on {keys}. Pass --principal or --context."
    found = "allowed" if verdict.decision == "allowed" else "not denied"
    notes = f" ({'; '.join(verdict.reasons)})" if verdict.reasons else ""
    return (
        f"{action} is {found}: no statement denies it{notes}."
        if found == "not denied"
        else f"{action} is {found}{notes}."
    )


def _where(verdict: "Verdict", behind: tuple[str, ...]) -> str:
    if not verdict.policy:
        return f"the lack of an Allow in {verdict.kind} policies"
    level = f", attached to {verdict.level}" if verdict.level else ""
    names = f" (guardrail {', '.join(behind)})" if behind else ""
    return f"statement {verdict.statement or 'without Sid'} of the {verdict.kind} policy {verdict.policy}{level}{names}"


def _show(rows: list[dict[str, Any]], format_: str, text: "Callable[[list[dict[str, Any]]], str]") -> None:
    if format_ == "json":
        say_json(rows)
    elif not rows:
        say("no policies: the capability guardrails is off, or this is a standalone account")
    else:
        say(text(rows), nl=False)
