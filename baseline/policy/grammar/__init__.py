"""The grammars of the policies that are no statements: a typed model for each kind."""
