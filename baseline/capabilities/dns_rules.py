"""Rules about DNS names that VPCs look up: the settings that Network and Firewall Manager share."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.documents.section import Section

Domain = Annotated[
    str, StringConstraints(pattern=r"^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9-]+\.?$", max_length=255)
]
Threat = Literal["dga", "dictionary_dga", "dns_tunneling"]


class DnsRules(Section):
    """Names and threats that rules match, and what happens to these queries."""

    threats: list[Threat] = Field(
        default=["dga", "dns_tunneling"],
        description="Threats that AWS detects in queries: names made by algorithms (`dga`), made of words "
        "(`dictionary_dga`), and data inside of names (`dns_tunneling`).",
    )
    confidence: Literal["low", "medium", "high"] = Field(
        default="high",
        description="AWS's minimum confidence in `threats`; `low` finds more threats, and more false positives.",
    )
    domains: list[Domain] = Field(
        default=[],
        max_length=1000,
        description="Names to match; `*.` stands for names below one.",
        examples=[["*.evil.example"]],
    )
    stage: Literal["alert", "block"] = Field(
        default="alert", description="`alert`: queries are only logged. `block`: queries are not answered."
    )
