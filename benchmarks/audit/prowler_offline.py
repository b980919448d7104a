"""Prowler's command, run by the interpreter of its own environment, with no way out but to this machine."""

import runpy
import socket
import sys

_getaddrinfo = socket.getaddrinfo


def _resolve_here(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
    """Names under localhost are here: S3 Control puts the account's number in front."""
    if str(host).rpartition(".")[2] == "localhost" or host == "127.0.0.1":
        return list(_getaddrinfo("127.0.0.1", port, socket.AF_INET, socket.SOCK_STREAM))
    raise socket.gaierror(f"{host}: the audit looks up nothing outside this machine")


def main() -> None:
    """Run Prowler with the command line's words."""
    socket.getaddrinfo = _resolve_here  # type: ignore[assignment]
    sys.argv[0] = "prowler"
    runpy.run_module("prowler", run_name="__main__")


if __name__ == "__main__":
    main()
