"""Detection: configuration, threats, findings, alarms."""
