"""The capability `iam_roles`; the module of the same name has it, the others are parts of it."""
