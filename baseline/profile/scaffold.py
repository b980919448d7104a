"""The commented first profile of `baseline init`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any

from baseline.aws.regions import REGIONS
from baseline.capabilities.capability import Capability
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import TIERS, Settings, Tier, settings_of_tier
from baseline.frozen import frozen
from baseline.prices.price_list import packaged_prices
from baseline.profile.tiers import tier_data
from baseline.releases import NEWEST
from baseline.text.slug import slug

SCHEMA_FILE = "profile.schema.json"
"""The file that the first line of the profile names."""

_AUDIT_REASON = "Guardrails are read and tested first; this organization has accounts already."


@frozen
class Answers:
    """The answers to the questions of `init`.

    Attributes:
        emails: Account key → address of its root user.
        ids: Account key → id; None or missing if the account does not exist.
        organization_id: The id of an existing organization.
        identity_center_region: Region of an existing instance of IAM Identity Center; None if there is none.
        audit: Whether guardrails are generated but not attached.
        enforced: Whether guardrails are attached although accounts exist; written to the profile.
        root_id: The id of an existing organization's root.
        ous: Account key → path of its unit, "" for the root. The unit of the log archive and security accounts is
            Security if they are missing here.
        names: Account key → name in AWS, if it is not the key.
        tags: Account key → tags of an account without id.
        units: Path → id of existing units, "" if unknown; empty for a new set of units.
        roles: Role → key of the account that has it.
        found: Capability → settings that follow from existing resources.
        adopt: Kind → name → id of the existing resources that stacks import.
        control_tower: The key `organization.control_tower`; empty without a landing zone.
        notes: Section or capability → comments about existing resources.
    """

    name: str
    prefix: str
    home_region: str
    regions: tuple[str, ...]
    standalone: bool
    tier: Tier
    alerts: tuple[str, ...]
    emails: dict[str, str]
    ids: dict[str, str | None]
    organization_id: str | None = None
    identity_center_region: str | None = None
    audit: bool = False
    enforced: bool = False
    root_id: str | None = None
    ous: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    adopt: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    control_tower: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def unit_of(self, key: str) -> str:
        """Path of an account's unit; "" for the root."""
        return self.ous.get(key, "Security" if key in {"log_archive", "security"} else "")

    @property
    def settings(self) -> dict[str, dict[str, Any]]:
        """Capability → settings that follow from the answers."""
        found: dict[str, dict[str, Any]] = {}
        if self.audit:
            found["guardrails"] = {"stage": "audit", "reason": _AUDIT_REASON}
        if self.enforced:
            found["guardrails"] = {"stage": "all"}
        if self.identity_center_region not in (None, self.home_region):
            found["identity_center"] = {"region": self.identity_center_region}
        for name, settings in self.found.items():
            found[name] = {**found.get(name, {}), **settings}
        return found


def prefix_from(name: str) -> str:
    """A prefix derived from a name."""
    short = slug(name).replace("-", "").lstrip("0123456789")[:8]
    return short if len(short) >= 2 else "base"


def scaffold(answers: Answers) -> str:
    """The answers as a profile, with the tier's values as comments that can be uncommented one by one."""
    return "\n".join([*_head(answers), *_accounts(answers), *_rest(answers), *_settings(answers)]) + "\n"


def _head(answers: Answers) -> Iterator[str]:
    yield f"# yaml-language-server: $schema=./{SCHEMA_FILE}"
    yield "# Editors complete and explain every key by this schema; `baseline explain NAME` explains it in a terminal."
    yield "version: 1"
    yield "organization:"
    yield f"  name: {_text(answers.name)}"
    yield f"  prefix: {_text(answers.prefix)}  # begins every name; cannot change later"
    if answers.organization_id:
        yield f"  id: {_text(answers.organization_id)}"
    if answers.root_id:
        yield f"  root_id: {_text(answers.root_id)}"
    if answers.standalone:
        yield "  standalone: true  # one account, no organization"
    yield f"  home_region: {_text(answers.home_region)}  # where the trail, the log buckets and the alarms are"
    yield f"  regions: {_flow(answers.regions)}  # governed Regions"
    yield f"  alerts: {_flow(answers.alerts)}  # each address must confirm its subscription once"
    yield from _notes(answers, "control_tower", "  ")
    if answers.control_tower:
        yield "  control_tower:  # not duplicated by the baseline: `baseline docs control-tower`"
        yield from (
            f"    {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in answers.control_tower.items()
        )
    yield ""


