"""Stacks, their targets and their order."""
