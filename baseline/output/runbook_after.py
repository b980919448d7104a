"""Run book sections for failed steps and after the deployment: update, rollback, removal, maintenance."""

from collections.abc import Iterator, Mapping

from baseline.plan.model import Plan
from baseline.text.markdown import markdown_code

_STATES = (
    ("`CREATE_FAILED`, `UPDATE_FAILED` of a stack of accounts", "an account or unit could not be made; what was made is kept", "{events}; fix the reason; deploy again: it goes on there. Never delete this stack"),
    ("`CREATE_FAILED`, `ROLLBACK_COMPLETE`, `ROLLBACK_FAILED` of another stack", "the first creation failed", "{events}; fix the reason; `aws cloudformation delete-stack --stack-name NAME --region REGION`; deploy again"),
    ("`UPDATE_FAILED`", "an update failed with rollback off", "{events}; fix the reason; deploy again"),
    ("`REVIEW_IN_PROGRESS`", "an unexecuted change set", "`aws cloudformation delete-stack --stack-name NAME --region REGION`; deploy again"),
    ("`UPDATE_ROLLBACK_COMPLETE`", "an update failed; the stack is as it was before", "{events}; fix the reason; deploy again"),
    ("`UPDATE_ROLLBACK_FAILED`", "the way back failed, too", "fix the reason; `aws cloudformation continue-update-rollback --stack-name NAME --region REGION` (`--resources-to-skip` for what is gone for good); deploy again"),
    ("`DELETE_FAILED`", "something is still in use, or protected", "{events}; `aws cloudformation delete-stack --stack-name NAME --region REGION`, with `--retain-resources` for what may stay"),
    ("`IMPORT_ROLLBACK_COMPLETE`, `IMPORT_ROLLBACK_FAILED`", "resources could not be imported", "{events}; compare the names; deploy again, without importing where nothing exists"),
    ("any `…_IN_PROGRESS`", "CloudFormation works", "wait: `aws cloudformation wait stack-update-complete --stack-name NAME --region REGION` (`stack-create-complete` for the first time)"),
)  # fmt: skip
_EVENTS = (
    "`aws cloudformation describe-stack-events --stack-name NAME --region REGION --query "
    "\"StackEvents[?contains(ResourceStatus,'FAILED')].[LogicalResourceId,ResourceStatusReason]\"`"
)
_INSTANCES = (
    ("operation `FAILED` or `STOPPED`", "an account or Region failed", "fix the reason that `stack_set_end` shows; repeat the command"),
    ("instance `OUTDATED` (`FAILED`)", "its stack could not be created or updated", "fix the reason in that account; repeat the command"),
    ("instance `OUTDATED` (`CANCELLED`)", "another one failed before", "repeat the command"),
    ("instance `OUTDATED` (`SKIPPED_SUSPENDED_ACCOUNT`)", "the account is suspended", "nothing, or reopen the account"),
    ("instance `INOPERABLE`", "its deletion failed", "`aws cloudformation delete-stack-instances --stack-set-name NAME --region {home} --regions REGION --retain-stacks --deployment-targets OrganizationalUnitIds=OU,Accounts=ACCOUNT,AccountFilterType=INTERSECTION`; delete the stack in that account; repeat the command"),
    ("`already exists` in a new instance", "the name is taken in that account", "delete or rename what has it; after an earlier removal see “Going back”"),
    ("`OperationInProgressException`", "another operation runs", "wait for it: `aws cloudformation list-stack-set-operations --stack-set-name NAME --region {home}`"),
)  # fmt: skip

_LOOKS: Mapping[str, str] = {
    "cloudtrail": "aws cloudtrail describe-trails --region {home} --query 'trailList[].[Name,IsOrganizationTrail,S3BucketName]' --output text",
    "config": "aws configservice describe-configuration-recorder-status --region {home} --query 'ConfigurationRecordersStatus[].[name,recording,lastStatus]' --output text",
    "guardduty": "aws guardduty list-organization-admin-accounts --region {home} --query 'AdminAccounts[]' --output text",
    "security_hub": "aws securityhub list-organization-admin-accounts --region {home} --query 'AdminAccounts[]' --output text",
    "guardrails": "aws organizations list-policies --filter SERVICE_CONTROL_POLICY --region {home} --query 'Policies[].Name' --output text",
    "notifications": "aws sns list-subscriptions --region {home} --query \"Subscriptions[?SubscriptionArn=='PendingConfirmation'].[Endpoint,TopicArn]\" --output text",
}  # fmt: skip
"""Capability → a look from the deploying account: what it shows is in `docs/capabilities/`."""


_RING = (
    "Ring an alarm: `aws cloudwatch set-alarm-state --alarm-name ALARM --state-value ALARM --state-reason test --region {home}`, "
    "and see that the message arrives."
)
_PROTECT = (
    "After a deployment by hand protect every stack that holds data (keys, buckets, log groups, the trail, accounts): `aws "
    "cloudformation update-termination-protection --enable-termination-protection --stack-name NAME --region REGION`. "
    "`baseline deploy DIR` does this, and sets stack policies as well."
)

