"""The organization: OUs, accounts, guardrails, account settings."""
