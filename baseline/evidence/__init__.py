"""Compliance evidence derived from the rendered templates."""
