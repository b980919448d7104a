"""Stacks of the management account: `read` the current state, `decide` on the changes, `apply` them."""
