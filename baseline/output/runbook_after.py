"""Run book sections for failed steps and after the deployment: update, rollback, removal, maintenance."""

from collections.abc import Iterator, Mapping

from baseline.plan.model import Plan
from baseline.text.markdown import markdown_code

_STATES = (
    ("`CREATE_FAILED`, `UPDATE_FAILED` of a stack of accounts", "an account or OU could not be created; those created are kept", "{events}; fix the cause; deploy again to resume. Never delete this stack"),
    ("`CREATE_FAILED`, `ROLLBACK_COMPLETE`, `ROLLBACK_FAILED` of another stack", "the first creation failed", "{events}; fix the cause; `aws cloudformation delete-stack --stack-name NAME --region REGION`; deploy again"),
    ("`UPDATE_FAILED`", "an update failed with rollback off", "{events}; fix the cause; deploy again"),
    ("`REVIEW_IN_PROGRESS`", "an unexecuted change set", "`aws cloudformation delete-stack --stack-name NAME --region REGION`; deploy again"),
    ("`UPDATE_ROLLBACK_COMPLETE`", "an update failed and was rolled back", "{events}; fix the cause; deploy again"),
    ("`UPDATE_ROLLBACK_FAILED`", "the rollback also failed", "fix the cause; `aws cloudformation continue-update-rollback --stack-name NAME --region REGION` (`--resources-to-skip` for resources that no longer exist); deploy again"),
    ("`DELETE_FAILED`", "a resource is still in use or protected", "{events}; `aws cloudformation delete-stack --stack-name NAME --region REGION`, with `--retain-resources` for resources to keep"),
    ("`IMPORT_ROLLBACK_COMPLETE`, `IMPORT_ROLLBACK_FAILED`", "resources could not be imported", "{events}; compare the names; deploy again, without the import if the resources do not exist"),
    ("any `…_IN_PROGRESS`", "an operation is running", "wait: `aws cloudformation wait stack-update-complete --stack-name NAME --region REGION` (`stack-create-complete` for the first time)"),
)  # fmt: skip
_EVENTS = (
    "`aws cloudformation describe-stack-events --stack-name NAME --region REGION --query "
    "\"StackEvents[?contains(ResourceStatus,'FAILED')].[LogicalResourceId,ResourceStatusReason]\"`"
)
_INSTANCES = (
    ("operation `FAILED` or `STOPPED`", "an account or Region failed", "fix the cause that `stack_set_end` shows; repeat the command"),
    ("instance `OUTDATED` (`FAILED`)", "its stack could not be created or updated", "fix the cause in that account; repeat the command"),
    ("instance `OUTDATED` (`CANCELLED`)", "an earlier instance failed", "repeat the command"),
    ("instance `OUTDATED` (`SKIPPED_SUSPENDED_ACCOUNT`)", "the account is suspended", "nothing, or reopen the account"),
    ("instance `INOPERABLE`", "its deletion failed", "`aws cloudformation delete-stack-instances --stack-set-name NAME --region {home} --regions REGION --retain-stacks --deployment-targets OrganizationalUnitIds=OU,Accounts=ACCOUNT,AccountFilterType=INTERSECTION`; delete the stack in that account; repeat the command"),
    ("`already exists` in a new instance", "the name is taken in that account", "delete or rename the existing resource; after an earlier removal, see “Rollback and removal”"),
    ("`OperationInProgressException`", "another operation is running", "wait for it: `aws cloudformation list-stack-set-operations --stack-set-name NAME --region {home}`"),
)  # fmt: skip

_LOOKS: Mapping[str, str] = {
    "cloudtrail": "aws cloudtrail describe-trails --region {home} --query 'trailList[].[Name,IsOrganizationTrail,S3BucketName]' --output text",
    "config": "aws configservice describe-configuration-recorder-status --region {home} --query 'ConfigurationRecordersStatus[].[name,recording,lastStatus]' --output text",
    "guardduty": "aws guardduty list-organization-admin-accounts --region {home} --query 'AdminAccounts[]' --output text",
    "security_hub": "aws securityhub list-organization-admin-accounts --region {home} --query 'AdminAccounts[]' --output text",
    "guardrails": "aws organizations list-policies --filter SERVICE_CONTROL_POLICY --region {home} --query 'Policies[].Name' --output text",
    "notifications": "aws sns list-subscriptions --region {home} --query \"Subscriptions[?SubscriptionArn=='PendingConfirmation'].[Endpoint,TopicArn]\" --output text",
}  # fmt: skip
"""Capability → a check from the deploying account; `docs/capabilities/` explains the result."""


