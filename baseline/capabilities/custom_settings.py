"""Settings without a CloudFormation type, which the function in `templates/functions/settings` applies.

The function's role allows exactly the actions that the settings of a stack require.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from baseline.aws.function_runtime import RUNTIME
from baseline.capabilities.capability import StackSpec, Target
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.parameters import PARAMETERS, ParameterDeclaration, account_parameters
from baseline.capabilities.setting_permissions import DEREGISTER, DISABLE, ENABLE, LINK, REGISTER, SETTING_PERMISSIONS
from baseline.frozen import frozen


@frozen
class Permissions:
    """Actions that the function's role allows, grouped by the condition that limits them.

    AWS services call `forwarded` actions with the function's permissions. The function itself makes all other calls,
    and some of the forwarded calls as well.

    Attributes:
        actions: Limited to the function.
        regional: Limited to the function and to `regions`.
        forwarded: Reads of the organization and of roles.
        trusted_access: Limited to `principals`.
        delegation: Limited to `administered` and to `accounts`.
        linked: Services whose service-linked role may be created.
        regions: The Regions of Regional settings.
        principals: The services that receive trusted access.
        administered: The services with a delegated administrator.
        accounts: The accounts that may become delegated administrators.
        stores: Limited to the function and to `objects`.
        objects: The objects of the buckets that settings write to.
    """

    actions: tuple[str, ...]
    regional: tuple[str, ...]
    forwarded: tuple[str, ...]
    trusted_access: tuple[str, ...]
    delegation: tuple[str, ...]
    linked: tuple[str, ...]
    regions: tuple[str, ...]
    principals: tuple[str, ...]
    administered: tuple[str, ...]
    accounts: tuple[Reference, ...]
    stores: tuple[str, ...]
    objects: tuple[Reference, ...]


@frozen
class FunctionContext:
    """Context of `settings_function`. `name` follows the prefix in names; `parts` has all if settings are reverted."""

    prefix: str
    name: str
    parts: tuple[str, ...]
    permissions: Permissions
    runtime: str = RUNTIME


@frozen
class CustomSettingsContext:
    """Context of a template with only custom settings. `function` is the `name` of the settings function."""

    prefix: str
    function: str
    settings: tuple[CustomSetting, ...]
    revert: bool


_KINDS = ("actions", "regional", "forwarded", "trusted_access", "delegation")
_ACCOUNTS = ("AccountId", "MemberAccountId")
_ACCOUNT_ARN = "arn:${AWS::Partition}:organizations::${AWS::AccountId}:account/*/"
"""Account resources of AWS Organizations: the management account, the organization's id, the account (service
authorization reference: RegisterDelegatedAdministrator requires all three)."""


def permissions(settings: Iterable[CustomSetting], *, revert: bool) -> Permissions:
    """The least permissions with which the function can apply and, if requested, revert the settings."""
    kinds: dict[str, dict[str, None]] = {name: {} for name in _KINDS}
    linked, regions, principals, administered, accounts, stores, buckets = (dict[Any, None]() for _ in range(7))
    for setting in settings:
        needs = SETTING_PERMISSIONS[setting.setting]
        service = setting.arguments.get("AWSServiceName")
        linked.update({service: None} if service else {})
        for action in (*needs.actions, *(needs.revert if revert else ())):
            if action != LINK:  # which is allowed for the services named, and for no other
                kinds[_kind(action, "regional" if needs.regional else "actions")][action] = None
        for action in needs.forwarded:
            kinds[_kind(action, "forwarded")][action] = None
        linked.update(dict.fromkeys(needs.linked))
        stores.update(dict.fromkeys(needs.stores))
        buckets.update({setting.arguments["Bucket"]: None} if needs.stores else {})
        regions.update(dict.fromkeys(setting.regions))
        named = setting.arguments.get("ServicePrincipal")
        services = dict.fromkeys((*needs.principals, *((named,) if named else ())))
        administers = any(key in setting.arguments for key in _ACCOUNTS)
        administered.update(services if administers else {})
        principals.update({} if administers and named else services)
        accounts.update({setting.arguments[key]: None for key in _ACCOUNTS if key in setting.arguments})
    return Permissions(
        **{name: tuple(sorted(kinds[name])) for name in _KINDS},
        linked=tuple(sorted(linked)),
        regions=tuple(regions),
        principals=tuple(sorted(principals)),
        administered=tuple(sorted(administered)),
        accounts=tuple(Reference(f"{_ACCOUNT_ARN}{account}") for account in accounts) if kinds["delegation"] else (),
        stores=tuple(stores),
        objects=tuple(Reference(f"arn:${{AWS::Partition}}:s3:::{bucket}/*") for bucket in buckets),
    )


def _kind(action: str, otherwise: str) -> str:
    """The condition group of an action; trusted access and delegation have their own condition keys."""
    if action in (ENABLE, DISABLE):
        return "trusted_access"
    return "delegation" if action in (REGISTER, DEREGISTER) else otherwise


def _parts(settings: Iterable[str]) -> tuple[str, ...]:
    """Files of the function, each after the files that it uses."""
    return tuple(
        dict.fromkeys(
            part for key in settings for part in (*SETTING_PERMISSIONS[key].before, SETTING_PERMISSIONS[key].part)
        )
    )


def _may_make(function: str) -> tuple[str, ...]:
    """Settings that a function's stacks may have requested at any time: the function must be able to revert them."""
    own = tuple(key for key, needs in SETTING_PERMISSIONS.items() if needs.function == function)
    return own or tuple(key for key, needs in SETTING_PERMISSIONS.items() if not needs.function)


