"""Decision about keys whose ARN is in the lock file."""

from collections.abc import Iterator

from baseline.findings import Problem
from baseline.frozen import frozen


@frozen
class KnownKey:
    """A key's ARN by the lock file or the command line, and the key that its alias refers to; "" if none."""

    name: str
    known: str
    alias: str
    current: str


def known_keys(key: KnownKey) -> Iterator[Problem]:
    """Check that key ARNs in the lock file match their aliases: after `destroy` and `deploy` the key is a new one."""
    if key.current != key.known:
        yield Problem(
            message=f"{key.name} is {key.known} in the lock file or on the command line, but {key.alias} refers to "
            f"{key.current or 'no key'}",
            fix=f"remove {key.name} from the lock file, or leave out --parameter {key.name}; the deployment finds it",
        )
