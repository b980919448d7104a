"""Service principals: `cloudtrail.amazonaws.com` and the like.

AWS does not publish a list. Each entry here has its source: an AWS managed policy that names it, an API model, the AWS
CDK, a documentation page, or none that could be confirmed (`unconfirmed`). A principal that is not listed may exist.
"""

import re
from functools import cache

from baseline.aws.facts import facts
from baseline.aws.regions import REGIONS
from baseline.text.nearest import nearest

_FORM = re.compile(
    r"(?P<service>[a-z0-9.-]+?)"
    r"(?:\.(?P<region>\$\{AWS::Region\}|[a-z]{2}(?:-[a-z]+)+-\d))?"
    r"\.(?P<suffix>amazonaws\.com|amazonaws\.com\.cn|\$\{AWS::URLSuffix\})"
)
_CHINA_SUFFIX = "amazonaws.com.cn"


@cache
def is_known_principal(principal: str) -> bool:
    """Whether the service principal is known.

    `${AWS::Region}` and `${AWS::URLSuffix}` stand for any value. `.amazonaws.com.cn` belongs to a few services only: in
    China the others keep `.amazonaws.com`. Some services use their regional form in opt-in Regions only.

    Source: the data file, and for the suffix AWS CDK's region-info and the IAM user guide, AWS service principals.
    """
    known = facts("service_principals")
    if principal in known and principal.endswith(".amazon.com"):
        return True
    form = _FORM.fullmatch(principal)
    if form is None or form["service"] not in known:
        return False
    if form["suffix"] == _CHINA_SUFFIX and not known[form["service"]].get("china_suffix"):
        return False
    return form["region"] is None or _has_region(form["service"], form["region"], form["suffix"])


def _has_region(service: str, region: str, suffix: str) -> bool:
    regional = facts("service_principals")[service].get("regional")
    if not regional or region.startswith("$"):
        return bool(regional)
    found = REGIONS.get(region)
    if found is None or (suffix == _CHINA_SUFFIX and found.partition != "aws-cn"):
        return False
    return found.opt_in or regional != "opt-in"


def nearest_principal(principal: str) -> str | None:
    """The principal that the author probably meant, in its regional form if it was written so and exists."""
    form = _FORM.fullmatch(principal)
    service = form["service"] if form else principal.lower()
    close = nearest(service, sorted(facts("service_principals")), cutoff=0.7)
    if close is None or close.endswith(".amazon.com"):
        return close
    regional = f"{close}.{form['region']}.amazonaws.com" if form and form["region"] else ""
    return regional if regional and is_known_principal(regional) else f"{close}.amazonaws.com"