_RING = (
    "Test an alarm: `aws cloudwatch set-alarm-state --alarm-name ALARM --state-value ALARM --state-reason test --region {home}`, "
    "and check that the message arrives."
)
_PROTECT = (
    "After a manual deployment, protect every stack that holds data (keys, buckets, log groups, the trail, accounts): `aws "
    "cloudformation update-termination-protection --enable-termination-protection --stack-name NAME --region REGION`. "
    "`baseline deploy DIR` does this and also sets stack policies."
)

_CONTACTS = (
    "Activate the e-mail contacts of AWS User Notifications in the security account: until then, they receive nothing. To list "
    "them: `aws notificationscontacts list-email-contacts --region us-east-1 --query 'emailContacts[].[arn,address,status]' "
    "--output text`. Each has a mail with a code that is valid for twelve hours: `aws notificationscontacts "
    "activate-email-contact --region us-east-1 --arn ARN --code CODE`. After that, send another: `aws notificationscontacts "
    "send-activation-code --region us-east-1 --arn ARN`. In the end every status is `active`."
)
"""Codes: docs.aws.amazon.com/notificationscontacts/latest/APIReference/API_ActivateEmailContact.html."""

_REPORTS = (
    "Download the reports of AWS's auditors that support inherited requirements: `aws artifact list-reports --region us-east-1 "
    "--query 'reports[].[id,name,periodEnd]' --output table`, then `get-term-for-report` and `get-report`. Read them, and "
    "enter the day and the period under `aws_reports` in the profile; `baseline evidence aws-reports PROFILE` lists them."
)


def looks(plan: Plan, capabilities: set[str]) -> Iterator[str]:
    """Commands that verify that the capabilities work."""
    for name in sorted(capabilities & _LOOKS.keys()):
        if not (plan.standalone and name in ("guardduty", "security_hub", "guardrails")):
            yield _LOOKS[name].format(home=plan.home_region)


def after(plan: Plan) -> Iterator[str]:
    """The sections, each with its heading."""
    yield _failures(plan)
    yield _second_run(plan)
    yield _going_back(plan)
    if any(stack.capability == "guardrails" for stack in plan.stacks):
        yield _emergency(plan)
    yield _routines(plan)


def _failures(plan: Plan) -> str:
    rows = [(state, meaning, fix.replace("{events}", "find the cause (below)")) for state, meaning, fix in _STATES]
    if not plan.standalone:
        rows += [(state, meaning, fix.replace("{home}", plan.home_region)) for state, meaning, fix in _INSTANCES]
    table = "\n".join(f"| {state} | {meaning} | {fix} |" for state, meaning, fix in rows)
    return (
        "## When a step fails\n\n`baseline deploy` shows the cause, and resumes when you run it again. Without it:\n\n"
        f"| state | what it means | what to do |\n|---|---|---|\n{table}\n\nFind the cause: {_EVENTS}. Resources that hold "
        "data are kept when their stack is deleted, except those of a failed first creation (`RetainExceptOnCreate`).\n"
    )


def _second_run(plan: Plan) -> str:
    sets = (
        ""
        if plan.standalone
        else " `stack_set` updates the StackSet and its instances, `stack_instances` adds missing instances."
    )
    return (
        "## Update\n\nChange the profile, run `baseline plan PROFILE --against DIR`, generate again, and run "
        "`baseline deploy DIR` or the commands of the waves again: stacks without changes are not updated."
        + sets
        + " Before an update, run `baseline drift DIR`: only `baseline deploy DIR --revert-drift` reverts manual "
        "changes.\n" + _unsubscribing(plan)
    )


def _unsubscribing(plan: Plan) -> str:
    """The manual step of a removal: stacks retain the subscriptions of the topics by severity."""
    if not any(stack.capability == "notifications" for stack in plan.stacks):
        return ""
    home = plan.home_region
    where = "" if plan.standalone else ", in the management account and in the security account"
    return (
        "\nA subscriber that you remove from the profile, or from a severity, stays subscribed. Unsubscribe it"
        f"{where}, as a role that the guardrail `alerts` exempts:\n\n```text\n"
        f"aws sns list-subscriptions --region {home} --query \"Subscriptions[?Endpoint=='ADDRESS' && contains(TopicArn, "
        f"':{plan.prefix}-alerts-')].[TopicArn,SubscriptionArn]\" --output text\n"
        f"aws sns unsubscribe --region {home} --subscription-arn ARN\n```\n"
    )


