"""The Lambda runtime of the settings functions, and how long AWS keeps it up to date."""

from datetime import date, timedelta

RUNTIME = "python3.13"
DEPRECATED = date(2029, 6, 30)
"""After this day Lambda patches the runtime no more; from 2029-08-31 on it refuses updates of functions that have it.

Source: AWS Lambda developer guide, Lambda runtimes, as of 2026-11-29.
"""
NOTICE = timedelta(days=180)
"""How long before that AWS writes to those who have such a function, and profiles get a warning."""
