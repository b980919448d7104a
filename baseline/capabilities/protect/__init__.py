"""Protection: what stops attacks on workloads."""
