"""Checks of rendered templates: cfn-lint and our own. Never renders and never writes output."""
