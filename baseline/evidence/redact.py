"""Redacted evidence, without ids of people and accounts, for readers outside the organization."""

import hmac
import re
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any

from baseline.evidence.evidence import Evidence

# Sources of the ids' forms: API reference of AWS Organizations, Organization, OrganizationalUnit and Root.
_IDENTIFIERS = re.compile(
    r"(?P<uuid>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)"
    r"|(?P<email>[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
    r"|(?P<phone>\+[0-9][0-9 ().-]{5,20}[0-9])"
    r"|(?P<organization>\bo-[a-z0-9]{10,32}\b)"
    r"|(?P<unit>\bou-[0-9a-z]{4,32}-[a-z0-9]{8,32}\b)"
    r"|(?P<root>\br-[0-9a-z]{4,32}\b)"
    r"|(?P<account>(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z]))"
)
_LONGEST_PSEUDONYM = 12
_UNUSED = frozenset({"context"})
"""Fields that no report reads."""


@dataclass(frozen=True)
class Pseudonyms:
    """Consistent, irreversible pseudonyms: the same key always maps a value to the same pseudonym.

    There are only 10^12 account ids, so a plain digest could be reversed by trying all; a keyed digest cannot.
    """

    key: bytes

    def in_text(self, text: str) -> str:
        """The text with pseudonyms for account ids, addresses, phone numbers, and organization, OU and root ids."""
        return _IDENTIFIERS.sub(self._pseudonym, text)

    def _pseudonym(self, match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        if kind == "uuid":  # of OSCAL: it follows from what is in the document
            return match.group()
        digest = hmac.new(self.key, f"{kind}\0{match.group().lower()}".encode(), "sha256").digest()
        name = f"{kind}-{b32encode(digest).decode().lower()[:_LONGEST_PSEUDONYM]}"
        return f"{name}@redacted.example" if kind == "email" else name

    def in_evidence(self, evidence: Evidence) -> Evidence:
        """The redacted evidence; no digest covers a text with original values, as these could be guessed from it."""
        found: Evidence = self.in_value(evidence)
        return replace(found, provenance=replace(found.provenance, sources=()))

    def in_value(self, value: Any) -> Any:  # noqa: ANN401 - any value of the model
        """Redact every text and 12-digit number in plain data, dataclasses and settings."""
        if value is None or isinstance(value, Enum | bool | float):
            return value
        if isinstance(value, str):
            return self.in_text(value)
        if isinstance(value, int):
            text = self.in_text(str(value))
            return value if text == str(value) else text
        if isinstance(value, Mapping):
            return {self.in_value(key): self.in_value(item) for key, item in value.items()}
        if isinstance(value, tuple | list | set | frozenset):
            items = [self.in_value(item) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
        return self._in_object(value)

    def _in_object(self, value: Any) -> Any:  # noqa: ANN401 - any value of the model
        if is_dataclass(value) and not isinstance(value, type):
            names = [item.name for item in fields(value) if item.init and item.name not in _UNUSED]
            return replace(value, **{name: self.in_value(getattr(value, name)) for name in names})
        if hasattr(type(value), "model_fields"):  # an exception or attestation of the profile
            changes = {name: self.in_value(getattr(value, name)) for name in type(value).model_fields}
            return value.model_copy(update=changes)
        return value
