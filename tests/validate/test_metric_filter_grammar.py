import pytest

from baseline.validate.metric_filter_grammar import pattern_problem

GOOD = [
    "",
    "ERROR",
    "ERROR Exception",
    "?ERROR ?WARN",
    "ERROR -Exiting",
    '"[ERROR] out of \\"memory\\""',
    "%AUTHORIZED[0-9]+%",
    '{ $.eventName = "ConsoleLogin" }',
    '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}',
    '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',
    "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}",
    "{ $.sourceIPAddress = 123.123.* }",
    "{ $.requests[0].bytes >= 1.5e3 }",
    "{ $.error IS TRUE || $.error is null }",
    "{ $.user.email EXISTS }",
    "{ $.eventName = %^Delete% }",
    "{ $.['user.name'] = 1 }",
    "{ $.items[*].* = x }",
    "[ip, user, username, timestamp, request = *.html*, status_code = 4*, bytes > 1000]",
    "[..., status_code = 404]",
    "[w1 = ERROR || w1 = %WARN(ING)?%, w2]".replace("(ING)?", "[ING]*"),
    "[(w1 = ERROR && w2 != x) || w1 = FATAL, w2]",
]

BAD = [
    ("{ $.a = 1", "the brace { is not closed"),
    ("{}", "the pattern ends too early"),
    ("{ ($.a = 1 }", "a parenthesis is not closed"),
    ("{ $.a = 1) }", "')' is not expected here"),
    ("{ ($.a = 1 $.b = 2) }", "'$.b' is where a closing parenthesis should be"),
    ("{ $.a = 1 $.b = 2 }", "'$.b' is not expected here"),
    ("{ $.a = 1 && }", "the pattern ends too early"),
    ("{ a = 1 }", "'a' is where a selector such as $.eventName should be"),
    ("{ $.a }", "a selector is compared to nothing"),
    ("{ $.a = }", "a comparison has no value"),
    ("{ $.a = && }", "'&&' is where a value should be"),
    ("{ $.a IS NOTHING }", "'IS' is not a comparison"),
    ("{ $.a == 1 }", "'=' is where a value should be"),
    ('{ $.a = "open }', "cannot be read"),
    ("{ $.a & 1 }", "cannot be read"),
    ("{ $.a > high }", "> compares numbers, but high is not a number"),
    ('{ $.a > "7" }', '> compares numbers, but "7" is not a number'),
    ("{ $.a = %x% || $.a = %y% || $.a = %z% }", "it has 3 regular expressions: a pattern allows 2"),
    ("{ $.a = %(x)% }", "has parentheses"),
    ("{" + "(" * 400 + "}", "parentheses are nested more than 50 deep"),
    ("[ip, user", "the bracket [ is not closed"),
    ("[]", "the pattern ends too early"),
    ("[ip, , user]", "the pattern ends too early"),
    ("[ip = , user]", "a comparison has no value"),
    ("[ip user]", "'user' is not expected here"),
    ("[= 1]", "'=' is where a field's name should be"),
    ("[[ip]]", "cannot be read"),
    ("user-agent", "'user-agent' is not a term"),
    ('ERROR "open', "is not a term"),
    ('"a""b"', "is not a term"),
]


@pytest.mark.parametrize("pattern", GOOD)
def test_a_pattern_that_cloudwatch_takes_has_no_problem(pattern: str) -> None:
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize(("pattern", "problem"), BAD, ids=[pattern[:40] for pattern, _ in BAD])
def test_a_pattern_that_cloudwatch_refuses_is_explained(pattern: str, problem: str) -> None:
    assert problem in (pattern_problem(pattern) or "")
