"""The tasks that have a day, as a calendar."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from hashlib import sha256
from typing import Any

from baseline.errors import OutputError
from baseline.evidence.task import Task
from baseline.text.visible import visible

_REPEATED: Mapping[str, Mapping[str, Any]] = {
    "daily": {"freq": "daily"},
    "weekly": {"freq": "weekly"},
    "monthly": {"freq": "monthly"},
    "quarterly": {"freq": "monthly", "interval": 3},
    "half-yearly": {"freq": "monthly", "interval": 6},
    "yearly": {"freq": "yearly"},
}


def format_tasks_ics(tasks: Sequence[Task]) -> bytes:
    """RFC 5545: an all-day event for each task with a date, repeated at its interval. Equal input gives equal bytes.

    Raises:
        OutputError: if icalendar is not installed.
    """
    try:
        from icalendar import Calendar, Event
    except ImportError as error:
        hint = "install it with: pip install 'icalendar>=6.1,<8'"
        raise OutputError("calendars need the Python package icalendar, which is missing", hint=hint) from error
    calendar = Calendar()
    calendar.add("prodid", "-//baseline//tasks//EN")
    calendar.add("version", "2.0")
    for task in tasks:
        if task.next_due is None:
            continue
        event = Event()
        event.add("uid", f"{sha256(f'{task.requirements[0]} {task.what}'.encode()).hexdigest()[:32]}@baseline")
        event.add("dtstamp", datetime.combine(task.next_due, time(), UTC))
        event.add("dtstart", task.next_due)
        event.add("summary", visible(f"{task.requirements[0]}: {task.what}"))
        event.add("description", visible(f"{task.owner}. {'; '.join((*task.requirements, *task.evidence))}"))
        if task.interval:
            event.add("rrule", _REPEATED[task.interval])
        calendar.add_component(event)
    return bytes(calendar.to_ical())
