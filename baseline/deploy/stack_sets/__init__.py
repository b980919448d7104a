"""StackSets for member accounts: `read` the current state, `decide` on the changes, `apply` them."""
