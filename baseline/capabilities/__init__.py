"""What the baseline can do, a module or a package each; beside them what they share."""
