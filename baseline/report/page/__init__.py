"""Self-contained pages: one skeleton, one style, one script, and a template for each section."""
