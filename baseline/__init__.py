"""Render, prove and explain a hardened AWS multi-account baseline from one YAML profile."""

__version__ = "0.2.0"
