"""The calls that policies must not deny: callers, actions, and the condition keys of the calls.

BL123 checks the calls of deployments, which follow from the templates; people, services and pipelines are here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from baseline.capabilities.account_names import adds_account_names
from baseline.capabilities.control_tower import EXECUTION_ROLE
from baseline.capabilities.detect.guardduty.settings import backup_scanner_places
from baseline.capabilities.event_forwarding import forwards_events
from baseline.capabilities.identity.iam_roles.deployment_roles import DeploymentRole
from baseline.capabilities.identity.iam_roles.iam_roles import IamRolesSettings
from baseline.capabilities.identity.identity_hygiene.identity_hygiene import IdentityHygieneSettings
from baseline.capabilities.identity.identity_hygiene.oidc_providers import OidcProvider
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.account_settings.settings import AccountSettings
from baseline.capabilities.organization.guardrails.control_tower_calls import ENTERING, IN_ACCOUNTS
from baseline.capabilities.organization.guardrails.places import STAND_IN_ACCOUNT, BoundAccount, members
from baseline.capabilities.organization.guardrails.settings import GuardrailsSettings
from baseline.capabilities.scheduled_machine import scheduled_machines
from baseline.frozen import frozen
from baseline.policy.request import Request

_EXECUTION = "stacksets-exec-0123456789abcdef0123456789abcdef"
_STACKS = ("cloudformation:CreateStack", "cloudformation:UpdateStack", "cloudformation:DeleteStack")
_RESCUE = ("iam:ListRoles", "iam:PutRolePolicy", "iam:DeleteRolePolicy")
_PIPELINE = ("cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet")
_LINKED = "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
_DELIVERS = ("cloudtrail", "config", "delivery.logs", "guardduty", "logdelivery.elasticloadbalancing", "logging.s3")
_UPLOAD_HEADERS: Mapping[str, tuple[str, ...]] = {
    "s3:x-amz-acl": ("bucket-owner-full-control",),
    "s3:x-amz-server-side-encryption": (),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": (),
    "s3:tlsversion": ("1.3",),
}
_ALWAYS: Mapping[str, tuple[str, ...]] = {"aws:securetransport": ("true",), "aws:viaawsservice": ("false",)}


@frozen
class Need:
    """A required call: the caller, and the request.

    `certain` is false for a principal that may not exist, such as AWS Control Tower.
    """

    who: str
    request: Request
    certain: bool = True


def calls(landscape: Landscape, account: BoundAccount) -> tuple[Need, ...]:
    """Calls that principals of a member account must be able to make under all service control policies."""
    build = _Builder(landscape, account)
    return (
        *build.deployers(),
        *build.control_tower(),
        *build.break_glass(),
        *build.recorder(),
        *build.backup_scans(),
        *build.pipelines(),
        *((*build.assumed_roles(), *build.scheduled()) if account.key == "security" else ()),
        build.linked_role("ec2:DescribeInstances", "*"),
    )


def deliveries(landscape: Landscape, account: BoundAccount) -> tuple[Need, ...]:
    """Deliveries to resources of a member account that all resource control policies must allow."""
    build = _Builder(landscape, account)
    arrivals = {"log_archive": build.logs(), "security": build.alerts()}
    return (
        *arrivals.get(account.key, ()),
        *build.encrypted_logs(),
        *build.recorded(),
        *build.entered_by_control_tower(),
        *build.sign_in(),
        *build.tokens(),
        *build.assumed_roles(),
        *build.volumes(),
        build.linked_role("kms:Decrypt", build.arn("kms", "key/x")),
    )


def pipeline_accounts(landscape: Landscape) -> frozenset[str]:
    """Keys of the accounts with deployment roles of the profile."""
    on = landscape.is_on("iam_roles")
    roles = landscape.settings("iam_roles", IamRolesSettings).deployment_roles if on else []
    return frozenset(key for role in roles for key in role.accounts)


class _Builder:
    """Requests of one account, as the principal's or the resource's account."""

    def __init__(self, landscape: Landscape, account: BoundAccount) -> None:
        self.landscape = landscape
        self.account = account
        self.members = members(landscape)

    def arn(self, service: str, resource: str, account: BoundAccount | None = None) -> str:
        region = "" if service == "iam" else self.landscape.home_region
        owner = account or self.account
        return f"arn:{self.landscape.partition}:{service}:{region}:{owner.id}:{resource}"

    def deployers(self) -> Iterator[Need]:
        stack = "stack/StackSet-x/0123"
        for action in _STACKS:
            for region in self.landscape.regions:
                resource = self.arn("cloudformation", stack).replace(self.landscape.home_region, region)
                yield self._need("StackSets", action, resource, self._as(_EXECUTION, region))
        if not self._is_enrolled():
            resource = self.arn("cloudformation", stack)
            tower = self._need("AWS Control Tower", _STACKS[0], resource, self._as(EXECUTION_ROLE))
            yield replace(tower, certain=False)

    def control_tower(self) -> Iterator[Need]:
        """Calls that enrollment makes in an account of a registered unit."""
        tower = self.landscape.control_tower
        roles = (*tower.changing_roles, *tower.reporting_roles) if tower and self._is_enrolled() else ()
        for call in (item for item in IN_ACCOUNTS if item.role in roles):
            service = call.action.partition(":")[0]
            resource = "*" if call.resource == "*" else self.arn(service, call.resource)
            for region in self.landscape.regions if service == "cloudformation" else ("",):
                keys = self._as(call.role, region)
                yield self._need(f"AWS Control Tower, as {call.role}", call.action, resource, keys)

    def entered_by_control_tower(self) -> Iterator[Need]:
        """Roles in the account that Control Tower assumes from the management account."""
        management = self.landscape.accounts.get("management")
        if management is None or not self._is_enrolled():
            return
        caller = replace(self.account, key="management", id=management.id or STAND_IN_ACCOUNT, levels=("root",))
        for principal, role in ENTERING:
            keys = {**self._caller(caller, principal), **self._region()}
            yield self._need("AWS Control Tower", "sts:AssumeRole", self.arn("iam", f"role/{role}"), keys)

    def _is_enrolled(self) -> bool:
        tower = self.landscape.control_tower
        return tower is not None and any(tower.enrols(level) for level in self.account.levels)

    def break_glass(self) -> Iterator[Need]:
        settings = self._roles()
        if settings and settings.break_glass:
            name = f"{self.landscape.prefix}-break-glass"
            for action in _RESCUE:
                resource = self.arn("iam", "role/x") if action.endswith("RolePolicy") else "*"
                keys = self._as(name, self.landscape.sign_in_region)
                yield self._by_a_person(self._need("break-glass", action, resource, {**keys, **self._network()}))

    def recorder(self) -> Iterator[Need]:
        """The recorder's upload to the log archive, which also depends on the bucket's account."""
        if self.landscape.is_on("config"):
            yield self._upload(self.account, self.members.get("log_archive", self.account))

    def backup_scans(self) -> Iterator[Need]:
        """The sharing of a snapshot with GuardDuty; in quarantine units AWS Backup cannot act, so nothing is scanned.

        Source: Amazon GuardDuty user guide, Malware Protection for Backup: IAM role permissions.
        """
        levels, on = set(self.account.levels), self.landscape.is_on("guardrails")
        waiting = self.landscape.settings("guardrails", GuardrailsSettings).quarantine_units if on else []
        if levels.isdisjoint(waiting) and not levels.isdisjoint(backup_scanner_places(self.landscape)):
            snapshot = f"arn:{self.landscape.partition}:ec2:{self.landscape.home_region}::snapshot/x"
            keys = self._as(f"{self.landscape.prefix}-backup-scanner", self.landscape.home_region)
            yield self._need("scans of backups", "ec2:ModifySnapshotAttribute", snapshot, keys)

    def logs(self) -> Iterator[Need]:
        """Deliveries of logs. Source: the delivery policies of each service."""
        others = (item for item in self.members.values() if item.levels[:-1] != self.account.levels[:-1])
        if self.landscape.is_on("config"):
            yield self._upload(next(others, self.account), self.account)
        bucket = f"arn:{self.landscape.partition}:s3:::{self.landscape.prefix}-logs/x"
        for service in _DELIVERS:
            yield self._delivery(service, "s3:PutObject", bucket, {**self._source(service), **_UPLOAD_HEADERS})
        for service in ("cloudtrail", "config", "delivery.logs"):
            yield self._delivery(service, "kms:GenerateDataKey", self.arn("kms", "key/x"), self._source(service))

    def alerts(self) -> Iterator[Need]:
        """Events of other accounts, and messages to encrypted topics.

        Source: Amazon SNS developer guide, Key management: a key policy can restrict the source for CloudWatch
        alarms, but not for EventBridge rules.
        """
        key = self.arn("kms", "key/x")
        if self.landscape.is_on("notifications"):
            yield self._delivery("cloudwatch", "kms:GenerateDataKey", key, self._source("cloudwatch"))
            yield self._delivery("events", "kms:GenerateDataKey", key, {})
        if self.landscape.is_on("alarms"):
            sender = self.members.get("log_archive", self.account)
            bus = self.arn("events", f"event-bus/{self.landscape.prefix}-security-events")
            role = f"{self.landscape.prefix}-security-events-root-{self.landscape.home_region}"
            keys = self._as(role, account=sender)
            yield self._need("the forwarding of root activity", "events:PutEvents", bus, keys)
        if forwards_events(self.landscape):
            sender = self.members.get("log_archive", self.account)
            bus = self.arn("events", f"event-bus/{self.landscape.prefix}-events")
            role = f"{self.landscape.prefix}-security-events-heartbeat-{self.landscape.home_region}"
            yield self._need("the forwarding of events", "events:PutEvents", bus, self._as(role, account=sender))
        yield from self._account_names()

    def _account_names(self) -> Iterator[Need]:
        """Calls between an event and its message, if messages have names of accounts."""
        if not adds_account_names(self.landscape):
            return
        name, region = f"{self.landscape.prefix}-account-names", self.landscape.home_region
        calls = (
            (f"{name}-start-{region}", "states:StartExecution", self.arn("states", f"stateMachine:{name}")),
            (f"{name}-{region}", "events:PutEvents", self.arn("events", f"event-bus/{self.landscape.prefix}-events")),
        )
        for role, action, resource in calls:
            yield self._need("the names of accounts in messages", action, resource, self._as(role))

    def scheduled(self) -> Iterator[Need]:
        for name, region in scheduled_machines(self.landscape):
            machine = self.arn("states", f"stateMachine:{self.landscape.prefix}-{name}")
            keys = self._as(f"{self.landscape.prefix}-scheduled-start-{name}-{region}", region)
            yield self._need(f"the schedule of {name}", "states:StartExecution", machine, keys)

    def encrypted_logs(self) -> Iterator[Need]:
        """Use of keys by CloudWatch Logs; no AWS page documents whether the service sends its source."""
        if self.landscape.is_on("kms"):
            name = f"logs.{self.landscape.home_region}.amazonaws.com"
            known = {**_ALWAYS, **_service_keys(name), **self._owner(self.account)}
            for action in ("kms:Decrypt", "kms:GenerateDataKey"):
                yield Need(who=name, request=Request(action=action, resource=self.arn("kms", "key/x"), context=known))

    def recorded(self) -> Iterator[Need]:
        if self.landscape.is_on("config"):
            role = self.arn("iam", f"role/{self.landscape.prefix}-config-recorder")
            yield self._delivery("config", "sts:AssumeRole", role, self._source("config"))

    def sign_in(self) -> Iterator[Need]:
        if self.landscape.is_on("identity_center"):
            provider = self.arn("iam", "saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE")
            keys = {"aws:federatedprovider": (provider,), "saml:aud": ("https://signin.aws.amazon.com/saml",)}
            role = self.arn("iam", "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_x_0123456789abcdef")
            yield self._need("people, through IAM Identity Center", "sts:AssumeRoleWithSAML", role, keys)

    def tokens(self) -> Iterator[Need]:
        for role in self._deployment_roles():
            resource = self.arn("iam", f"role/{self.landscape.prefix}-deployment-{role.name}")
            provider = {"aws:federatedprovider": (self.arn("iam", f"oidc-provider/{role.host}"),)}
            claims = _claims(role, self.landscape.partition)
            who = f"the pipeline of the deployment role {role.name}"
            yield self._need(who, "sts:AssumeRoleWithWebIdentity", resource, {**provider, **claims})
        for issuer in self._issuers():
            provider = {"aws:federatedprovider": (self.arn("iam", f"oidc-provider/{issuer.host}"),)}
            for key, accepted in issuer.roles.items():
                resource, host = self.arn("iam", f"role/{self.landscape.prefix}-oidc-{key}"), issuer.host.lower()
                claims = {f"{host}:aud": (issuer.audience,), f"{host}:sub": (accepted.subject,)}
                who = f"programs with the role {key} of the profile's issuer"
                yield self._need(who, "sts:AssumeRoleWithWebIdentity", resource, {**provider, **claims})

    def pipelines(self) -> Iterator[Need]:
        for role in self._deployment_roles():
            name = f"{self.landscape.prefix}-deployment-{role.name}"
            for action in _PIPELINE:
                yield self._need(f"the deployment role {role.name}", action, "*", self._as(name))

    def assumed_roles(self) -> Iterator[Need]:
        """The roles for people that the security account assumes: in this account, or from it in another one."""
        settings, security = self._roles(), self.members.get("security")
        if settings is None or security is None:
            return
        inside = self.account.key == "security"
        target = self.members.get("log_archive", self.account) if inside else self.account
        person = settings.trusted_roles[0].replace("*", "x")
        for name in ("security-audit", "incident-response", "support"):
            if getattr(settings, name.replace("-", "_")):
                role = self.arn("iam", f"role/{self.landscape.prefix}-{name}", target)
                yield self._assumption(f"the security team, as {name}", security, f"role/{person}", role, target)
        if settings.break_glass:
            user = f"user/{settings.break_glass_users[0].replace('*', 'x')}"
            role = self.arn("iam", f"role/{self.landscape.prefix}-break-glass", target)
            yield self._assumption("a break-glass user", security, user, role, target)

    def volumes(self) -> Iterator[Need]:
        """Source: Amazon EBS user guide, How Amazon EBS encryption works: a grant for each volume."""
        on = self.landscape.is_on("account_settings")
        if on and self.landscape.settings("account_settings", AccountSettings).ebs_encryption:
            keys = {
                "kms:grantisforawsresource": ("true",),
                "kms:viaservice": (f"ec2.{self.landscape.home_region}.amazonaws.com",),
                "aws:viaawsservice": ("true",),
                "aws:calledvia": ("ec2.amazonaws.com",),
            }
            key = self.arn("kms", "key/x")
            known = {**self._as("x"), **keys}
            yield self._need("launches with encrypted volumes", "kms:CreateGrant", key, known)

    def linked_role(self, action: str, resource: str) -> Need:
        keys = self._caller(self.account, _LINKED)
        return self._need("service-linked roles", action, resource, keys)

    def _roles(self) -> IamRolesSettings | None:
        on = self.landscape.is_on("iam_roles")
        return self.landscape.settings("iam_roles", IamRolesSettings) if on else None

    def _issuers(self) -> Iterator[OidcProvider]:
        if self.landscape.is_on("identity_hygiene"):
            settings = self.landscape.settings("identity_hygiene", IdentityHygieneSettings)
            yield from (item for item in settings.oidc_providers.values() if self.account.key in item.accounts)

    def _deployment_roles(self) -> tuple[DeploymentRole, ...]:
        settings = self._roles()
        roles = settings.deployment_roles if settings else ()
        return tuple(role for role in roles if self.account.key in role.accounts)

    def _upload(self, caller: BoundAccount, owner: BoundAccount) -> Need:
        """Source: AWS Config developer guide, Permissions for the Amazon S3 bucket: the role uploads."""
        landscape = self.landscape
        name = f"{landscape.prefix}-config-logs-{owner.id}-{landscape.home_region}"
        bucket = f"arn:{landscape.partition}:s3:::{name}/x"
        keys = {**self._as(f"{landscape.prefix}-config-recorder", account=caller), **_UPLOAD_HEADERS}
        return self._need("the recorder of AWS Config", "s3:PutObject", bucket, keys, owner)

    def _assumption(self, who: str, caller: BoundAccount, principal: str, role: str, owner: BoundAccount) -> Need:
        keys = {**self._caller(caller, principal), "aws:multifactorauthpresent": ("true",)}
        call = self._need(who, "sts:AssumeRole", role, {**keys, **self._region(), **self._network()}, owner)
        return self._by_a_person(call)

    def _by_a_person(self, need: Need) -> Need:
        """The same request from an unknown address, unless the profile names networks."""
        return replace(need, request=replace(need.request, unknown=frozenset({"aws:sourceip"})))

    def _network(self) -> Mapping[str, tuple[str, ...]]:
        """The address of people: one of the profile's networks, if it names any."""
        on = self.landscape.is_on("guardrails")
        networks = self.landscape.settings("guardrails", GuardrailsSettings).networks if on else []
        return {"aws:sourceip": (networks[0].partition("/")[0],)} if networks else {}

    def _as(self, role: str, region: str = "", account: BoundAccount | None = None) -> Mapping[str, tuple[str, ...]]:
        """The condition keys of a direct call by a role."""
        return {**self._caller(account or self.account, f"role/{role}"), **self._region(region)}

    def _delivery(self, service: str, action: str, resource: str, keys: Mapping[str, tuple[str, ...]]) -> Need:
        name = f"{service}.amazonaws.com"
        return self._need(name, action, resource, {**_service_keys(name), **keys})

    def _need(
        self,
        who: str,
        action: str,
        resource: str,
        keys: Mapping[str, tuple[str, ...]],
        owner: BoundAccount | None = None,
    ) -> Need:
        """A call over TLS without other condition keys."""
        context = {**_ALWAYS, **self._owner(owner or self.account), **keys}
        return Need(who=who, request=Request(action=action, resource=resource, context=context, complete=True))

    def _region(self, region: str = "") -> Mapping[str, tuple[str, ...]]:
        return {"aws:requestedregion": (region or self.landscape.home_region,)}

    def _caller(self, account: BoundAccount, principal: str) -> Mapping[str, tuple[str, ...]]:
        return {
            "aws:principalarn": (self.arn("iam", principal, account),),
            "aws:principalaccount": (account.id,),
            "aws:principalorgid": (account.organization_path.partition("/")[0],),
            "aws:principalorgpaths": (account.organization_path,),
            "aws:principalisawsservice": ("false",),
        }

    def _owner(self, account: BoundAccount) -> Mapping[str, tuple[str, ...]]:
        return {
            "aws:resourceaccount": (account.id,),
            "aws:resourceorgid": (account.organization_path.partition("/")[0],),
            "aws:resourceorgpaths": (account.organization_path,),
        }

    def _source(self, service: str) -> Mapping[str, tuple[str, ...]]:
        """Source: IAM user guide, Cross-service confused deputy prevention."""
        return {
            "aws:sourceaccount": (self.account.id,),
            "aws:sourceorgid": (self.account.organization_path.partition("/")[0],),
            "aws:sourceorgpaths": (self.account.organization_path,),
            "aws:sourcearn": (self.arn(service.partition(".")[0], "x"),),
        }


def _service_keys(name: str) -> Mapping[str, tuple[str, ...]]:
    return {
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (name,),
        "aws:principalservicenameslist": (name,),
    }


def _claims(role: DeploymentRole, partition: str) -> Mapping[str, tuple[str, ...]]:
    """The token's claims as condition keys.

    Source: service authorization reference, AWS STS; docs.github.com, OpenID Connect reference.
    """
    host = role.host.lower()
    claims = {"sub": role.subject, "aud": role.audience_in(partition)}
    if role.provider == "github":
        path = "/".join(part.partition("@")[0] for part in role.repository.split("/"))
        claims |= {"repository": path, "repository_owner": path.partition("/")[0]}
        claims |= {"environment": role.environment} if role.environment else {}
    return {f"{host}:{name}": (value,) for name, value in claims.items()}
