"""Problems of files that a profile names, and of the policies generated from guardrails."""

from collections.abc import Mapping

from baseline.profile.problem_kinds.kind import ProblemKind, kind

POLICIES: Mapping[str, ProblemKind] = {
    "policy-file": kind(
        "policy file cannot be used",
        "A policy of the profile's own is a file below the directory of the profile that names it: so that a "
        "profile from someone else cannot read other files.",
        "correct the path",
    ),
    "custom-template": kind(
        "template of a customization cannot be used",
        "A template of your own is a file below the directory of the profile that names it, one YAML or JSON document "
        "that CloudFormation accepts inline in a StackSet: no transforms, no aliases.",
        "correct the template or the path",
    ),
    "logo-file": kind(
        "logo cannot be used",
        "A logo is an image in SVG, PNG or JPEG below the directory of the profile that names it. Reports embed it, so "
        "it is at most 256 KiB, and an SVG neither runs scripts nor loads other files.",
        "correct the path or the file",
    ),
    "rule-file": kind(
        "file of a rule cannot be used",
        "A rule of your own in Guard is a text file below the directory of the profile that names it. Its syntax is "
        "not checked here: `cfn-guard parse-tree` and AWS Config do that.",
        "correct the path or the file",
    ),
    "policy-json": kind(
        "policy is not JSON",
        "AWS Organizations accepts policies as JSON: no comments, no comma after the last item, each key once.",
        "correct this line or the one before it",
    ),
    "policy-grammar": kind(
        "policy does not have the form of its kind",
        "Each kind of organization policy has its own keys; AWS rejects others when the policy is deployed.",
        "see the syntax of the kind in the AWS Organizations user guide",
    ),
    "policy-value": kind(
        "value that the policy cannot have",
        "AWS rejects the value, or accepts it without any effect.",
        "use one of the values of its kind",
    ),
    "policy-operator": kind(
        "inheritance operator that does not fit",
        "Operators such as @@assign say what units below may change; each is only allowed with its kind of value.",
        "use an operator that the value can have",
    ),
    "policy-element": kind(
        "element of a statement is missing, unknown or wrong",
        "AWS Organizations rejects the policy, or the statement has no effect.",
        "see SCP syntax and RCP syntax in the AWS Organizations user guide",
    ),
    "policy-principal": kind(
        "principal that the policy does not support",
        "A service control policy applies to every principal of its accounts, a resource control policy to every "
        "principal.",
        "name principals in conditions, by aws:PrincipalArn",
    ),
    "policy-allow": kind(
        "Allow that does not do what it seems to",
        "Organization policies never grant access; an Allow only leaves open what no other policy denies.",
        "deny the forbidden actions",
    ),
    "policy-service": kind(
        "service that resource control policies do not support",
        "AWS rejects the policy, or the statement has no effect.",
        "name actions of a service that supports them",
    ),
    "policy-action": kind(
        "unknown action",
        "AWS accepts actions that do not exist; denying one has no effect.",
        "look the action up in the service authorization reference",
    ),
    "policy-resource": kind(
        "resource that is not an ARN, or does not apply to any action of the statement",
        "AWS rejects a text that is not an ARN. An ARN that no action of the statement is authorized on has no effect.",
        "look the action's resource types up in the service authorization reference",
    ),
    "policy-condition": kind(
        "condition that is never met, or always",
        "AWS accepts any key and value. A key that no request contains makes a Deny apply to no request, or to all.",
        "look the key and its operators up in the service authorization reference",
    ),
    "policy-variable": kind(
        "policy variable that is not filled in",
        "IAM only replaces variables in resources and in values of String and Arn operators.",
        "write the literal value",
    ),
    "policy-sid": kind(
        "Sid that AWS rejects",
        "A Sid consists of letters and digits, and must be unique in its policy.",
        "give each statement a unique Sid",
    ),
    "policy-characters": kind(
        "character that policies do not allow",
        "AWS accepts tabs, line breaks and U+0020 to U+00FF.",
        "replace it with a plain character",
    ),
    "policy-size": kind(
        "policy too long",
        "AWS Organizations counts the characters without white space, and rejects longer policies.",
        "split the policy",
    ),
    "policy-count": kind(
        "too many policies at one place",
        "A root, unit or account can have only a few policies of a kind, including AWS's own.",
        "merge policies, or attach some elsewhere",
    ),
    "policy-global-services": kind(
        "Region denial without global services",
        "IAM, Organizations, Route 53, CloudFront and Support answer in one Region only. A denial of other Regions "
        "that does not exclude them blocks them for everyone.",
        "exclude global services with NotAction",
    ),
    "policy-delivery": kind(
        "denial that stops deliveries of AWS services",
        "Services deliver logs without the encryption headers that the denial requires; the bucket encrypts them.",
        "rely on the bucket's default encryption",
    ),
    "policy-lock-out": kind(
        "policy that locks out a principal that the organization needs",
        "A policy also applies to the roles that deploy the baseline, to break-glass roles and to services that "
        "deliver logs. It would then also prevent its own correction.",
        "exempt them with ArnNotLike on aws:PrincipalArn, or narrow the statement",
    ),
}
