"""Rendering of plans to templates."""
