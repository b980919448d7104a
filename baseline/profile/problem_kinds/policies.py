"""Problems of policies that a profile names, and of the policies generated from guardrails."""

from collections.abc import Mapping

from baseline.profile.problem_kinds.kind import ProblemKind, kind

POLICIES: Mapping[str, ProblemKind] = {
    "policy-file": kind(
        "policy file cannot be used",
        "A policy of the profile's own is a file below the directory of the profile that names it: so a profile that "
        "others send you cannot read anything else.",
        "correct the path",
    ),
    "custom-template": kind(
        "template of a customization cannot be used",
        "A template of your own is a file below the directory of the profile that names it, one YAML or JSON document "
        "that CloudFormation accepts inline in a StackSet: no transforms, no aliases.",
        "correct the template or the path",
    ),
    "policy-json": kind(
        "policy is not JSON",
        "AWS Organizations takes policies as JSON: no comments, no comma after the last item, each key once.",
        "correct this line or the one before it",
    ),
    "policy-grammar": kind(
        "policy does not have the form of its kind",
        "Each kind of organization policy has keys of its own; AWS refuses others when the policy is deployed.",
        "see the syntax of the kind in the AWS Organizations user guide",
    ),
    "policy-value": kind(
        "value that the policy cannot have",
        "AWS refuses the value, or takes it and does nothing with it.",
        "name one of the values of its kind",
    ),
    "policy-operator": kind(
        "inheritance operator that does not fit",
        "Operators such as @@assign say what units below may change; each stands only where its kind of value is.",
        "use an operator that the value can have",
    ),
    "policy-element": kind(
        "element of a statement is missing, unknown or wrong",
        "AWS Organizations refuses the policy, or the statement is about nothing.",
        "see SCP syntax and RCP syntax in the AWS Organizations user guide",
    ),
    "policy-principal": kind(
        "principal that the policy cannot have",
        "A service control policy is about every principal of its accounts, a resource control policy about everybody.",
        "name principals in conditions, by aws:PrincipalArn",
    ),
    "policy-allow": kind(
        "Allow that does not do what it seems to",
        "Organization policies never give access; an Allow only leaves open what nothing else closes.",
        "deny what must not be done",
    ),
    "policy-service": kind(
        "service that resource control policies do not reach",
        "AWS refuses the policy, or the statement is about nothing.",
        "name actions of a service that supports them",
    ),
    "policy-action": kind(
        "unknown action",
        "AWS takes actions that do not exist; a Deny of one protects nothing.",
        "look the action up in the service authorization reference",
    ),
    "policy-resource": kind(
        "resource that is no ARN, or of no action of the statement",
        "AWS refuses a text that is no ARN. An ARN that no action of the statement is authorized on protects nothing.",
        "look the action's resource types up in the service authorization reference",
    ),
    "policy-condition": kind(
        "condition that is never met, or always",
        "AWS takes any key and value. One that no request carries makes a Deny apply to no request, or to all.",
        "look the key and its operators up in the service authorization reference",
    ),
    "policy-variable": kind(
        "policy variable that is not filled in",
        "IAM fills variables into resources and into values of String and Arn operators, and nowhere else.",
        "write the value out",
    ),
    "policy-sid": kind(
        "Sid that AWS refuses",
        "A Sid is letters and digits, and each statement of a policy has its own.",
        "give each statement a Sid of its own",
    ),
    "policy-characters": kind(
        "character that policies do not have",
        "AWS takes tabs, line ends and U+0020 to U+00FF.",
        "replace it by a plain character",
    ),
    "policy-size": kind(
        "policy too long",
        "AWS Organizations counts the characters without the white space between them, and refuses longer policies.",
        "cut the policy in two",
    ),
    "policy-count": kind(
        "too many policies in one place",
        "A root, unit or account takes a few policies of a kind; AWS's own and those of AWS Control Tower count too.",
        "merge policies, or attach some elsewhere",
    ),
    "policy-global-services": kind(
        "Region denial without global services",
        "IAM, Organizations, Route 53, CloudFront and Support answer in one Region only. A denial of other Regions "
        "that does not leave them out stops them for everybody.",
        "leave global services out by NotAction",
    ),
    "policy-delivery": kind(
        "denial that stops deliveries of AWS services",
        "Services deliver logs without the headers that people are asked for; the bucket's own settings encrypt them.",
        "let the bucket's default encryption do it",
    ),
    "policy-lock-out": kind(
        "policy that locks out whom the organization needs",
        "A policy binds the roles that deploy the baseline, break-glass and the services that deliver like everybody "
        "else. The correction could then not be deployed.",
        "exempt them by ArnNotLike on aws:PrincipalArn, or narrow the statement",
    ),
}
