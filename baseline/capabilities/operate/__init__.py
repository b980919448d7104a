"""Operation: customizations."""
