"""OpenID Connect providers of accounts: the roles of the profile, for tokens of one subject and one audience."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import settings_of
from baseline.capabilities.organization.guardrails.statements import statements_of, words_of
from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.guardrail import guardrails
from baseline.plan.build import build_plan
from baseline.policy.document import read_statements
from baseline.policy.evaluate import applies
from baseline.policy.request import Request
from baseline.validate.effects import lapses
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape, properties, rendered

UPLOADER: dict[str, Any] = {"subject": "system:serviceaccount:a:b", "managed_policies": ["AmazonSQSReadOnlyAccess"]}
CLUSTER: dict[str, Any] = {
    "url": "https://oidc.example/id/0A1B",
    "audience": "sts.amazonaws.com",
    "accounts": ["log_archive"],
    "roles": {"uploader": UPLOADER},
}
CAPABILITY = CAPABILITIES["identity_hygiene"]


def landscape(providers: dict[str, Any] | None = None, **changes: Any) -> Landscape:
    settings = {"oidc_providers": {"cluster": CLUSTER} if providers is None else providers}
    return make_landscape(settings={"identity_hygiene": settings, **changes.pop("others", {})}, **changes)


def test_tokens_of_one_subject_and_audience_give_the_role() -> None:
    here = landscape()
    template = rendered("identity_hygiene", here)["identity-hygiene-oidc-cluster"]
    (provider,) = properties(template, "AWS::IAM::OIDCProvider").values()
    assert provider == {"Url": CLUSTER["url"], "ClientIdList": ["sts.amazonaws.com"]}
    (role,) = properties(template, "AWS::IAM::Role").values()
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {
            "Federated": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:oidc-provider/oidc.example/id/0A1B"}
        },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                "oidc.example/id/0A1B:aud": "sts.amazonaws.com",
                "oidc.example/id/0A1B:sub": "system:serviceaccount:a:b",
            }
        },
    }
    assert (role["RoleName"], role["MaxSessionDuration"]) == ("nw-oidc-uploader", 3600)
    assert role["PermissionsBoundary"]["Fn::Sub"].endswith(":policy/nw-permissions-boundary")
    (stack,) = (item for item in build_plan(here).stacks if item.capability == "identity_hygiene")
    assert [item.account for item in stack.deployments] == ["log_archive"]
    assert "nw-iam-roles" in stack.depends_on


PLANS = {**CLUSTER, "url": "https://app.terraform.io", "roles": {"plans": {**UPLOADER, "subject": "organization:nw"}}}


@pytest.mark.parametrize(
    ("open_issuers", "token", "denied"),
    [
        ([], "oidc.example/id/0a1b:sub=system:serviceaccount:a:b", False),
        ([], "app.terraform.io:sub=organization:nw", False),
        ([], "app.terraform.io:sub=organization:stranger", True),
        ([], "app.terraform.io:sub=system:serviceaccount:a:b", True),
        ([], "auth.example:sub=x", True),
        (["auth.example"], "auth.example:sub=x", False),
        (["auth.example"], "app.terraform.io:sub=organization:stranger", True),
        (["app.terraform.io"], "app.terraform.io:sub=organization:stranger", False),
    ],
)
def test_guardrail_of_issuers_allows_the_subjects_of_the_roles(
    open_issuers: list[str], token: str, denied: bool
) -> None:
    settings = {"guardrails": {"web_identity_providers": open_issuers}}
    here = landscape({"cluster": CLUSTER, "plans": PLANS}, others=settings)
    made = statements_of(guardrails()["web-identities"], words_of(here, settings_of(here)), ())
    read = read_statements({"Statement": [item.statement for item in made]})
    key, _, value = token.partition("=")
    request = Request(action="sts:AssumeRoleWithWebIdentity", context={key: (value,)}, complete=True)
    found = [applies(item, request) for item in read]
    assert (True in found) == denied
    assert None not in found


def test_guardrail_of_issuers_is_the_same_without_providers_of_the_profile() -> None:
    here = landscape({}, others={"guardrails": {"web_identity_providers": ["auth.example"]}})
    made = statements_of(guardrails()["web-identities"], words_of(here, settings_of(here)), ())
    assert [item.statement["Sid"] for item in made] == ["WebIdentities1", "WebIdentities2", "WebIdentities3"]


def test_changed_subjects_in_the_rendered_guardrail_are_a_finding() -> None:
    """The control of the guardrail cannot know them, so the template is compared with the profile."""
    on = {"guardrails": {"rules": {"web-identities": {"enabled": True}}}}
    (policy,) = (
        item.template
        for item in rendered("guardrails", landscape({"plans": PLANS}, others=on)).values()
        if "WebIdentities4" in item.template.text
    )
    assert list(lapses(read_template(policy))) == []
    subject = next(iter(PLANS["roles"].values()))["subject"]
    for before, after in ((subject, "organization:*"), ("StringNotEquals:", "StringNotEqualsIfExists:")):
        assert before in policy.text
        assert list(lapses(read_template(replace(policy, text=policy.text.replace(before, after)))))


@pytest.mark.parametrize(("count", "is_error"), [(2, False), (20, True)])
def test_more_subjects_than_a_policy_holds_are_an_error_with_a_remedy(count: int, *, is_error: bool) -> None:
    (role,) = PLANS["roles"].values()
    roles = {f"r{number}": {**role, "subject": f"{'x' * 250}{number}"} for number in range(count)}
    on = {"guardrails": {"rules": {"web-identities": {"enabled": True}}}}
    here = landscape({"plans": {**PLANS, "roles": roles}}, others=on)
    found = [item for item in CAPABILITIES["guardrails"].problems(here) if item.id == "policy-size"]
    assert [item.path for item in found] == ([("rules", "web-identities")] if is_error else [])
    assert all("oidc_providers in web_identity_providers" in item.fix for item in found)


PIPELINE = {"name": "web", "provider": "gitlab", "url": CLUSTER["url"], "repository": "o/web", "branch": "main"}
DEPLOYING = {"deployment_roles": [{**PIPELINE, "accounts": ["log_archive"], "account_policies": ["teams/deploy"]}]}


@pytest.mark.parametrize(
    ("providers", "others", "path"),
    [
        ({"a": {**CLUSTER, "url": "https://gitlab.com"}}, {}, ("a", "url")),
        ({"a": {**CLUSTER, "url": "https://gitlab.com/"}}, {}, ("a", "url")),
        ({"a": {**CLUSTER, "url": "https://accounts.google.com"}}, {}, ("a", "url")),
        ({"a": {**CLUSTER, "url": "https://cognito-identity.amazonaws.com"}}, {}, ("a", "url")),
        ({"a": {**CLUSTER, "url": "https://sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"}}, {}, ("a", "url")),
        ({"a": CLUSTER}, {"iam_roles": DEPLOYING}, ("a", "url")),
        ({"a": CLUSTER, "b": {**CLUSTER, "roles": {"reader": UPLOADER}}}, {}, ("b", "url")),
        ({"a": CLUSTER, "b": {**CLUSTER, "url": "https://b.example"}}, {}, ("b", "roles", "uploader")),
        ({"a": {**CLUSTER, "roles": {"r": {"subject": "a"}}}}, {}, ("a", "roles", "r")),
    ],
    ids=[
        *("shared by everybody", "shared, with a slash", "Google", "Cognito", "Sentinel", "also of a pipeline"),
        *("twice in an account", "role twice", "role without a policy"),
    ],
)
def test_provider_that_cannot_be_or_should_not_be_is_a_problem(
    providers: dict[str, Any], others: dict[str, Any], path: tuple[str, ...]
) -> None:
    (problem,) = CAPABILITY.problems(landscape(providers, others=others))
    assert problem.path == ("oidc_providers", *path)


def test_the_same_issuer_and_role_in_other_accounts_are_no_problem() -> None:
    other = {**CLUSTER, "accounts": ["security"]}
    assert CAPABILITY.problems(landscape({"a": CLUSTER, "b": other}, others={"iam_roles": {}})) == ()


def test_slash_at_the_end_of_the_issuer_stays_in_the_role() -> None:
    """Auth0 and Microsoft Entra write it into `iss`, and IAM compares it."""
    here = landscape({"cluster": {**CLUSTER, "url": "https://northwind.auth0.com/"}})
    template = rendered("identity_hygiene", here)["identity-hygiene-oidc-cluster"]
    (provider,) = properties(template, "AWS::IAM::OIDCProvider").values()
    (role,) = properties(template, "AWS::IAM::Role").values()
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert provider["Url"] == "https://northwind.auth0.com/"
    assert statement["Principal"]["Federated"]["Fn::Sub"].endswith(":oidc-provider/northwind.auth0.com/")
    assert set(statement["Condition"]["StringEquals"]) == {"northwind.auth0.com/:aud", "northwind.auth0.com/:sub"}
    guarded = make_landscape(settings={"guardrails": {"web_identity_providers": ["northwind.auth0.com/"]}})
    assert words_of(guarded, settings_of(guarded))["<web_identity_providers>"] == ["northwind.auth0.com/"]


@pytest.mark.parametrize("subject", ["system:serviceaccount:a:*", "${aws:username}", "a b", ""])
def test_subject_with_a_wildcard_or_a_variable_is_refused(subject: str) -> None:
    with pytest.raises(ValidationError):
        landscape({"cluster": {**CLUSTER, "roles": {"uploader": {**UPLOADER, "subject": subject}}}})
