"""Documents from outside: YAML with the place of each value, and the values that a model rejects."""
