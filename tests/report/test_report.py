"""The report: sections for each audience, figures, links, and texts that stay texts."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from baseline.capabilities.identity.identity_center.settings import Application, IdentityCenterSettings
from baseline.capabilities.registry import CAPABILITIES
from baseline.evidence.states import Met
from baseline.findings import Finding, Location, Severity
from baseline.profile.acceptance import RequirementException
from baseline.profile.cover import Cover
from baseline.profile.logo_files import Logo
from baseline.report.figures.drawio import drawio_source
from baseline.report.figures.flows import alert_flows, log_flows
from baseline.report.page.access_section import access_section
from baseline.report.page.blast_radius import blast_radius
from baseline.report.page.capabilities_section import capabilities_section
from baseline.report.page.gaps import gaps_of
from baseline.report.page.guardrails_section import places_with_guardrails
from baseline.report.page.material import Material
from baseline.report.page.register_section import acceptances
from baseline.report.page.report import AUDIENCES, Audience, format_report
from baseline.report.page.summary_section import owners_of
from baseline.report.page.tasks_section import tasks_section
from baseline.reporting import ReportOptions, report_material
from baseline.resources import profiles_directory
from baseline.templating.markdown import markdown_html
from tests.report.conftest import DAY

SIGNED = {"owner": "Platform team", "approver": "CISO"}


class Page(HTMLParser):
    """Headings, ids, links inside of the page, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loading: list[str] = []
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._open = tag
        self.ids += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if "href" in found else []
        self.loading += [str(found["src"])] if "src" in found else []

    def handle_data(self, data: str) -> None:
        if re.fullmatch("h[1-6]", self._open) and data.strip():
            self.headings.append(f"{self._open} {data.strip()}")


@pytest.fixture(scope="module")
def material(northwind_material: Material) -> Material:
    return northwind_material


def with_cover(material: Material, logo: bytes = b"", **cover: object) -> Material:
    profile = material.loaded.profile.model_copy(update={"document": Cover.model_validate(cover)})
    logos = {"client": Logo(media_type="image/png", content=logo)} if logo else {}
    return replace(material, loaded=replace(material.loaded, profile=profile, logos=logos))


@pytest.fixture(scope="module")
def texts(material: Material) -> dict[Audience, str]:
    """The page for each audience, with a logo on its cover."""
    covered = with_cover(material, b"logo", client={"name": "Northwind", "logo": "a.png"})
    return {audience: format_report(covered, audience) for audience in AUDIENCES}


@pytest.fixture(scope="module")
def pages(texts: dict[Audience, str]) -> dict[Audience, Page]:
    return {audience: Page(text) for audience, text in texts.items()}


def test_each_audience_has_its_sections_with_headings_in_order(pages: dict[Audience, Page]) -> None:
    for audience, page in pages.items():
        wanted = [name for name in AUDIENCES[audience] if name not in ("cover", "changes")]
        assert [name for name in page.ids if name in wanted] == wanted
        levels = [int(heading[1]) for heading in page.headings]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_page_loads_nothing_and_its_links_lead_somewhere(pages: dict[Audience, Page]) -> None:
    for page in pages.values():
        assert page.loading == ["data:image/png;base64,bG9nbw=="]
        assert len(page.ids) == len(set(page.ids))
        for link in page.links:
            assert link.removeprefix("#") in page.ids or link.startswith("mailto:")


def test_cover_has_what_the_profile_says_and_no_text_becomes_markup(material: Material) -> None:
    name = '<b>"North" & wind\\'
    text = format_report(
        with_cover(material, title=name, version="1.0", confidentiality=name, consultant={"name": name}), "client"
    )
    assert "&lt;b&gt;&#34;North&#34; &amp; wind\\" in text
    assert "<b>&" not in text
    assert name not in text
    (foot,) = re.findall(r"@bottom-left \{ content: \"([^;]*)\"; font: 8pt", text)
    assert foot.startswith(r"\3c b\3e \22 North\22  \26  wind\5c  \b7  \3c b")


def test_digest_on_the_cover_is_that_of_the_written_plan(texts: dict[Audience, str], northwind_output: Path) -> None:
    digest = sha256((northwind_output / "plan.json").read_bytes()).hexdigest()
    assert f"--plan-sha256 {digest}<" in texts["client"]


