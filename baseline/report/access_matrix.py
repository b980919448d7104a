"""The documents of capabilities, with the baseline's own roles in the access matrix."""

from collections.abc import Iterator, Mapping

from baseline.evidence.evidence import Evidence
from baseline.report.page.baseline_roles import baseline_roles

_MATRIX = "report/access-matrix.md"


def capability_documents(evidence: Evidence) -> Mapping[str, bytes]:
    """Relative path → content. The roles are those of the report, by the trust policies of rendered templates."""
    documents = dict(evidence.plan.documents)
    if _MATRIX in documents:
        documents[_MATRIX] += "".join(f"{line}\n" for line in _roles(evidence))
    return {path: text.encode("utf-8") for path, text in documents.items()}


def _roles(evidence: Evidence) -> Iterator[str]:
    roles = baseline_roles(evidence)
    for title, rows in (
        ("Roles of the baseline", [role.row for role in roles if not role.for_functions]),
        ("Roles that functions of the baseline assume", [role.row for role in roles if role.for_functions]),
    ):
        if rows:
            yield from ("", f"## {title}", "", "| role | what it is for | accounts | who may assume it | only |")
            yield "|---|---|---|---|---|"
            yield from ("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)
