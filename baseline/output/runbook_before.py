"""Run book section: preparation before the first command."""

from collections.abc import Iterator

from baseline.output.runbook_break_glass import has_break_glass_role
from baseline.output.runbook_created import organization_stack, prerequisites, security_account_stack
from baseline.plan.model import Method, Plan
from baseline.text.markdown import markdown_code
from baseline.text.shell import shell_word

_LIST_ACCOUNTS = "aws organizations list-accounts --region {home} --query 'Accounts[].[Id,Name,State]' --output table"


def before(plan: Plan) -> Iterator[str]:
    """The steps, in order, as Markdown."""
    yield from _identity(plan)
    yield (
        "**Try it in a test organization first.** The project has not deployed this to a real account itself. "
        "`baseline deploy DIR --dry-run` shows the planned changes and makes none."
    )
    yield (
        "**Check for conflicts.** `baseline preflight DIR` runs every check that read-only calls allow: existing names, "
        "policy slots, delegated administrators, roles, quotas"
        + ("." if plan.standalone else "; `--member-role OrganizationAccountAccessRole` also checks member accounts.")
    )
    if not plan.standalone:
        yield from _organization(plan) if organization_stack(plan) is None else _new_organization(plan)
    yield from _adopted(plan)
    yield from _irreversible(plan)
    yield from _quotas(plan)
    yield (
        f"**Cost begins with the first wave**: {_keys(plan)} customer managed keys at about 1 USD a month each, then charges "
        "by use: AWS Config by configuration items and rule evaluations, GuardDuty and Security Hub by events "
        "and checks after a 30-day trial, CloudTrail data events, CloudWatch alarms, S3 storage. Check the bill after a week."
    )
    if organization_stack(plan) is None:
        yield from (f"**Needed by a stack**: {text}" for text in prerequisites(plan))
    yield (
        "**Use one shell for the whole deployment**: POSIX `sh`, `bash` or `zsh` in this directory, with AWS CLI version 2 "
        "(`aws --version`), and define the functions below. Every command can be repeated."
    )


def _adopted(plan: Plan) -> Iterator[str]:
    if plan.adoptions:
        things = "; ".join(markdown_code(str(item)) for item in plan.adoptions)
        yield (
            f"**Imported, not created**: {things}. `baseline deploy DIR --member-role NAME` imports these resources before it "
            "changes them. The commands below do not: CloudFormation would reject a second resource of the same name, or "
            "create one. Deploy these stacks with `baseline deploy`."
        )


def _irreversible(plan: Plan) -> Iterator[str]:
    for stack in plan.stacks:
        if getattr(stack.context, "object_lock_mode", "") == "COMPLIANCE":
            days = getattr(stack.context, "object_lock_days", 0)
            yield (
                f"**Irreversible**: {markdown_code(stack.name)} keeps logs under Object Lock in compliance mode for "
                f"{days:,} days. No identity, not even the root user, can delete a log earlier, and its storage is billed until "
                "then. In a test organization, use `GOVERNANCE`."
            )
            return


def _identity(plan: Plan) -> Iterator[str]:
    account = "the account" if plan.standalone else "the management account"
    yield (
        f"**Credentials.** Use credentials of {account}: `AdministratorAccess`, or the policies that `baseline preflight DIR "
        f"--print-policy` prints. In an empty account, sign in as root once, create {_first_administrator(plan)}, and store the "
        "root user's password and MFA device safely. Check the identity: `aws sts get-caller-identity "
        f"--region {plan.home_region}`."
    )
    if any(stack.capability == "kms" for stack in plan.stacks):
        yield (
            "**Keys.** Use a role that the profile lists under `capabilities.kms.key_administrators`: the key policies deny "
            "administration by all other identities, and KMS does not create a key that its creator cannot manage."
        )


def _first_administrator(plan: Plan) -> str:
    if organization_stack(plan) is None:
        return "an administrator with MFA (IAM Identity Center, or a role)"
    return (
        "a role with `AdministratorAccess` and a user with MFA who may assume it (to start with IAM Identity Center instead, "
        "enable it in the console, which creates the organization, set its id in the profile as `organization.id`, and "
        "generate again)"
    )


def _new_organization(plan: Plan) -> Iterator[str]:
    stack = organization_stack(plan)
    assert stack is not None  # noqa: S101 - the caller has looked
    number = next(number for number, wave in enumerate(plan.waves, start=1) if stack in wave)
    yield (
        f"**Wave {number} creates the organization**, so some preparation is possible only afterwards: see the list at "
        f"the end of that wave. `baseline deploy DIR --only {shell_word(stack.name)}` stops there; `baseline deploy DIR` continues."
    )
    yield _regions(plan)
    yield from _guardrails(plan)


