"""One look at AWS: the same read is made once, as long as nothing changes."""

from collections.abc import Callable

import pytest

from baseline.cloud.refusals import Refusal
from baseline.cloud.session import Session, SessionOptions
from baseline.cloud.stacks import DeployedStack, StackReader
from tests.deploy.conftest import Aws
from tests.emulator.server import Fault


@pytest.fixture
def session(aws: Aws) -> Session:  # noqa: ARG001 - the place of its calls
    return Session(home_region="eu-west-1", options=SessionOptions(poll_seconds=0))


def _roots(session: Session) -> list[str]:
    return [root["Id"] for root in session.client("organizations").list_roots()["Roots"]]


def _write(session: Session) -> None:
    session.client("cloudformation").delete_stack(StackName="none")


def _wait(session: Session) -> None:
    assert session.until(lambda: True)


def test_a_read_is_made_once_within_a_look(aws: Aws, session: Session) -> None:
    with session.one_look():
        assert _roots(session) == _roots(session) == ["r-ab12"]
    assert aws.calls("ListRoots") == ["organizations.ListRoots"]
    _roots(session)
    _roots(session)
    assert len(aws.calls("ListRoots")) == 3


@pytest.mark.parametrize("end", [_write, _wait])
def test_a_write_or_a_wait_ends_the_look(aws: Aws, session: Session, end: Callable[[Session], None]) -> None:
    with session.one_look():
        _roots(session)
        end(session)
        _roots(session)
        _roots(session)
    assert len(aws.calls("ListRoots")) == 3


def test_other_arguments_and_regions_are_other_reads(aws: Aws, session: Session) -> None:
    with session.one_look():
        for region, name in (("eu-west-1", "a"), ("eu-west-1", "b"), ("us-east-1", "a"), ("us-east-1", "a")):
            with pytest.raises(Refusal, match=f"{name} does not exist"):
                session.client("cloudformation", region).describe_stacks(StackName=name)
    assert len(aws.calls("DescribeStacks")) == 3


def test_stacks_of_a_region_are_listed_once_unless_that_is_refused(aws: Aws, session: Session) -> None:
    def describe() -> list[DeployedStack | None]:
        return [StackReader(session=session, region="eu-west-1", name=name).describe() for name in ("a", "b")]

    with session.one_look():
        assert describe() == describe() == [None, None]
    assert len(aws.calls("DescribeStacks")) == 1
    aws.emulator.faults.append(Fault(on="cloudformation.DescribeStacks", code="AccessDenied", status=403, times=1))
    with session.one_look():
        assert describe() == [None, None]
    assert len(aws.calls("DescribeStacks")) == 4
