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
        "`baseline deploy DIR --dry-run` shows what would be made and changes nothing."
    )
    yield (
        "**Check what is there.** `baseline preflight DIR` makes every check that read-only calls allow: names that exist, "
        "policy slots, delegated administrators, roles, quotas"
        + (
            "."
            if plan.standalone
            else "; `--member-role OrganizationAccountAccessRole` looks into member accounts, too."
        )
    )
    if not plan.standalone:
        yield from _organization(plan) if organization_stack(plan) is None else _new_organization(plan)
    yield from _adopted(plan)
    yield from _irreversible(plan)
    yield from _quotas(plan)
    yield (
        f"**Cost begins with the first wave**: {_keys(plan)} customer managed keys at about 1 USD a month each, then what is "
        "recorded and analyzed: AWS Config by configuration items and rule evaluations, GuardDuty and Security Hub by events "
        "and checks after their trial of 30 days, CloudTrail data events, CloudWatch alarms, S3 storage. Look at AWS Budgets "
        "after a week."
    )
    if organization_stack(plan) is None:
        yield from (f"**Needed by a stack**: {text}" for text in prerequisites(plan))
    yield (
        "**Open one shell for the whole deployment**: POSIX `sh`, `bash` or `zsh` in this directory, with AWS CLI version 2 "
        "(`aws --version`), and define the functions below. Every command can be repeated."
    )


def _adopted(plan: Plan) -> Iterator[str]:
    if plan.adoptions:
        things = "; ".join(markdown_code(str(item)) for item in plan.adoptions)
        yield (
            f"**Imported, not created**: {things}. `baseline deploy DIR --member-role NAME` imports these resources before it "
            "changes them. The commands below do not: CloudFormation would refuse a second resource of the same name, or "
            "make one. Deploy their stacks with the program."
        )


def _irreversible(plan: Plan) -> Iterator[str]:
    for stack in plan.stacks:
        if getattr(stack.context, "object_lock_mode", "") == "COMPLIANCE":
            days = getattr(stack.context, "object_lock_days", 0)
            yield (
                f"**Cannot be taken back**: {markdown_code(stack.name)} keeps logs under Object Lock in compliance mode for "
                f"{days:,} days. No identity can delete one earlier, the root user included, and its storage is billed until "
                "then. In a test organization use `GOVERNANCE`."
            )
            return


def _identity(plan: Plan) -> Iterator[str]:
    account = "the account" if plan.standalone else "the management account"
    yield (
        f"**Who.** Use credentials of {account}: `AdministratorAccess`, or the policies that `baseline preflight DIR "
        f"--print-policy` prints. In an empty account sign in as root once, make {_first_administrator(plan)}, and put the "
        "root user's password and MFA device away. Check it: `aws sts get-caller-identity "
        f"--region {plan.home_region}`."
    )
    if any(stack.capability == "kms" for stack in plan.stacks):
        yield (
            "**Keys.** The identity is a role that the profile lists under `capabilities.kms.key_administrators`: the keys' "
            "policies refuse administration by anybody else, and KMS refuses to create a key that its creator may not manage."
        )


def _first_administrator(plan: Plan) -> str:
    if organization_stack(plan) is None:
        return "an administrator with MFA (IAM Identity Center, or a role)"
    return (
        "a role with `AdministratorAccess` and a user with MFA who may take it (to begin with IAM Identity Center instead, "
        "enable it in the console, which creates the organization, give its id in the profile as `organization.id`, and "
        "generate again)"
    )


