"""Destinations of web ACL records: whether a profile uses a bucket or log groups, and their names."""

from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.protect.waf.settings import WafSettings

WEB_ACL_LOGS = "aws-waf-logs-"
"""Prefix that AWS WAF requires for names of buckets and log groups.

Source: AWS WAF developer guide, Logging AWS WAF web ACL traffic, the pages on destinations.
"""


def archives_web_acl_logs(landscape: Landscape) -> bool:
    """Whether a web ACL logs to the log archive."""
    return "s3" in _destinations(landscape)


def has_web_acl_log_groups(landscape: Landscape) -> bool:
    """Whether a web ACL logs to a log group beside it."""
    return "logs" in _destinations(landscape)


def web_acl_bucket(landscape: Landscape, account: str) -> Reference:
    """Name of the bucket, for use inside `Fn::Sub`."""
    return Reference(f"{WEB_ACL_LOGS}{landscape.prefix}-{account}-{landscape.home_region}")


def _destinations(landscape: Landscape) -> set[str]:
    if not landscape.is_on("waf"):
        return set()
    web_acls = landscape.settings("waf", WafSettings).web_acls.values()
    return {item.logging.to for item in web_acls if item.logging is not None}
