"""API calls of the baseline that moto 5.2 does not support: small models that store what they receive."""

from tests.emulator.calls import detection, ec2, identity, log_policies, organizations, regions
from tests.emulator.calls.detective import Detective
from tests.emulator.calls.macie import MacieAccount, answer_macie
from tests.emulator.calls.security_hub import HubAdministrators
from tests.emulator.calls.state import Answer, Answers, State
from tests.emulator.protocol import Operation


class Gaps(State):
    """The responses, by service."""

    def answer(self, operation: Operation) -> Answer | None:
        """The response to a call that moto does not support; None if moto supports it."""
        name = f"{operation.service}.{operation.name}"
        if name in self.given or name in EMPTY:
            return self.given.get(name) or EMPTY[name]
        if operation.service == "macie2":
            account = self.macie.setdefault((operation.account, operation.region), MacieAccount())
            found = answer_macie(account, operation)
            if found is not None:
                return found
        if operation.service == "detective":
            found = Detective(graphs=self.graphs, delegated=self.delegated).answer(operation)
            if found is not None:
                return found
        if operation.service == "securityhub":
            hub = HubAdministrators(management=self.management, administrators=self.hub_administrators)
            found = hub.answer(operation)
            if found is not None:
                return found
        answer = _ANSWERS.get(name)
        return answer(self, operation) if answer else None


EMPTY: dict[str, Answer] = {
    "accessanalyzer.ListAnalyzers": {"analyzers": []},
    "auditmanager.GetAccountStatus": {"status": "ACTIVE"},
    "controlcatalog.ListControls": {"Controls": []},
    "controltower.ListBaselines": {"baselines": []},
    "controltower.ListEnabledBaselines": {"enabledBaselines": []},
    "controltower.ListEnabledControls": {"enabledControls": []},
    "ec2.DescribeVpcBlockPublicAccessExclusions": {},
    "ec2.DescribeVpcBlockPublicAccessOptions": {},
    "securityhub.GetEnabledStandards": {"StandardsSubscriptions": []},
    "securityhub.ListAggregatorsV2": {"AggregatorsV2": []},
}
"""Responses to reads that moto does not support, unless a test gives others."""

_ANSWERS: Answers = {
    **detection.ANSWERS,
    **ec2.ANSWERS,
    **identity.ANSWERS,
    **log_policies.ANSWERS,
    **organizations.ANSWERS,
    **regions.ANSWERS,
}
