"""git, asked about a repository that nobody vouches for: no program that its configuration names is run, nothing is fetched."""

from __future__ import annotations

import errno
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

_PATIENCE = 8
_OF_HOOKS = frozenset(("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"))
_STEP = 1 << 16
_LONGEST_ROW = 1 << 16
# Whatever looks at the index runs the first, and a partial clone fetches what it lacks by a program of its own choice.
_SAFE = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never")


def command(folder: Path, *arguments: str) -> list[str]:
    """The command line that asks git in a folder."""
    return ["git", "-C", str(folder), *(part for setting in _SAFE for part in ("-c", setting)), *arguments]


def environment(folder: Path) -> dict[str, str]:
    """Nothing is fetched for a partial clone, nobody is asked for a password, and nothing is written on the way.

    A hook of git says where its repository is as seen from the top: a folder that lies in one is asked in its own place.
    """
    known = dict(os.environ)
    if any((above / ".git").exists() for above in (folder, *folder.parents)):
        known = {name: value for name, value in known.items() if name not in _OF_HOOKS}
    quiet = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_ALLOW_PROTOCOL": ""}
    return {**known, **quiet}


def ask(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What git says in a folder. Raises OSError when it cannot be run, or waits for something that does not come."""
    try:
        return subprocess.run(
            command(folder, *arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment(folder),
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(errno.ETIMEDOUT, f"no answer in {_PATIENCE} seconds") from error


class Failed(Exception):  # noqa: N818  # of git, not of this program
    """What git says of why it cannot answer."""


def rows(folder: Path, *arguments: str, most: int) -> Iterator[bytes]:
    """What git lists in a folder, as it comes: rows that end at a null byte. A tree can be made to list more than any memory holds.

    Raises `Failed`, and OSError as `ask` does, also for more than `most` bytes.
    """
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command(folder, *arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment(folder),
        )
        assert process.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(_PATIENCE, end)
        timer.start()
        try:
            total, rest = 0, b""
            while step := process.stdout.read1(_STEP):  # type: ignore[attr-defined]  # it is buffered
                total += len(step)
                if total > most or len(rest) > _LONGEST_ROW:
                    raise OSError(errno.EFBIG, f"more than {most // 1_000_000} MB of names of files")
                *whole, rest = (rest + step).split(b"\0")
                yield from whole
            process.wait()
        finally:
            timer.cancel()
            process.kill()
            process.stdout.close()
            process.wait()
        if late.is_set():
            raise TimeoutError(errno.ETIMEDOUT, f"no answer in {_PATIENCE} seconds")
        if process.returncode:
            said.seek(0)
            raise Failed(said.read(_STEP).decode("utf-8", "replace").strip())