def _new_organization(plan: Plan) -> Iterator[str]:
    stack = organization_stack(plan)
    assert stack is not None  # noqa: S101 - the caller has looked
    number = next(number for number, wave in enumerate(plan.waves, start=1) if stack in wave)
    yield (
        f"**Wave {number} creates the organization**, so that some preparation is possible only after it: the list stands at "
        f"the end of that wave. `baseline deploy DIR --only {shell_word(stack.name)}` stops there; `baseline deploy DIR` goes on."
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
        "**Every account is accounted for.** Compare the accounts with the profile: "
        f"`{_LIST_ACCOUNTS.format(home=home)}`. An account outside the profile's units gets nothing, and without a Config "
        "recorder it makes organization conformance packs fail: move it into a unit, close it, or exclude it."
    )
    yield (
        "**What member accounts have already** is in the way of stack instances: Config recorders and delivery channels, "
        f"GuardDuty detectors, Security Hub, roles and log groups that begin with {markdown_code(plan.prefix + '-')} or "
        f"{markdown_code('/' + plan.prefix + '/')}. StackSets cannot import them; `baseline deploy DIR --import-existing --member-role NAME` can import what templates name."
    )
    yield _regions(plan)
    yield (
        "**AWS Control Tower** has a trail, recorders and policies of its own: the key `organization.control_tower` leaves "
        "them to it (`baseline docs control-tower`). "
        f"`aws controltower list-landing-zones --region {home}` shows whether it is there."
    )
    if "identity_center" in capabilities:
        region = next(stack.regions[0] for stack in plan.stacks if stack.capability == "identity_center")
        yield (
            f"**IAM Identity Center** has its instance in {region}: `aws sso-admin list-instances --region {region}`. "
            "An organization has one instance, in one Region; where that is another one, name it in the profile as "
            "`capabilities.identity_center.region`."
        )
    yield from _guardrails(plan)


def _regions(plan: Plan) -> str:
    regions = ", ".join(dict.fromkeys(region for stack in plan.stacks for region in stack.regions))
    return (
        f"**Regions**: {regions}. An opt-in Region is enabled in every account before a StackSet goes there: "
        f"`aws account enable-region --region-name REGION --account-id ACCOUNT --region {plan.home_region}` (from the management account this needs trusted "
        "access of account.amazonaws.com; in the account itself leave out `--account-id`). Where the table below has a stack "
        "`…-account-regions`, it does this."
    )


def _guardrails(plan: Plan) -> Iterator[str]:
    if any(stack.capability == "guardrails" for stack in plan.stacks):
        yield _break_glass(plan)


def _break_glass(plan: Plan) -> str:
    role = markdown_code(f"{plan.prefix}-break-glass")
    when = "now" if security_account_stack(plan) is None else "when the security account is there"
    users = (
        f" Make the [break-glass users](#break-glass-users) {when}; as soon as the stack `{plan.prefix}-iam-roles` is there, "
        f"test that each of them can take the role {role} in a member account, and only then go on to the first wave with "
        "guardrails."
        if any(map(has_break_glass_role, plan.stacks))
        else " Decide who can detach them when something breaks."
    )
    return (
        "**Break-glass access before guardrails.** Service control policies bind administrators and root users of member "
        "accounts from the moment they are attached."
        + users
        + " Where there are workloads, begin with `guardrails.stage: audit`."
    )


def _quotas(plan: Plan) -> Iterator[str]:
    stacks = sum(len(d.regions) for s in plan.stacks for d in s.deployments if d.method is Method.STACK)
    sets = sum(any(d.method is Method.STACK_SET for d in s.deployments) for s in plan.stacks)
    accounts = (
        ""
        if plan.standalone
        else " An organization may have 10 accounts at first. Service control policies: 10 for each root, unit or account, "
        "AWS's own among them. A new account may run 10 Lambda functions at a time, which makes it slow, not wrong."
    )
    yield (
        f"**Quotas.** {stacks} stacks in the {'account' if plan.standalone else 'management account'} "
        f"(2,000 for each Region)" + (f" and {sets} StackSets (1,000)" if sets else "") + "." + accounts
    )


def _keys(plan: Plan) -> int:
    """Number of stacks with a key, per Region, plus one per account for a StackSet that targets OUs."""
    kms = [stack for stack in plan.stacks if stack.capability == "kms"]
    return sum(len(deployment.regions) for stack in kms for deployment in stack.deployments)
