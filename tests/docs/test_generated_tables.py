"""The generated tables in the documentation match the code."""

import json
import re
from pathlib import Path

import pytest

from baseline.areas import area_of
from baseline.aws.handlers import identifier_of
from baseline.capabilities.capability import Capability
from baseline.capabilities.detect.config.packs import managed_rules
from baseline.capabilities.detect.conformance.catalog import catalog, mapped_rules, runbooks
from baseline.capabilities.protect.waf.groups import managed_groups
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.setting_permissions import SETTING_PERMISSIONS
from baseline.capabilities.settings import TIERS, tier_defaults
from baseline.cli.main import _COMMANDS
from baseline.cloud.aws_errors import error_classes
from baseline.cloud.inventory_calls import INVENTORY_CALLS
from baseline.controls.control import controls, controls_of
from baseline.controls.framework import framework_ids, frameworks
from baseline.controls.guardrail import guardrails
from baseline.deploy.preflight import PREFLIGHT_CHECKS
from baseline.importers.keys import key_rules
from baseline.inventory.conflicts.run import INVENTORY_CHECKS
from baseline.plan.adoption import KINDS as ADOPTABLE
from baseline.policy.kinds import KINDS
from baseline.profile.adopt import Adopt
from baseline.profile.places import settings_with_places
from baseline.report.requirement_words import STATES
from baseline.validate.checks.registry import CHECKS

CHECKOUT = Path(__file__).parents[2]
DOCS = CHECKOUT / "docs"


def cell(value: object) -> str:
    return f"`{json.dumps(value)}`".replace("|", "\\|")


def settings_table(capability: Capability) -> str:
    rows = [f"| setting | {' | '.join(TIERS)} | what it is |", "|---|---|---|---|---|"]
    for name, defaults in tier_defaults(capability.settings).items():
        values = [cell(defaults.values[tier]) for tier in TIERS]
        if len(set(values)) == 1 and len(values[0]) > 60:
            values = ["all of them" if len(defaults.values["starter"]) > 10 else "see `baseline explain`"] * 3
        rows.append(f"| `{name}` | {' | '.join(values)} | {capability.settings.model_fields[name].description} |")
    return "\n".join(rows)


def controls_table(capability: Capability) -> str:
    rows = ["| control | severity | statement | CIS 7.0 | NIST 800-53 r5 |", "|---|---|---|---|---|"]
    for control in controls_of(capability.name):
        asked = [", ".join(control.requirements.get(framework, ())) for framework in ("cis-7.0", "nist-800-53-r5")]
        rows.append(f"| `{control.id}` | {control.severity} | {control.statement} | {' | '.join(asked)} |")
    return "\n".join(rows)


def frameworks_table() -> str:
    rows = ["| framework | id | version | requirements | read on | covers |", "|---|---|---|---|---|---|"]
    for name, item in frameworks().items():
        cells = (f"[{item.title}]({item.source})", f"`{name}`", item.version, len(item.requirements), item.as_of)
        rows.append(f"| {' | '.join(map(str, cells))} | {item.covers or 'all requirements'} |")
    return "\n".join(rows)


def states_table() -> str:
    return "\n".join(["| state | meaning |", "|---|---|", *(f"| `{name}` | {text} |" for name, text in STATES.items())])


def rules_table() -> str:
    rows = ["| rule | AWS's name | from tier | where | what is so | parameters |", "|---|---|---|---|---|---|"]
    where = {"regional": "every Region", "iam": "IAM's Region", "account": "once an account"}
    for rule in managed_rules().values():
        parameters = ", ".join(f"`{name}` {value}" for name, value in rule.parameters.items())
        cells = (f"`{rule.name}`", f"`{rule.identifier}`", rule.tier, where[rule.scope], rule.title, parameters)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def mapped_table() -> str:
    rows = ["| rule | AWS's name | what is so | parameters | frameworks |", "|---|---|---|---|---|"]
    for name, rule in catalog().items():
        if name in managed_rules():
            continue
        parameters = ", ".join(f"`{key}` {value}" for key, value in rule.parameters.items())
        mapped = ", ".join(framework for framework in framework_ids() if name in mapped_rules(framework))
        rows.append(f"| {' | '.join((f'`{name}`', f'`{rule.identifier}`', rule.title, parameters, mapped))} |")
    return "\n".join(rows)


