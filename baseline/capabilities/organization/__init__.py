"""The organization itself: units, accounts, guardrails, account settings."""
