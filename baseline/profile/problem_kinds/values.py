"""Problems of the keys and values of a profile."""

from collections.abc import Mapping

from baseline.findings import Severity
from baseline.profile.problem_kinds.kind import ProblemKind, kind

VALUES: Mapping[str, ProblemKind] = {
    "profile-unknown-key": kind(
        "unknown key",
        "This key does not exist. A misspelled key would silently leave the default in place, so it is an error.",
        "correct the spelling or remove the key",
    ),
    "profile-missing": kind(
        "required key missing",
        "The key has no default that would be right for everyone.",
        "add the key",
    ),
    "profile-type": kind(
        "wrong type",
        "The value has the wrong type for its key.",
        "see `baseline schema` for the values of the key",
    ),
    "profile-unquoted": kind(
        "text without quotes",
        "YAML reads digits as a number and words like `on` or `yes` as a boolean. A number loses leading zeros, and "
        "account ids have them.",
        "put the value in quotes",
    ),
    "profile-value": kind(
        "value not allowed",
        "The value has the right type but is not allowed for the key.",
        "see `baseline schema` for the values of the key",
    ),
    "profile-account-id": kind(
        "not an account id",
        "An AWS account id is 12 digits, in quotes.",
        'write the 12 digits in quotes, for example "111111111111"',
    ),
    "profile-control-tower": kind(
        "value that conflicts with AWS Control Tower",
        "The profile says that AWS Control Tower governs the organization. Stacks must not create its OUs, accounts, "
        "trail, recorders and names again, and its controls need identifiers that AWS assigns.",
        "`baseline docs control-tower` explains the key",
    ),
    "profile-role": kind(
        "role of an account that does not fit",
        "A role makes an account the delegated administrator of a capability's services in place of the security "
        "account. It must be a member account outside suspended units.",
        "correct the role or the account",
    ),
    "profile-adopt": kind(
        "adoption without a resource",
        "`adopt` names an existing resource that a stack of the baseline imports. No stack has a resource of "
        "that kind and name in that account and Region, so nothing would be imported, and a second one might be "
        "created.",
        "write the name that the baseline gives it, turn on the capability, or remove the entry",
    ),
    "profile-cost": kind(
        "assumption of the cost estimate not allowed",
        "An assumption, a size or an amount under `cost` is unknown or out of range. It changes no output, but the "
        "estimate would not be what you mean.",
        "`baseline docs cost` explains the assumptions",
    ),
    "profile-override": kind(
        "override that does not fit",
        "An override gives some places different values of a capability's settings. Each needs a unique name, for "
        "its stacks, values, and places that no other override of the capability names.",
        "correct the override",
    ),
    "profile-email": kind(
        "not an e-mail address",
        "AWS rejects the address, or mail to it would never arrive.",
        "write one address, for example aws@example.com",
    ),
    "profile-phone": kind(
        "not a phone number",
        "AWS accepts digits, spaces, parentheses, `+` and `-`, at most 25 characters.",
        'write it like "+44 20 7946 0000"',
    ),
    "profile-prefix": kind(
        "prefix cannot be used",
        "The prefix begins the name of every bucket, role, key and topic; the strictest of them is the S3 bucket, with "
        "63 characters, lower case, digits and single hyphens.",
        "choose a short one, for example the first letters of the organization's name",
    ),
    "profile-region": kind(
        "Region cannot be used",
        "The Region does not exist, or is in a partition that is not supported.",
        "name a Region of one of the partitions aws, aws-us-gov and aws-cn",
    ),
    "profile-partition": kind(
        "Regions of several partitions",
        "An organization exists in one partition: accounts, identities and policies never cross into another.",
        "write one profile per partition",
    ),
    "profile-home-region": kind(
        "home Region not governed",
        "The trail, the log buckets and the alarms are in the home Region, so it must be one of the governed Regions.",
        "add it to organization.regions",
    ),
    "profile-framework": kind(
        "unknown framework",
        "There is no framework with this id.",
        "name one of the known frameworks",
    ),
    "profile-requirement": kind(
        "unknown requirement",
        "Each exception or attestation belongs to one requirement, written as its framework, a slash, and its id.",
        "write it as `cis-7.0/4.2`",
    ),
    "profile-requirement-unused": kind(
        "exception or attestation without effect",
        "It belongs to a framework that `compliance` does not list, so no report contains the requirement.",
        "add the framework to compliance, or remove the entry",
        Severity.INFO,
    ),
    "profile-date": kind(
        "not a date",
        "Dates are written as year, month and day, with leading zeros.",
        "write it like 2027-06-30",
    ),
    "profile-expired": kind(
        "exception, attestation or suppression has expired",
        "The approval was limited in time and has ended. Evidence does not depend on the day of the run: without "
        "`--dated` it still counts an expired exception as excluded. A suppression of findings has no effect on later "
        "findings, as its filter has the last day.",
        "have it reviewed and set a new date, or remove it",
        Severity.WARNING,
    ),
    "profile-exception": kind(
        "exception contradicts itself",
        "An exception of the kinds compensating-control and alternative names what is done instead; it is approved, "
        "reviewed and ended in this order.",
        "correct the exception",
    ),
    "profile-aws-report": kind(
        "period of an AWS report is inconsistent",
        "The period of an AWS audit report must start before it ends.",
        "enter the dates in the report",
    ),
    "profile-exception-needless": kind(
        "exception from a requirement that is met",
        "A met requirement stays met in the evidence, whatever the profile excepts.",
        "remove the exception, or limit it with scope or resources to the part that is not met",
        Severity.WARNING,
    ),
    "profile-approval": kind(
        "exception or attestation is not approved as auditors expect",
        "The approver must not be the owner, and an exception must end within `exception_days` of its approval.",
        "name another approver",
        Severity.WARNING,
    ),
    "profile-overdue": kind(
        "review or regular work is overdue",
        "An exception must be reviewed by `review_by`, and the work of an attestation must be repeated after its "
        "interval.",
        "do it, and set the new date",
        Severity.WARNING,
    ),
    "profile-runtime": kind(
        "runtime of the settings functions ends",
        "AWS Lambda stops patching a runtime on a fixed day, and rejects updates of its functions some weeks later.",
        "update baseline to a version with a newer runtime, generate and deploy again",
        Severity.WARNING,
    ),
    "profile-ou": kind(
        "organizational unit cannot be used",
        "Organizational units are written as paths from the root, at most five levels deep, each once.",
        "correct the path under organizational_units or the reference to it",
    ),
    "profile-duplicate": kind(
        "value given twice",
        "AWS requires the value to be unique, or repeating it has no effect.",
        "remove or change one of them",
    ),
    "profile-place": kind(
        "unknown or suspended place",
        "A setting names a unit, account or group of accounts that the profile does not have, or its stacks would be "
        "for a suspended unit: it would apply nowhere.",
        "write the key of an account, a group of account_groups, or the path of a unit that is not suspended",
    ),
    "profile-account": kind(
        "account missing or incomplete",
        "An organization needs a management, a log archive and a security account, and each account its own e-mail "
        "address.",
        "add what is missing under accounts",
    ),
    "profile-placeholder": kind(
        "placeholder not replaced",
        "The value is an example: an address of a domain that is reserved for documentation, or an id that no account "
        "has. An account that is created with a foreign address cannot be recovered by its owner. Examples use "
        "addresses that end in `.example`, and are left alone.",
        "write your own",
        Severity.WARNING,
    ),
    "profile-standalone": kind(
        "not allowed with standalone",
        "A standalone account has no organization: no other accounts, no organizational units, no organization id.",
        "remove it, or remove organization.standalone",
    ),
    "profile-no-effect": kind(
        "setting without effect",
        "The setting belongs to a capability that deploys nothing here: a standalone account has no organization.",
        "remove it, or remove organization.standalone",
        Severity.INFO,
    ),
    "profile-capability": kind(
        "capability cannot be used like this",
        "The capability does not exist, or it needs another one that is switched off.",
        "correct its name, or switch the other one on",
    ),
    "profile-setting": kind(
        "setting does not fit the others",
        "The value is valid by itself, but conflicts with another value of the profile.",
        "change one of the two",
    ),
    "profile-unsupported": kind(
        "not available in a governed Region",
        "AWS does not have this in a governed Region. It is left out there; everything else is deployed.",
        "meet the control in another way there, or switch the setting off with a reason",
        Severity.INFO,
    ),
    "profile-defaults": kind(
        "unknown release of defaults",
        "A release of defaults is the dated set of tier values and of capabilities that are on. This version of the "
        "program does not know the release, or the text is not a release.",
        "name a release that this version knows, or install a newer version",
    ),
    "profile-defaults-unset": kind(
        "no release of defaults",
        "Without the key `defaults` a newer version of the program may turn on capabilities, guardrails and settings "
        "that it adds.",
        "name the release that the profile was written for",
        Severity.INFO,
    ),
    "profile-defaults-newer": kind(
        "newer release of defaults",
        "The profile keeps the defaults of an earlier release. Nothing that later releases add is deployed until the "
        "profile names one of them.",
        "preview the newer release, then name it under `defaults`",
        Severity.INFO,
    ),
    "profile-irreversible": kind(
        "setting that cannot be reverted",
        "Logs that are written while the setting applies stay for the configured time, whatever the profile says "
        "later.",
        "write `object_lock_mode: COMPLIANCE` under capabilities.log_archive if this is intended, or `GOVERNANCE` "
        "with a "
        "reason",
        Severity.INFO,
    ),
    "profile-stage": kind(
        "guardrails attached to accounts that exist",
        "Guardrails are organization policies: they deny calls from the moment they are attached, also calls that "
        "existing workloads make. The stage `audit` writes them without attaching any, `sandbox` tries them in some "
        "units.",
        "write `stage: audit` under capabilities.guardrails and look for denied calls, or `stage: all` if this is "
        "intended",
        Severity.INFO,
    ),
    "profile-weakened": kind(
        "weaker than the tier",
        "The value is weaker than the value of the profile's tier. That may be right, but the profile must give a "
        "reason.",
        "remove the value, or accept it with a `reason` beside it",
        Severity.WARNING,
    ),
    "profile-reason-unused": kind(
        "reason without a weakening",
        "There is a `reason`, but no value beside it is weaker than the tier's.",
        "remove the reason",
        Severity.INFO,
    ),
}
