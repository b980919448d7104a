"""The log archive: what its buckets say of themselves."""

import pytest

from baseline.plan.build import build_plan
from baseline.render.render import render_stack
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape


@pytest.mark.parametrize("standalone", [False, True])
def test_no_bucket_claims_logs_that_aws_waf_would_not_deliver_to_it(*, standalone: bool) -> None:
    """AWS WAF takes buckets of that name only (AWS WAF developer guide, Sending logs to an Amazon S3 bucket)."""
    stacks = build_plan(make_landscape("regulated", standalone=standalone)).stacks
    template = read_template(render_stack(next(stack for stack in stacks if stack.name == "nw-log-archive")))
    claiming = [r for r in template.of_type("AWS::S3::Bucket") if "WAF" in r.body["Metadata"]["Purpose"]]
    assert len(list(template.of_type("AWS::S3::Bucket"))) > 2
    assert all(str(r.properties["BucketName"]).startswith("aws-waf-logs-") for r in claiming)
