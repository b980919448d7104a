"""A first profile for an existing organization, from its inventory."""
