"""How fast the policy engine decides, and how many planted mistakes are caught."""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from baseline.capabilities.organization.guardrails.levels import levels_of
from baseline.capabilities.organization.guardrails.needs import calls, deliveries
from baseline.capabilities.organization.guardrails.places import bound_accounts
from baseline.controls.guardrail import guardrails
from baseline.policy.decide import Policies, decide
from baseline.policy.request import Request
from baseline.profile.load import load_profile
from baseline.resources import profiles_directory
from benchmarks.measure import Row, Runner
from benchmarks.seeded_mistakes import caught, mistakes

_ROUNDS = 20


def decisions(_: Runner) -> Iterator[Row]:
    """Decisions of northwind's policies about what deployers, services and a developer ask for."""
    landscape = load_profile(profiles_directory() / "northwind.yaml").landscape
    policies = Policies(
        service_control=levels_of(landscape, "web-prod", "SERVICE_CONTROL_POLICY"),
        resource_control=levels_of(landscape, "web-prod", "RESOURCE_CONTROL_POLICY"),
    )
    (account,) = (item for item in bound_accounts(landscape, ("web-prod",)) if item.key)
    requests = [need.request for need in (*calls(landscape, account), *deliveries(landscape, account))]
    developer = {"aws:principalarn": ("arn:aws:iam::444444444444:role/Developer",)}
    requests += [
        Request(action=case.split()[0], context=developer, complete=True)
        for item in guardrails().values()
        for case in (*item.denies, *item.allows)
    ]
    requests += [replace(request, complete=False) for request in requests]
    start = time.perf_counter()
    for _round in range(_ROUNDS):
        for request in requests:
            decide(policies, request)
    seconds = (time.perf_counter() - start) / (_ROUNDS * len(requests))
    statements = sum(
        len(policy.statements)
        for level in (*policies.service_control, *policies.resource_control)
        for policy in level.policies
    )
    detail = f"{1 / seconds:,.0f} decisions a second, {statements} statements"
    yield Row(what="a decision of the policy engine, microseconds", value=seconds * 1e6, limit=1000.0, detail=detail)


def seeded_mistakes(_: Runner) -> Iterator[Row]:
    """Planted mistakes of which nothing is said where they are."""
    missed = []
    for mistake in mistakes():
        with tempfile.TemporaryDirectory() as directory:
            if not any(caught(mistake, Path(directory))):
                missed.append(mistake)
    common = [item for item in mistakes() if item.common]
    detail = (
        f"{len(mistakes()) - len(missed)} of {len(mistakes())} caught, "
        f"{sum(item not in missed for item in common)} of {len(common)} of the common ones"
    )
    yield Row(what="seeded mistakes that pass", value=float(len(missed)), limit=0.0, detail=detail)