def runbooks_table() -> str:
    rows = ["| rule | runbook | what it does | `exempt_tag` |", "|---|---|---|---|"]
    for name, item in runbooks().items():
        runbook = f"[{item.document}]({item.source})"
        rows.append(f"| `{name}` | {runbook} | {item.effect} | {'yes' if item.tags else 'no'} |")
    return "\n".join(rows)


def guardrails_table() -> str:
    rows = [
        "| guardrail | kind | what it is for | why | from tier | where | exemptions | what it breaks |",
        "|---|---|---|---|---|---|---|---|",
    ]
    where = {
        "root": "root",
        "security": "security units",
        "quarantine": "quarantine units",
        "suspended": "suspended units",
    }
    for item in guardrails().values():
        exempt = "deployers" if item.exempt else "none"
        needs = f"; needs {', '.join(f'`{name}`' for name in item.needs)}" if item.needs else ""
        since = f" from the defaults of {item.since}" if item.since else ""
        tier = (item.tiers[0] if item.tiers else "off") + since + needs
        kind = KINDS[item.type].short
        cells = (f"`{item.id}`", kind, item.intent, item.why, tier, where[item.to], exempt, item.breaks)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def checks_table() -> str:
    rows = ["| id | severity | finds | source |", "|---|---|---|---|"]
    rows += [f"| {check.id} | {check.severity} | {check.title} | [link]({check.source}) |" for check in CHECKS]
    return "\n".join(rows)


def errors_table() -> str:
    """Error classes with the codes from botocore's models and the services' references for our calls."""
    rows = ["| what it means | error codes and messages | what `baseline` does | what to do |", "|---|---|---|---|"]
    actions = {"retry": "repeats the call", "done": "takes it for an answer", "refuse": "stops"}
    for item in error_classes().values():
        said = [f"`{code}`" for code in sorted({*item.codes, *item.raised})] + [f"“{text}”" for text in item.words]
        action = actions[item.action.value] + (", *waits*" if item.waits else "")
        fix = item.fix.replace("{profile}", " --profile NAME")
        rows.append(f"| {item.meaning} | {', '.join(said)} | {action} | {fix[0].upper()}{fix[1:]}. |")
    return "\n".join(rows)


def preflight_table() -> str:
    rows = ["| check | what holds if it is ok | source |", "|---|---|---|"]
    rows += [f"| `{check.id}` | {check.title} | [link]({check.source}) |" for check in PREFLIGHT_CHECKS]
    return "\n".join(rows)


MARKDOWN_MARKERS = "<!-- {} -->"
YAML_MARKERS = "      # {}"


def between(text: str, name: str, table: str, form: str) -> str:
    begin, end = (re.escape(form.format(f"{name}:{word}")) for word in ("begin", "end"))
    pattern = rf"({begin}\n).*?({end})"
    replaced, count = re.subn(pattern, lambda m: f"{m[1]}{table}\n{m[2]}", text, flags=re.DOTALL)
    assert count == 1, f"the markers of {name} are missing"
    return replaced


def compare(path: Path, tables: dict[str, str], *, rewrite: bool, form: str = MARKDOWN_MARKERS) -> None:
    kept = path.read_text(encoding="utf-8")
    made = kept
    for name, table in tables.items():
        made = between(made, name, table, form)
    if rewrite:
        path.write_text(made, encoding="utf-8")
        kept = made
    assert kept == made, f"{path.name} is out of date: make docs"


@pytest.mark.parametrize("name", CAPABILITIES)
def test_every_capability_has_a_page_with_its_settings_and_controls(name: str, *, rewrite_golden: bool) -> None:
    capability = CAPABILITIES[name]
    tables = {"settings": settings_table(capability), "controls": controls_table(capability)}
    compare(DOCS / "capabilities" / f"{name}.md", tables, rewrite=rewrite_golden)


