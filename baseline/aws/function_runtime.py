"""The Lambda runtime of the settings functions, and how long AWS keeps it up to date."""

from datetime import date, timedelta

RUNTIME = "python3.13"
DEPRECATED = date(2029, 6, 30)
"""After this day Lambda no longer patches the runtime; from 2029-08-31 on it rejects updates of functions with it.

Source: AWS Lambda developer guide, Lambda runtimes, as of 2026-11-29.
"""
NOTICE = timedelta(days=180)
"""How long before that AWS notifies owners of such functions, and profiles get a warning."""
