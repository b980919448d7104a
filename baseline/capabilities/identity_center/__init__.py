"""The capability `identity_center`; the module of the same name has it, the others are parts of it."""
