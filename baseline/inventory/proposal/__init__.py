"""A first profile for an organization that exists, from its inventory."""
