"""The output directory: templates, plan and run book, written atomically."""
