"""Logs: trail, archive, keys."""
