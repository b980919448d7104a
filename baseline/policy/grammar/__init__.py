"""Grammars of policies without statements: a typed model for each kind."""
