"""Run book section: creation and test of break-glass users, before guardrails apply."""

from collections.abc import Iterator

from baseline.plan.model import Plan, Stack
from baseline.text.markdown import markdown_code

_USERS = """\
## Break-glass users

In an emergency, two people assume the role {role}, each with their own IAM user in {account}. Each user has a password, two MFA devices and no access key. Create the users with credentials of {account}{credentials}:

```text
aws iam create-user --path /break-glass/ --user-name NAME --region {home}
aws iam put-user-policy --user-name NAME --policy-name break-glass --region {home} --policy-document \\
  '{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:{partition}:iam::*:role/{name}"}}]}}'
```

Give each user a password and both MFA devices in the IAM console, and store passwords and devices in two separate places. The profile sets the path in `capabilities.iam_roles.break_glass_users`.
When the stack {stack} is deployed, sign in to the console as each user and switch to the role {role} in {where}. With an MFA device that shows codes, you can also use the AWS CLI:

```text
aws sts assume-role --role-arn arn:{partition}:iam::ACCOUNT:role/{name} --role-session-name test --region {home} \\
  --serial-number MFA-ARN --token-code CODE
```
"""

_FIRST_GUARDRAILS = (
    "**From this wave on, guardrails apply to every member account.** Continue only when each break-glass user has assumed "
    "the role ([Break-glass users](#break-glass-users)). `baseline deploy` with `--wave 1-{before}` deploys only the waves "
    "before it.\n"
)


def break_glass(plan: Plan) -> Iterator[str]:
    """The section about the break-glass users, if the plan has the role."""
    stack = next((item for item in plan.stacks if has_break_glass_role(item)), None)
    if stack is not None:
        name = f"{plan.prefix}-break-glass"
        yield _USERS.format(
            account="the account" if plan.standalone else "the security account",
            credentials=""
            if plan.standalone
            else " (from the management account, assume its role `OrganizationAccountAccessRole`)",
            where="the account" if plan.standalone else "a member account",
            home=plan.home_region,
            partition=plan.partition,
            name=name,
            role=markdown_code(name),
            stack=markdown_code(stack.name),
        )


def reminder(plan: Plan, wave: tuple[Stack, ...]) -> Iterator[str]:
    """A reminder before the wave with the first guardrails."""
    before = plan.first_wave_of("guardrails") - 1
    if 0 < before == plan.waves.index(wave) and any(map(has_break_glass_role, plan.stacks)):
        yield _FIRST_GUARDRAILS.format(before=before)


def has_break_glass_role(stack: Stack) -> bool:
    """Whether the stack creates the break-glass role."""
    return bool(getattr(stack.context, "break_glass", False))
