"""Comparison of an output's claims with live scans: agreements, differences, and claims without results."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from baseline.controls.assertion import assertions
from baseline.controls.framework import frameworks
from baseline.evidence.availability import rule_of
from baseline.evidence.scans.config import rule_identifier
from baseline.evidence.scans.result import ScanResult, Tool
from baseline.frozen import frozen

Verdict = Literal["agree", "disagree", "not scanned"]

_OF_THEIR_ACCOUNTS = frozenset({"alarms", "kms", "log_archive", "notifications"})
"""Capabilities whose controls apply only to the accounts that their stacks target: the organization's alarms exist in
one account, but scanners look for them in every account. Other controls apply to the whole organization.
"""


@frozen
class Comparison:
    """The comparison for one control that has detectors.

    Attributes:
        control: Its id.
        state: Its state in the templates: `deployed`, `failed` or `absent`.
        verdict: Whether the scans agree.
        why: The explanation, one sentence.
        results: Results of its detectors, failures first.
        requirements: `cis-7.0/4.2`: the requirements that it contributes to.
        accounts: Number of claimed accounts with results, and the total.
        regions: The same for Regions; results without an account or Region are left out.
        only: Ids of the only accounts that the claim covers; empty for all accounts in scope.
    """

    control: str
    state: str
    verdict: Verdict
    why: str
    results: tuple[ScanResult, ...]
    requirements: tuple[str, ...]
    accounts: tuple[int, int] = (0, 0)
    regions: tuple[int, int] = (0, 0)
    only: tuple[str, ...] = ()

    @property
    def extent(self) -> str:
        """The part of the claim with results: `in 1 of 7 accounts, 1 of 3 Regions`; "" if unknown."""
        parts = ((self.accounts, "account"), (self.regions, "Region"))
        told = [f"{seen} of {there} {word}{'s' * (there != 1)}" for (seen, there), word in parts if seen and there]
        return f"in {', '.join(told)}" if told else ""

    @property
    def breaks_claim(self) -> bool:
        """Whether a scan contradicts a claim."""
        return self.verdict == "disagree" and self.state == "deployed"


@frozen
class Reconciliation:
    """The result of a comparison with scans.

    Attributes:
        comparisons: Every control that has detectors, in the order of the evidence.
        unmatched: Tool → detector that no control names → number of its results.
        unknown: Account id → number of results that are ignored, as the evidence does not cover the account.
        scanned: Each tool with each account id and Region that has a result of it.
        security_hub: Security Hub control → its results; requirements may rest on these controls.
    """

    comparisons: tuple[Comparison, ...]
    unmatched: Mapping[str, Mapping[str, int]]
    unknown: Mapping[str, int] = field(default_factory=dict)
    scanned: frozenset[tuple[Tool, str, str]] = frozenset()
    security_hub: Mapping[str, tuple[ScanResult, ...]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether no result belongs to any control, so that nothing has been compared."""
        return all(item.verdict == "not scanned" for item in self.comparisons)


@dataclass(frozen=True)
class _Scope:
    """Ids and number of the accounts that the evidence covers, and the governed Regions."""

    ids: frozenset[str]
    accounts: int
    regions: frozenset[str]

    def is_foreign(self, account: str) -> bool:
        """Whether the evidence does not cover the account; False if the account or the ids are unknown."""
        return bool(account and self.ids) and account not in self.ids


def named_rules(
    results: Iterable[ScanResult], names: Mapping[str, str], document: Mapping[str, Any]
) -> tuple[ScanResult, ...]:
    """AWS Config results with rule names replaced by managed rule identifiers, if known.

    Args:
        results: Results of `read_config`.
        names: Rule name → identifier, from AWS Config's list of rules.
        document: The evidence.
    """
    prefix = document["prefix"]
    return tuple(
        replace(item, detector=names.get(item.detector) or rule_identifier(item.detector, prefix) or item.detector)
        for item in results
    )


def reconcile(document: Mapping[str, Any], results: Sequence[ScanResult]) -> Reconciliation:
    """Compare every control that has detectors.

    Args:
        document: Content of `report/evidence.json`.
        results: All results of the scans.
    """
    scope = _scope_of(document)
    foreign = [item for item in results if scope.is_foreign(item.account)]
    results = [item for item in results if not scope.is_foreign(item.account)]
    by_detector: dict[tuple[str, str], list[ScanResult]] = {}
    for item in results:
        by_detector.setdefault((item.tool, item.detector), []).append(item)
    asked = _asked(document)
    comparisons = []
    named: set[tuple[str, str]] = set()
    for control in document["controls"]:
        detectors = [(tool, name) for tool, names in control["detectors"].items() for name in names]
        named.update(detectors)
        if detectors:
            found = [item for detector in detectors for item in by_detector.get(detector, ())]
            reached = _reached(control, document["stacks"])
            claimed = replace(scope, ids=reached, accounts=len(reached)) if reached else scope
            compared = _compare(control, found, asked.get(control["id"], ()), reached)
            comparisons.append(_with_extent(compared, claimed))
    return Reconciliation(
        comparisons=tuple(comparisons),
        unmatched=_by_tool(item for item in results if (item.tool, item.detector) not in named),
        unknown=Counter(item.account for item in foreign),
        scanned=frozenset((item.tool, item.account, item.region) for item in results if item.account and item.region),
        security_hub={
            name: tuple(found)
            for (tool, name), found in by_detector.items()
            if tool == "security_hub" and name in frameworks()["fsbp"].requirements
        },
    )


