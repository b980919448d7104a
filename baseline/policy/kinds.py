"""The kinds of organization policies, with their names and quotas."""

from collections.abc import Mapping

from baseline.aws.quotas import quota
from baseline.frozen import frozen


@frozen
class PolicyKind:
    """One value of `Type` of AWS::Organizations::Policy.

    Attributes:
        title: Its usual name.
        short: Short name, for stack names.
        characters: Name of the quota for its minified size.
        per_target: Name of the quota for policies per root, OU or account.
        aws_own: Number of policies that AWS attaches itself: FullAWSAccess, RCPFullAWSAccess.
        has_statements: Whether it consists of statements; other kinds have their own grammar.
    """

    title: str
    short: str
    characters: str = "organizations.other_policy_characters"
    per_target: str = "organizations.other_policies_per_target"
    aws_own: int = 0
    has_statements: bool = False

    def most_characters(self, limits: Mapping[str, int] | None = None) -> int:
        """Maximum size of the minified text. `limits` has quotas with other values, by name."""
        return (limits or {}).get(self.characters, quota(self.characters))

    def most_per_target(self, limits: Mapping[str, int] | None = None) -> int:
        """Maximum number of policies per root, OU or account, including AWS's own."""
        return (limits or {}).get(self.per_target, quota(self.per_target))


KINDS: Mapping[str, PolicyKind] = {
    "SERVICE_CONTROL_POLICY": PolicyKind(
        title="service control policy",
        short="scp",
        characters="organizations.scp_characters",
        per_target="organizations.scps_per_target",
        aws_own=1,
        has_statements=True,
    ),
    "RESOURCE_CONTROL_POLICY": PolicyKind(
        title="resource control policy",
        short="rcp",
        characters="organizations.rcp_characters",
        per_target="organizations.rcps_per_target",
        aws_own=1,
        has_statements=True,
    ),
    "DECLARATIVE_POLICY_EC2": PolicyKind(title="declarative policy for EC2", short="ec2"),
    "S3_POLICY": PolicyKind(title="S3 policy", short="s3"),
    "GUARDDUTY_POLICY": PolicyKind(title="GuardDuty policy", short="guardduty"),
    "INSPECTOR_POLICY": PolicyKind(title="Inspector policy", short="inspector"),
    "SECURITYHUB_POLICY": PolicyKind(title="Security Hub policy", short="security-hub"),
    "BEDROCK_POLICY": PolicyKind(title="Bedrock policy", short="bedrock"),
    "TAG_POLICY": PolicyKind(title="tag policy", short="tags"),
    "BACKUP_POLICY": PolicyKind(title="backup policy", short="backup"),
    "AISERVICES_OPT_OUT_POLICY": PolicyKind(
        title="AI services opt-out policy",
        short="ai-opt-out",
        characters="organizations.ai_opt_out_policy_characters",
        per_target="organizations.ai_opt_out_policies_per_target",
    ),
    "CHATBOT_POLICY": PolicyKind(
        title="chat applications policy", short="chat", per_target="organizations.chat_policies_per_target"
    ),
    "UPGRADE_ROLLOUT_POLICY": PolicyKind(title="upgrade rollout policy", short="upgrades"),
    "NETWORK_SECURITY_DIRECTOR_POLICY": PolicyKind(title="Network Security Director policy", short="network-security"),
}
"""Source: the schema of AWS::Organizations::Policy; AWS Organizations user guide, Quotas and service limits."""
