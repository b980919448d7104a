"""Reports of AWS's auditors, agreements with AWS, and the duties that they assign to customers."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import tomli

from baseline.controls.control import controls
from baseline.frozen import frozen

_FILE = Path(__file__).with_name("aws_reports.toml")

AwsReportId = Literal[
    "soc-2", "pci-dss", "iso-27001", "fedramp", "c5", "irap", "ens", "csa-star", "fips-140", "baa", "gdpr-dpa", "nzndb"
]


@frozen
class AwsReport:
    """A report or an agreement.

    Attributes:
        id: Its id in the profile.
        title: Its name.
        texts: Parts of the names that frameworks use for it.
        find: A part of the name that AWS Artifact shows; "" if it is not there.
        period: The report's own description of the time that it covers.
        scope: Page with the services that it covers.
        is_agreement: Whether a customer accepts it, rather than reads it.
    """

    id: AwsReportId
    title: str
    texts: tuple[str, ...]
    find: str
    period: str
    scope: str
    is_agreement: bool

    def proves(self, report: str) -> bool:
        """Whether the report of an inherited requirement names this one."""
        return any(text in report for text in self.texts)


@frozen
class CustomerControl:
    """Duties that AWS's reports assign to customers, with the controls that cover a part of them."""

    what: str
    controls: tuple[str, ...]


@cache
def aws_reports() -> Mapping[AwsReportId, AwsReport]:
    """Id → report or agreement.

    Raises:
        ValueError: if the file and the ids of the profile differ.
    """
    found = {
        key: AwsReport(id=key, is_agreement=kind == "agreements", **{**entry, "texts": tuple(entry["texts"])})
        for kind in ("reports", "agreements")
        for key, entry in _data()[kind].items()
    }
    if tuple(found) != get_args(AwsReportId):
        raise ValueError(f"{_FILE}: the ids of reports must be {', '.join(get_args(AwsReportId))}")
    return found


@cache
def customer_controls() -> tuple[CustomerControl, ...]:
    """Duties that AWS's reports assign to customers.

    Raises:
        ValueError: if a control does not exist.
    """
    found = tuple(CustomerControl(what=item["what"], controls=tuple(item["controls"])) for item in _data()["customer"])
    unknown = {name for item in found for name in item.controls} - controls().keys()
    if unknown:
        raise ValueError(f"{_FILE}: unknown controls: {', '.join(sorted(unknown))}")
    return found


@cache
def _data() -> Mapping[str, Any]:
    return tomli.loads(_FILE.read_text(encoding="utf-8"))
