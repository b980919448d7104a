"""The capabilities of the baseline, one module or package each, and the code that they share."""
