"""Operation: templates of the user's own."""
