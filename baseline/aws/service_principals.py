"""Service principals: `cloudtrail.amazonaws.com` and the like.

AWS publishes no list. Ours has two parts: names that documentation pages name, in the data file; and, since most
services are called by their IAM prefix, `<prefix>.amazonaws.com` for every prefix that has actions.
"""

import re
from difflib import get_close_matches
from functools import cache

from baseline.aws.facts import facts
from baseline.aws.iam_actions import is_known_service
from baseline.aws.regions import REGIONS

_SUFFIX = re.compile(r"\.(?:amazonaws\.com(?:\.cn)?|\$\{AWS::URLSuffix\})$")
_REGION = re.compile(r"\.(\$\{AWS::Region\}|[a-z]{2}(?:-gov)?-[a-z]+-\d)$")


@cache
def _named() -> frozenset[str]:
    return frozenset(facts("service_principals"))


def is_known_principal(principal: str) -> bool:
    """Whether the service principal exists; `${AWS::Region}` and `${AWS::URLSuffix}` stand for any value."""
    name, found = _SUFFIX.subn("", principal)
    if not found:
        return False
    service, regional = _REGION.subn("", name)
    if regional:
        region = name[len(service) + 1 :]
        return (region in REGIONS or region.startswith("$")) and _is_regional(service)
    return service in _named() or is_known_service(service)


def _is_regional(service: str) -> bool:
    return bool(facts("service_principals").get(service, {}).get("regional"))


def nearest_principal(principal: str) -> str | None:
    """The principal that was most likely meant."""
    name = _SUFFIX.sub("", principal).lower()
    known = {*_named(), *facts("iam_actions")}
    close = get_close_matches(name, sorted(known), n=1, cutoff=0.7)
    return f"{close[0]}.amazonaws.com" if close else None