def function_stack(  # noqa: PLR0913 - keyword-only, each named where it is given
    landscape: Landscape,
    *,
    name: str,
    description: str,
    target: Target,
    settings: tuple[CustomSetting, ...],
    revert: bool,
    depends_on: tuple[str, ...],
    foundation: bool = False,
) -> StackSpec:
    """The stack `<name>-function`, which `settings` depend on."""
    allowed, wanted = permissions(settings, revert=revert), [item.setting for item in settings]
    return StackSpec(
        name=f"{name}-function",
        template="functions/settings_function",
        description=description,
        target=target,
        context=FunctionContext(
            prefix=landscape.prefix,
            name=name,
            parts=_parts(_may_make(name) if revert else wanted),
            permissions=allowed,
        ),
        parameters=tuple(
            parameter
            for parameter in (*PARAMETERS.values(), *account_parameters(landscape, landscape.roles.values()).values())
            if any(parameter.reference in account for account in allowed.accounts)
        ),
        depends_on=depends_on,
        foundation=foundation,
    )


def member_setting_stacks(  # noqa: PLR0913 - keyword-only, each named where it is given
    landscape: Landscape,
    *,
    name: str,
    function: str,
    description: str,
    target: Target,
    settings: tuple[CustomSetting, ...],
    revert: bool,
    parameters: tuple[ParameterDeclaration, ...] = (),
    after: tuple[str, ...] = (),
) -> tuple[StackSpec, StackSpec]:
    """A function in a member account, and the stack `name` with the settings that it applies.

    Args:
        landscape: The organization, or a standalone account.
        name: Name of the function and of the stack with the settings.
        function: Description of the function's stack.
        description: Description of the stack with the settings.
        target: The account of both.
        settings: The settings.
        revert: Whether deleting the stack reverts them.
        parameters: Parameters of the stack with the settings.
        after: Stacks that the settings need besides the function.
    """
    stack = function_stack(
        landscape,
        name=name,
        description=function,
        target=target,
        settings=settings,
        revert=revert,
        depends_on=("kms-logs",) if landscape.standalone else ("kms-logs-accounts",),
    )
    return stack, replace(
        stack,
        name=name,
        template="functions/custom_settings",
        description=description,
        context=CustomSettingsContext(prefix=landscape.prefix, function=name, settings=settings, revert=revert),
        parameters=parameters,
        depends_on=(stack.name, *after),
    )