def _going_back(plan: Plan) -> str:
    home = plan.home_region
    instances = (
        ""
        if plan.standalone
        else "\nFor a StackSet, delete the instances first, then the StackSet. OU is each OU in the commands above; for a stack of one "
        "account, append `,Accounts=ACCOUNT,AccountFilterType=INTERSECTION`.\n\n```text\n"
        'stack_set_end NAME "$(aws cloudformation delete-stack-instances --stack-set-name NAME \\\n'
        f"  --region {home} --regions REGION --no-retain-stacks --deployment-targets OrganizationalUnitIds=OU \\\n"
        '  --query OperationId --output text)"\n'
        f"aws cloudformation delete-stack-set --stack-set-name NAME --region {home}\n```\n"
    )
    return (
        "## Rollback and removal\n\nTo return to an earlier version, generate it from the earlier profile and deploy it; resources "
        "that hold data are not replaced or deleted without `--allow-replacement`. To remove everything, run "
        "`baseline destroy DIR --dry-run`, then without `--dry-run`. To do it manually, go from the last wave to the first:\n\n"
        "```text\naws cloudformation update-termination-protection --no-enable-termination-protection --stack-name NAME "
        "--region REGION\naws cloudformation delete-stack --stack-name NAME --region REGION\n```\n"
        + instances
        + "\nBuckets, keys, log groups, accounts and OUs are kept. A new deployment imports them with `baseline deploy DIR "
        "--import-existing`, in member accounts with `--member-role NAME`. Keys are created again; keep the old keys to "
        "read old logs. Resources with ids that AWS assigns (detectors, hubs, groups, the GuardDuty policy) cannot be "
        "imported: preflight lists each with the setting or command to use.\n"
    )


def _emergency(plan: Plan) -> str:
    home, policy = plan.home_region, markdown_code(f"{plan.prefix}-guardrails-…")
    return (
        "## Emergency: a guardrail blocks a task\n\nUse credentials of the management account, to which service control "
        f"policies do not apply. Find the policy ({policy}) and its targets, detach it, do the task, and "
        "attach it again the same day: until then, `baseline drift DIR` reports it as missing.\n\n```text\n"
        f"aws organizations list-policies --filter SERVICE_CONTROL_POLICY --region {home} --query 'Policies[].[Id,Name]' --output text\n"
        f"aws organizations list-targets-for-policy --policy-id POLICY --region {home}\n"
        f"aws organizations detach-policy --policy-id POLICY --target-id TARGET --region {home}\n"
        f"aws organizations attach-policy --policy-id POLICY --target-id TARGET --region {home}\n```\n\n"
        "`baseline policy explain PROFILE --account KEY --action ACTION` shows which statement denies the action.\n"
    )


def _routines(plan: Plan) -> str:
    home = plan.home_region
    organization = not plan.standalone
    after_deployment = [
        "Confirm every subscription within three days: each address receives an email for each topic"
        + (" of the management account and of the security account" if organization else "")
        + ". Until then, no alarm reaches the address. To list unconfirmed subscriptions: `"
        + _LOOKS["notifications"].format(home=home)
        + "`.",
        *([_CONTACTS] if any(stack.name == f"{plan.prefix}-user-notifications" for stack in plan.stacks) else []),
        _RING.format(home=home),
        _PROTECT,
        "Keep the lock file and `plan.json` under version control; store the digest that `baseline verify DIR` prints in another place.",
    ]
    monthly = [
        "Run `baseline drift DIR` to find manual changes.",
        *(
            [
                f"Check that new accounts are in an OU of the profile: `aws organizations list-accounts --region {home} --query 'Accounts[].[Id,Name,State]' --output table`."
            ]
            if organization
            else []
        ),
        "Resolve findings of Security Hub, GuardDuty and Access Analyzer; give each accepted finding a reason and an end date.",
    ]
    yearly = [
        "Use each break-glass user once, check that the alarm notifies you, and change the passwords.",
        "Review exceptions and attestations before they expire, and the list of key administrators.",
        *([_REPORTS] if plan.partition == "aws" else []),
        "Upgrade `baseline`, and read its page on upgrading: function runtimes and standards become outdated.",
    ]
    return "\n".join(
        [
            *("## After the deployment\n", *(f"- {text}" for text in after_deployment), ""),
            *("## Every month\n", *(f"- {text}" for text in monthly), ""),
            *("## Every year\n", *(f"- {text}" for text in yearly), ""),
        ]
    )
