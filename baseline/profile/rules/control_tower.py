"""AWS Control Tower: its settings are consistent, and no capability duplicates its resources."""

from collections.abc import Iterator, Mapping

from baseline.aws.regions import partition_of
from baseline.capabilities.detect.config.config import ConfigSettings
from baseline.capabilities.identity.identity_center.settings import IdentityCenterSettings
from baseline.findings import KeyPath, Problem
from baseline.profile.control_tower import MANDATORY_CONTROLS, ControlTowerSection, landing_zone
from baseline.profile.landscape import organizational_units, suspended_units
from baseline.profile.model import Profile
from baseline.text.nearest import did_you_mean

_AT: KeyPath = ("organization", "control_tower")
_UNITS: KeyPath = ("organizational_units",)
_ONLY_IN_4 = ("config", "security_roles")

_GROUPS = frozenset(
    {
        *("AWSAccountFactory", "AWSAuditAccountAdmins", "AWSControlTowerAdmins", "AWSLogArchiveAdmins"),
        *("AWSLogArchiveViewers", "AWSSecurityAuditors", "AWSSecurityAuditPowerUsers", "AWSServiceCatalogAdmins"),
    }
)
_PERMISSION_SETS = frozenset(
    {
        *("AWSAdministratorAccess", "AWSOrganizationsFullAccess", "AWSPowerUserAccess", "AWSReadOnlyAccess"),
        *("AWSServiceCatalogAdminFullAccess", "AWSServiceCatalogEndUserAccess"),
    }
)


def fitting_landing_zone(profile: Profile) -> Iterator[Problem]:
    """Check the key `organization.control_tower` itself."""
    tower = profile.organization.control_tower
    if tower is None:
        return
    if profile.organization.standalone:
        yield _problem((), "Control Tower requires an organization, but this profile is standalone", "remove it")
        return
    if partition_of(profile.organization.home_region) == "aws-cn":
        yield _problem((), "AWS Control Tower does not exist in China", "remove it")
    for name in _ONLY_IN_4 if tower.version == "3.3" else ():
        if not getattr(tower.integrations, name):
            yield _problem(
                ("integrations", name),
                f"{name} is off: a landing zone of version 3.3 always has it",
                "remove the line, or set version 4.0",
            )
    yield from _unknown_units(profile, tower)
    yield from _unlisted_accounts(profile, tower)
    yield from _controls(tower)
    yield from _baselines(tower)


def nothing_twice(profile: Profile) -> Iterator[Problem]:
    """Check that no capability creates resources that Control Tower already has."""
    tower = profile.organization.control_tower
    if tower is None or profile.organization.standalone:
        return
    settings = profile.capabilities
    if tower.integrations.centralized_logging and settings["cloudtrail"].enabled:
        yield _problem(
            ("capabilities", "cloudtrail", "enabled"),
            "Control Tower already has an organization trail: events of a second trail are billed",
            "remove it, or disable the trail in the landing zone and set centralized_logging: false",
            from_top=True,
        )
    if tower.integrations.config and settings["config"].enabled:
        yield from _second_recorders(profile, tower)
    if tower.integrations.access_management and settings["identity_center"].enabled:
        yield from _names_in_identity_center(settings["identity_center"])


def _unknown_units(profile: Profile, tower: ControlTowerSection) -> Iterator[Problem]:
    """Units that are not listed, and units that exist and have no id."""
    units = organizational_units(profile)
    named: list[tuple[KeyPath, str]] = [
        *((("registered_units", index), unit) for index, unit in enumerate(tower.registered_units)),
        *((("baselines", unit), unit) for unit in tower.baselines),
        *((("controls", n, "to", i), unit) for n, item in enumerate(tower.controls) for i, unit in enumerate(item.to)),
        (("security_unit",), tower.security_unit),
    ]
    for path, unit in named:
        if unit not in units:
            yield _problem(
                path,
                f'unknown organizational unit "{unit}"{did_you_mean(unit, units)}',
                "correct it, or add it to organizational_units",
                about=(_UNITS,),
            )
    zone = landing_zone(tower, units, suspended_units(profile))
    adopted = profile.adopt.organizational_units
    for unit in zone.units:
        if units.get(unit, "") is None and unit not in adopted and unit not in tower.baselines:
            yield _problem(
                ("registered_units",),
                f"the OU {unit} has no id, but Control Tower only registers existing OUs",
                f"give its id: {{path: {unit}, id: ou-…}}; or list the registered OUs",
                about=(_UNITS,),
            )


