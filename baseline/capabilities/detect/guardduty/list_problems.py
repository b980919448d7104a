"""Problems of GuardDuty lists."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network

from baseline.capabilities.detect.guardduty.settings import EntityList, GuardDutySettings
from baseline.capabilities.landscape import Landscape
from baseline.findings import KeyPath, Problem

_MOST_TEXT = 40_000
"""Characters of all entries: the template that stores them has at most 51,200 bytes."""

_BOTH, _NEITHER = "both entries and a location", "no entries and no location"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(\*\.)?({_LABEL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
_PRIVATE = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def entry_problems(item: EntityList, place: KeyPath) -> Iterator[Problem]:
    """Report a missing or repeated source of the list, and entries that GuardDuty would reject or ignore.

    Source: GuardDuty user guide, guardduty_upload-lists: IPv4 only, publicly routable addresses, domains in entity
    lists only.
    """
    if bool(item.entries) == bool(item.location):
        yield Problem(
            path=place,
            message=f"{item.name} has {_BOTH if item.entries else _NEITHER}",
            fix="give entries, which the baseline stores, or the location of a file",
        )
    if item.entries and item.format != "TXT":
        yield Problem(
            path=(*place, "format"),
            message=f"{item.format}: the baseline stores entries as TXT",
            fix="remove format, or give the location of a file",
        )
    if item.entries and item.bucket_owner:
        yield Problem(
            path=(*place, "bucket_owner"),
            message=f"{item.name} has entries, which are stored in the log archive",
            fix="remove bucket_owner",
        )
    for index, entry in enumerate(item.entries):
        yield from _entry_problem(entry, (*place, "entries", index), addresses_only=item.kind.endswith("_ips"))


def _entry_problem(entry: str, place: KeyPath, *, addresses_only: bool) -> Iterator[Problem]:
    try:
        network = IPv4Network(entry)
    except ValueError as error:
        if entry[-1].isdigit():
            yield Problem(
                path=place, message=f"{entry}: {error}", fix="write an IPv4 address, or a range such as 203.0.113.0/24"
            )
        elif not _DOMAIN.fullmatch(entry):
            yield Problem(
                path=place, message=f"{entry} is neither an address nor a domain", fix="write it as evil.example"
            )
        elif addresses_only:
            yield Problem(
                path=place,
                message=f"{entry}: IP lists accept only addresses",
                fix="make the list one of trusted_entities or threat_entities",
            )
        return
    if any(network.subnet_of(private) for private in _PRIVATE):
        yield Problem(
            path=place,
            message=f"{entry} is private: GuardDuty applies lists to publicly routable addresses only",
            fix="remove it",
        )


def stored_list_problems(landscape: Landscape, settings: GuardDutySettings) -> Iterator[Problem]:
    """Entries that no function can store."""
    stored = [index for index, item in enumerate(settings.lists) if item.entries]
    if stored and not landscape.is_on("kms"):
        yield Problem(
            path=("lists", stored[0], "entries"),
            message="kms is off: the log of the function that stores entries needs its key",
            fix="turn on the capability kms, or give the location of a file",
            fallback=(("capabilities", "kms"),),
        )
    size = sum(len(entry) + 2 for item in settings.lists for entry in item.entries)
    if size > _MOST_TEXT:
        yield Problem(
            path=("lists",),
            message=f"entries of all lists have {size} characters: one template stores them, with at most {_MOST_TEXT}",
            fix="put long lists into files, and give their location",
        )
