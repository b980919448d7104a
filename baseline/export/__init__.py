"""Exports of a written output in the formats of other deployment tools: one target per file."""
