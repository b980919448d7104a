"""`python -m benchmarks.everything`: deploys the profiles with everything on as a whole, and destroys them again.

Each profile goes to an emulated organization: it is deployed, has no drift, has nothing left to deploy, and leaves no
stack behind when it is destroyed. It takes a minute, so the gate leaves it out.
"""

import contextlib
import copy
import io
import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import boto3
from moto.ec2.models import ec2_backends

from baseline.pipeline import Options, generate
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions
from benchmarks.audit.organization import shell
from tests.conftest import resolve_here
from tests.emulator.cloudformation.stacks import Deployed
from tests.emulator.server import Emulator

_BASELINE = Path(sys.executable).parent / "baseline"
_MANAGEMENT, _LOG_ARCHIVE, _SECURITY, _WEB = (digit * 12 for digit in "1234")
_KEY = f"arn:aws:kms:eu-west-1:{_LOG_ARCHIVE}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_SUBNET = "subnet-0123456789abcdef0"
_SAID = 3000
"""Characters of a failed command's output to show: its end says what failed."""


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A profile with everything on, and the name that confirms its removal."""

    profile: str
    name: str

    def run(self, emulator: Emulator, directory: Path) -> None:
        """Deploy the profile, look for drift, deploy again, and destroy it.

        Raises:
            RuntimeError: if a command fails, or leaves something to do.
        """
        output = directory / self.profile
        generate(profiles_directory() / f"{self.profile}.yaml", output, Options(validation=ValidateOptions(lint=False)))
        _run(emulator, "deploy", output, "--yes")
        _run(emulator, "drift", output)
        said = _run(emulator, "deploy", output, "--yes")
        if not said.startswith("0 to create, 0 to update, 0 to recreate, "):
            raise RuntimeError(f"{self.profile}: a second deployment has something to do: {said[-_SAID:]}")
        _run(emulator, "destroy", output, "--confirm", self.name)
        left = [name for stacks in emulator.cloudformation.engine.stacks.values() for name in stacks]
        left += emulator.cloudformation.stack_sets.sets
        if left:
            raise RuntimeError(f"{self.profile}: destroy leaves {', '.join(left)}")


def main() -> int:
    """Deploy and destroy both profiles; a failure ends the command with its output."""
    logging.disable()  # moto logs a traceback for each call that it does not have
    socket.getaddrinfo = resolve_here  # S3 Control prepends the account id to the emulator's name
    with tempfile.TemporaryDirectory(prefix="baseline-everything-") as name, Emulator() as emulator:
        for whole in (
            Whole(profile="everything-org", name="Everything"),
            Whole(profile="everything-standalone", name="Alone"),
        ):
            with contextlib.redirect_stdout(io.StringIO()):  # the deployed functions print
                _found(emulator)
                whole.run(emulator, Path(name))
            print(f"{whole.profile} was deployed, had no drift, and was destroyed")
    return 0


def _found(emulator: Emulator) -> None:
    """Make what the profiles have ids of, and what they say exists: a policy, a key, a subnet, subscriptions."""
    emulator.reset()
    organization = emulator.cloudformation.organization
    organization.found("o-a1b2c3d4e5", "r-ab12")
    organization.unit("Security", "ou-ab12-11111111")
    organization.unit("Workloads", "ou-ab12-22222222")
    organization.account(_LOG_ARCHIVE, "log_archive", "Security")
    organization.account(_SECURITY, "security", "Security")
    organization.account(_WEB, "web", "Workloads")
    os.environ["AWS_ENDPOINT_URL"] = emulator.url  # the deployed functions run in this process
    emulator.cloudformation.engine.subscribed_accounts |= {_MANAGEMENT, _WEB}
    emulator.cloudformation.engine.audited_accounts |= {_MANAGEMENT, _SECURITY}
    emulator.run_functions()
    emulator.run_services()
    names = {name.lower(): value for name, value in organization.credentials(_WEB).items()}
    iam = boto3.client("iam", "us-east-1", endpoint_url=emulator.url, **names)
    iam.create_policy(PolicyName="deploy", Path="/teams/", PolicyDocument=_policy(Action="iam:PassRole", Resource="*"))
    policy = json.loads(_policy(Principal={"Service": "guardduty.amazonaws.com"}, Action="kms:GenerateDataKey"))
    key = Deployed(
        logical_id="Key",
        type="AWS::KMS::Key",
        name=_KEY,
        physical=_KEY,
        properties={"KeyPolicy": policy},
        body={},
        arn=_KEY,
    )
    emulator.cloudformation.engine.existing[key.type, _LOG_ARCHIVE, "eu-west-1", _KEY] = key
    subnets = ec2_backends[_MANAGEMENT]["eu-west-1"].subnets
    zone, (subnet, *_) = next((zone, tuple(there.values())) for zone, there in subnets.items())
    subnets[zone][_SUBNET] = copy.copy(subnet)
    subnets[zone][_SUBNET].id = _SUBNET


def _policy(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def _run(emulator: Emulator, command: str, output: Path, *options: str) -> str:
    print(f"{output.name}: {command}", file=sys.stderr, flush=True)  # each takes a minute on a busy machine
    words: list[str | Path] = [_BASELINE, command, output, *options, "--poll-interval", "0"]
    environment: Mapping[str, str] = shell(emulator, _MANAGEMENT)
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = f"{done.stdout[-_SAID:]}\n{done.stderr[-_SAID:]}"
        raise RuntimeError(f"baseline {command} {output.name} ended with {done.returncode}: {said}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
