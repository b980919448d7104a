"""The capability `account_settings`; the module of the same name has it, the others are parts of it."""
