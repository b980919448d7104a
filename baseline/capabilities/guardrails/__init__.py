"""The capability `guardrails`; the module of the same name has it, the others are parts of it."""