def _organization(plan: Plan) -> Iterator[str]:
    home = plan.home_region
    capabilities = {stack.capability for stack in plan.stacks}
    if "organization" not in capabilities:
        yield (
            "**The organization** has all features, and CloudFormation StackSets have trusted access: "
            f"`aws cloudformation activate-organizations-access --region {home}`."
        )
    yield (
        "**Accounts.** Compare the accounts with the profile: "
        f"`{_LIST_ACCOUNTS.format(home=home)}`. The baseline does not deploy to accounts outside the profile's OUs, and organization "
        "conformance packs fail in accounts without a Config recorder: move such an account to an OU, close it, or exclude it."
    )
    yield (
        "**Existing resources in member accounts** make stack instances fail: Config recorders and delivery channels, "
        f"GuardDuty detectors, Security Hub, roles and log groups that begin with {markdown_code(plan.prefix + '-')} or "
        f"{markdown_code('/' + plan.prefix + '/')}. StackSets cannot import them; `baseline deploy DIR --import-existing --member-role NAME` can import resources that the templates name."
    )
    yield _regions(plan)
    yield (
        "**AWS Control Tower** has its own trail, recorders and policies: with the key `organization.control_tower`, the baseline "
        "leaves them unchanged (`baseline docs control-tower`). "
        f"`aws controltower list-landing-zones --region {home}` shows whether it is set up."
    )
    if "identity_center" in capabilities:
        region = next(stack.regions[0] for stack in plan.stacks if stack.capability == "identity_center")
        yield (
            f"**IAM Identity Center** must have its instance in {region}: `aws sso-admin list-instances --region {region}`. "
            "An organization has one instance, in one Region. If yours is in another Region, set that Region in the profile as "
            "`capabilities.identity_center.region`."
        )
    yield from _guardrails(plan)


def _regions(plan: Plan) -> str:
    regions = ", ".join(dict.fromkeys(region for stack in plan.stacks for region in stack.regions))
    return (
        f"**Regions**: {regions}. Enable each opt-in Region in every account before a StackSet deploys there: "
        f"`aws account enable-region --region-name REGION --account-id ACCOUNT --region {plan.home_region}` (from the management account this needs trusted "
        "access of account.amazonaws.com; in the account itself, omit `--account-id`). If the table below has a stack "
        "`…-account-regions`, that stack does this."
    )


def _guardrails(plan: Plan) -> Iterator[str]:
    if any(stack.capability == "guardrails" for stack in plan.stacks):
        yield _break_glass(plan)


def _break_glass(plan: Plan) -> str:
    role = markdown_code(f"{plan.prefix}-break-glass")
    when = "now" if security_account_stack(plan) is None else "as soon as the security account exists"
    users = (
        f" Create the [break-glass users](#break-glass-users) {when}; after the stack `{plan.prefix}-iam-roles` is deployed, "
        f"test that each of them can assume the role {role} in a member account, and only then continue with the first wave "
        "of guardrails."
        if any(map(has_break_glass_role, plan.stacks))
        else " Decide who can detach them if they block something."
    )
    return (
        "**Break-glass access before guardrails.** Service control policies bind administrators and root users of member "
        "accounts from the moment they are attached."
        + users
        + " If you have workloads, start with `guardrails.stage: audit`."
    )


def _quotas(plan: Plan) -> Iterator[str]:
    stacks = sum(len(d.regions) for s in plan.stacks for d in s.deployments if d.method is Method.STACK)
    sets = sum(any(d.method is Method.STACK_SET for d in s.deployments) for s in plan.stacks)
    accounts = (
        ""
        if plan.standalone
        else " A new organization may have 10 accounts. Service control policies: 10 for each root, OU or account, "
        "including those that AWS attaches. A new account may run 10 Lambda functions at a time, which is enough but slow."
    )
    yield (
        f"**Quotas.** {stacks} stacks in the {'account' if plan.standalone else 'management account'} "
        f"(2,000 for each Region)" + (f" and {sets} StackSets (1,000)" if sets else "") + "." + accounts
    )


def _keys(plan: Plan) -> int:
    """Number of stacks with a key, per Region, plus one per account for a StackSet that targets OUs."""
    kms = [stack for stack in plan.stacks if stack.capability == "kms"]
    return sum(len(deployment.regions) for stack in kms for deployment in stack.deployments)
