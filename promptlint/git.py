"""git, asked about a repository that nobody vouches for: no program that its configuration names is run, nothing is fetched."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

_PATIENCE = 8
# Whatever looks at the index runs the first, and a partial clone fetches what it lacks by a program of its own choice.
_SAFE = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never")


def command(folder: Path, *arguments: str) -> list[str]:
    """The command line that asks git in a folder."""
    return ["git", "-C", str(folder), *(part for setting in _SAFE for part in ("-c", setting)), *arguments]


def environment() -> dict[str, str]:
    """Nothing is fetched for a partial clone, nobody is asked for a password, and nothing is written on the way."""
    quiet = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_ALLOW_PROTOCOL": ""}
    return {**os.environ, **quiet}


def ask(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What git says in a folder. Raises OSError when it cannot be run, or waits for something that does not come."""
    try:
        return subprocess.run(
            command(folder, *arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment(),
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(errno.ETIMEDOUT, f"no answer in {_PATIENCE} seconds") from error
