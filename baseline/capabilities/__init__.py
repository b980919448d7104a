"""What the baseline can do, one module each."""
