"""An installed Chromium without a window, driven over a pipe by the Chrome DevTools Protocol.

Methods and events: chromedevtools.github.io/devtools-protocol. The browser reads commands from descriptor 3 and writes
answers to descriptor 4, each a JSON text with a zero byte at its end (switch `--remote-debugging-pipe`).
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SWITCHES = ("--headless", "--disable-gpu", "--no-first-run", "--no-sandbox", "--remote-debugging-pipe")
_ABOVE = 10
"""The pipes get descriptors from here on, so that those of the browser are free."""

_COMPLAINTS = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")


class Tab:
    """A tab of a running browser."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._number = 0
        self._pending = b""
        self._events: list[dict[str, Any]] = []
        self._session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self._events.append(answer)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, path: Path) -> None:
        """Load a file, and wait until it has loaded."""
        self._events.clear()
        self.call("Page.navigate", url=path.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self._events):
            self._events.append(self._next())

    def complaints(self) -> list[dict[str, Any]]:
        """Exceptions and messages of the console since the file was opened, violations of its policy included."""
        return [event for event in self._events if event["method"] in _COMPLAINTS]

    def run(self, script: str) -> Any:
        """The value of an expression of JavaScript, or what its promise resolves to."""
        found = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def look(self, scheme: str, width: int) -> None:
        """Set the color scheme and the width of the window."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)

    def press(self, key: str, text: str = "") -> None:
        """Press and release a key, which may write a text."""
        self.call(
            "Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=_CODES.get(key, 0), text=text
        )
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._pending:
            read = os.read(self._answers, 1 << 20)
            assert read, "the browser ended"
            self._pending += read
        message, _, self._pending = self._pending.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


_CODES = {"Tab": 9, "Enter": 13}


@contextmanager
def opened(program: str, profile: Path) -> Iterator[Tab]:
    """Start a browser with an empty profile, and end it."""
    its_in, commands = _pipe()
    answers, its_out = _pipe()
    words = [program, *_SWITCHES, f"--user-data-dir={profile}"]
    silent = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
    pipes = ((os.POSIX_SPAWN_DUP2, its_in, 3), (os.POSIX_SPAWN_DUP2, its_out, 4))
    process = os.posix_spawn(program, words, os.environ, file_actions=[silent, *pipes])
    os.close(its_in)
    os.close(its_out)
    try:
        yield Tab(commands, answers)
    finally:
        os.write(commands, b'{"id": 0, "method": "Browser.close"}\0')
        os.waitpid(process, 0)
        os.close(commands)
        os.close(answers)


def _pipe() -> tuple[int, int]:
    """Both ends of a pipe, which no other program inherits."""
    ends = os.pipe()
    above = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _ABOVE) for end in ends]
    for end in ends:
        os.close(end)
    return above[0], above[1]
