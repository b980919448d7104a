"""Rendering of plans to templates; the only package that uses Jinja."""
