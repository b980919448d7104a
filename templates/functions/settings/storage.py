"""Files that the baseline keeps in buckets of its own."""

from templates.functions.settings.core import SETTINGS, Arguments, Calls, Setting


def store(calls: Calls, arguments: Arguments) -> str:
    """Store a text under its name; a change of the text has another name."""
    calls("put_object", {**arguments, "ContentType": "text/plain; charset=utf-8"})
    return "done"


SETTINGS.update(
    {
        "stored-file": Setting("s3", store),
    }
)
