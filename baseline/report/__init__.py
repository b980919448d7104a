"""Findings, plans and explanations as text for people and machines: one formatter per file."""