def test_chart_counts_each_requirement_once(material: Material, texts: dict[Audience, str]) -> None:
    text = texts["client"]
    for judgements in material.evidence.judgements.values():
        counts = {met: sum(item.met is met for item in judgements) for met in Met}
        words = ", ".join(f"{count} {met.value}" for met, count in counts.items() if count)
        assert f": {words}" in text


def test_summary_counts_an_exception_until_its_last_day_as_the_register_does(tmp_path: Path) -> None:
    """The digest is that of the written plan on every day, as `generate` writes no day."""
    path = tmp_path / "profile.yaml"
    starter = (profiles_directory() / "starter.yaml").read_text(encoding="utf-8")
    entry = "{reason: x, owner: Platform team, approver: CISO, expires: '2026-11-20'}"
    path.write_text(f"{starter}\nexceptions: {{cis-7.0/2.5: {entry}}}\n", encoding="utf-8")
    found = [report_material(path, ReportOptions(day=date(2026, 11, day))) for day in (20, 21)]
    texts = [format_report(item, "client") for item in found]
    assert ["1 excluded" in text for text in texts] == [True, False]
    assert ["<strong>overdue</strong>" in text for text in texts] == [False, True]
    assert found[0].plan_sha256 == found[1].plan_sha256


def test_gaps_name_the_settings_that_close_them(material: Material, texts: dict[Audience, str]) -> None:
    found = {gap.requirement: gap.steps for gap in gaps_of(material.evidence)}
    (step,) = found["cis-7.0/2.1.5"]
    assert step.startswith("In the profile, set capabilities.organization.policy_delegation to `true` to enable")
    assert (
        '<code>capabilities.organization.policy_delegation</code> to <code class="name">true</code>' in texts["client"]
    )


def test_page_without_frameworks_says_so_and_has_no_empty_table(material: Material) -> None:
    bare = replace(material, evidence=replace(material.evidence, frameworks=()))
    text = format_report(bare, "auditor")
    assert text.count("The profile names no framework under “compliance”") == 3
    assert not re.search(r"<tbody[^>]*>\s*</tbody>", text)
    assert "<script>" not in text


def test_task_names_a_framework_once_before_the_ids_of_its_requirements(material: Material) -> None:
    owners = tasks_section(material).context["owners"]
    (listed,) = (words for _, tasks in owners for task, _, words in tasks if "SOC 2" in task.what)
    assert re.match(r"nist-800-53-r5/cp-6, ia-2\.8, ", listed)
    assert listed.count("nist") == 1


def test_units_are_listed_in_the_order_of_their_numbers(material: Material) -> None:
    units = {"Team10", "Team2", *material.landscape.ous}
    large = replace(material.landscape, ous=dict.fromkeys(units))
    many = replace(material, loaded=replace(material.loaded, landscape=large))
    names = [place.name for place in places_with_guardrails(many)]
    assert names.index("Team2") + 1 == names.index("Team10")


def test_owner_with_overdue_work_comes_first(material: Material) -> None:
    exception = RequirementException.model_validate({"reason": "A test.", "expires": "2026-11-30", **SIGNED})
    circumstances = replace(material.evidence.circumstances, exceptions={"cis-7.0/4.9": exception})
    late = replace(material, evidence=replace(material.evidence, circumstances=circumstances))
    first = owners_of(late.tasks, DAY)[0]
    assert (first.name, first.overdue, first.next_due) == ("Platform team", 1, date(2026, 11, 30))
    assert owners_of(late.tasks, date(2026, 11, 1))[0].overdue == 0


def test_figures_have_text_alternatives_and_source_for_mermaid(texts: dict[Audience, str]) -> None:
    text = texts["client"]
    names = re.findall(r'<svg [^>]*role="img" aria-labelledby="(\w+)-title \1-description">', text)
    assert names == ["organization", "logs", "alerts", "identity", "inheritance"]
    assert "developers: Developer: Workloads/Dev, Sandbox" in text
    assert "n_every_account --&gt;|&#34;findings of GuardDuty&#34;| n_security" in text


def test_capability_shows_settings_that_differ_from_the_tier(material: Material) -> None:
    shown = {item["name"]: item["settings"] for item in capabilities_section(material).context["capabilities"]}
    assert shown["cloudtrail"] == [("log_retention_days", "731", "365")]
    assert shown["guardduty"] == [("suppressions", "vulnerability-scanner", "none")]
    assert shown["config"] == []


