"""Controls, and the frameworks that require them, as data."""
