"""Deliveries of AWS services: the decision engine checks that the rendered policies allow them, and nothing more."""
