"""Plants every fault in every profile, and writes `docs/planted-faults.md`.

With templates as arguments, plants the faults of these alone, prints what stops each, and writes nothing.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks.planted_faults import (
    PROFILES,
    Case,
    Fault,
    case,
    fault_files,
    faults,
    planted,
    stopped_by,
    uncompared,
    unfitted,
)
from benchmarks.planted_faults.mutants import mutants
from benchmarks.planted_faults.plans import PlanFault, plan_faults, stopped

PAGE = Path(__file__).parents[2] / "docs" / "planted-faults.md"
_MUTANTS, _SEED = 40, 7
_TIERS = {
    "starter": "starter",
    "northwind": "standard",
    "meridian-health": "regulated",
    "govcloud": "regulated, GovCloud",
    "everything": "regulated, every capability on",
    "standalone": "regulated, one account",
    "china": "standard, China",
}


@dataclass(frozen=True, kw_only=True)
class Result:
    """A fault in a profile that renders its place, and the ids of what stopped it."""

    fault: Fault
    profile: str
    ids: frozenset[str]

    @property
    def means(self) -> str:
        """`checks`, `cfn-lint` or `nothing`: what stopped it."""
        if not self.ids:
            return "nothing"
        return "checks" if any(item.startswith("BL") for item in self.ids) else "cfn-lint"


PlanResult = tuple[str, PlanFault, frozenset[str]]
"""Profile, fault, and the ids of what stopped it."""


def plan_results(name: str) -> Iterator[PlanResult]:
    """Every fault in the plan of a profile."""
    there = case(name)
    yield from ((name, fault, stopped(there, fault)) for fault in plan_faults(there))
    print(f"{name}: plan faults done", file=sys.stderr, flush=True)


def results(chosen: tuple[Fault, ...]) -> Iterator[Result]:
    """The faults in every profile whose templates they change."""
    for name in PROFILES:
        there = case(name)
        for fault in chosen:
            changed = planted(fault, there)
            if changed is None:
                yield Result(fault=fault, profile=name, ids=frozenset({"BLrender"}))
            elif changed:
                yield Result(fault=fault, profile=name, ids=stopped_by(there, changed))
        print(f"{name}: done", file=sys.stderr, flush=True)


def tried(places: list[str]) -> Iterator[str]:
    """What stops the faults of a few templates: a line for each fault, and one for each profile that renders it."""
    chosen = tuple(fault for fault in faults() if fault.place.removeprefix("=") in places)
    found = list(results(chosen))
    for place in places:
        if not any(fault.place.removeprefix("=") == place for fault in chosen):
            yield f"{place}: no fault in its faults.toml"
    for fault in chosen:
        yield fault.what
        some = [item for item in found if item.fault == fault]
        yield from (f"  {item.profile}: {', '.join(sorted(item.ids)) or 'not stopped'}" for item in some)
        if not some:
            yield "  changes no profile's template"


def page(found: list[Result], plans: list[PlanResult], random: Mapping[str, tuple[int, list[str]]]) -> str:
    """The page as Markdown."""
    lines = (
        *_head(found),
        *_kinds(found),
        *_tiers(found),
        *plan_lines(plans),
        *unfitted_lines(),
        *_mutants(random),
        *_unseen(found, plans),
    )
    return "\n".join(lines) + "\n"


def _head(found: list[Result]) -> Iterator[str]:
    stopped = sum(item.means != "nothing" for item in found)
    yield "# Planted faults"
    yield ""
    yield (
        f"`benchmarks/planted_faults` holds {len(faults())} templates with one fault each. Each fault is "
        f"planted in every profile that renders its place: {len(found):,} times. "
        f"{stopped:,} ({_share(stopped, len(found))}) are stopped with exit code 5. "
        "The checks were extended with these faults in view: the share is no forecast for other faults. "
        "The unfitted and the random faults below are closer to one."
    )
    yield ""
    yield "The page is written by `python -m benchmarks.planted_faults`; a test holds its counts to the data files, and"
    yield f"plants a sample. Data: SHA-256 `{digest()}`."
    yield ""


def digest() -> str:
    """Digest of the data files: a page of other faults is out of date."""
    return sha256(b"".join(file.read_bytes() for file in fault_files())).hexdigest()


def _kinds(found: list[Result]) -> Iterator[str]:
    yield "## By kind"
    yield ""
    yield "| kind | faults | planted | stopped by our checks | by cfn-lint alone | not stopped |"
    yield "|---|--:|--:|--:|--:|--:|"
    for kind in dict.fromkeys(item.kind for item in faults()):
        some = [item for item in found if item.fault.kind == kind]
        yield f"| {kind} | {sum(item.kind == kind for item in faults())} | {_row(some)} |"
    yield f"| all | {len(faults())} | {_row(found)} |"
    yield ""
    ids = Counter(name for item in found for name in item.ids if name != "BLrender")
    yield "Most come from " + ", ".join(f"{name} ({count})" for name, count in ids.most_common(8)) + "."
    yield ""


def _row(some: list[Result]) -> str:
    means = Counter(item.means for item in some)
    return f"{len(some)} | {means['checks']} | {means['cfn-lint']} | {means['nothing']}"


def _tiers(found: list[Result]) -> Iterator[str]:
    yield "## By profile"
    yield ""
    yield "| profile | tier | planted | stopped by our checks | by cfn-lint alone | not stopped |"
    yield "|---|---|--:|--:|--:|--:|"
    for name, tier in _TIERS.items():
        yield f"| {name} | {tier} | {_row([item for item in found if item.profile == name])} |"
    yield ""


def plan_lines(plans: list[PlanResult]) -> Iterator[str]:
    """What was stopped of the plans in which a stack has other targets."""
    count, passed = len(plans), sum(not ids for _, _, ids in plans)
    yield "## Plan faults"
    yield ""
    yield (
        "The templates stay as they are, and one stack of the plan has other accounts, units or Regions: "
        f"{count:,} plans of the {len(PROFILES)} profiles. {count - passed:,} ({_share(count - passed, count)}) are "
        "stopped with exit code 5, nearly all by BL135, which was written for these kinds of faults."
    )
    yield ""
    yield "| kind | planted | stopped | not stopped |"
    yield "|---|--:|--:|--:|"
    for kind in dict.fromkeys(fault.kind for _, fault, _ in plans):
        some = [bool(ids) for _, fault, ids in plans if fault.kind == kind]
        yield f"| {kind} | {len(some)} | {sum(some)} | {len(some) - sum(some)} |"
    yield ""


def unfitted_lines() -> Iterator[str]:
    """What was stopped of the faults that were written without a look at the checks."""
    passed = [item for item in unfitted() if item.passed]
    harmless = sum(bool(item.harmless) for item in passed)
    stopped = len(unfitted()) - len(passed)
    share = _share(stopped, len(unfitted()))
    yield "## Unfitted faults"
    yield ""
    yield (
        f"`unfitted.toml` holds {len(unfitted())} further faults, written without a look at the checks and their data, "
        f"and planted in northwind once, on 2026-11-30: our checks stopped {stopped} ({share}). "
        f"Of the {len(passed)} that passed, {harmless} do no harm. The checks were extended for the others afterwards."
    )
    yield ""


def _mutants(random: Mapping[str, tuple[int, list[str]]]) -> Iterator[str]:
    yield "## Random faults"
    yield ""
    yield (
        "A random line of a rendered template is deleted, negated, given another number, widened to `*` or renamed. "
        "Some of these change nothing that matters, such as the position of a statement's name."
    )
    yield ""
    yield "| profile | tier | planted | stopped |"
    yield "|---|---|--:|--:|"
    for name, (count, unseen) in random.items():
        yield f"| {name} | {_TIERS[name]} | {count} | {_share(count - len(unseen), count)} |"
    yield ""


def _unseen(found: list[Result], plans: list[PlanResult]) -> Iterator[str]:
    yield "## Not stopped"
    yield ""
    some: dict[Fault, list[str]] = {}
    for item in found:
        if item.means == "nothing":
            some.setdefault(item.fault, []).append(item.profile)
    for fault, profiles in some.items():
        yield f"- `{fault.what}` in {', '.join(profiles)}: {fault.harmless or 'no check looks at this value'}."
    for name, change, ids in plans:
        if not ids:
            why = uncompared().get(change.stack.template, "no check compares it")
            yield f"- {change.kind} ({change.what}) of `{change.stack.name}` in {name}: {why}."
    if not some and all(ids for _, _, ids in plans):
        yield "None."


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def random_results(count: int, seed: int) -> dict[str, tuple[int, list[str]]]:
    """Profile → number of random faults, and those that nothing stopped."""
    return {name: (count, _passed(case(name), count, seed)) for name in PROFILES}


def _passed(there: Case, count: int, seed: int) -> list[str]:
    found = [what for what, template in mutants(there, count, seed) if not stopped_by(there, (template,))]
    print(
        f"{there.name}: {len(found)} of {count} random faults passed", *found, sep="\n  ", file=sys.stderr, flush=True
    )
    return found


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(*tried(sys.argv[1:]), sep="\n")
        sys.exit()
    PLANS = [result for name in PROFILES for result in plan_results(name)]
    PAGE.write_text(page(list(results(faults())), PLANS, random_results(_MUTANTS, _SEED)), encoding="utf-8")
