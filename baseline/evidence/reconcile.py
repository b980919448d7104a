"""Claims of an output × results of live scans → where they agree, where not, and what nobody looked at."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from baseline.controls.assertion import assertions
from baseline.evidence.availability import rule_of
from baseline.evidence.scans.config import rule_identifier
from baseline.evidence.scans.result import ScanResult

Verdict = Literal["agree", "disagree", "not scanned"]

_OF_THEIR_ACCOUNTS = frozenset({"alarms", "kms", "log_archive", "notifications"})
"""Capabilities whose controls claim something of the accounts that their stacks go to, and of no other: the alarms of
an organization stand in one account, and scanners look for them in each. Others hold wherever the organization reaches.
"""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One control that has detectors.

    Attributes:
        control: Its id.
        state: What the templates say: `deployed`, `failed` or `absent`.
        verdict: Whether the scans say the same.
        why: One sentence.
        results: What its detectors say, those that fail first.
        requirements: `cis-7.0/4.2`: the requirements that it counts for.
    """

    control: str
    state: str
    verdict: Verdict
    why: str
    results: tuple[ScanResult, ...]
    requirements: tuple[str, ...]

    @property
    def breaks_claim(self) -> bool:
        """Whether something is claimed and a scan says otherwise."""
        return self.verdict == "disagree" and self.state == "deployed"


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """The outcome.

    Attributes:
        comparisons: Every control that has detectors, in the order of the evidence.
        unmatched: Tool → how many results are of detectors that no control names.
    """

    comparisons: tuple[Comparison, ...]
    unmatched: Mapping[str, int]


def named_rules(
    results: Iterable[ScanResult], names: Mapping[str, str], document: Mapping[str, Any]
) -> tuple[ScanResult, ...]:
    """The results of AWS Config with identifiers of managed rules for the names of rules, where they are known.

    Args:
        results: What `read_config` gave.
        names: Rule name → identifier, as far as AWS Config said so.
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
        results: Everything that the scans say.
    """
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
            comparisons.append(_compare(control, found, asked.get(control["id"], ()), reached))
    return Reconciliation(
        comparisons=tuple(comparisons),
        unmatched=Counter(item.tool for item in results if (item.tool, item.detector) not in named),
    )


def _asked(document: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for framework in document["frameworks"]:
        for item in framework["requirements"]:
            for mapping in item["controls"]:
                found[mapping["id"]] = (*found.get(mapping["id"], ()), f"{framework['id']}/{item['id']}")
    return found


def _reached(control: Mapping[str, Any], stacks: Mapping[str, Any]) -> frozenset[str]:
    """Ids of the only accounts of which the control claims something; none where it is all, or not known."""
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
        why += f"; {beyond} fail in accounts of which it claims nothing"
    order = ("fail", "muted", "unknown", "pass")
    return Comparison(
        control=control["id"],
        state=control["state"],
        verdict=verdict,
        why=why,
        results=tuple(sorted(found, key=lambda item: order.index(item.outcome))),
        requirements=requirements,
    )


def _only_finds(control: str) -> bool:
    """Whether the control is a rule that finds violations: then one that it finds is no contradiction."""
    items = assertions().get(control, ())
    return bool(items) and all(map(rule_of, items))


def _holds(state: str, told: list[ScanResult]) -> tuple[Verdict, str]:
    failing = sum(item.outcome == "fail" for item in told)
    if not told:
        return "not scanned", "no detector of it says anything"
    if state == "deployed":
        return (
            ("disagree", f"deployed, and {failing} of {len(told)} results fail")
            if failing
            else ("agree", f"deployed, and none of {len(told)} results fails")
        )
    if failing:
        return "agree", f"{state} in the templates, and {failing} of {len(told)} results fail"
    return "disagree", f"{state} in the templates, and none of {len(told)} results fails: something else meets it"


def _finds(state: str, told: list[ScanResult]) -> tuple[Verdict, str]:
    failing = sum(item.outcome == "fail" for item in told)
    if not told:
        return "not scanned", "no result of its rule in AWS Config"
    if state == "deployed":
        return "agree", f"its rule runs, and {failing} of {len(told)} results are violations that it finds"
    return "disagree", f"{state} in the templates, and its rule runs all the same: something else deployed it"
