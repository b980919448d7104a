"""A read-only look at a live organization, and what follows from it."""