def _unlisted_accounts(profile: Profile, tower: ControlTowerSection) -> Iterator[Problem]:
    """The accounts that every landing zone has."""
    unit = tower.security_unit
    for key in ("log_archive", "security"):
        account = profile.accounts.get(key)
        if account is None:
            continue
        if account.id is None:
            yield _problem(
                ("accounts", key),
                f"{key} has no id, but Control Tower already has this account",
                "set the id of its log archive or audit account",
                from_top=True,
            )
        elif account.ou != unit and not (account.ou or "").startswith(f"{unit}/"):
            yield _problem(
                ("accounts", key, "ou"),
                f"{key} is in {account.ou or 'the root'}: Control Tower has it in the unit {unit}",
                f"set ou: {unit}, or set its OU in organization.control_tower.security_unit",
                from_top=True,
            )


def _controls(tower: ControlTowerSection) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for number, item in enumerate(tower.controls):
        name, path = item.control, ("controls", number, "control")
        if name in MANDATORY_CONTROLS:
            yield _problem(
                path, f"{name} is mandatory: Control Tower enables it in every registered OU", "remove it here"
            )
        elif name not in tower.identifiers and not name.startswith("AWS-GR_"):
            yield _problem(
                path,
                f"the identifier of {name} is unknown: AWS assigns it, and it cannot be derived from the name",
                "run `baseline inventory`, then `baseline inventory --print-identifiers`, and copy its line to "
                "organization.control_tower.identifiers",
            )
        for index, unit in enumerate(item.to):
            if (name, unit) in seen:
                yield _problem(
                    ("controls", number, "to", index), f"{name} is already enabled for {unit}", "name it once"
                )
            seen.add((name, unit))


def _baselines(tower: ControlTowerSection) -> Iterator[Problem]:
    if tower.baselines and tower.integrations.access_management and not tower.identity_center_baseline:
        yield _problem(
            ("baselines",),
            "identity_center_baseline is missing: it is required to register an OU while Control Tower manages "
            "IAM Identity Center",
            "find its ARN with `aws controltower list-enabled-baselines`, or use `baseline init --from INVENTORY`",
        )
    for unit in tower.baselines:
        if unit in tower.registered_units:
            yield _problem(
                ("baselines", unit),
                f"{unit} is already registered: a second registration fails",
                "list it either here or in registered_units",
            )


def _second_recorders(profile: Profile, tower: ControlTowerSection) -> Iterator[Problem]:
    """Overrides of `config` that would create a recorder in a registered unit."""
    config = profile.capabilities["config"]
    zone = landing_zone(tower, organizational_units(profile), suspended_units(profile))
    units = {key: account.ou or "" for key, account in profile.accounts.items()}
    for index, override in enumerate(config.overrides if isinstance(config, ConfigSettings) else ()):
        for number, place in enumerate(override.to if override.recorder is None else ()):
            if place != "management" and zone.enrols(units.get(place, place)):
                yield _problem(
                    ("capabilities", "config", "overrides", index, "to", number),
                    f"Control Tower already records in {place}: AWS Config allows one recorder per Region",
                    "remove the place; set the recording frequency in Control Tower",
                    from_top=True,
                )


def _names_in_identity_center(settings: object) -> Iterator[Problem]:
    """Groups and permission sets with names of Control Tower's own."""
    if not isinstance(settings, IdentityCenterSettings):
        return
    begin = settings.name_prefix or ""
    taken: Mapping[str, list[str]] = {
        "groups": [name for name, group in settings.groups.items() if group.id is None and name in _GROUPS],
        "permission_sets": [name for name in settings.permission_sets if f"{begin}{name}" in _PERMISSION_SETS],
    }
    for setting, names in taken.items():
        for name in names:
            yield _problem(
                ("capabilities", "identity_center", setting, name),
                f"Control Tower has {name}",
                "give the id of the group" if setting == "groups" else "give it another name, or import it under adopt",
                from_top=True,
            )


def _problem(
    path: KeyPath, message: str, fix: str, *, about: tuple[KeyPath, ...] = (), from_top: bool = False
) -> Problem:
    return Problem(
        id="profile-control-tower",
        path=path if from_top else (*_AT, *path),
        message=message,
        fix=fix,
        about=(*about, _AT),
    )
