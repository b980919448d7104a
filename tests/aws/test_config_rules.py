from baseline.aws.config_rules import RuleParameter, config_rule, is_rule_available, nearest_rule
from baseline.aws.facts import facts
from baseline.aws.regions import REGIONS


def test_a_managed_rule_knows_its_parameters_and_their_defaults() -> None:
    rule = config_rule("ACCESS_KEYS_ROTATED")
    assert rule is not None
    assert rule.resource_types == ("AWS::IAM::User",)
    assert rule.parameters == {
        "maxAccessKeyAge": RuleParameter(name="maxAccessKeyAge", type="number", required=False, default="90")
    }


def test_a_parameter_without_a_default_says_whether_it_is_required() -> None:
    optional = config_rule("ACCOUNT_PART_OF_ORGANIZATIONS")
    required = config_rule("ALB_DESYNC_MODE_CHECK")
    assert optional is not None
    assert required is not None
    assert not optional.parameters["MasterAccountId"].required
    assert required.parameters["desyncMode"].required


def test_a_rule_without_resource_types_runs_on_a_schedule() -> None:
    rule = config_rule("ACCOUNT_PART_OF_ORGANIZATIONS")
    assert rule is not None
    assert rule.resource_types == ()


def test_a_misspelt_rule_is_unknown_and_has_a_nearest_one() -> None:
    assert config_rule("ACCESS_KEY_ROTATED") is None
    assert nearest_rule("ACCESS_KEY_ROTATED") == "ACCESS_KEYS_ROTATED"
    assert nearest_rule("access_keys_rotated") == "ACCESS_KEYS_ROTATED"
    assert nearest_rule("MAKE_COFFEE") is None


def test_every_rule_can_be_read() -> None:
    rules = [config_rule(identifier) for identifier in facts("config_rules")]
    assert len(rules) > 700
    types = {parameter.type for rule in rules if rule for parameter in rule.parameters.values()}
    assert types == {"string", "number", "bool"}


def test_availability_of_a_rule_is_known_only_where_it_was_looked_up() -> None:
    assert is_rule_available("ROOT_ACCOUNT_MFA_ENABLED", "eu-west-1") is True
    assert is_rule_available("ROOT_ACCOUNT_MFA_ENABLED", "us-gov-west-1") is False
    assert is_rule_available("ACCESS_KEYS_ROTATED", "il-central-1") is False
    assert is_rule_available("WAFV2_RULEGROUP_NOT_EMPTY", "eu-west-1") is None


def test_a_rule_that_few_regions_have_is_missing_everywhere_else() -> None:
    assert is_rule_available("CLOUDFRONT_ACCESSLOGS_ENABLED", "us-east-1") is True
    assert is_rule_available("CLOUDFRONT_ACCESSLOGS_ENABLED", "eu-west-1") is False


def test_availability_names_rules_and_regions_that_exist() -> None:
    for identifier, known in facts("config_rule_regions").items():
        assert config_rule(identifier), identifier
        assert set(known) in ({"missing"}, {"only"})
        assert {region for regions in known.values() for region in regions} <= set(REGIONS)
