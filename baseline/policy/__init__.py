"""Policy documents: parsing, checks, evaluation and packing."""
