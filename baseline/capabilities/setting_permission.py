"""The permissions that the settings function requires for one setting."""

from baseline.frozen import frozen


@frozen
class SettingPermissions:
    """The permissions of the function for one setting.

    Attributes:
        part: The file in `templates/functions/settings` that applies the setting.
        before: Files that it uses, which must precede it.
        requested_by: The key of the profile that requests the setting.
        actions: Calls of the function that apply the setting.
        forwarded: Calls that the service makes with the function's permissions, also when the setting is reverted.
        revert: Calls of the function that revert it.
        principals: Service principals that receive organization-wide access in the process.
        linked: Services whose service-linked role may be created in the process.
        regional: Whether it is applied in each governed Region.
        stores: Calls that are limited to the objects of the setting's bucket.
        function: Name of the only function that applies it; empty if every function may.
    """

    part: str
    requested_by: str
    actions: tuple[str, ...]
    forwarded: tuple[str, ...] = ()
    revert: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    regional: bool = False
    stores: tuple[str, ...] = ()
    function: str = ""
    before: tuple[str, ...] = ()


DESCRIBE, LIST_ADMINISTRATORS = "organizations:DescribeOrganization", "organizations:ListDelegatedAdministrators"