def test_the_page_of_evidence_lists_every_framework_and_state(*, rewrite_golden: bool) -> None:
    tables = {"frameworks": frameworks_table(), "states": states_table()}
    compare(DOCS / "evidence.md", tables, rewrite=rewrite_golden)


def test_deploying_page_lists_aws_errors_and_preflight_checks(*, rewrite_golden: bool) -> None:
    tables = {"errors": errors_table(), "preflight": preflight_table()}
    compare(DOCS / "deploy.md", tables, rewrite=rewrite_golden)


def test_the_page_of_checks_lists_them_all(*, rewrite_golden: bool) -> None:
    compare(DOCS / "checks.md", {"checks": checks_table()}, rewrite=rewrite_golden)


def areas_table() -> str:
    rows = ["| area | capabilities |", "|---|---|"]
    for area in dict.fromkeys(map(area_of, CAPABILITIES)):
        names = (name for name in CAPABILITIES if area_of(name) == area)
        rows.append(f"| {area} | {', '.join(f'[{name}](docs/capabilities/{name}.md)' for name in names)} |")
    return "\n".join(rows)


def capabilities_table() -> str:
    rows = ["| capability | area | what it does |", "|---|---|---|"]
    for name, item in CAPABILITIES.items():
        rows.append(f"| [{name}](capabilities/{name}.md) | {area_of(name)} | {item.summary} |")
    return "\n".join(rows)


def places_table() -> str:
    rows = ["| capability | settings that take places, or why there are none |", "|---|---|"]
    for name, item in CAPABILITIES.items():
        names = [f"`{setting}`" for setting in settings_with_places(item.settings)]
        assert bool(names) != bool(item.same_everywhere), name
        rows.append(f"| [{name}](capabilities/{name}.md) | {', '.join(names) or item.same_everywhere} |")
    return "\n".join(rows)


def test_the_page_of_the_profile_says_what_can_differ_by_place(*, rewrite_golden: bool) -> None:
    compare(DOCS / "profile.md", {"places": places_table()}, rewrite=rewrite_golden)


def test_both_lists_of_capabilities_are_current(*, rewrite_golden: bool) -> None:
    compare(CHECKOUT / "README.md", {"capabilities": areas_table()}, rewrite=rewrite_golden)
    compare(DOCS / "README.md", {"capabilities": capabilities_table()}, rewrite=rewrite_golden)


def test_the_readme_is_short_and_names_every_command_and_capability() -> None:
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert text.count("\n") < 200
    for name in _COMMANDS:
        assert f"`baseline {name}" in text
    for name in CAPABILITIES:
        assert f"docs/capabilities/{name}.md" in text


def test_every_link_between_our_own_pages_leads_somewhere() -> None:
    pages = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
    assert len(pages) > 8
    for page in pages:
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_page_of_config_lists_every_rule(*, rewrite_golden: bool) -> None:
    compare(DOCS / "capabilities" / "config.md", {"rules": rules_table()}, rewrite=rewrite_golden)


def test_the_page_of_conformance_lists_rules_and_runbooks(*, rewrite_golden: bool) -> None:
    tables = {"mapped": mapped_table(), "runbooks": runbooks_table()}
    compare(DOCS / "capabilities" / "conformance.md", tables, rewrite=rewrite_golden)


def groups_table() -> str:
    rows = ["| group | AWS's name | what it finds | capacity |", "|---|---|---|---|"]
    rows += [f"| `{key}` | `{item.name}` | {item.what} | {item.capacity} |" for key, item in managed_groups().items()]
    return "\n".join(rows)


def test_the_page_of_waf_lists_every_group(*, rewrite_golden: bool) -> None:
    compare(DOCS / "capabilities" / "waf.md", {"groups": groups_table()}, rewrite=rewrite_golden)


def calls_table() -> str:
    rows = ["| setting | asked for by | calls | AWS calls in its name | to undo it |", "|---|---|---|---|---|"]
    for name, needs in SETTING_PERMISSIONS.items():
        linked = ("iam:CreateServiceLinkedRole",) if needs.linked else ()
        calls = ", ".join(f"`{action}`" for action in (*needs.actions, *needs.stores))
        forwarded = ", ".join(f"`{action}`" for action in (*needs.forwarded, *linked)) or "–"
        undo = ", ".join(f"`{action}`" for action in needs.revert) or "–"
        rows.append(f"| `{name}` | {needs.requested_by} | {calls} | {forwarded} | {undo} |")
    return "\n".join(rows)