def _by_tool(results: Iterable[ScanResult]) -> Mapping[str, Mapping[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for item in results:
        counts.setdefault(item.tool, Counter())[item.detector] += 1
    return counts


def _scope_of(document: Mapping[str, Any]) -> _Scope:
    """Accounts and Regions of the evidence; for an older output, the ones that its stacks name."""
    scope = document.get("scope")
    if scope:
        ids = frozenset(item["id"] for item in scope["accounts"] if item["id"])
        return _Scope(ids, len(scope["accounts"]), frozenset(scope["regions"]))
    targets = [target for stack in document["stacks"].values() for target in stack["targets"]]
    return _Scope(frozenset(), 0, frozenset(region for target in targets for region in target["regions"]))


def _with_extent(compared: Comparison, claimed: _Scope) -> Comparison:
    """The comparison, with the numbers of claimed accounts and Regions that have results."""
    told = [item for item in compared.results if item.outcome in ("pass", "fail")]
    accounts = {item.account for item in told if item.account and (not claimed.ids or item.account in claimed.ids)}
    regions = {item.region for item in told} & claimed.regions
    return replace(compared, accounts=(len(accounts), claimed.accounts), regions=(len(regions), len(claimed.regions)))


def _asked(document: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for framework in document["frameworks"]:
        for item in framework["requirements"]:
            for mapping in item["controls"]:
                found[mapping["id"]] = (*found.get(mapping["id"], ()), f"{framework['id']}/{item['id']}")
    return found


def _reached(control: Mapping[str, Any], stacks: Mapping[str, Any]) -> frozenset[str]:
    """Ids of the only accounts that the control claims; empty for all accounts or if unknown."""
    if control["capability"] not in _OF_THEIR_ACCOUNTS:
        return frozenset()
    names = {seen["stack"] for seen in control["observations"]}
    ids = [target["account_id"] for name in names for target in stacks[name]["targets"]]
    return frozenset(ids) if all(ids) else frozenset()


def _compare(
    control: Mapping[str, Any], found: list[ScanResult], requirements: tuple[str, ...], reached: frozenset[str]
) -> Comparison:
    finder = _only_finds(control["id"])
    told = [item for item in found if item.outcome in ("pass", "fail") and (not finder or item.tool == "config")]
    meant = [item for item in told if not reached or not item.account or item.account in reached]
    verdict, why = _finds(control["state"], meant) if finder else _holds(control["state"], meant)
    beyond = sum(item.outcome == "fail" for item in told) - sum(item.outcome == "fail" for item in meant)
    if beyond:
        why += f"; {beyond} fail in accounts that the claim does not cover"
    order = ("fail", "muted", "unknown", "pass")
    return Comparison(
        control=control["id"],
        state=control["state"],
        verdict=verdict,
        why=why,
        results=tuple(sorted(found, key=lambda item: order.index(item.outcome))),
        requirements=requirements,
        only=tuple(sorted(reached)),
    )


def _only_finds(control: str) -> bool:
    """Whether the control is a detective rule, for which a reported violation is no contradiction."""
    items = assertions().get(control, ())
    return bool(items) and all(map(rule_of, items))


def _holds(state: str, told: list[ScanResult]) -> tuple[Verdict, str]:
    failing = sum(item.outcome == "fail" for item in told)
    if not told:
        return "not scanned", "not covered by these scans"
    if state == "deployed":
        return (
            ("disagree", f"deployed, and {failing} of {len(told)} results fail")
            if failing
            else ("agree", f"deployed, and none of {len(told)} results fails")
        )
    if failing or state == "partial":
        return "agree", f"{state} in the templates, and {failing} of {len(told)} results fail"
    return "disagree", f"{state} in the templates, and none of {len(told)} results fails: something else meets it"


def _finds(state: str, told: list[ScanResult]) -> tuple[Verdict, str]:
    failing = sum(item.outcome == "fail" for item in told)
    if not told:
        return "not scanned", "no result of its rule in AWS Config"
    if state in ("deployed", "partial"):
        return "agree", f"its rule runs, and {failing} of {len(told)} results are violations that it finds"
    return "disagree", f"{state} in the templates, but its rule runs: something else deployed it"
