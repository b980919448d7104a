"""Cost: budgets and anomaly alerts."""