_REPORTS = (
    "Fetch the reports of AWS's auditors that inherited requirements rest on: `aws artifact list-reports --region us-east-1 "
    "--query 'reports[].[id,name,periodEnd]' --output table`, then `get-term-for-report` and `get-report`. Read them, and "
    "state the day and the period under `aws_reports` of the profile; `baseline evidence aws-reports PROFILE` lists them."
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
    rows = [(state, meaning, fix.replace("{events}", "see why (below)")) for state, meaning, fix in _STATES]
    if not plan.standalone:
        rows += [(state, meaning, fix.replace("{home}", plan.home_region)) for state, meaning, fix in _INSTANCES]
    table = "\n".join(f"| {state} | {meaning} | {fix} |" for state, meaning, fix in rows)
    return (
        "## When a step fails\n\n`baseline deploy` says why, and resumes when it runs again. By hand:\n\n"
        f"| state | what it means | what to do |\n|---|---|---|\n{table}\n\nSee why: {_EVENTS}. A resource that holds data is "
        "kept when its stack is deleted; one that a failed first creation made goes with it (`RetainExceptOnCreate`).\n"
    )


def _second_run(plan: Plan) -> str:
    sets = (
        ""
        if plan.standalone
        else " `stack_set` updates the StackSet and its instances, `stack_instances` adds what is missing."
    )
    return (
        "## Second run and update\n\nChange the profile, run `baseline plan PROFILE --against DIR`, generate again, and run "
        "`baseline deploy DIR` or the commands of this file again: a stack without changes stays as it is."
        + sets
        + " Before an update look at `baseline drift DIR`: what was changed by hand is reverted by `baseline deploy DIR "
        "--revert-drift`, and by nothing else.\n"
    )


def _going_back(plan: Plan) -> str:
    home = plan.home_region
    instances = (
        ""
        if plan.standalone
        else "\nOf a StackSet: first its instances, then itself. OU is each unit that the commands above name; for a stack of one "
        "account append `,Accounts=ACCOUNT,AccountFilterType=INTERSECTION`.\n\n```text\n"
        'stack_set_end NAME "$(aws cloudformation delete-stack-instances --stack-set-name NAME \\\n'
        f"  --region {home} --regions REGION --no-retain-stacks --deployment-targets OrganizationalUnitIds=OU \\\n"
        '  --query OperationId --output text)"\n'
        f"aws cloudformation delete-stack-set --stack-set-name NAME --region {home}\n```\n"
    )
    return (
        "## Going back, and removal\n\nTo the version before: generate it from the earlier profile and deploy it; resources "
        "that hold data are neither replaced nor deleted without `--allow-replacement`. To remove everything: "
        "`baseline destroy DIR --dry-run`, then without `--dry-run`; by hand, wave by wave from the last to the first:\n\n"
        "```text\naws cloudformation update-termination-protection --no-enable-termination-protection --stack-name NAME "
        "--region REGION\naws cloudformation delete-stack --stack-name NAME --region REGION\n```\n"
        + instances
        + "\nBuckets, keys, log groups, accounts and units stay under their names. A new deployment takes them back into stacks "
        "with `baseline deploy DIR --import-existing`, and in member accounts with `--member-role NAME` besides. Keys are "
        "made anew; keep the old ones for old logs. What AWS numbers itself (detectors, hubs, groups, the GuardDuty policy) "
        "cannot be imported: preflight names each with the setting or the command that helps.\n"
    )


def _emergency(plan: Plan) -> str:
    home, policy = plan.home_region, markdown_code(f"{plan.prefix}-guardrails-…")
    return (
        "## A guardrail is in the way: emergency\n\nWith credentials of the management account, which service control "
        f"policies do not bind. Find the policy ({policy}) and what it is attached to, detach it, do what is needed, and "
        "attach it again the same day: `baseline drift DIR` shows that it is missing.\n\n```text\n"
        f"aws organizations list-policies --filter SERVICE_CONTROL_POLICY --region {home} --query 'Policies[].[Id,Name]' --output text\n"
        f"aws organizations list-targets-for-policy --policy-id POLICY --region {home}\n"
        f"aws organizations detach-policy --policy-id POLICY --target-id TARGET --region {home}\n"
        f"aws organizations attach-policy --policy-id POLICY --target-id TARGET --region {home}\n```\n\n"
        "`baseline policy explain PROFILE --account KEY --action ACTION` says which statement denies what.\n"
    )


def _routines(plan: Plan) -> str:
    home = plan.home_region
    organization = not plan.standalone
    after_deployment = [
        "Confirm every subscription within three days: each address gets a mail for each topic"
        + (" of the management account and of the security account" if organization else "")
        + ". Until then alarms are silent. This shows what is not confirmed: `"
        + _LOOKS["notifications"].format(home=home)
        + "`.",
        _RING.format(home=home),
        _PROTECT,
        "Keep the lock file and `plan.json` under version control; keep the digest that `baseline verify DIR` prints elsewhere.",
    ]
    monthly = [
        "`baseline drift DIR`: nothing was changed by hand.",
        *(
            [
                f"New accounts are in a unit of the profile: `aws organizations list-accounts --region {home} --query 'Accounts[].[Id,Name,State]' --output table`."
            ]
            if organization
            else []
        ),
        "Findings of Security Hub, GuardDuty and Access Analyzer are worked on; accepted ones have a reason and an end.",
    ]
    yearly = [
        "Use each break-glass user once, and see that the alarm rings; change their passwords.",
        "Read exceptions and attestations before they expire, and the key administrators.",
        *([_REPORTS] if plan.partition == "aws" else []),
        "Upgrade `baseline`, and read its page on upgrading; runtimes of functions and rules of standards grow old.",
    ]
    return "\n".join(
        [
            *("## After the deployment\n", *(f"- {text}" for text in after_deployment), ""),
            *("## Every month\n", *(f"- {text}" for text in monthly), ""),
            *("## Every year\n", *(f"- {text}" for text in yearly), ""),
        ]
    )
