"""Existing resources that stacks adopt: `read` reads them, `decide` determines what an import does."""
