"""Jinja, sandboxed: the environments and the filters; the only package that uses the library."""
