"""StackSets for member accounts: `read` what is there, `decide` what is to be done, `apply` it by operations."""
