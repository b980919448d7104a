"""Entry point: `CAPABILITY` in the module of the same name."""
