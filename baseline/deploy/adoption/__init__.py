"""Existing resources that stacks take over: `read` what is there, `decide` what an import does."""