def test_the_page_of_the_settings_function_lists_every_call(*, rewrite_golden: bool) -> None:
    compare(DOCS / "settings-function.md", {"calls": calls_table()}, rewrite=rewrite_golden)


def test_the_page_of_guardrails_lists_every_guardrail(*, rewrite_golden: bool) -> None:
    compare(DOCS / "capabilities" / "guardrails.md", {"guardrails": guardrails_table()}, rewrite=rewrite_golden)


def test_the_readme_counts_what_there_is(*, rewrite_golden: bool) -> None:
    counts = {
        "controls have assertions": len(controls()),
        "frameworks has one state": len(frameworks()),
        "guardrails are organization policies": len(guardrails()),
    }
    path = CHECKOUT / "README.md"
    kept = path.read_text(encoding="utf-8")
    made = kept
    for words, count in counts.items():
        made, found = re.subn(rf"\b\d+(?= {words})", str(count), made)
        assert found == 1, f"README.md counts no {words}"
    if rewrite_golden:
        path.write_text(made, encoding="utf-8")
        kept = made
    assert kept == made, "README.md is out of date: make docs"


def test_the_navigation_of_the_site_has_every_capability(*, rewrite_golden: bool) -> None:
    lines = [f"      - {name}: capabilities/{name}.md" for name in CAPABILITIES]
    compare(CHECKOUT / "mkdocs.yml", {"capabilities": "\n".join(lines)}, rewrite=rewrite_golden, form=YAML_MARKERS)


def inventory_checks_table() -> str:
    rows = ["| check | severity | finds |", "|---|---|---|"]
    rows += [f"| `{check.id}` | {check.severity} | {check.title} |" for check in INVENTORY_CHECKS]
    return "\n".join(rows)


def adoption_table() -> str:
    rows = ["| key under `adopt` | CloudFormation type | left | identified by |", "|---|---|---|---|"]
    for key, kind in ADOPTABLE.items():
        left = str(Adopt.model_fields[key].description).partition(" → ")[0]
        rows.append(f"| `{key}` | `{kind.type}` | {left} | {', '.join(map('`{}`'.format, identifier_of(kind.type)))} |")
    return "\n".join(rows)


def test_the_page_of_existing_organizations_lists_every_check_and_kind(*, rewrite_golden: bool) -> None:
    assert Adopt.model_fields.keys() == ADOPTABLE.keys()
    tables = {"inventory-checks": inventory_checks_table(), "adoption": adoption_table()}
    compare(DOCS / "existing-organizations.md", tables, rewrite=rewrite_golden)


def inventory_calls_table() -> str:
    rows = ["| call | where | IAM action | what is read |", "|---|---|---|---|"]
    for call in INVENTORY_CALLS:
        action = f"`{call.action}`" if call.action else "none"
        rows.append(f"| `{call.name}` | {call.scope} | {action} | {call.reads} |")
    return "\n".join(rows)


def test_the_page_of_the_inventory_lists_every_call(*, rewrite_golden: bool) -> None:
    compare(DOCS / "inventory.md", {"inventory-calls": inventory_calls_table()}, rewrite=rewrite_golden)


def keys_table(tool: str) -> str:
    rows = ["| file | keys | what becomes of them | counterpart, or the difference |", "|---|---|---|---|"]
    rows += [f"| {rule.file} | `{rule.pattern}` | {rule.state} | {rule.note} |" for rule in key_rules(tool)]
    return "\n".join(rows)


def test_the_page_of_importing_lists_every_rule(*, rewrite_golden: bool) -> None:
    tables = {f"{tool}-keys": keys_table(tool) for tool in ("lza", "cfct", "terraform_state", "org_formation")}
    compare(DOCS / "importing.md", tables, rewrite=rewrite_golden)
