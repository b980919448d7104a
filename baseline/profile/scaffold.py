"""A first profile, commented, for `baseline init`."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap

from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import Tier, settings_of_tier
from baseline.releases import NEWEST


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What `init` asks. `emails` has an address per account; account ids are None while they do not exist."""

    name: str
    prefix: str
    home_region: str
    regions: tuple[str, ...]
    standalone: bool
    tier: Tier
    alerts: tuple[str, ...]
    emails: dict[str, str]
    ids: dict[str, str | None]


def scaffold(answers: Answers) -> str:
    """A profile that validates: the answers, and the tier's defaults as comments to start from."""
    lines = [
        "# yaml-language-server: $schema=./profile.schema.json",
        "# `baseline schema > profile.schema.json` gives your editor completion; `baseline explain` says what is what.",
        "version: 1",
        "organization:",
        f"  name: {_text(answers.name)}",
        f"  prefix: {_text(answers.prefix)}  # begins every name; cannot change later",
        *(["  standalone: true  # one account, no organization"] if answers.standalone else []),
        f"  home_region: {answers.home_region}  # where the trail, the log buckets and the alarms are",
        f"  regions: [{', '.join(answers.regions)}]  # governed Regions",
        f"  alerts: {_flow(answers.alerts)}  # each address has to confirm its subscription once",
        "",
        "# Give the id of what exists; what has none is created.",
        "accounts:",
        *_accounts(answers),
        *_units(answers),
        "",
        "# Frameworks that the evidence is reported against.",
        "compliance: [cis-7.0, fsbp]",
        "",
        "# starter | standard | regulated: the defaults of everything below.",
        f"tier: {answers.tier}",
        "# The dated set of those defaults: a newer version of baseline adds nothing until you name a newer release.",
        f'defaults: "{NEWEST}"',
        "",
        f"# What the tier {answers.tier} fills in. State only what differs: a weaker value is a finding until a",
        "# `reason:` stands beside it; `name: false` turns a capability off.",
        "capabilities: {}",
        *_defaults(answers.tier),
    ]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _flow(values: Iterable[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"


def _accounts(answers: Answers) -> Iterable[str]:
    for key, email in answers.emails.items():
        account_id = answers.ids.get(key)
        parts = [f"id: {_text(account_id)}"] if account_id else []
        parts.append(f"email: {_text(email)}")
        parts += ["ou: Security"] if key in {"log_archive", "security"} else []
        yield f"  {key}: {{{', '.join(parts)}}}"


def _units(answers: Answers) -> list[str]:
    if answers.standalone:
        return []
    return ["", "organizational_units: [Security, Workloads/Prod, Workloads/Dev, Sandbox, Suspended]"]


def _defaults(tier: Tier) -> Iterable[str]:
    for name, capability in CAPABILITIES.items():
        yield f"#   {name}:  # {capability.title}"
        settings = settings_of_tier(capability.settings, tier)
        text = ", ".join(f"{setting}: {json.dumps(value)}" for setting, value in settings.items())
        yield from wrap(
            f"{{{text}}}",
            110,
            initial_indent="#     ",
            subsequent_indent="#      ",
            break_long_words=False,
            break_on_hyphens=False,
        )
