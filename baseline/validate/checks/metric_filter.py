"""BL111: a metric filter pattern that CloudWatch Logs cannot read."""

from collections.abc import Iterator

from baseline.aws.quotas import quota
from baseline.findings import Problem, Severity
from baseline.validate.checks.check import Check
from baseline.validate.metric_filter_grammar import pattern_problem
from baseline.validate.subject import Subject


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    longest = quota("logs.filter_pattern_characters")
    for resource in subject.of_type("AWS::Logs::MetricFilter", "AWS::Logs::SubscriptionFilter"):
        pattern = resource.properties.get("FilterPattern")
        path = (*resource.path, "Properties", "FilterPattern")
        if not isinstance(pattern, str):
            continue
        if len(pattern) > longest:
            yield Problem(
                path=path, message=f"the pattern has {len(pattern):,} characters: CloudWatch Logs allows {longest:,}"
            )
        problem = pattern_problem(pattern)
        if problem:
            yield Problem(path=path, message=f"the pattern cannot be read: {problem}")


CHECK = Check(
    id="BL111",
    title="invalid metric filter pattern",
    severity=Severity.ERROR,
    explanation="CloudFormation accepts any text as a pattern; CloudWatch Logs refuses it at deployment.",
    fix="correct the pattern",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html",
    find=_find,
)
