"""Proof: cfn-lint and checks of our own on every rendered template. Never renders, never writes output."""
