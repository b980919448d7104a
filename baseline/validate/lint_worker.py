"""A cfn-lint process: one Runner for its whole life, one JSON request a line in, one JSON answer a line out.

`lint.py` starts it in an empty directory, with an empty home and an empty cache directory, so that no `.cfnlintrc` and
no newer schema in a user's cache can change what it says. `mandatory_checks` keeps a template's own Metadata from
switching rules off. A Runner must not be shared between threads: it gives wrong answers.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

_LONGEST_MESSAGE = 300


def main() -> None:
    """Answer requests `{"text": …, "region": …}` until standard input ends."""
    lint = _linter()
    answers = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        answers.write(json.dumps(lint(request["text"], request["region"])) + "\n")
        answers.flush()


def _linter() -> Callable[[str, str], list[dict[str, Any]]]:
    from cfnlint.config import ConfigMixIn
    from cfnlint.decode.decode import decode_str
    from cfnlint.runner import Runner

    runners: dict[str, Any] = {}

    def lint(text: str, region: str) -> list[dict[str, Any]]:
        if region not in runners:
            runners[region] = Runner(ConfigMixIn([], regions=[region], mandatory_checks=["E", "W"]))
        template, errors = decode_str(text)
        return [_plain(match) for match in (errors or runners[region].validate_template(template))]

    return lint


def _plain(match: Any) -> dict[str, Any]:  # noqa: ANN401 - cfn-lint's Match is untyped
    return {
        "id": match.rule.id,
        "severity": match.rule.severity,
        "message": _shortened(match.message),
        "path": [str(part) for part in match.path or ()],
        "line": match.linenumber,
        "column": match.columnnumber,
        "source": match.rule.source_url,
    }


def _shortened(message: str) -> str:
    """Some messages print every allowed value, thousands of them."""
    return message if len(message) <= _LONGEST_MESSAGE else f"{message[: _LONGEST_MESSAGE - 2]} …"


if __name__ == "__main__":
    main()