def test_capability_counts_each_requirement_that_it_contributes_to_once(material: Material) -> None:
    serves = {item["name"]: dict(item["serves"]) for item in capabilities_section(material).context["capabilities"]}
    title = "CIS AWS Foundations Benchmark 7.0"
    wanted = {
        item.requirement.id
        for item in material.evidence.judgements["cis-7.0"]
        for mapping, state in item.controls
        if material.evidence.assessed[mapping.control].control.capability == "kms" and state.value == "deployed"
    }
    assert serves["kms"][title] == len(wanted) > 0


def test_place_lists_the_guardrails_attached_there_with_links(texts: dict[Audience, str]) -> None:
    (row,) = re.findall(r"<tr><td>Security</td>.*?</tr>", texts["workload-team"])
    assert '<a href="#rule-security-networks">security-networks</a>' in row
    assert re.search(r'<td data-label="Inherited from">Northwind: \d+</td></tr>$', row)
    (row,) = re.findall(r"<tr><td>Workloads/Prod</td>.*?</tr>", texts["workload-team"])
    assert "<td>web-prod, data-prod</td><td></td>" in re.sub('</?span[^>]*>| data-label="[^"]*"', "", row)


def test_management_account_is_not_bound_by_policies_beside_it(texts: dict[Audience, str]) -> None:
    text, note = texts["workload-team"], "Management account: not bound by service and resource control policies."
    (row,) = re.findall(r"<tr><td>Northwind</td>.*?</tr>", text)
    assert f"management</span><br>{note}</td>" in row
    assert re.search(r'<desc id="inheritance-description">[^<]*; ' + re.escape(note) + "<", text)
    assert text.count(f"<br>{note}") == 1


def test_units_inherit_the_guardrails_above_them(material: Material) -> None:
    found = {place.name: place for place in places_with_guardrails(material)}
    root = found["Northwind"].own
    assert root > 50
    assert (found["Security"].own, found["Security"].inherited) == (1, root)
    assert (found["Prod"].depth, found["Prod"].own, found["Prod"].inherited) == (2, 0, root)


def test_register_has_weaker_values_and_rules_with_reasons_once(material: Material) -> None:
    path = "capabilities.guardduty.suppressions.vulnerability-scanner"
    rows = list(acceptances(material))
    assert [(row.where, row.reason[:15]) for row in rows] == [(path, "Our own scanner")]
    weaker = Finding(
        id="profile-weaker",
        severity=Severity.WARNING,
        message="weaker",
        location=Location(file="a"),
        path=f"{path}.enabled",
        accepted="A reason.",
    )
    plan = replace(material.plan, accepted=(weaker,))
    rows = list(acceptances(replace(material, evidence=replace(material.evidence, plan=plan))))
    assert [(row.where, row.reason) for row in rows] == [(f"{path}.enabled", "A reason.")]


def test_run_book_names_who_is_called_and_the_cover_the_day(texts: dict[Audience, str]) -> None:
    row = "<td>security</td><td[^>]*>Sam Rivera, CISO</td><td[^>]*>security@northwind.example</td><td[^>]*>[+]44 20"
    assert re.search(row, texts["client"])
    assert re.search("<td>alerts</td><td[^>]*></td><td[^>]*>secops@northwind.example</td>", texts["client"])
    assert f"<dt>As of</dt><dd>{DAY}</dd>" in texts["workload-team"]


def test_first_report_says_that_it_was_compared_with_nothing(texts: dict[Audience, str]) -> None:
    assert '<section id="changes"' in texts["client"]
    assert "not compared with an earlier version" in texts["client"]


def test_only_engineers_read_the_commands_of_each_wave(texts: dict[Audience, str]) -> None:
    assert "<h3>Wave 1</h3>" in texts["engineer"]
    assert "<h3>Wave 1</h3>" not in texts["client"]
    assert "<h3>Every month</h3>" in texts["client"]


def test_markup_in_markdown_is_text_and_links_lose_their_address() -> None:
    html = markdown_html("## A <b>\n\n[text](https://a.example) `<i>`\n\n| a |\n|---|\n| b |\n", shift=1)
    assert "<h3>A &lt;b&gt;</h3>" in html
    assert "<p>text <code>&lt;i&gt;</code></p>" in html
    assert "<td>b</td>" in html


