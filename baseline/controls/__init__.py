"""Controls and the frameworks that ask for them, as data."""
