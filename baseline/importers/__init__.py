"""Profiles from other tools' configurations: one module per tool, each with a table of the tool's keys."""
