"""Every problem that a profile can have: its stable id, what it means, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from baseline.findings import Finding, Severity
from baseline.profile.tree import Place, path_text


@dataclass(frozen=True, kw_only=True)
class ProblemKind:
    """A kind of problem.

    Attributes:
        title: A few words.
        explanation: What it means and why it matters.
        fix: What to do, unless the finding itself knows better.
        severity: How much it matters.
    """

    title: str
    explanation: str
    fix: str
    severity: Severity = Severity.ERROR


def _kind(title: str, explanation: str, fix: str, severity: Severity = Severity.ERROR) -> ProblemKind:
    return ProblemKind(title=title, explanation=explanation, fix=fix, severity=severity)


PROBLEMS: Mapping[str, ProblemKind] = {
    "profile-unreadable": _kind(
        "file cannot be read",
        "The file does not exist, is not a regular file, or may not be read by this user.",
        "check the path and the file's permissions",
    ),
    "profile-too-large": _kind(
        "file too large",
        "A profile is a page of text. A file over 5 MB is something else, and reading it whole would be a mistake.",
        "give the path of a profile",
    ),
    "profile-encoding": _kind(
        "not plain UTF-8",
        "YAML tools disagree about other encodings and about a byte order mark, so a profile has neither.",
        "save the file as UTF-8 without a byte order mark",
    ),
    "profile-characters": _kind(
        "control character",
        "YAML does not allow control characters; they are invisible in an editor and usually come from a paste.",
        "delete the character",
    ),
    "profile-tabs": _kind(
        "tab in the indentation",
        "YAML indents with spaces only.",
        "replace each tab by spaces",
    ),
    "profile-syntax": _kind(
        "not YAML",
        "The file cannot be read as YAML from this place on; what follows it has not been checked.",
        "correct this line or the one before it",
    ),
    "profile-empty": _kind(
        "empty profile",
        "The file holds nothing, or nothing but comments.",
        "start from `baseline init`",
    ),
    "profile-documents": _kind(
        "several documents",
        "A line with `---` starts a second document; a profile is one.",
        "remove the `---`, or put the second document into a file of its own and name it under `extends`",
    ),
    "profile-nesting": _kind(
        "nested too deeply",
        "No profile needs more than 50 levels; a file that has them was not meant as one.",
        "remove the nesting",
    ),
    "profile-alias": _kind(
        "alias cannot be followed",
        "An alias that contains itself, or that multiplies to more than a million values, is never what was meant.",
        "write the value out",
    ),
    "profile-tag": _kind(
        "YAML tag",
        "A profile is plain data: tags such as `!Ref` or `!!python/object` have no meaning in it.",
        "remove the tag, or quote the text if the exclamation mark belongs to it",
    ),
    "profile-merge-key": _kind(
        "merge key",
        "`<<` is not part of YAML 1.2, and readers disagree about it.",
        "use `extends` to share values between profiles, or repeat the keys",
    ),
    "profile-duplicate-key": _kind(
        "key given twice",
        "The same key stands twice in one mapping. Most readers take the last one silently.",
        "remove one of them",
    ),
    "profile-key-not-text": _kind(
        "key is not text",
        "Every key of a profile is text. Digits alone, `on`, `yes` and the like are not, unless they are quoted.",
        "put the key in quotes",
    ),
    "profile-extends": _kind(
        "extends cannot be followed",
        "`extends` names one profile or a list of them, relative to the file that names them.",
        "correct the path",
    ),
    "profile-extends-cycle": _kind(
        "extends goes in a circle",
        "A profile cannot be built on itself.",
        "remove one of the `extends` of the chain",
    ),
    "profile-unknown-key": _kind(
        "unknown key",
        "Nothing reads this key. A misspelt key would silently leave the default in place, so it is an error.",
        "correct the spelling or remove the key",
    ),
    "profile-later": _kind(
        "key of a later version",
        "The key is planned, but this version does nothing with it yet, and a key without effect would mislead.",
        "remove the key",
    ),
    "profile-missing": _kind(
        "required key missing",
        "The key has no default that would be right for everyone.",
        "add the key",
    ),
    "profile-type": _kind(
        "wrong type",
        "The value has another type than the key needs.",
        "see `baseline schema` for what the key takes",
    ),
    "profile-unquoted": _kind(
        "text without quotes",
        "YAML reads digits as a number and words like `on` or `yes` as a boolean. A number loses leading zeros, and "
        "account ids have them.",
        "put the value in quotes",
    ),
    "profile-value": _kind(
        "value not allowed",
        "The value has the right type but is not one that the key takes.",
        "see `baseline schema` for what the key takes",
    ),
    "profile-account-id": _kind(
        "not an account id",
        "An AWS account id is 12 digits, in quotes.",
        'write the 12 digits in quotes, for example "111111111111"',
    ),
    "profile-email": _kind(
        "not an e-mail address",
        "AWS rejects the address, or mail to it would never arrive.",
        "write one address, for example aws@example.com",
    ),
    "profile-phone": _kind(
        "not a phone number",
        "AWS takes digits, spaces, parentheses, `+` and `-`, at most 25 characters.",
        'write it like "+44 20 7946 0000"',
    ),
    "profile-prefix": _kind(
        "prefix cannot be used",
        "The prefix begins the name of every bucket, role, key and topic; the strictest of them is the S3 bucket, with "
        "63 characters, lower case, digits and single hyphens.",
        "choose a short one, for example the first letters of the organization's name",
    ),
    "profile-region": _kind(
        "Region cannot be used",
        "The Region does not exist, or stands in a partition that is not supported.",
        "name a Region of one of the partitions aws, aws-us-gov and aws-cn",
    ),
    "profile-partition": _kind(
        "Regions of several partitions",
        "An organization lives in one partition: accounts, identities and policies never cross into another.",
        "write one profile per partition",
    ),
    "profile-home-region": _kind(
        "home Region not governed",
        "The trail, the log buckets and the alarms stand in the home Region, so it is one of the governed Regions.",
        "add it to organization.regions",
    ),
    "profile-framework": _kind(
        "unknown framework",
        "Nothing maps controls to a framework of this id.",
        "name one of the known frameworks",
    ),
    "profile-requirement": _kind(
        "unknown requirement",
        "Exceptions and attestations are about one requirement each, written as its framework, a slash, and its id.",
        "write it as `cis-7.0/4.2`",
    ),
    "profile-requirement-unused": _kind(
        "exception or attestation without effect",
        "It is about a framework that `compliance` does not name, so that no report has the requirement.",
        "add the framework to compliance, or remove the entry",
        Severity.INFO,
    ),
    "profile-date": _kind(
        "not a date",
        "Dates are written as year, month and day, with leading zeros.",
        "write it like 2027-06-30",
    ),
    "profile-expired": _kind(
        "exception or attestation has expired",
        "Whoever agreed to it agreed for a time, which is over. Reports say what the profile says, whatever the day.",
        "have it looked at again and give a new date, or remove it",
        Severity.WARNING,
    ),
    "profile-ou": _kind(
        "organizational unit cannot be used",
        "Organizational units are written as paths from the root, at most five levels deep, each once.",
        "correct the path under organizational_units or the reference to it",
    ),
    "profile-duplicate": _kind(
        "value given twice",
        "AWS requires the value to be unique, or repeating it has no meaning.",
        "remove or change one of them",
    ),
    "profile-account": _kind(
        "account missing or incomplete",
        "An organization needs a management, a log archive and a security account, and each account its own e-mail "
        "address.",
        "add what is missing under accounts",
    ),
    "profile-standalone": _kind(
        "does not go with standalone",
        "A standalone account has no organization: no other accounts, no organizational units, no organization id.",
        "remove it, or remove organization.standalone",
    ),
    "profile-capability": _kind(
        "capability cannot be used like this",
        "The capability does not exist, or it needs another one that is switched off.",
        "correct its name, or switch the other one on",
    ),
    "profile-setting": _kind(
        "setting does not fit the others",
        "The value is allowed by itself, but not beside another value of the profile.",
        "change one of the two",
    ),
    "profile-unsupported": _kind(
        "not available where it is wanted",
        "AWS does not have this in a governed Region. It is left out there; everything else is deployed.",
        "meet the control in another way there, or switch the setting off with a reason",
        Severity.INFO,
    ),
    "policy-file": _kind(
        "policy file cannot be used",
        "A policy of the profile's own is a file below the directory of the profile that names it: so a profile that "
        "somebody sends you cannot read anything else.",
        "correct the path",
    ),
    "policy-json": _kind(
        "policy is not JSON",
        "AWS Organizations takes policies as JSON: no comments, no comma after the last item, each key once.",
        "correct this line or the one before it",
    ),
    "policy-grammar": _kind(
        "policy does not have the form of its kind",
        "Each kind of organization policy has keys of its own; AWS refuses others when the policy is deployed.",
        "see the syntax of the kind in the AWS Organizations user guide",
    ),
    "policy-value": _kind(
        "value that the policy cannot have",
        "AWS refuses the value, or takes it and does nothing with it.",
        "name one of the values of its kind",
    ),
    "policy-operator": _kind(
        "inheritance operator that does not fit",
        "Operators such as @@assign say what units below may change; each stands only where its kind of value is.",
        "use an operator that the value can have",
    ),
    "policy-element": _kind(
        "element of a statement is missing, unknown or wrong",
        "AWS Organizations refuses the policy, or the statement is about nothing.",
        "see SCP syntax and RCP syntax in the AWS Organizations user guide",
    ),
    "policy-principal": _kind(
        "principal that the policy cannot have",
        "A service control policy is about every principal of its accounts, a resource control policy about everybody.",
        "name principals in conditions, by aws:PrincipalArn",
    ),
    "policy-allow": _kind(
        "Allow that does not do what it seems to",
        "Organization policies never give access; an Allow only leaves open what nothing else closes.",
        "deny what must not be done",
    ),
    "policy-service": _kind(
        "service that resource control policies do not reach",
        "AWS refuses the policy, or the statement is about nothing.",
        "name actions of a service that supports them",
    ),
    "policy-action": _kind(
        "unknown action",
        "AWS takes actions that do not exist; a Deny of one protects nothing.",
        "look the action up in the service authorization reference",
    ),
    "policy-condition": _kind(
        "condition that is never met, or always",
        "AWS takes any key and value. One that no request carries makes a Deny apply to nobody, or to everybody.",
        "look the key and its operators up in the service authorization reference",
    ),
    "policy-variable": _kind(
        "policy variable that is not filled in",
        "IAM fills variables into resources and into values of String and Arn operators, and nowhere else.",
        "write the value out",
    ),
    "policy-sid": _kind(
        "Sid that AWS refuses",
        "A Sid is letters and digits, and each statement of a policy has its own.",
        "give each statement a Sid of its own",
    ),
    "policy-characters": _kind(
        "character that policies do not have",
        "AWS takes tabs, line ends and U+0020 to U+00FF.",
        "replace it by a plain character",
    ),
    "policy-size": _kind(
        "policy too long",
        "AWS Organizations counts the characters without the white space between them, and refuses longer policies.",
        "cut the policy in two",
    ),
    "policy-count": _kind(
        "too many policies in one place",
        "A root, unit or account takes a few policies of a kind; AWS's own and those of AWS Control Tower count too.",
        "merge policies, or attach some elsewhere",
    ),
    "policy-global-services": _kind(
        "Region denial without global services",
        "IAM, Organizations, Route 53, CloudFront and Support answer in one Region only. A denial of other Regions "
        "that does not leave them out stops them for everybody.",
        "leave global services out by NotAction",
    ),
    "policy-delivery": _kind(
        "denial that stops deliveries of AWS services",
        "Services deliver logs without the headers that people are asked for; the bucket's own settings encrypt them.",
        "let the bucket's default encryption do it",
    ),
    "policy-lock-out": _kind(
        "policy that locks out whom the organization needs",
        "A policy binds the roles that deploy the baseline, break-glass and the services that deliver like everybody "
        "else. Nobody could then deploy the correction.",
        "exempt them by ArnNotLike on aws:PrincipalArn, or narrow the statement",
    ),
    "lock-shape": _kind(
        "not a lock file",
        "The file beside the profile keeps the ids that AWS assigned. `baseline deploy --lock` writes it as JSON: "
        "format, organization, and assigned with an id for each name.",
        "let `baseline deploy --lock` write it again, or delete it",
    ),
    "lock-organization": _kind(
        "lock file of another organization",
        "Ids of another organization would send stacks to accounts that are not this profile's.",
        "name this profile's lock file with --lock, or correct organization.name",
    ),
    "lock-value": _kind(
        "not such an id",
        "The templates would refuse it: each id has a form of its own.",
        "let `baseline deploy --lock` write the file again",
    ),
    "lock-conflict": _kind(
        "profile and lock file disagree",
        "The profile states one id and the lock file another one for the same thing. Only a person knows which holds.",
        "delete one of the two",
    ),
    "lock-unused": _kind(
        "entry of the lock file that nobody needs",
        "What it is about has left the profile, or is no parameter of this baseline.",
        "nothing; the next deployment with --lock leaves it out",
        Severity.INFO,
    ),
    "profile-weakened": _kind(
        "weaker than the tier",
        "The value is weaker than what the profile's tier fills in. That may be right, but somebody has to say why.",
        "remove the value, or accept it with a `reason` beside it",
        Severity.WARNING,
    ),
    "profile-reason-unused": _kind(
        "reason without a weakening",
        "There is a `reason`, but no value beside it is weaker than the tier's.",
        "remove the reason",
        Severity.INFO,
    ),
}


def problem(kind: str, place: Place, path: Sequence[str | int], message: str, fix: str | None = None) -> Finding:
    """A finding of one of the kinds above; `message` is `what: why`, `fix` replaces the kind's own."""
    known = PROBLEMS[kind]
    return Finding(
        id=kind,
        severity=known.severity,
        message=message,
        location=place.location(),
        path=path_text(path),
        fix=known.fix if fix is None else fix,
    )
