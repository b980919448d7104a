"""The states of requirements: two axes, and the headline that follows from them."""

from enum import Enum


class Implemented(Enum):
    """How much of a requirement the templates and AWS implement."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    SHARED = "shared"
    INHERITED = "inherited"


class Checked(Enum):
    """How much of a requirement the deployed detectors check in live accounts."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


class Met(Enum):
    """Headline state of a requirement; an exception takes precedence."""

    DEPLOYED = "deployed"
    PREVENTED = "prevented"
    DETECTED = "detected"
    PARTIAL = "partial"
    GAP = "gap"
    UNSUPPORTED = "unsupported"
    MANUAL = "manual"
    SHARED = "shared"
    INHERITED = "inherited"
    EXCLUDED = "excluded"
