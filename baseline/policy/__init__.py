"""Policy documents: read, and later built, checked, evaluated and packed."""