def test_pages_on_paper_name_client_version_and_confidentiality(material: Material) -> None:
    cover = with_cover(
        material,
        client={"name": "North"},
        version="1.0",
        date="2026-11-30",
        status="draft",
        confidentiality="Secret",
    )
    text = format_report(cover, "client")
    boxes = dict(re.findall(r"@([a-z-]+) \{ content: \"([^\"]*)\"", text))
    assert boxes["top-left"].startswith("North \\b7  AWS security baseline")
    assert boxes["top-right"] == r"Version 1\2e 0 \b7  2026\2d 11\2d 30 \b7  draft"
    assert boxes["bottom-left"] == "Secret"
    assert re.search(r"@page :first \{ @top-left \{ content: none; \} @top-right \{ content: none; \} \}", text)


def test_drawio_source_draws_units_accounts_and_arrows_between_drawn_cells(material: Material) -> None:
    plan = material.plan
    source = drawio_source(plan, (*log_flows(plan), *alert_flows(plan)))
    cells = {cell.attrib["id"]: cell.attrib for cell in ET.fromstring(source).iter("mxCell")}  # noqa: S314 - our own
    units = {cell["value"]: name for name, cell in cells.items() if name.startswith("unit")}
    assert set(units) >= {"Northwind", "Security", "Workloads/Prod"}
    assert cells["n_web-prod"]["parent"] == units["Workloads/Prod"]
    arrows = [cell for cell in cells.values() if cell.get("edge")]
    assert len(arrows) == len((*log_flows(plan), *alert_flows(plan))) > 0
    assert all({arrow["source"], arrow["target"]} <= cells.keys() for arrow in arrows)
    assert cells[arrows[0]["source"]]["value"] == "every account"


def test_capability_names_its_blast_radius_without_links(material: Material) -> None:
    shown = {item["name"]: item["blast_radius"] for item in capabilities_section(material).context["capabilities"]}
    assert all(shown.values())
    assert shown["kms"][0].startswith("A mistake in `key_administrators`. KMS refuses")
    assert not [text for texts in shown.values() for text in texts if "](" in text or "**" in text or "``" in text]
    assert any(text.startswith("`aws sns list-subscriptions ") for text in shown["notifications"])


def test_blast_radius_has_names_of_the_profile_and_of_no_example(material: Material) -> None:
    shown = {item["name"]: item["blast_radius"] for item in capabilities_section(material).context["capabilities"]}
    assert any("`nw-cloudtrail-logs`" in text for text in shown["cloudtrail"])
    texts = [text for name in CAPABILITIES for text in blast_radius(name)]
    assert len(texts) > 100
    assert not [text for text in texts if re.search(r"northwind|\bnw-|\d{12}", text)]


def test_access_of_many_accounts_has_a_row_for_the_units_with_the_same(material: Material) -> None:
    accounts = dict(material.landscape.accounts)
    for number in range(300):
        accounts[f"web-{number}"] = replace(accounts["web-dev"], key=f"web-{number}")
    large = replace(material.landscape, accounts=accounts)
    many = replace(material, loaded=replace(material.loaded, landscape=large))
    rows = access_section(many).context["rows"]
    assert ("Sandbox, Workloads/Dev: 302 accounts", "developers", "Developer") in rows
    assert ("Sandbox, Workloads: 304 accounts", "platform-admins", "Administrator") in rows
    assert len(rows) < 30


def test_access_lists_the_applications_with_their_groups(material: Material) -> None:
    here, arn = material.landscape, "arn:aws:sso::333333333333:application/ssoins-1234567890abcdef/apl-1234567890abcdef"
    known = here.settings("identity_center", IdentityCenterSettings)
    assert access_section(material).context["applications"] == []
    changed = known.model_copy(update={"applications": {"dashboards": Application(arn=arn, groups=["developers"])}})
    other = replace(here, capabilities={**here.capabilities, "identity_center": changed})
    shown = access_section(replace(material, loaded=replace(material.loaded, landscape=other)))
    assert shown.context["applications"] == [("dashboards", "security", "developers")]
    (text,) = (item for name, item in CAPABILITIES["identity_center"].documents(other).items() if name.endswith(".md"))
    assert "| dashboards | developers |" in text
