"""Ordinary stacks of the management account: `read` what is there, `decide` what is to be done, `apply` it."""
