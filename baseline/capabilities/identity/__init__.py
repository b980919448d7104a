"""Identities: permission sets and roles."""
