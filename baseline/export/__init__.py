"""A written output in the languages of other deployment tools: one target per file."""