def _accounts(answers: Answers) -> Iterator[str]:
    yield "# An account with an id exists; an account without one is created."
    yield from _notes(answers, "accounts")
    yield "accounts:"
    for key, email in answers.emails.items():
        values = {
            "id": answers.ids.get(key),
            "email": email,
            "ou": answers.unit_of(key),
            "name": answers.names.get(key),
        }
        written = [f"{name}: {_text(value)}" for name, value in values.items() if value]
        if tags := answers.tags.get(key):
            written.append(f"tags: {json.dumps(tags, ensure_ascii=False)}")
        yield f"  {key}: {{{', '.join(written)}}}"
    if answers.roles:
        yield ""
        yield f"roles: {{{', '.join(f'{role}: {key}' for role, key in answers.roles.items())}}}"


def _rest(answers: Answers) -> Iterator[str]:
    if not answers.standalone:
        yield ""
        if answers.organization_id and not answers.units:
            yield "# An existing unit is written with its id: {path: Security, id: ou-ab12-1a2b3c4d}"
        yield from _units(answers)
    if answers.adopt:
        yield ""
        yield "# What exists under names of the baseline: its stacks import it, and then change it."
        yield "adopt:"
        yield from (f"  {kind}: {json.dumps(some)}" for kind, some in answers.adopt.items())
    yield ""
    yield "# Frameworks that the evidence is reported against."
    yield "compliance: [cis-7.0, fsbp]"
    yield ""
    yield "# starter | standard | regulated: the values of everything below."
    yield f"tier: {answers.tier}"
    yield "# The dated set of those values: a newer version of baseline adds nothing until you name a newer release."
    yield f'defaults: "{NEWEST}"'
    yield ""
    yield from _cost(answers)


def _cost(answers: Answers) -> Iterator[str]:
    """Regions whose prices an estimate assumes for governed Regions without known prices."""
    known = sorted(packaged_prices().regions)
    supported = (REGIONS[name] for name in answers.regions if name in REGIONS)  # another name is a problem elsewhere
    missing = [region.name for region in supported if region.partition == "aws" and region.name not in known]
    near = {name: other for name in missing for other in known if other.partition("-")[0] == name.partition("-")[0]}
    if near:
        yield "# An assumption of `baseline cost`: these Regions, whose prices it does not know, cost what others do."
        yield f"cost: {{price_as: {{{', '.join(f'{name}: {other}' for name, other in near.items())}}}}}"
    if far := [name for name in missing if name not in near]:
        yield f"# `baseline cost` knows no prices of {', '.join(far)}: give them with --prices, or assume those of"
        yield f"# another Region with --price-as {far[0]}={known[-1]}; `baseline docs cost` explains both."
    if missing:
        yield ""


def _units(answers: Answers) -> Iterator[str]:
    if not answers.units:
        yield "organizational_units: [Security, Workloads/Prod, Workloads/Dev, Sandbox, Suspended]"
        return
    yield from _notes(answers, "organizational_units")
    yield "organizational_units:"
    for path, id_ in answers.units.items():
        yield f"  - {{path: {_text(path)}, id: {_text(id_)}}}" if id_ else f"  - {_text(path)}"
    new = {answers.unit_of(key) for key in answers.emails} - answers.units.keys() - {""}
    yield from (f"  - {_text(path)}  # is created" for path in sorted(new))


def _notes(answers: Answers, subject: str, indent: str = "") -> Iterator[str]:
    """Comments about existing resources."""
    yield from (f"{indent}# {line}" for line in answers.notes.get(subject, ()))


def _settings(answers: Answers) -> Iterator[str]:
    yield f"# Settings, with the values of the tier {answers.tier} as comments: uncomment a line to change it."
    yield "# A value weaker than the tier's is a finding until it has a `reason:`."
    yield "# `config: false` turns a capability off."
    yield "capabilities:"
    for name, capability in CAPABILITIES.items():
        stated = answers.settings.get(name, {})
        if answers.standalone and capability.needs_organization and not stated:
            continue
        quiet = "" if stated or _is_asked(capability, answers.tier) else "; deploys nothing until configured"
        yield f"  {name}:  # {capability.title}{quiet}"
        yield from _notes(answers, name, "    ")
        yield from (f"    {setting}: {json.dumps(value)}" for setting, value in stated.items())
        yield from _commented(capability.settings, answers.tier, stated)


def _is_asked(capability: Capability, tier: Tier) -> bool:
    """Whether the capability deploys anything with the values of the tier."""
    return capability.is_asked(capability.settings.model_validate(tier_data(capability.settings, tier)))


def _commented(settings: type[Settings], tier: Tier, stated: Iterable[str]) -> Iterator[str]:
    """The tier's non-empty values, with those of the other tiers if they differ."""
    tiers = {name: settings_of_tier(settings, name) for name in TIERS}
    for setting, value in tiers[tier].items():
        if setting == "enabled" or setting in stated or value in ([], {}, None, ""):
            continue
        others = [f"{name}: {json.dumps(tiers[name][setting])}" for name in TIERS if tiers[name][setting] != value]
        hint = f"  # {', '.join(others)}" if others else ""
        yield f"    # {setting}: {json.dumps(value)}{hint}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _flow(values: Iterable[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"
