"""Changed files put in their place: at once, encoding and mode kept, never over what somebody else wrote meanwhile.

A process that is killed leaves every file old or new. What it leaves besides is a temporary file whose name says whose it
is; the next fix removes it (`sweep`).
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import os
import signal
import sys
import tempfile
import threading
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

if sys.platform != "win32":
    import fcntl

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Change(Struct, frozen=True):
    """One file before and after. `with_paths`: files that belong to the same fix; they are written all or none."""

    path: str
    absolute: str
    before: str
    after: str
    fixed: int
    with_paths: frozenset[str] = frozenset()


class _Temporary(Struct, frozen=True):
    """A temporary file, and the handle that holds its lock as long as somebody means to use it."""

    path: Path
    handle: int

    def replace(self, target: Path) -> None:
        self.path.replace(target)

    def discard(self) -> None:
        """Remove it, unless it is in its place by now."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.close(self.handle)


class _Staged(Struct, frozen=True):
    change: Change
    target: Path
    temporary: _Temporary
    old: bytes


def write(changes: Sequence[Change]) -> tuple[list[Change], list[str]]:
    """Write every file, or all files of a fix or none of them: what was written, and why the rest was not."""
    done: list[Change] = []
    problems: list[str] = []
    waiting = list(changes)
    while waiting:
        head = waiting[0]
        target = os.path.realpath(head.absolute)  # two names of one file are written together, too
        group = [
            c for c in waiting if c.path in (head.path, *head.with_paths) or os.path.realpath(c.absolute) == target
        ]
        waiting = [c for c in waiting if c not in group]
        with _uninterrupted():
            problem = _write_group(group)
        if problem is None:
            done += group
        else:
            problems.append(problem)
    return done, problems


def _write_group(group: Sequence[Change]) -> str | None:
    """Write temporary files beside all targets first, then rename: a full disk or a changed file leaves all as it was."""
    staged: list[_Staged] = []
    placed: list[_Staged] = []
    current = group[0]
    try:
        for current in group:
            target = Path(os.path.realpath(current.absolute))  # a link stays, what it leads to is written
            if any(s.target == target and s.change.after == current.after for s in staged):
                continue
            if (made := _stage(current, target)) is not None:
                staged.append(made)
        for each in staged:
            current = each.change
            if each.target.read_bytes() != each.old:
                raise _Changed
            each.temporary.replace(each.target)
            placed.append(each)
    except _Changed:
        return f"{current.path}: changed since it was read; nothing was written{_restored(placed)}"
    except UnicodeError as error:
        return f"{current.path}: cannot be written: {error}{_restored(placed)}"
    except OSError as error:
        return f"{current.path}: cannot be written: {error.strerror or error}{_restored(placed)}"
    finally:
        for each in staged:
            each.temporary.discard()
    return None


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C and a request to end wait for the moment it takes to write the files of one fix."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Changed(Exception):  # noqa: N818  # a verdict on its way to one message
    pass


def _stage(change: Change, target: Path) -> _Staged | None:
    """The new file beside the old one; None when somebody else made the same change meanwhile."""
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "it is read-only", str(target))
    data = target.read_bytes()
    mark, encoding = _encoding(data, target)
    stands = data[len(mark) :].decode(encoding)
    if stands == change.after:
        return None
    if stands != change.before:
        raise _Changed
    temporary = _beside(target, mark + change.after.encode(encoding), target.stat())
    return _Staged(change, target, temporary, data)


def create(path: Path, text: str) -> str | None:
    """Write a file that is not there yet, whole or not at all; why not, when it cannot be done."""
    try:
        with _uninterrupted():
            temporary = _beside(path, text.encode("utf-8"), None)
            try:
                _name(temporary, path)
            finally:
                temporary.discard()
    except (OSError, UnicodeError) as error:
        return f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}"
    return None


def _name(temporary: _Temporary, path: Path) -> None:
    """Give a new file its name. Raises OSError where somebody else made one meanwhile."""
    try:
        os.link(temporary.path, path)
    except FileExistsError:
        raise
    except OSError:  # a file system that gives a file one name only
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        temporary.replace(path)


def replace(path: Path, data: bytes) -> None:
    """Write over a file, whole or not at all. Raises OSError."""
    target = Path(os.path.realpath(path))
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "it is read-only", str(path))
    with _uninterrupted():
        temporary = _beside(target, data, target.stat())
        try:
            temporary.replace(target)
        finally:
            temporary.discard()


def _beside(target: Path, data: bytes, like: os.stat_result | None) -> _Temporary:
    """A temporary file in the folder of `target`, on disk with these bytes, and with the mode and owner of `like`."""
    handle, name = _locked(target)
    made = _Temporary(Path(name), handle)
    try:
        written = 0
        while written < len(data):
            written += os.write(handle, data[written:])
        if like is not None and sys.platform != "win32" and (like.st_uid, like.st_gid) != _owner(handle):
            with contextlib.suppress(OSError):
                os.fchown(handle, like.st_uid, like.st_gid)
        made.path.chmod(0o644 if like is None else like.st_mode & 0o7777)
        os.fsync(handle)
    except BaseException:
        made.discard()
        raise
    return made


def _owner(handle: int) -> tuple[int, int]:
    state = os.fstat(handle)
    return state.st_uid, state.st_gid


def _locked(target: Path) -> tuple[int, str]:
    """A new temporary file that `sweep` of another process leaves alone. Long names are cut: the system allows 255 bytes."""
    while True:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.promptlint-", suffix=".tmp")
        if sys.platform == "win32":
            return handle, name
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.exists(name):  # noqa: PTH110  # else it was swept before it was locked
            return handle, name
        os.close(handle)


def sweep(leftovers: Iterable[str]) -> list[str]:
    """Remove temporary files that nobody uses any more; those that were removed."""
    gone = []
    for name in leftovers:
        with contextlib.suppress(OSError):
            handle = os.open(name, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            try:
                if sys.platform != "win32":
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    Path(name).unlink()
            finally:
                os.close(handle)
            if sys.platform == "win32":  # where an open file cannot be removed, by us or by anybody
                Path(name).unlink()
            gone.append(name)
    return gone


def _restored(placed: Iterable[_Staged]) -> str:
    """Put the old files back; names those for which that fails."""
    lost = []
    for each in placed:
        try:
            temporary = _beside(each.target, each.old, each.target.stat())
            try:
                temporary.replace(each.target)
            finally:
                temporary.discard()
        except OSError:
            lost.append(each.change.path)
    return f"; {', '.join(lost)} could not be put back" if lost else ""


def _encoding(data: bytes, path: Path) -> tuple[bytes, str]:
    """The byte order mark of a file, and the encoding of what follows."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return mark, encoding
    if path.suffix in (".py", ".pyi"):
        return b"", tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    return b"", "utf-8"
