"""The read-only inventory of a live organization, and its uses."""
