"""The log archive's bucket for records of web ACLs: whether a profile asks for it, and its name."""

from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.protect.waf.settings import WafSettings


def archives_web_acl_logs(landscape: Landscape) -> bool:
    """Whether a web ACL logs to the log archive."""
    if not landscape.is_on("waf"):
        return False
    web_acls = landscape.settings("waf", WafSettings).web_acls.values()
    return any(item.logging is not None and item.logging.to == "s3" for item in web_acls)


def web_acl_bucket(landscape: Landscape, account: str) -> Reference:
    """Name of the bucket, for use inside `Fn::Sub`; AWS WAF wants names that begin with `aws-waf-logs-`.

    Source: AWS WAF developer guide, Sending web ACL traffic logs to an Amazon S3 bucket.
    """
    return Reference(f"aws-waf-logs-{landscape.prefix}-{account}-{landscape.home_region}")
