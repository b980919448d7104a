"""Render, prove and explain a hardened AWS multi-account baseline from one YAML profile."""

__version__ = "0.2.0"

__is_release__ = False
"""Whether this code is that version as released; False from the first change after it."""
