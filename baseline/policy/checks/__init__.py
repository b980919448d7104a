"""Checks of service control and resource control policies, one file per subject."""
