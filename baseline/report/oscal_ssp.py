"""OSCAL system security plan: a skeleton with the information in the templates and the profile.

Source: https://pages.nist.gov/OSCAL-Reference/models/v1.2.1/system-security-plan/json-outline/.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from baseline.controls.framework import frameworks
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement
from baseline.evidence.states import Met
from baseline.report.oscal import control_id, identifier, line, metadata, properties, role_id, write
from baseline.report.oscal_implementation import (
    component,
    component_id,
    described,
    implementing,
    links,
    owners,
    set_parameters,
    status,
)

_OPEN = "To be completed by the organization."
_EXCEPTIONS = {"not-applicable": "not-applicable", "alternative": "alternative", "compensating-control": "alternative"}


def format_oscal_ssp(evidence: Evidence, profile: str, aws_authorized: date | None = None) -> str:
    """The plan for the evidence's only framework.

    Args:
        evidence: The evidence.
        profile: Address of the OSCAL profile that selects the controls.
        aws_authorized: The day of the authorization of AWS that the system leverages; without it, the plan names AWS
            but no authorization.
    """
    (name,) = evidence.frameworks
    framework, judgements = frameworks()[name], evidence.judgements[name]
    return write(
        "system-security-plan",
        {
            "metadata": {
                **metadata(evidence, f"{evidence.plan.organization}: system security plan for {framework.title}"),
                "roles": owners(evidence),
                "parties": [
                    _party(evidence, "organization", evidence.plan.organization),
                    _party(evidence, "aws", _AWS),
                ],
            },
            "import-profile": {"href": profile},
            "system-characteristics": _characteristics(evidence),
            "system-implementation": _implementation(evidence, judgements, aws_authorized),
            "control-implementation": {
                "description": "Parts of the implementation by the templates, AWS and people. Parts of "
                "people list their remaining tasks.",
                "implemented-requirements": [_requirement(evidence, item) for item in judgements],
            },
        },
        depth=6,
    )


_AWS = "Amazon Web Services"


def _id(evidence: Evidence, *parts: str) -> str:
    return identifier(evidence.plan.organization, "ssp", *evidence.frameworks, *parts)


def _party(evidence: Evidence, key: str, name: str) -> dict[str, str]:
    return {"uuid": _id(evidence, "party", key), "type": "organization", "name": line(name)}


def _characteristics(evidence: Evidence) -> dict[str, Any]:
    accounts, left_out = len(evidence.accounts), len(evidence.provenance.left_out)
    return {
        "system-ids": [
            {
                "identifier-type": "http://ietf.org/rfc/rfc4122",
                "id": identifier(evidence.plan.organization, "system"),
            }
        ],
        "system-name": line(evidence.plan.organization),
        "description": "AWS accounts of the organization with a security baseline. Workloads in these "
        f"accounts are not described here. {_OPEN}",
        "props": properties(partition=evidence.plan.partition, regions=" ".join(evidence.regions)),
        "system-information": {"information-types": [{"title": _OPEN, "description": _OPEN}]},
        "status": {"state": "other", "remarks": _OPEN},
        "authorization-boundary": {
            "description": f"{accounts} AWS accounts, in the Regions {', '.join(evidence.regions)}; "
            f"{left_out} accounts in suspended OUs are excluded. The inventory lists all accounts in scope. {_OPEN}"
        },
    }


def _implementation(
    evidence: Evidence, judgements: tuple[Judgement, ...], aws_authorized: date | None
) -> dict[str, Any]:
    capabilities = dict.fromkeys(name for item in judgements for name in implementing(evidence, item))
    leveraged = _leveraged(evidence, aws_authorized) if aws_authorized else []
    return {
        **({"leveraged-authorizations": leveraged} if leveraged else {}),
        "users": [
            {"uuid": _id(evidence, "user", role["id"]), "title": role["title"], "role-ids": [role["id"]]}
            for role in owners(evidence)
        ],
        "components": [
            *_systems(evidence, is_leveraged=bool(leveraged)),
            *(
                {**component(evidence, name), "status": {"state": "other", "remarks": _IN_TEMPLATES}}
                for name in capabilities
            ),
        ],
        "inventory-items": [_account(evidence, key, number) for key, number in evidence.accounts.items()],
    }


_IN_TEMPLATES = "Implemented in the templates; live checks show whether they are deployed."


def _leveraged(evidence: Evidence, authorized: date) -> list[dict[str, Any]]:
    return [
        {
            "uuid": _id(evidence, "leveraged", "aws"),
            "title": _AWS,
            "party-uuid": _id(evidence, "party", "aws"),
            "date-authorized": authorized.isoformat(),
            "remarks": "Check in its authorization package that it covers the services and Regions of this system.",
        }
    ]


def _systems(evidence: Evidence, *, is_leveraged: bool) -> Iterator[dict[str, Any]]:
    """The system itself, with its manual parts, and AWS."""
    yield {
        "uuid": _id(evidence, "this-system"),
        "type": "this-system",
        "title": "This system",
        "description": "The organization and the tasks of its people.",
        "status": {"state": "other", "remarks": _OPEN},
    }
    link = {"leveraged_authorization_uuid": _id(evidence, "leveraged", "aws")} if is_leveraged else {}
    yield {
        "uuid": _id(evidence, "aws"),
        "type": "system",
        "title": _AWS,
        "description": "Cloud provider of the system; its reports in AWS Artifact are the evidence.",
        **({"props": properties(**link)} if link else {}),
        "status": {"state": "operational"},
    }


def _account(evidence: Evidence, key: str, number: str | None) -> dict[str, Any]:
    return {
        "uuid": _id(evidence, "account", key),
        "description": f"AWS account {key}",
        "props": [
            *([{"name": "asset-id", "value": number}] if number else []),
            *properties(
                account=key,
                ou=evidence.provenance.units.get(key, ""),
                data_classes=", ".join(evidence.provenance.data_classes.get(key, ())),
            ),
        ],
    }


def _requirement(evidence: Evidence, item: Judgement) -> dict[str, Any]:
    asked = item.requirement
    return {
        "uuid": _id(evidence, "requirement", asked.key),
        "control-id": control_id(asked),
        "props": properties(state=item.met.value, checked=item.checked.value),
        **({"responsible-roles": [{"role-id": role_id(asked.manual.owner)}]} if asked.manual else {}),
        "by-components": list(_by_components(evidence, item)),
    }


def _by_components(evidence: Evidence, item: Judgement) -> Iterator[dict[str, Any]]:
    asked = item.requirement
    for name, mappings in implementing(evidence, item).items():
        found = list(links(evidence, mappings))
        yield {
            "component-uuid": component_id(evidence, name),
            "uuid": _id(evidence, "by", name, asked.key),
            "description": described(mappings),
            **({"links": found} if found else {}),
            **set_parameters(evidence, asked, mappings),
            "implementation-status": {"state": status(item, mappings)},
        }
    if asked.inherited:
        part = line(f"{asked.inherited.what} Evidence: {asked.inherited.report}.")
        yield {
            "component-uuid": _id(evidence, "aws"),
            "uuid": _id(evidence, "by", "aws", asked.key),
            "description": part,
            "inherited": [{"uuid": _id(evidence, "inherited", asked.key), "description": part}],
        }
    yield from _by_people(evidence, item)


def _by_people(evidence: Evidence, item: Judgement) -> Iterator[dict[str, Any]]:
    """The organization's part; its status is open, except for exceptions and attestations."""
    words = [f"{manual.owner}: {manual.what}" for manual in [item.requirement.manual] if manual]
    state = ""
    if item.exception and item.met is Met.EXCLUDED:
        words.append(f"Exception, until {item.exception.expires}: {item.exception.reason}")
        state = _EXCEPTIONS.get(item.exception.kind or "", "")
    elif item.attestation:
        words.append(f"Attested, until {item.attestation.expires}: {item.attestation.statement}")
        state = "implemented"
    if words or not (item.requirement.inherited or implementing(evidence, item)):
        yield {
            "component-uuid": _id(evidence, "this-system"),
            "uuid": _id(evidence, "by", "this-system", item.requirement.key),
            "description": line(" ".join(words)) or _OPEN,
            **({"implementation-status": {"state": state}} if state else {}),
        }
