"""CloudFormation's dynamic references: text that it replaces by a parameter or a secret."""

import re

# `ssm`, `ssm-secure` and `secretsmanager` (AWS CloudFormation User Guide, dynamic-references.html: "Get values
# stored in other services using dynamic references"). Blanks and other cases are not documented, and refused as well.
_DYNAMIC_REFERENCE = re.compile(r"\{\{\s*resolve\s*:", re.IGNORECASE)


def has_dynamic_reference(text: str) -> bool:
    """Whether CloudFormation would, or might, resolve part of the text as a dynamic reference."""
    return "{{" in text and _DYNAMIC_REFERENCE.search(text) is not None
